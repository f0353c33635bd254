"""Overrides of settings and of monitoring; transport agents."""

from collections.abc import Sequence
from typing import Any

from muster.lab.changes.binding import Bound
from muster.lab.changes.refusing import Refused, not_found
from muster.lab.changes.session import Session, Step
from muster.lab.rows import Row
from muster.lab.shapes import load_shapes
from muster.lab.world.plans import guid

_ADMINISTRATOR = "{netbios}\\admin"
"""Who runs commands in the lab."""
_AGENT_FILES = {"FrontEnd": "fetagents.config"}


def _new_setting_override(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    del piped
    name = str(bound.get("Name"))
    if any(row.get("Name") == name for row in session.world.rows("Get-SettingOverride")):
        raise Refused(f"The setting override '{name}' already exists.", f"SettingOverrideException,{bound.cmdlet}")
    renamed = {"Component": "ComponentName", "Section": "SectionName"}
    row = Row(load_shapes()["Get-SettingOverride"])
    given = {renamed.get(key, key): value for key, value in bound.given().items()}
    row.set({key: value for key, value in given.items() if key in row.shape.properties})
    plans = session.world.plans
    dn = f"CN={name},CN=Setting Overrides,CN=Global Settings,{plans.organization_dn}"
    values: dict[str, Any] = {"Identity": name, "Id": name, "DistinguishedName": dn, "Guid": guid(dn)}
    values |= dict.fromkeys(("WhenCreated", "WhenCreatedUTC", "WhenChanged", "WhenChangedUTC"), session.at)
    row.set({key: value for key, value in values.items() if key in row.shape.properties})
    return [Step(name, lambda: session.world.add(row))]


def _remove_setting_override(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    steps = []
    for identity in [one.get("Identity") for one in piped] or [bound.get("Identity")]:
        for row in session.rows("Get-SettingOverride", identity, bound.cmdlet):

            def do(row: Row = row) -> None:
                kept = [one for one in session.world.rows("Get-SettingOverride") if one is not row]
                session.world.exchange["Get-SettingOverride"] = kept

            steps.append(Step(str(identity), do))
    return steps


def _monitoring(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    """Add- and Remove-, of a server or of the organisation."""
    del piped
    asked = "Get-ServerMonitoringOverride" if "Server" in bound.cmdlet else "Get-GlobalMonitoringOverride"
    server = session.server(bound.get("Server"), bound.cmdlet).name if "Server" in bound.cmdlet else None
    identity = str(bound.get("Identity"))
    parts = identity.split("\\")
    if len(parts) < 2:  # noqa: PLR2004 - a health set and an item at least
        raise Refused(
            f"'{identity!s}' names no item: write <health set>\\<item>.", f"ArgumentException,{bound.cmdlet}"
        )
    wanted = {"Identity": identity, "PropertyName": bound.get("PropertyName")}
    there = [row for row in session.world.rows(asked) if row.server == server and row.matches(wanted)]
    if bound.cmdlet.startswith("Remove"):
        if not there:
            raise not_found(identity, session.controller, bound.cmdlet)

        def remove() -> None:
            kept = [one for one in session.world.rows(asked) if not any(one is row for row in there)]
            session.world.exchange[asked] = kept

        return [Step(identity, remove)]
    if there:
        raise Refused(f"An override for '{identity!s}' already exists.", f"ArgumentException,{bound.cmdlet}")
    if not bound.get("ApplyVersion") and not bound.get("Duration"):
        raise Refused("Either the Duration or the ApplyVersion parameter must be specified.", bound.cmdlet)
    row = Row(load_shapes()[asked], server=server)
    root = session.world.plans.written["domains"][session.world.plans.root]
    row.set({"HealthSetName": parts[0], "MonitoringItemName": parts[1], "TargetResource": "\\".join(parts[2:])})
    row.set({"Identity": identity, "CreatedTime": session.at, "CreatedBy": _ADMINISTRATOR.format(**root)})
    if server:
        row.set({"Server": server})
    for name in ("ItemType", "PropertyName", "PropertyValue", "ApplyVersion"):
        if bound.get(name) is not None:
            row.set({name: str(bound.get(name))})
    return [Step(identity, lambda: session.world.add(row))]


def _agent(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    """Agents stand in agents.config of the server that the session is on, the front end's in fetagents.config."""
    del piped
    name = str(bound.get("Identity"))
    file = _AGENT_FILES.get(str(bound.get("TransportService")), "agents.config")
    server = session.own
    rows = [
        row
        for row in session.world.windows[server.name]
        if row.shape.name == "ConfigurationElement"
        and row.get("Section") == "agents"
        and str(row.get("Path")).casefold().endswith(f"\\{file}")
    ]
    found = next((row for row in rows if str(row.get("name")).casefold() == name.casefold()), None)
    if found is None:
        raise Refused(f"Agent '{name}' was not found.", f"AgentNotFoundException,{bound.cmdlet}")
    if bound.cmdlet != "Set-TransportAgent":
        on = "true" if bound.cmdlet.startswith("Enable") else "false"
        return [Step(name, lambda: found.set({"enabled": on}))]
    priority = bound.get("Priority")
    if priority is None:
        return [Step(name, lambda: None)]
    if not 1 <= priority <= len(rows):
        raise Refused(
            f"The priority {priority} is out of range: 1 to {len(rows)}.", f"ArgumentException,{bound.cmdlet}"
        )

    def do() -> None:
        everything = session.world.windows[server.name]
        places = [number for number, row in enumerate(everything) if any(row is one for one in rows)]
        order = [row for row in rows if row is not found]
        order.insert(priority - 1, found)
        for place, row in zip(places, order, strict=True):
            everything[place] = row

    return [Step(name, do)]


CHANGES = {
    "New-SettingOverride": _new_setting_override,
    "Remove-SettingOverride": _remove_setting_override,
    **dict.fromkeys(
        (
            "Add-ServerMonitoringOverride",
            "Remove-ServerMonitoringOverride",
            "Add-GlobalMonitoringOverride",
            "Remove-GlobalMonitoringOverride",
        ),
        _monitoring,
    ),
    **dict.fromkeys(("Enable-TransportAgent", "Disable-TransportAgent", "Set-TransportAgent"), _agent),
}
