"""A difference as a sentence for people: what it was, what it is."""

import hashlib
from datetime import UTC, datetime

from muster.drift.values import Difference, Incomparable
from muster.model import UNSETTLED, EnumValue, Object, Value, sentences

LONGEST = 120
"""Characters of one value that are shown before its equal parts are left out."""
_AROUND = 16
_MANY = 6
_BYTES = 32


def told(difference: Difference) -> str:
    """One difference in words, without its object: ``Bindings: was 0.0.0.0:25, is 0.0.0.0:2525``."""
    if not difference.path:
        return _of_object(difference)
    name = ", ".join(difference.path)
    match difference.how:
        case "gone":
            return f"{name}: is gone, was {shown(difference.was)}"
        case "new":
            return f"{name}: is new, {shown(difference.now)}"
    if _is_list_change(difference):
        return f"{name}: {_elements(difference)}"
    was, now = _apart(shown(difference.was), shown(difference.now))
    if was == now:
        was, now = (f"{text} ({_kind(value)})" for text, value in ((was, difference.was), (now, difference.now)))
    return f"{name}: was {was}, is {now}"


def told_of(difference: Difference) -> str:
    """The same, led by its object where the fact has several: ``Relay EX01: Bindings: was …``."""
    if not difference.object or not difference.path:
        return told(difference)
    return f"{difference.object}: {told(difference)}"


def why_not(incomparable: Incomparable) -> str:
    """What could not be compared and why, in words."""
    where = ": ".join(part for part in (incomparable.object, ", ".join(incomparable.path)) if part)
    return sentences(f"{where}: cannot be compared, because {incomparable.why}" if where else incomparable.why)


def _of_object(difference: Difference) -> str:
    name = difference.object or "it"
    match difference.how:
        case "gone":
            return f"{name} is gone"
        case "new":
            return f"{name} is new"
    was, now = _apart(shown(difference.was), shown(difference.now))
    if shown(difference.was).casefold() == difference.object.casefold():
        return f"{name} is called {now} now"
    return f"{name} is {now} now, and was {was}"


def _is_list_change(difference: Difference) -> bool:
    was, now = difference.was, difference.now
    if not (isinstance(was, tuple) and isinstance(now, tuple)):
        return False
    if bool(difference.added) == bool(difference.removed) == True and len(was) == len(now) == 1:  # noqa: E712 - both of them
        return False
    return len(was) > 1 or len(now) > 1 or bool(difference.added) != bool(difference.removed)


def _elements(difference: Difference) -> str:
    was, now = difference.was, difference.now
    added, removed = difference.added, difference.removed
    if not (added or removed) and isinstance(was, tuple) and isinstance(now, tuple):
        added, removed = _only_in(now, was), _only_in(was, now)
        if not (added or removed):
            texts = _apart(shown(was), shown(now))
            return f"its order was {texts[0]}, is {texts[1]}"
    parts = []
    if added:
        parts.append(f"{_listed(added)} {'was' if len(added) == 1 else 'were'} added")
    if removed:
        parts.append(f"{_listed(removed)} {'is' if len(removed) == 1 else 'are'} gone")
    return ", ".join(parts)


def _only_in(some: tuple[Value, ...], others: tuple[Value, ...]) -> tuple[Value, ...]:
    rest = [shown(other) for other in others]
    found = []
    for one in some:
        if shown(one) in rest:
            rest.remove(shown(one))
        else:
            found.append(one)
    return tuple(found)


def _listed(values: tuple[Value, ...]) -> str:
    texts = [_short(shown(value)) for value in values]
    if len(texts) > _MANY:
        return f"{', '.join(texts[:_MANY])} and {len(texts) - _MANY} more"
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else texts[0]


def shown(value: Value) -> str:  # noqa: PLR0911 - one return per kind of value
    """A whole value as people write it."""
    match value:
        case None:
            return "not set"
        case "":
            return "empty"
        case str():
            return value if value == value.strip() and value.isprintable() else f"'{_visible(value)}'"
        case bytes():
            return _bytes(value)
        case datetime():
            whole = value.astimezone(UTC).isoformat(sep=" ")
            return f"{whole.removesuffix('+00:00')} UTC"
        case EnumValue():
            return value.text or str(value.number)
        case Object(type=kind, text=text) if kind == UNSETTLED:
            return f"not known ({text})"
        case Object():
            return _object(value)
        case tuple():
            return ", ".join(map(shown, value)) if value else "an empty list"
    return str(value)


def _bytes(value: bytes) -> str:
    """Few bytes as they are; many by the SHA-1 that a certificate is known by."""
    if len(value) <= _BYTES:
        return value.hex(" ") or "no bytes"
    return f"{len(value)} bytes with SHA-1 {hashlib.sha1(value, usedforsecurity=False).hexdigest().upper()}"


def _object(value: Object) -> str:
    if value.text and value.text != value.type:
        return value.text
    inside = ", ".join(f"{name}: {shown(one)}" for name, one in value.properties.items())
    return f"({inside})" if inside else value.text or value.type


def _visible(text: str) -> str:
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _kind(value: Value) -> str:  # noqa: PLR0911 - one return per kind of value
    """What tells two values apart that are written alike."""
    match value:
        case EnumValue(number=number):
            return f"number {number}"
        case str():
            return "text"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case tuple():
            return "a list"
        case datetime():
            return "a time"
        case Object(type=kind):
            inside = ", ".join(f"{name}: {shown(one)}" for name, one in value.properties.items())
            return f"{kind}, {inside}" if inside else kind
    return "nothing" if value is None else type(value).__name__


def _short(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]}…{text[-half:]}"


def _apart(was: str, now: str) -> tuple[str, str]:
    """Both texts, shortened where they are the same: never where they differ."""
    if len(was) <= LONGEST and len(now) <= LONGEST:
        return was, now
    ahead = _shared(was, now)
    behind = _shared(was[ahead:][::-1], now[ahead:][::-1])
    return _around(was, ahead, behind), _around(now, ahead, behind)


def _shared(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _around(text: str, ahead: int, behind: int) -> str:
    """Both ends, and what differs with what stands around it; of a long difference its own both ends."""
    start, end = max(ahead - _AROUND, 0), min(len(text) - behind + _AROUND, len(text))
    head = text[:start] if start <= _AROUND * 2 else f"{text[:_AROUND]}…"
    tail = text[end:] if len(text) - end <= _AROUND * 2 else f"…{text[-_AROUND:]}"
    middle = text[start:end]
    if len(middle) > LONGEST * 2:
        middle = f"{middle[:LONGEST]}…{middle[-LONGEST:]} ({len(text)} characters)"
    return f"{head}{middle}{tail}"
