"""A value as one text to compare with what a table says, and the names inside it."""

from datetime import datetime

from muster.model import EnumValue, Object, Value


def text_of(value: Value) -> str:  # noqa: PLR0911 - one return per kind of value
    """A value as text: ``true``, ``false``, an enumeration's name, a list's texts with commas, ``""`` for nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case EnumValue():
            return value.text
        case Object():
            return value.text or ", ".join(f"{name}: {text_of(each)}" for name, each in value.properties.items())
        case tuple():
            return ", ".join(text_of(each) for each in value)
        case bytes():
            return value.hex()
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


def names_in(value: Value) -> frozenset[str]:
    """The names of a list or of flags (``Tls, BasicAuth``), in lower case."""
    return frozenset(each.strip().casefold() for each in text_of(value).strip("{}").split(",") if each.strip())


def property_of(item: Object | None, name: str) -> Value:
    """A property by name, whatever its case; ``None`` where there is none."""
    if item is None:
        return None
    wanted = name.casefold()
    return next((value for each, value in item.properties.items() if each.casefold() == wanted), None)
