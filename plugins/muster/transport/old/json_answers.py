"""What ``ConvertTo-Json`` wrote → objects.

It keeps no type names, and it writes an enumeration as its number. So it is only taken from where there are none:
Exchange answers at the Partial level (where enumerations are texts already) and CIM, registry, file versions, IIS
configuration, hashes, and lines or elements of a file.
Windows PowerShell wraps arrays as ``{"value": […], "Count": n}`` and times as ``"/Date(…)/"``, and takes versions
apart into their numbers; all are put right. Bytes are a list of numbers, which only a fact's reader can tell.
"""

import json
import re
from datetime import UTC, datetime, timedelta

from muster.model import Object, Value
from muster.transport.clixml import as_object

_TYPE = "System.Management.Automation.PSCustomObject"
_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_SET = -1
"""In a part of a version."""
_NO_ENUMERATIONS = frozenset(
    {
        "Get-ChildItem",
        "Get-CimInstance",
        "Get-Command",
        "Get-FileHash",
        "Get-Item",
        "Get-ItemProperty",
        "Get-ItemPropertyValue",
        "Get-WebBinding",
        "Get-WebConfiguration",
        "Get-WebGlobalModule",
        "Select-String",
        "Select-Xml",
    }
)


class UnreadableJson(ValueError):  # noqa: N818 - says what it is about
    """Text that is no JSON, or not all of it."""


def may_be_json(endpoint: str, cmdlet: str, level: str) -> bool:
    """Whether an answer can be read from JSON for certain: no enumeration in it has become a number."""
    return level == "partial" if endpoint == "exchange" else cmdlet in _NO_ENUMERATIONS


def read_json(text: str) -> tuple[Object, ...]:
    """The objects of a JSON text: one object, or a list of them; raises ``UnreadableJson``."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableJson(f"it is no JSON, or cut off, at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise UnreadableJson("it is nested too deeply to be meant") from None
    value = _value(data)
    items = value if isinstance(value, tuple) else (value,)
    return tuple(as_object(item) for item in items if item is not None)


def _value(data: object) -> Value:  # noqa: PLR0911 - one return per kind of value
    match data:
        case None | bool() | int() | float():
            return data
        case str():
            return _text(data)
        case list():
            return tuple(_value(item) for item in data)
        case {"value": list(items), "Count": int(), **rest} if not rest:
            return tuple(_value(item) for item in items)
        case {"value": str(text), "DateTime": str()}:
            return _text(text)
        case {"Major": int(major), "Minor": int(minor), "Build": int(build), "Revision": int(revision), **rest} if (
            rest.keys() == {"MajorRevision", "MinorRevision"}
        ):
            return ".".join(str(part) for part in (major, minor, build, revision) if part != _NOT_SET)
        case dict():
            return Object(_TYPE, None, {str(name): _value(value) for name, value in data.items()})
        case _:
            raise UnreadableJson(f"{type(data).__name__} is no JSON")


def _text(text: str) -> Value:
    found = _DATE.fullmatch(text)
    if found is None:
        return text
    try:
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    except OverflowError:
        return text
