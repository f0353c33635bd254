"""Component states, database copies, cluster nodes, mounted databases, certificates."""

from collections.abc import Sequence

from muster.lab.changes.binding import Bound
from muster.lab.changes.refusing import Refused, not_found
from muster.lab.changes.session import Session, Step
from muster.lab.rows import Row, rows_of
from muster.lab.world.component_states import components, follow, say
from muster.lab.world.making import World

_PORTS = {"IIS": (443,), "SMTP": (25, 587)}


def _component_state(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    names = [one.get("Name") for one in piped] or [bound.get("Identity")]
    steps = []
    for name in names:
        server = session.server(str(name), bound.cmdlet)
        there = {key.casefold(): row for key, row in components(session.world, server.name).items()}
        component = str(bound.get("Component"))
        if component.casefold() not in there:
            raise Refused(f"The component '{component}' isn't valid.", f"ArgumentException,{bound.cmdlet}")
        row = there[component.casefold()]
        places = ["LocalStates", "RemoteStates"]
        if bound.get("LocalOnly"):
            places.remove("RemoteStates")
        if bound.get("RemoteOnly"):
            places.remove("LocalStates")

        def do(row: Row = row, name: str = server.name, places: Sequence[str] = tuple(places)) -> None:
            say(row, str(bound.get("Requester")), str(bound.get("State")), session.at, places=places)
            follow(session.world, name)

        steps.append(Step(f"{server.name} {row.text('Component')}", do))
    return steps


def _copy(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    resume = bound.cmdlet.startswith("Resume")
    steps = []
    for identity in [one.get("Identity") for one in piped] or [bound.get("Identity")]:
        if "\\" not in str(identity):
            raise Refused(
                f"'{identity!s}' names no copy: write <database>\\<server>.", f"ArgumentException,{bound.cmdlet}"
            )
        (row,) = session.rows("Get-MailboxDatabaseCopyStatus", identity, bound.cmdlet)
        if not resume and row.get("ActiveCopy"):
            raise Refused(f"The active copy '{identity!s}' can't be suspended.", bound.cmdlet)

        def do(row: Row = row) -> None:
            if resume:
                row.set({"Status": "Mounted" if row.get("ActiveCopy") else "Healthy"})
                row.set({"ActivationSuspended": False, "SuspendComment": None})
            else:
                row.set(
                    {
                        "Status": "Suspended",
                        "ActivationSuspended": True,
                        "SuspendComment": bound.get("SuspendComment"),
                    }
                )
            replication_health(session.world, str(row.server))

        steps.append(Step(str(identity), do))
    return steps


def replication_health(world: World, server: str) -> None:
    """What Test-ReplicationHealth says of suspended copies, of the copies that are."""
    named = [
        str(row.get("Identity"))
        for row in rows_of(server, world.rows("Get-MailboxDatabaseCopyStatus"))
        if "Suspended" in str(row.get("Status"))
    ]
    for row in rows_of(server, world.rows("Test-ReplicationHealth")):
        if row.get("Check") == "DBCopySuspended":
            defaults = row.shape.properties
            failed = {
                "Result": "*FAILED*",
                "Error": f"The following database copies are suspended: {', '.join(named)}",
            }
            row.set(failed if named else {name: defaults[name].default for name in failed})


def _node(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    resume = bound.cmdlet.startswith("Resume")
    steps = []
    for name in bound.get("Name") or [one.get("Name") for one in piped] or [session.own.name]:
        server = session.server(str(name), bound.cmdlet)
        if not server.dag:
            raise not_found(name, "the cluster", bound.cmdlet)

        def do(server_name: str = server.name, dag: str = server.dag) -> None:
            for member in session.world.plans.members(dag):
                for row in session.world.windows[member.name]:
                    if row.shape.name == "Get-ClusterNode" and row.get("Name") == server_name:
                        row.set(
                            {
                                "State": "Up" if resume else "Paused",
                                "DrainStatus": "NotInitiated" if resume else "Completed",
                            }
                        )
                    elif row.shape.name == "MSCluster_Node" and row.get("Name") == server_name:
                        row.set({"State": 0 if resume else 2})

        steps.append(Step(server.name, do))
    return steps


def _move(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    target = bound.get("ActivateOnServer")
    if target is None:
        raise Refused("The lab moves a database to a server: -ActivateOnServer.", bound.cmdlet)
    server = session.server(str(target), bound.cmdlet)
    steps = []
    for identity in [one.get("Identity") for one in piped] or [bound.get("Identity")]:
        (database,) = session.rows("Get-MailboxDatabase", identity, bound.cmdlet)
        name = str(database.get("Name"))
        copies = [
            row for row in session.world.rows("Get-MailboxDatabaseCopyStatus") if row.get("DatabaseName") == name
        ]
        mine = [row for row in copies if row.server == server.name]
        if not mine:
            raise Refused(f"Database '{name}' has no copy on server '{server.name}'.", bound.cmdlet)
        if "Suspended" in str(mine[0].get("Status")) or "Failed" in str(mine[0].get("Status")):
            raise Refused(
                f"The copy '{name}\\{server.name}' is {mine[0].text('Status')} and can't be activated.", bound.cmdlet
            )

        def do(database: Row = database, copies: Sequence[Row] = tuple(copies)) -> None:
            database.change(
                {"Server": server.name, "ServerName": server.name, "MountedOnServer": server.fqdn}, session.at
            )
            for row in copies:
                active = row.server == server.name
                row.set({"ActiveCopy": active, "ActiveDatabaseCopy": server.name.casefold()})
                if active or row.get("Status") == "Mounted":
                    row.set({"Status": "Mounted" if active else "Healthy"})

        steps.append(Step(name, do))
    return steps


def _enable_certificate(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    del piped
    named = bound.get("Server")
    server = session.server(named, bound.cmdlet) if named is not None else session.own
    thumbprint = (
        str(bound.get("Thumbprint") or str(bound.get("Identity")).rpartition("\\")[2]).replace(" ", "").upper()
    )
    installed = next(
        (
            one
            for one in session.world.certificates.installed
            if one.server == server.name and one.certificate.thumbprint == thumbprint
        ),
        None,
    )
    rows = rows_of(server.name, session.world.rows("Get-ExchangeCertificate"))
    row = next((one for one in rows if one.get("Thumbprint") == thumbprint), None)
    if installed is None or row is None:
        raise Refused(
            f"The certificate with thumbprint {thumbprint} was not found.", f"CertificateNotFound,{bound.cmdlet}"
        )
    wanted = {part.strip() for part in str(bound.get("Services")).split(",")} - {"None"}

    def do() -> None:
        has = {part.strip() for part in str(row.get("Services")).split(",")} - {"None"}
        row.set(
            {
                "Services": ", ".join(
                    one for one in ("IMAP", "POP", "UM", "IIS", "SMTP", "Federation") if one in has | wanted
                )
            }
        )
        for service in wanted:
            for port in _PORTS.get(service, ()):
                if (server.name, port) in session.world.wire:
                    session.world.wire[server.name, port].certificate = installed.certificate

    return [Step(f"{server.name}\\{thumbprint}", do)]


CHANGES = {
    "Set-ServerComponentState": _component_state,
    "Resume-MailboxDatabaseCopy": _copy,
    "Suspend-MailboxDatabaseCopy": _copy,
    "Resume-ClusterNode": _node,
    "Suspend-ClusterNode": _node,
    "Move-ActiveMailboxDatabase": _move,
    "Enable-ExchangeCertificate": _enable_certificate,
}
