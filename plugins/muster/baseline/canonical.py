"""The order in which a baseline keeps what came, so that two equal states give equal files."""

from dataclasses import replace

from muster.model import Answer, EnumValue, Object, Observation, Shape, Value
from muster.snapshot import dump_value, dumps


def canonical(seen: Observation, shape: Shape) -> Observation:
    """The observation with its records by identity and with lists whose order means nothing sorted.

    Nothing is left out: volatile properties stay in the file, a comparison leaves them out.
    """
    if seen.answer is None:
        return seen
    objects = tuple(_sorted_lists(item, shape) for item in seen.answer.objects)
    if shape.identity and shape.compared is None:  # else their place may say something
        objects = tuple(sorted(objects, key=lambda item: _identity(item, shape)))
    return replace(seen, answer=Answer(objects, seen.answer.serialization, seen.answer.shortfalls))


def _identity(item: Object, shape: Shape) -> tuple[str, ...]:
    sent = {name.casefold(): value for name, value in item.properties.items()}
    return (*(text_of(sent.get(name.casefold())).casefold() for name in shape.identity), (item.text or "").casefold())


def text_of(value: Value) -> str:
    """The text that identifies by a property: an object's own text, an enumeration's name, a list's elements."""
    match value:
        case None:
            return ""
        case Object() | EnumValue():
            return value.text or ""
        case tuple():
            return " ".join(map(text_of, value))
        case _:
            return str(value)


def _sorted_lists(item: Object, shape: Shape) -> Object:
    free = {name.casefold() for name in shape.unordered}
    properties = {
        name: tuple(sorted(value, key=lambda one: dumps(dump_value(one))))
        if isinstance(value, tuple) and (name.casefold() in free or item.type == "LdapEntry")
        else value
        for name, value in item.properties.items()
    }
    return Object(item.type, item.text, properties)
