"""How a fact shows what a row of a table speaks of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from muster.catalogue.rows import Row, as_rows, inner, maybe, texts
from muster.drift import Difference
from muster.model import Object, Value
from muster.upgrade.values import names_in, property_of, text_of

STATES = frozenset({"localstates", "remotestates"})
"""The properties of a component that hold what each requester says."""

_PRINTED = re.compile(r"Requestor:(?P<requester>.*?); State:(?P<state>.*?); Timestamp:")


@dataclass(frozen=True, slots=True)
class Seen:
    """Which differences a row speaks of.

    ``facts`` and ``properties`` are names (no property: any, also the object itself), ``how`` as in ``Difference``
    (none: any). ``object``, ``was``, ``now`` and ``requester`` are regular expressions, case does not count;
    ``object`` is searched for, the others fit the whole text. ``only_added``: nothing went, and nothing else came.
    ``holds``: what the new object says of itself.
    """

    facts: frozenset[str]
    properties: frozenset[str] = frozenset()
    how: frozenset[str] = frozenset()
    object: str | None = None
    was: str | None = None
    now: str | None = None
    requester: str | None = None
    only_added: frozenset[str] = frozenset()
    holds: Mapping[str, str] = field(default_factory=dict, hash=False)

    def fits(self, difference: Difference) -> bool:
        """Whether the row speaks of this difference."""
        return (
            difference.place.fact in self.facts
            and (not self.properties or difference.property.casefold() in self.properties)
            and (not self.how or difference.how in self.how)
            and (self.object is None or bool(re.search(self.object, difference.object, re.IGNORECASE)))
            and self._values_fit(difference)
            and (self.requester is None or _fits(self.requester, requester_of(difference)))
        )

    def _values_fit(self, difference: Difference) -> bool:
        if self.only_added:
            return not difference.removed and names_in(difference.added) == self.only_added
        if not all(_fits(value, text_of(property_of(difference.after, name))) for name, value in self.holds.items()):
            return False
        was, now = state_of(difference.was), state_of(_last(difference))
        return (self.was is None or _fits(self.was, was)) and (self.now is None or _fits(self.now, now))


def _last(difference: Difference) -> Value:
    """The new value; of a list of requesters' words the one that came."""
    words = difference.added if difference.property.casefold() in STATES else ()
    return words[0] if words else difference.now


def seen_from(row: Row) -> tuple[Seen, ...]:
    """What a row says under ``seen``."""
    return tuple(_seen(each) for each in as_rows(row.get("seen", []), f"seen of {row.get('id')}"))


def requester_of(difference: Difference) -> str:
    """The requester whose word on a component differs; ``""`` where the difference is no such word."""
    if difference.property.casefold() not in STATES:
        return ""
    if len(difference.path) > 1:
        return difference.path[1]
    for value in (*difference.added, *difference.removed, difference.now, difference.was):
        if isinstance(value, Object) and (said := property_of(value, "Requester")) is not None:
            return text_of(said)
        if printed := _PRINTED.search(text_of(value)):
            return printed["requester"]
    return ""


def state_of(value: Value) -> str:
    """A value's text; of a requester's word the state that it asks for."""
    if isinstance(value, Object) and property_of(value, "Requester") is not None:
        return text_of(property_of(value, "State"))
    printed = _PRINTED.fullmatch(text_of(value)) or _PRINTED.match(text_of(value))
    return printed["state"] if printed else text_of(value)


def _seen(row: Row) -> Seen:
    return Seen(
        facts=frozenset(texts(row, "facts")),
        properties=frozenset(name.casefold() for name in texts(row, "properties")),
        how=frozenset(texts(row, "how")),
        object=maybe(row, "object"),
        was=maybe(row, "was"),
        now=maybe(row, "now"),
        requester=maybe(row, "requester"),
        only_added=frozenset(name.casefold() for name in texts(row, "only_added")),
        holds={name: str(value) for name, value in inner(row, "holds").items()},
    )


def _fits(pattern: str, text: str) -> bool:
    return bool(re.fullmatch(pattern, text, re.IGNORECASE))
