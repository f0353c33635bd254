"""Which object of the one answer is which object of the other."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from muster.drift.meaning import is_distinguished, printed, same_text
from muster.model import Object, Shape, Value

_FALLBACKS = ("ToString", "Guid", "objectGUID", "DistinguishedName", "RawData")
_STAY = frozenset({"guid", "objectguid", "exchangeguid", "exchangeobjectid", "thumbprint", "rawdata"})
"""What an object keeps under another name or in another place, in lower case."""
_LOCATIONS = ("DistinguishedName",)


@dataclass(frozen=True, slots=True)
class Pair:
    """One object of both answers, or of one; ``name`` is what the older answer calls it.

    ``moved``: it was called, or lay, ``moved[0]``, and is or lies ``moved[1]`` now.
    """

    name: str
    before: Object | None
    after: Object | None
    moved: tuple[Value, Value] | None = None


def pairs(before: Sequence[Object], after: Sequence[Object], shape: Shape) -> list[Pair]:
    """Every object of both sides exactly once: those of the older in their order, then what is new."""
    if not shape.identity and len(before) == len(after) == 1:  # a fact that is one object, whatever it says of itself
        return [Pair("", before[0], after[0], _location_moved(before[0], after[0]))]
    scheme = _scheme((*before, *after), shape)
    ours, theirs = _keyed(before, scheme), _keyed(after, scheme)
    matched: dict[int, int] = {}
    waiting = _by_key(theirs)
    _match_equal(ours, theirs, waiting, matched)
    for at, (key, _, _) in enumerate(ours):
        if at not in matched and waiting.get(key):
            matched[at] = waiting[key].pop(0)
    moved = _same_thing(ours, theirs, matched)
    found: list[Pair] = []
    for at, (_, name, item) in enumerate(ours):
        if at in matched:
            other = theirs[matched[at]][2]
            found.append(Pair(name, item, other, _location_moved(item, other)))
        elif at in moved:
            _, new_name, other = theirs[moved[at]]
            found.append(Pair(name, item, other, (name, new_name)))
        else:
            found.append(Pair(name, item, None))
    taken = {*matched.values(), *moved.values()}
    found.extend(Pair(name, None, item) for at, (_, name, item) in enumerate(theirs) if at not in taken)
    return found


def name_of(item: Object, shape: Shape) -> str:
    """What tells one object among its peers, as it was written; ``""`` where nothing came that does."""
    return _text_of(item, _scheme((item,), shape)) or ""


def _by_key(keyed: Sequence[tuple[str, str, Object]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, (key, _, _) in enumerate(keyed):
        found.setdefault(key, []).append(at)
    return found


def _match_equal(
    ours: Sequence[tuple[str, str, Object]],
    theirs: Sequence[tuple[str, str, Object]],
    waiting: dict[str, list[int]],
    matched: dict[int, int],
) -> None:
    """Among objects that share a key, what is the same thing or the same value belongs together."""
    shared = {key for key, count in Counter(key for key, _, _ in ours).items() if count > 1}
    shared |= {key for key, found in waiting.items() if len(found) > 1}
    for same in (lambda one, other: one == other, lambda one, other: bool(_stays(one) & _stays(other))):
        for at, (key, _, item) in enumerate(ours):
            if key not in shared or at in matched:
                continue
            twin = next((other for other in waiting.get(key, ()) if same(item, theirs[other][2])), None)
            if twin is not None:
                waiting[key].remove(twin)
                matched[at] = twin


def _same_thing(
    ours: Sequence[tuple[str, str, Object]], theirs: Sequence[tuple[str, str, Object]], matched: dict[int, int]
) -> dict[int, int]:
    """Objects that go by another name now: what stays with an object is the same, and is nobody else's."""
    taken = set(matched.values())
    gone = {at: _stays(item) for at, (_, _, item) in enumerate(ours) if at not in matched}
    new = {at: _stays(item) for at, (_, _, item) in enumerate(theirs) if at not in taken}
    owners = Counter(mark for marks in gone.values() for mark in marks)
    heirs = Counter(mark for marks in new.values() for mark in marks)
    found: dict[int, int] = {}
    for at, marks in gone.items():
        sure = {mark for mark in marks if owners[mark] == heirs[mark] == 1}
        heir = next((other for other, theirs_ in new.items() if sure & theirs_), None)
        if heir is not None and heir not in found.values():
            found[at] = heir
    return found


def _stays(item: Object) -> frozenset[tuple[str, str]]:
    """The marks by which a thing is known whatever it is called."""
    marks = set()
    for name in item.properties:
        if name.casefold() in _STAY:
            text = _value_text(name, item.properties[name]) or ""
            if re.search(r"[1-9a-fA-F]", text):  # a GUID of zeros is nobody's
                marks.add((name.casefold(), text.casefold()))
    return frozenset(marks)


def _location_moved(before: Object, after: Object) -> tuple[Value, Value] | None:
    """An object of the directory that keeps its name and lies elsewhere."""
    was, now = _location(before), _location(after)
    if was is None or now is None or same_text(was, now):
        return None
    return (was, now)


def _location(item: Object) -> str | None:
    if item.type == "LdapEntry":
        return item.text
    text = next((text for name in _LOCATIONS if (text := _property_text(item, name))), None)
    return text if text and is_distinguished(text) else None


def _scheme(items: Sequence[Object], shape: Shape) -> tuple[str, ...]:
    """The properties by which all of them can be told apart from one another, else those that most have."""
    ways: list[tuple[str, ...]] = [shape.identity] if shape.identity else []
    ways += [(name,) for name in _FALLBACKS]
    for way in ways:
        if items and all(_text_of(item, way) for item in items):
            return way
    return ways[0] if shape.identity else ()


def _keyed(items: Iterable[Object], scheme: tuple[str, ...]) -> list[tuple[str, str, Object]]:
    """Each object with its key and its name as written; what has none goes by its position."""
    found = []
    everything = list(items)
    for position, item in enumerate(everything, 1):
        name = _text_of(item, scheme) or next((text for way in _FALLBACKS if (text := _text_of(item, (way,)))), None)
        if name is None:
            name = "" if len(everything) == 1 else f"number {position}"
            found.append((f"#{position}", name, item))
        else:
            found.append((_folded(name), name, item))
    return found


def _folded(name: str) -> str:
    return re.sub(r"\s*,\s*", ",", name).casefold() if is_distinguished(name) else name.casefold()


def _text_of(item: Object, names: tuple[str, ...]) -> str | None:
    texts = [printed(item) if name == "ToString" else _property_text(item, name) for name in names]
    return ", ".join(text for text in texts if text) if texts and all(texts) else None


def _property_text(item: Object, name: str) -> str | None:
    value = item.properties.get(name)
    if value is None:
        folded = name.casefold()
        value = next((found for other, found in item.properties.items() if other.casefold() == folded), None)
    return _value_text(name, value)


def _value_text(name: str, value: Value) -> str | None:
    if isinstance(value, tuple):
        value = value[0] if len(value) == 1 else None
    if isinstance(value, bytes):
        # a certificate is called by the SHA-1 of its bytes, which is how it is named where a readable form came
        return (
            hashlib.sha1(value, usedforsecurity=False).hexdigest().upper()
            if name.casefold() == "rawdata"
            else value.hex()
        )
    return printed(value)
