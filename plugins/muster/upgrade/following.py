"""What goes away with something else: a component's state with the requester's word that holds it."""

from collections.abc import Iterable, Mapping

from muster.upgrade.judged import Sorted
from muster.upgrade.losses import loss_called
from muster.upgrade.seen import requester_of

_WHOLE = "serverwideoffline"
"""The component that takes every other one with it."""
_STATES = frozenset({"ServerComponents", "WindowsServices"})
"""Facts that tell a server's own states, from which others follow."""


def following(judged: Iterable[Sorted]) -> Mapping[int, str]:
    """``id`` of a difference that follows → what from, in words; what follows from nothing told here is not among it.

    Nothing follows from what is meant to be.
    """
    told = [one for one in judged if one.kind != "expected"]
    words: dict[tuple[str, str], dict[str, set[str]]] = {}
    states: dict[str, bool] = {}
    others: set[str] = set()
    for one in told:
        place, requester = one.difference.place, requester_of(one.difference)
        if place.fact == "ServerComponents" and requester:
            component = one.difference.object
            words.setdefault((place.subject, component.casefold()), {}).setdefault(component, set()).add(requester)
        if place.fact in _STATES:
            states[place.subject] = True
        if not row_follows(one):
            others.add(place.subject)
    found: dict[int, str] = {}
    for one in told:
        place = one.difference.place
        if one.rule == "follows-services":
            cause = "services and components" if states.get(place.subject) else ""
        elif row_follows(one):
            cause = "what else differs" if place.subject in others else ""
        elif place.fact == "ServerComponents" and not requester_of(one.difference):
            own = words.get((place.subject, one.difference.object.casefold()), {})
            cause = _named(words.get((place.subject, _WHOLE), {})) or _named(own)
        else:
            cause = ""
        if cause:
            found[id(one.difference)] = cause
    return found


def row_follows(one: Sorted) -> bool:
    """Whether the row that speaks of a difference says that it has no step of its own."""
    row = loss_called(one.rule)
    return row is not None and row.follows


def _named(said: Mapping[str, set[str]]) -> str:
    return ", ".join(f"{component} by {' and '.join(sorted(requesters))}" for component, requesters in said.items())
