"""Lists of rows that have a key of their own: component states by requester, rules by name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from muster.drift.meaning import printed
from muster.model import Object, Value

_FIELD = re.compile(r"(?:^|; )([A-Z]\w*):")
_KEYS = ("Requester", "Identity", "Key", "Name", "Guid")


@dataclass(frozen=True, slots=True)
class Row:
    """One element of a list, its key and its fields; ``item`` is the element as it came."""

    key: str
    fields: Mapping[str, Value]
    item: Value


def rows_of(items: Iterable[Value]) -> dict[str, Row] | None:
    """The elements by their keys; ``None`` where they are no such rows or two have one key."""
    found: dict[str, Row] = {}
    for item in items:
        row = _row(item)
        if row is None or row.key.casefold() in found:
            return None
        found[row.key.casefold()] = row
    return found


def _row(item: Value) -> Row | None:
    fields = _fields(item)
    if fields is None:
        return None
    for name in _KEYS:
        key = printed(fields.get(name))
        if key:
            return Row(key, {other: value for other, value in fields.items() if other != name}, item)
    return None


def _fields(item: Value) -> Mapping[str, Value] | None:
    match item:
        case str():
            return _printed_fields(item)
        case Object(properties=properties) if "Requester" in properties or (properties and printed(item) is None):
            return properties
        case Object(text=str(text)):
            return _printed_fields(text)
    return None


def _printed_fields(text: str) -> Mapping[str, Value] | None:
    """``Requestor:Maintenance; State:Inactive; Timestamp:…``: the printed spelling differs from the property's."""
    if not text.startswith("Requestor:"):
        return None
    marks = list(_FIELD.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    fields = {mark.group(1): text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)}
    fields["Requester"] = fields.pop("Requestor")
    return fields
