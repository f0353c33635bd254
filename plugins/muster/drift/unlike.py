"""Where two values of one property differ, to any depth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from muster.drift.meaning import (
    FLAGS,
    alike,
    is_blank,
    is_date_of_some_culture,
    printed,
)
from muster.drift.rows import Row, rows_of
from muster.drift.terms import Terms
from muster.drift.unread import Unread
from muster.model import UNSETTLED, EnumValue, Object, Value

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unlike:
    """One place in which two objects differ."""

    path: Path
    how: str
    was: Value = None
    now: Value = None
    added: tuple[Value, ...] = ()
    removed: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Unclear:
    """One place in which nobody can tell whether they differ."""

    path: Path
    why: str


Found = Unlike | Unclear


def unlike_properties(was: Object, now: Object, terms: Terms, path: Path = ()) -> Iterator[Found]:
    """Every property in which two objects differ, by the names of the older."""
    names: Iterable[str] = was.properties
    others: Iterable[str] = now.properties
    if isinstance(was.properties, Unread) and isinstance(now.properties, Unread):
        names, others = was.properties.unequal(now.properties)
    theirs = {name.casefold(): name for name in others}
    is_entry = was.type == "LdapEntry" or now.type == "LdapEntry"  # what the directory holds are sets
    for name in names:
        here = (*path, name)
        if terms.is_volatile(here):
            theirs.pop(name.casefold(), None)
            continue
        value = was.properties[name]
        other = theirs.pop(name.casefold(), None)
        if other is None:
            yield from _missing(here, value, gone=True, terms=terms)
        else:
            yield from unlike(here, value, now.properties[other], terms, is_set=is_entry)
    for name in theirs.values():
        here = (*path, name)
        if not terms.is_volatile(here):
            yield from _missing(here, now.properties[name], gone=False, terms=terms)


def _missing(path: Path, value: Value, *, gone: bool, terms: Terms) -> Iterator[Found]:
    lacked, side = (terms.after, "now") if gone else (terms.before, "before")
    found = _unsettled(value)
    if terms.blank_is_blank and is_blank(value):
        return
    if found is not None:
        yield Unclear(path, found)
    elif lacked:
        yield Unclear(path, f"it did not come {side}, and that answer was not whole: {lacked}")
    elif terms.across:
        yield Unclear(path, f"it did not come {side}, and what was asked before and now came in different forms")
    elif gone:
        yield Unlike(path, "gone", was=value)
    else:
        yield Unlike(path, "new", now=value)


def unlike(path: Path, was: Value, now: Value, terms: Terms, *, is_set: bool = False) -> Iterator[Found]:
    """Where two values differ; ``is_set`` says that order means nothing, which the terms may say by name too."""
    why = _unsettled(was) or _unsettled(now)
    if why is not None:
        yield Unclear(path, why)
        return
    hook = terms.hooks.get(path[-1].casefold()) if len(path) == 1 else None
    if hook is not None:
        was, now = hook(was), hook(now)
    if terms.blank_is_blank and is_blank(was) and is_blank(now):
        return
    is_set = is_set or path[0].casefold() in terms.unordered
    match was, now:
        case Object(), Object():
            yield from _objects(path, was, now, terms)
        case tuple(), tuple():
            yield from _lists(path, was, now, terms, is_set=is_set)
        case (tuple(), _) | (_, tuple()):
            yield from _list_and_single(path, was, now, terms, is_set=is_set)
        case _:
            yield from _singles(path, was, now, terms)


def _unsettled(value: Value) -> str | None:
    for item in value if isinstance(value, tuple) else (value,):
        if isinstance(item, Object) and item.type == UNSETTLED:
            return item.text or "it is not known"
    return None


def _singles(path: Path, was: Value, now: Value, terms: Terms) -> Iterator[Found]:
    if alike(was, now, across=terms.across, flags=path[-1].casefold() in (FLAGS | terms.unordered)):
        return
    texts = [value for value in (was, now) if isinstance(value, str)]
    if len(texts) == 1 and datetime in {type(was), type(now)} and is_date_of_some_culture(texts[0]):
        yield Unclear(path, f"'{texts[0]}' is a date of an unknown culture and zone")
        return
    bare = next((value for value in (was, now) if isinstance(value, Object) and printed(value) is None), None)
    if bare is not None and terms.across and was is not None and now is not None:
        yield Unclear(path, f"it came as {bare.type} without its text, which the other form does not have")
        return
    yield Unlike(path, "changed", was, now)


def _objects(path: Path, was: Object, now: Object, terms: Terms) -> Iterator[Found]:
    one, other = printed(was), printed(now)
    if one is not None and other is not None:
        if not alike(one, other, across=terms.across):
            yield Unlike(path, "changed", was, now)
            return
        if terms.across:
            return  # the other form may have its properties too, or have left them out
    if not was.properties and not now.properties:
        if (one, other) == (None, None) and (was.type, was.text) == (now.type, now.text):
            return
        if one is None or other is None:
            yield from _bare(path, was, now, terms)
        return
    if terms.across and not (was.properties and now.properties):
        yield Unclear(path, f"{was.type} came with its properties in one answer and without them in the other")
        return
    inside = [
        found
        for found in unlike_properties(was, now, terms, path)
        if not (terms.across and isinstance(found, Unclear))
    ]
    yield from inside
    if not inside and one != other and None in {one, other} and not terms.across:
        yield Unlike(path, "changed", was, now)  # its text says something now, or no longer does


def _bare(path: Path, was: Object, now: Object, terms: Terms) -> Iterator[Found]:
    if terms.across:
        yield Unclear(path, f"it came as {was.type} and as {now.type}, of which one does not say what it holds")
    else:
        yield Unlike(path, "changed", was, now)


def _list_and_single(path: Path, was: Value, now: Value, terms: Terms, *, is_set: bool) -> Iterator[Found]:
    """A list of one is its element to some doors; bytes are a list of numbers to JSON."""
    one, other = (value if isinstance(value, tuple) else (value,) for value in (was, now))
    data = next((value for value in (was, now) if isinstance(value, bytes)), None)
    if data is not None and (tuple(data) in {one, other}):
        return
    if len(one) != len(other) or any(_lists(path, one, other, terms, is_set=is_set)):
        yield Unlike(path, "changed", was, now)


def _lists(
    path: Path, was: tuple[Value, ...], now: tuple[Value, ...], terms: Terms, *, is_set: bool
) -> Iterator[Found]:
    ours, theirs = rows_of(was), rows_of(now)
    if ours is not None and theirs is not None and (ours or theirs):
        yield from _keyed(path, (was, now), (ours, theirs), terms, is_set=is_set)
    elif is_set:
        removed, added = _left_over(path, was, now, terms)
        if removed or added:
            yield Unlike(path, "changed", was, now, added, removed)
    elif len(was) != len(now) or not all(_same(path, one, other, terms) for one, other in zip(was, now, strict=True)):
        yield Unlike(path, "changed", was, now)


def _keyed(
    path: Path,
    whole: tuple[tuple[Value, ...], tuple[Value, ...]],
    rows: tuple[dict[str, Row], dict[str, Row]],
    terms: Terms,
    *,
    is_set: bool,
) -> Iterator[Found]:
    ours, theirs = rows
    for key, row in ours.items():
        here = (*path, row.key)
        if key not in theirs:
            yield Unlike(here, "gone", was=row.item)
        else:
            inside = list(unlike_properties(*_fields(row, theirs[key], terms), terms, here))
            yield from inside or _row_text(path, row, theirs[key], terms)
    for key, row in theirs.items():
        if key not in ours:
            yield Unlike((*path, row.key), "new", now=row.item)
    if not is_set and [key for key in ours if key in theirs] != [key for key in theirs if key in ours]:
        yield Unlike(path, "changed", *whole)


def _row_text(path: Path, row: Row, other: Row, terms: Terms) -> Iterator[Found]:
    """What two rows print, where their fields are the same: of one door that is the same too."""
    was, now = (printed(each.item) if isinstance(each.item, Object) else None for each in (row, other))
    if not terms.across and was != now:
        yield from unlike(path, (was,), (now,), terms)


def _fields(row: Row, other: Row, terms: Terms) -> tuple[Object, Object]:
    """Two rows as objects; across doors only what both have, since a printed row leaves fields out."""
    ours, theirs = dict(row.fields), dict(other.fields)
    if terms.across:
        both = ours.keys() & theirs.keys()
        ours, theirs = ({name: one[name] for name in one if name in both} for one in (ours, theirs))
    return Object("Row", None, ours), Object("Row", None, theirs)


def _left_over(
    path: Path, was: tuple[Value, ...], now: tuple[Value, ...], terms: Terms
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """What is only among the older and only among the newer elements; equal ones cancel each other once each."""
    rest = list(now)
    removed: list[Value] = []
    for item in was:
        match = next((at for at, other in enumerate(rest) if _same(path, item, other, terms)), None)
        if match is None:
            removed.append(item)
        else:
            del rest[match]
    return tuple(removed), tuple(rest)


def _same(path: Path, was: Value, now: Value, terms: Terms) -> bool:
    if type(was) is type(now) and isinstance(was, str | bytes | EnumValue) and was == now:
        return True
    return not any(unlike(path, was, now, terms))
