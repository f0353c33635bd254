"""What goes away with something else: a component's state with the requester's word that holds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from muster.drift import Place
from muster.upgrade.judged import Sorted
from muster.upgrade.losses import loss_called
from muster.upgrade.put_back.cmdlets import settings
from muster.upgrade.seen import requester_of

_WHOLE = "serverwideoffline"
"""The component that takes every other one with it."""
_COMPONENTS = "ServerComponents"
_STATES = frozenset({_COMPONENTS, "WindowsServices"})
"""Facts that tell a server's own states, from which others follow."""


def following(judged: Iterable[Sorted]) -> Mapping[int, str]:
    """``id`` of a difference that follows → what from, in words; what follows from nothing told here is not among it.

    Nothing follows from what is meant to be.
    """
    told = [one for one in judged if one.kind != "expected"]
    causes = _Causes()
    for one in told:
        causes.note(one)
    return {id(one.difference): cause for one in told if (cause := causes.of(one))}


def row_follows(one: Sorted) -> bool:
    """Whether the row that speaks of a difference says that it has no step of its own."""
    row = loss_called(one.rule)
    return row is not None and row.follows


@dataclass(frozen=True, slots=True)
class _Causes:
    """What others can follow from.

    ``words``: subject and component → the requesters that say something else of it, by its name as written;
    ``states`` and ``others``: subjects of which a state, or anything at all, differs by itself; ``leading``: place
    and object → the properties that somebody sets.
    """

    words: dict[tuple[str, str], dict[str, set[str]]] = field(default_factory=dict)
    states: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    leading: dict[tuple[Place, str], list[str]] = field(default_factory=dict)

    def note(self, one: Sorted) -> None:
        """Take a difference in."""
        place, item, requester = one.difference.place, one.difference.object, requester_of(one.difference)
        if place.fact == _COMPONENTS and requester:
            said = self.words.setdefault((place.subject, item.casefold()), {})
            said.setdefault(item, set()).add(requester)
        if place.fact in _STATES:
            self.states.add(place.subject)
        if one.difference.path and not _goes_with_others(one):
            self.leading.setdefault((place, item), []).append(one.difference.property)
        if not row_follows(one):
            self.others.add(place.subject)

    def of(self, one: Sorted) -> str:
        """What a difference follows from; ``""`` where it stands by itself."""
        place, item = one.difference.place, one.difference.object
        if one.rule == "follows-services":
            return "services and components" if place.subject in self.states else ""
        if row_follows(one):
            return "what else differs" if place.subject in self.others else ""
        if _goes_with_others(one):
            return ", ".join(dict.fromkeys(self.leading.get((place, item), ())))
        if place.fact == _COMPONENTS and not requester_of(one.difference):
            return self._held(place.subject, _WHOLE) or self._held(place.subject, item.casefold())
        return ""

    def _held(self, subject: str, component: str) -> str:
        said = self.words.get((subject, component), {})
        return ", ".join(f"{name} by {' and '.join(sorted(requesters))}" for name, requesters in said.items())


def _goes_with_others(one: Sorted) -> bool:
    """Whether a property is set with others of its object, and by no parameter of its own."""
    setting = settings().get(one.difference.place.fact)
    return setting is not None and one.difference.property.casefold() in setting.follows
