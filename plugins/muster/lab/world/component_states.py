"""What a server's components are, of what several requesters say of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from muster.lab.rows import Row, rows_of
from muster.lab.world.health import say_in_directory
from muster.lab.world.making import World

_NOT_SWITCHED_OFF = frozenset({"ServerWideOffline", "Monitoring", "RecoveryActionsEnabled", "HighAvailability"})
"""What ServerWideOffline does not take with it (unverified for HighAvailability)."""
_WHOLE = "ServerWideOffline"


def components(world: World, server: str) -> dict[str, Row]:
    """A server's component states by name."""
    return {str(row.get("Component")): row for row in rows_of(server, world.rows("Get-ServerComponentState"))}


def say(row: Row, requester: str, state: str, at: datetime, *, places: Iterable[str]) -> None:
    """Note what one requester says, in ``LocalStates``, ``RemoteStates`` or both; only its own word is replaced."""
    said = {"Requester": requester, "State": state, "Timestamp": at, "Component": row.get("Component")}
    for place in places:
        words = _said(row, place)
        known = any(one["Requester"] == requester for one in words)
        changed = [said if one["Requester"] == requester else one for one in words]
        row.set({place: changed if known else [*words, said]})


def follow(world: World, server: str) -> None:
    """Make states what requesters say: inactive if any holds it so, and with ServerWideOffline nearly all."""
    rows = components(world, server)
    offline = _WHOLE in rows and _own(rows[_WHOLE]) == "Inactive"
    for name, row in rows.items():
        state = _own(row)
        if state is not None:
            row.set({"State": "Inactive" if offline and name not in _NOT_SWITCHED_OFF else state})
    say_in_directory(world.plans, rows.values(), world.nodes)


def _said(row: Row, place: str) -> list[dict[str, Any]]:
    value = row.get(place)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _own(row: Row) -> str | None:
    """What follows from a component's own requesters; ``None`` where nobody ever said anything."""
    states = {str(one["State"]) for place in ("LocalStates", "RemoteStates") for one in _said(row, place)}
    for state in ("Inactive", "Draining", "Active"):
        if state in states:
            return state
    return None
