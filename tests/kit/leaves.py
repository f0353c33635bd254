"""The leaf facts' recorded answers with their shapes, and every single value inside them that can be changed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from kit.recorded import every_want, organisation
from muster.drift import Place
from muster.model import Answer, EnumValue, Environment, Fact, Need, Object, Shape, Subject, Value
from muster.resolve import bound, needs_of


@dataclass(frozen=True)
class Recorded:
    """What one question of a leaf fact brought."""

    answer: Answer
    shape: Shape
    place: Place


@cache
def recorded(name: str, serialization: str = "partial") -> tuple[Recorded, ...]:
    """Every answer of an organisation of the lab that has objects, each once, with the shape of its fact."""
    bench = organisation(name, serialization=serialization)
    found: dict[str, Recorded] = {}
    for fact, subject in every_want(bench.environment):
        for one, question in _questions(fact, subject):
            observation = bench.observations.get(question)
            if observation is not None and observation.answer is not None and observation.answer.objects:
                place = Place(subject.name, type(subject).__name__, one.__name__, question)
                found.setdefault(question, Recorded(observation.answer, one.shape, place))
    return tuple(found[key] for key in sorted(found))


def shapes(environment: Environment) -> dict[str, tuple[str, Shape]]:
    """By the key of each question of a leaf fact: the first fact that asks it, and its shape."""
    found: dict[str, tuple[str, Shape]] = {}
    for fact, subject in every_want(environment):
        for one, question in _questions(fact, subject):
            found.setdefault(question, (one.__name__, one.shape))
    return found


def _questions(fact: type[Fact], subject: Subject) -> Iterator[tuple[type[Fact], str]]:
    for wanted in fact.needs.values():
        if not isinstance(wanted, Need):
            yield from _questions(wanted, subject)
        elif wanted in needs_of(fact, subject) and not fact.shape.momentary:
            for alternative in wanted.alternatives:
                yield fact, bound(alternative, subject).key


Path = tuple[str | int, ...]
"""Names of properties, positions in lists; ``number``, ``text`` and ``+`` (one more element) where those are."""


def leaves(value: Value, path: Path = ()) -> Iterator[Path]:
    """Every place of a value where one thing can be changed."""
    match value:
        case Object(text=text, properties=properties):
            if text is not None and properties.keys() - {"SerializationData"}:
                yield (*path, "#text")
            elif text is not None:
                yield path
            for name, one in properties.items():
                yield from leaves(one, (*path, name))
        case EnumValue():
            yield (*path, "#number")
            yield (*path, "#text")
        case tuple():
            yield (*path, "#more")
            for position, one in enumerate(value):
                yield from leaves(one, (*path, position))
        case _:
            yield path


def changed(value: Value, path: Path) -> Value:  # noqa: PLR0911 - a case per kind of value
    """The value with the one thing at ``path`` changed."""
    step, rest = (path[0], path[1:]) if path else (None, ())
    match value, step:
        case Object(text=str(text)), "#text" | None:
            return replace(value, text=f"{text}~")
        case EnumValue(text=text), "#text":
            return replace(value, text=f"{text}~")
        case EnumValue(number=number), "#number":
            return replace(value, number=number + 1)
        case tuple(), "#more":
            return (*value, b"~" if value and isinstance(value[0], bytes) else "~")
        case Object(properties=properties), str():
            return replace(value, properties={**properties, step: changed(properties[step], rest)})
        case tuple(), int():
            return (*value[:step], changed(value[step], rest), *value[step + 1 :])
    return _other(value)


def _other(value: Value) -> Value:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"~{value}"
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1]) if value else b"~"
        case datetime():
            return value + timedelta(days=1)
    return "~"
