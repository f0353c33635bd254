"""Connectors and who may do what on them."""

from collections.abc import Mapping, Sequence
from typing import Any

from muster.lab.changes.binding import Bound
from muster.lab.changes.refusing import Refused
from muster.lab.changes.session import Session, Step
from muster.lab.changes.setting import Effect, fitted
from muster.lab.description import DescriptionMistake
from muster.lab.rows import Row, RowValue, rows_of
from muster.lab.world.access_lists import EXCHANGE_GROUPS, right_guid
from muster.lab.world.mail_flow import new_receive_connector
from muster.lab.world.making import World

_KNOWN = {
    "anonymous logon": "S-1-5-7",
    "authenticated users": "S-1-5-11",
    "everyone": "S-1-1-0",
    "self": "S-1-5-10",
    "network service": "S-1-5-20",
}


def _send(session: Session, row: Row, new: dict[str, RowValue], given: Mapping[str, Any]) -> None:
    """Smart hosts decide about routing by DNS; source servers must be there, the first is home."""
    del row
    if "SmartHosts" in given:
        hosts = [str(host) for host in given["SmartHosts"]] if isinstance(given["SmartHosts"], list) else []
        new |= {"SmartHosts": list(hosts), "SmartHostsString": ", ".join(hosts), "DNSRoutingEnabled": not hosts}
    sources = new.get("SourceTransportServers")
    if isinstance(sources, list):
        names = [session.server(str(name), "Set-SendConnector").name for name in sources]
        if not names:
            raise Refused("A Send connector must have at least one source server.", "Set-SendConnector")
        new |= {"SourceTransportServers": list(names), "HomeMtaServerId": names[0]}


EFFECTS: Mapping[str, Effect] = {"Set-SendConnector": _send}


def follow(world: World, row: Row) -> None:
    """A receive connector's entry of the directory, and whether its port offers STARTTLS."""
    world.touch_connector(row)
    for (server, port), shown in world.wire.items():
        first = next((one for one in rows_of(server, world.rows("Get-ReceiveConnector")) if _has(one, port)), None)
        if first is row:
            shown.starttls = "Tls" in {part.strip() for part in str(row.get("AuthMechanism")).split(",")}


def _has(row: Row, port: int) -> bool:
    bindings = row.get("Bindings")
    return isinstance(bindings, list) and any(str(one).endswith(f":{port}") for one in bindings)


def _new(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    del piped
    world = session.world
    named = bound.get("Server")
    server = session.server(named, bound.cmdlet) if named is not None else session.own
    name = str(bound.get("Name"))
    if any(
        str(row.get("Name")).casefold() == name.casefold()
        for row in rows_of(server.name, world.rows("Get-ReceiveConnector"))
    ):
        raise Refused(
            f"The Receive connector '{server.name}\\{name}' already exists.", f"ADObjectAlreadyExists,{bound.cmdlet}"
        )
    for needed in ("Bindings", "RemoteIPRanges"):
        if not bound.get(needed):
            raise Refused(f"The parameter '{needed}' is required for this usage type.", bound.cmdlet)
    row = new_receive_connector(world.plans, server, name)
    for parameter, value in bound.given("Server", "Name", "Usage").items():
        if prop := row.shape.property_named(parameter):
            row.set({prop.name: fitted(row, prop, value, bound.cmdlet)})
    row.change({"WhenCreated": session.at, "WhenCreatedUTC": session.at}, session.at)

    def do() -> None:
        world.add(row)
        follow(world, row)

    return [Step(str(row.get("Identity")), do)]


def _remove(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    steps = []
    for row in _connectors(session, bound, piped):

        def do(row: Row = row) -> None:
            kept = [one for one in session.world.rows("Get-ReceiveConnector") if one is not row]
            session.world.exchange["Get-ReceiveConnector"] = kept
            session.world.grants.pop(str(row.get("DistinguishedName")), None)
            follow(session.world, row)

        steps.append(Step(str(row.get("Identity")), do))
    return steps


def _connectors(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Row]:
    identities = [one.get("Identity") for one in piped] or [bound.get("Identity")]
    if identities == [None]:
        raise Refused(
            "Cannot process command because of one or more missing mandatory parameters: Identity.", bound.cmdlet
        )
    return [row for one in identities for row in session.rows("Get-ReceiveConnector", one, bound.cmdlet)]


def _sid(session: Session, user: str, cmdlet: str) -> str:
    name = user.rpartition("\\")[2].casefold()
    if user.upper().startswith("S-1-"):
        return user.upper()
    groups = {
        group.casefold(): sid.format(domain=session.world.plans.root_sid) for group, sid in EXCHANGE_GROUPS.items()
    }
    found = _KNOWN.get(name) or groups.get(name)
    if not found:
        raise Refused(f"User or group \"{user}\" wasn't found. Please make sure you've typed it correctly.", cmdlet)
    return found


def _grants(session: Session, bound: Bound) -> list[dict[str, str]]:
    rights = bound.get("ExtendedRights")
    user = bound.get("User")
    if user is None or not rights:
        raise Refused("The lab grants extended rights to a user: -User and -ExtendedRights.", bound.cmdlet)
    sid = _sid(session, str(user), bound.cmdlet)
    for right in rights:
        try:
            right_guid(str(right))
        except DescriptionMistake:
            said = f"'{right}' is not a valid extended right in the directory schema."
            raise Refused(said, f"ArgumentException,{bound.cmdlet}") from None
    deny = {"deny": "true"} if bound.get("Deny") else {}
    return [{"sid": sid, "right": str(right), **deny} for right in rights]


def _key(grant: Mapping[str, Any]) -> tuple[str, str, bool]:
    return str(grant["sid"]), right_guid(str(grant["right"])), bool(grant.get("deny"))


def _permission(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    adds = bound.cmdlet.startswith("Add")
    wanted = _grants(session, bound)
    steps = []
    for row in _connectors(session, bound, piped):
        dn = str(row.get("DistinguishedName"))

        def do(row: Row = row, dn: str = dn) -> None:
            keys = {_key(grant) for grant in wanted}
            others = [one for one in session.world.grants.get(dn, ()) if _key(one) not in keys]
            session.world.grants[dn] = [*others, *wanted] if adds else others
            follow(session.world, row)

        steps.append(Step(str(row.get("Identity")), do))
    return steps


CHANGES = {
    "New-ReceiveConnector": _new,
    "Remove-ReceiveConnector": _remove,
    "Add-ADPermission": _permission,
    "Remove-ADPermission": _permission,
}
