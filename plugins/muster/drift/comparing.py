"""Two answers to one question: what is not as it was, object by object."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from muster.drift.identity import Pair, pairs
from muster.drift.meaning import alike, printed
from muster.drift.terms import Hook, Terms, terms_of
from muster.drift.unlike import Unclear, Unlike, unlike_properties
from muster.drift.values import Comparison, Difference, Incomparable, Place
from muster.model import Answer, Object, Shape, Value


def compare(
    before: Answer,
    after: Answer,
    shape: Shape,
    place: Place,
    *,
    blank_is_blank: bool = False,
    across: bool | None = None,
    hooks: Mapping[str, Hook] | None = None,
) -> Comparison:
    """Compare two answers to one question about one subject.

    ``blank_is_blank``: one of them cannot tell null, an empty text and an empty list apart (``Format-List``).
    ``across``: they came through different doors; unless said, where their levels of serialization differ.
    ``hooks``: property → a reading in whose parts it is compared, else what came is.
    """
    terms = terms_of(before, after, shape, blank_is_blank=blank_is_blank, across=across, hooks=hooks)
    return compare_objects(before.objects, after.objects, shape, place, terms)


def compare_objects(
    before: tuple[Object, ...], after: tuple[Object, ...], shape: Shape, place: Place, terms: Terms
) -> Comparison:
    """The same on given terms, for parts of answers."""
    differences: list[Difference] = []
    incomparable: list[Incomparable] = []
    compared = 0
    for pair in pairs(before, after, shape):
        compared += _looked_at(pair, terms)
        for found in _of_pair(pair, place, terms):
            if isinstance(found, Difference):
                differences.append(found)
            else:
                incomparable.append(found)
    return Comparison(tuple(differences), tuple(incomparable), compared)


def _looked_at(pair: Pair, terms: Terms) -> int:
    names = {name for item in (pair.before, pair.after) if item is not None for name in item.properties}
    return len({name.casefold() for name in names} - terms.ignored)


def _of_pair(pair: Pair, place: Place, terms: Terms) -> Iterator[Difference | Incomparable]:
    before, after = pair.before, pair.after
    if before is None and after is not None:
        yield from _alone(pair.name, after, place, "new", terms.before)
    elif after is None and before is not None:
        yield from _alone(pair.name, before, place, "gone", terms.after)
    elif before is not None and after is not None:
        told: list[tuple[Value, Value]] = []
        if pair.moved is not None:
            told.append(pair.moved)
            yield Difference(place, pair.name, before.type, (), "moved", *pair.moved, before=before, after=after)
        for found in _inside(before, after, terms):
            match found:
                case Unclear():
                    yield Incomparable(place, pair.name, found.path, found.why)
                case Unlike():
                    if not _is_told(found, told):
                        yield _difference(found, pair.name, before, after, place)
                case _:
                    assert_never(found)


def _alone(name: str, item: Object, place: Place, how: str, lacked: str) -> Iterator[Difference | Incomparable]:
    if lacked:
        side = "before" if how == "new" else "now"
        yield Incomparable(place, name, (), f"it did not come {side}, and that answer was not whole: {lacked}")
    elif how == "new":
        yield Difference(place, name, item.type, (), how, now=name, after=item)
    else:
        yield Difference(place, name, item.type, (), how, was=name, before=item)


def _inside(before: Object, after: Object, terms: Terms) -> Iterator[Unlike | Unclear]:
    """Differences of the properties; of the text where that is all that tells them, or says more."""
    found = list(unlike_properties(before, after, terms))
    yield from found
    if before.text == after.text or (before.type == "LdapEntry" and not (before.text and after.text)):
        return  # the rootDSE lies nowhere, and some doors call it by its name
    was, now = (_without_volatile(item, terms) for item in (before, after))
    if was == now or terms.across or alike(was, now):
        return
    was, now = printed(before), printed(after)
    if before.type == "LdapEntry" or any(isinstance(one, Unlike) and _quotes(was or "", one.was) for one in found):
        return  # where an entry lies is told as a move, and a name that the text quotes by its own property
    yield Unlike(("ToString",), "changed", was, now)


def _without_volatile(item: Object, terms: Terms) -> str | None:
    text = printed(item)
    for name in item.properties if text else ():
        changing = printed(item.properties[name]) if terms.is_volatile((name,)) else None
        if text and changing and len(changing) > 1:
            text = text.replace(changing, "")
    return text


def _quotes(text: str, value: Value) -> bool:
    shown = printed(value)
    if not shown:
        return False
    one, other = shown.casefold(), text.casefold()
    return one == other or (len(one) > 1 and one in other)


def _is_told(found: Unlike, told: list[tuple[Value, Value]]) -> bool:
    """Whether a property only repeats the object's move."""
    was, now = (
        value[0] if isinstance(value, tuple) and len(value) == 1 else value for value in (found.was, found.now)
    )
    return any(alike(was, one) and alike(now, other) for one, other in told)


def _difference(found: Unlike, name: str, before: Object, after: Object, place: Place) -> Difference:
    return Difference(
        place,
        name,
        before.type,
        found.path,
        found.how,
        found.was,
        found.now,
        found.added,
        found.removed,
        before=before,
        after=after,
    )
