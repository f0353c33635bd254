"""A played world as plain values, to compare two of them: everything an endpoint would say, but no times."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from muster.lab.played import Event
from muster.lab.rows import Row
from muster.lab.world.making import World

AT = datetime(2025, 9, 20, 22, 30, tzinfo=UTC)
MakeWorld = Callable[..., World]
Said = dict[tuple[str, ...], Any]


def said(world: World) -> Said:
    """Who says which value of what: (door, object, property) → value."""
    found: Said = {}
    for cmdlet, rows in world.exchange.items():
        found |= _rows(("exchange", cmdlet), rows)
    for server, rows in world.windows.items():
        found |= _rows(("windows", server), rows)
    for server, keys in world.registry.items():
        found |= {
            ("registry", server, key, name): value for key, values in keys.items() for name, value in values.items()
        }
    for node in world.nodes:
        entry = node.entry("dc1")
        attributes = {name: values for name, values in entry.attributes.items() if "when" not in name}
        if states := attributes.get("msExchComponentStates"):  # each ends with when it was said
            attributes["msExchComponentStates"] = tuple(str(state).rpartition(":")[0] for state in states)
        found |= {("ldap", node.dn, name): values for name, values in attributes.items()}
        found["ldap", node.dn, "nTSecurityDescriptor"] = node.security
    for (server, port), shown in world.wire.items():
        thumbprint = shown.certificate.thumbprint if shown.certificate else None
        found["wire", server, str(port)] = (thumbprint, shown.starttls)
    return found


def _rows(door: tuple[str, ...], rows: list[Row]) -> Said:
    numbers: dict[str, int] = {}
    found: Said = {}
    for row in rows:
        who = f"{row.shape.name} {row.server} {_named(row)}"
        numbers[who] = numbers.get(who, 0) + 1
        for name in row.shape.properties:
            value = row.get(name)
            if not isinstance(value, datetime):
                found[*door, f"{who} {numbers[who]}", name] = _without_times(value)
    return found


def _named(row: Row) -> str:
    names = ("Identity", "Name", "ItemXPath", "FullName", "id", "Scope", "Path", "Component", "Role", "name")
    return " ".join(row.text(name) for name in names if name in row.shape.properties)


def _without_times(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_times(one) for one in value]
    if isinstance(value, Mapping):
        return {key: one for key, one in value.items() if not isinstance(one, datetime)}
    return value


def differences(before: Said, after: Said) -> Iterator[tuple[str, ...]]:
    """The keys whose values are not the same, or that only one has."""
    for key in sorted({*before, *after}):
        if before.get(key, "nothing") != after.get(key, "nothing"):
            yield key


def happened(make: MakeWorld, *events: Event) -> Said:
    """What a world says after the events."""
    return said(make(*events))
