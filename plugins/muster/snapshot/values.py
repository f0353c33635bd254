"""A value inside an answer ↔ JSON."""

import base64
import binascii
import math
from datetime import UTC, datetime

from muster.model import EnumValue, Object, Value
from muster.snapshot.text import Json, UnreadableSnapshot, came, each, exactly, field, optional

_TAGS = ("$time", "$bytes", "$float", "$enum", "$type")


def dump_value(value: Value) -> Json:  # noqa: PLR0911 - one return per kind of value
    """One value as JSON; raises ``TypeError`` for what is no ``Value``."""
    match value:
        case EnumValue():
            return {"$enum": value.type, "number": value.number, "text": value.text}
        case Object():
            return _dump_object(value)
        case datetime():
            return {"$time": dump_time(value)}
        case tuple():
            return [dump_value(item) for item in value]
    kind = type(value)  # exactly: a subclass (an IntEnum, say) would come back as something else
    if kind is bytes and isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if kind is float and isinstance(value, float) and not math.isfinite(value):
        return {"$float": str(value)}
    if value is None or kind in {bool, int, float, str}:
        return value  # type: ignore[return-value] # mypy does not narrow by a set of types
    raise TypeError(f"{kind.__name__} has no snapshot form")


def _dump_object(item: Object) -> Json:
    dumped: dict[str, Json] = {"$type": item.type, "$text": item.text}
    for name, value in item.properties.items():
        dumped[f"${name}" if name.startswith("$") else name] = dump_value(value)
    return dumped


def dump_time(moment: datetime) -> str:
    """A time in UTC, ISO 8601, always with microseconds; raises ``TypeError`` for one without a zone."""
    if moment.tzinfo is None:
        raise TypeError(f"{moment.isoformat()} has no time zone: a snapshot holds no guessed times")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def load_time(data: object) -> datetime:
    """A time in UTC back from its text."""
    text = exactly(str)(data)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableSnapshot("a time such as 2025-09-15T10:00:00Z", f"'{text}'") from None
    if moment.tzinfo is None:
        raise UnreadableSnapshot("a time with its zone", f"'{text}'")
    return moment.astimezone(UTC)


def load_value(data: object) -> Value:
    """One value back from JSON; raises ``UnreadableSnapshot``."""
    match data:
        case None | bool() | int() | float() | str():
            return data
        case list():
            return each(load_value)(data)
        case dict():
            return _load_tagged(data)
        case _:
            raise UnreadableSnapshot("JSON", came(data))


def _load_tagged(data: dict[str, object]) -> Value:
    found = [tag for tag in _TAGS if tag in data]
    match found:
        case ["$time"]:
            return field(data, "$time", load_time)
        case ["$bytes"]:
            return field(data, "$bytes", _load_bytes)
        case ["$float"]:
            return field(data, "$float", _load_float)
        case ["$enum"]:
            number, text = field(data, "number", exactly(int)), field(data, "text", exactly(str))
            return EnumValue(number, text, field(data, "$enum", exactly(str)))
        case ["$type"]:
            return load_object(data)
        case _:
            raise UnreadableSnapshot("one of " + ", ".join(_TAGS), " and ".join(found) or "none of them")


def load_object(data: object) -> Object:
    """One object back from JSON."""
    kind, text = field(data, "$type", exactly(str)), field(data, "$text", optional(exactly(str)))
    properties: dict[str, Value] = {}
    for name in data if isinstance(data, dict) else ():
        if name.startswith("$$"):
            properties[name[1:]] = field(data, name, load_value)
        elif not name.startswith("$"):
            properties[name] = field(data, name, load_value)
        elif name not in {"$type", "$text"}:
            raise UnreadableSnapshot("$type, $text or a property", f"'{name}'")
    return Object(kind, text, properties)


def _load_bytes(data: object) -> bytes:
    try:
        return base64.b64decode(exactly(str)(data), validate=True)
    except binascii.Error as error:
        raise UnreadableSnapshot("base64", str(error)) from None


def _load_float(data: object) -> float:
    text = exactly(str)(data)
    if text not in {"nan", "inf", "-inf"}:
        raise UnreadableSnapshot("nan, inf or -inf", f"'{text}'")
    return float(text)
