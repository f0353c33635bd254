"""A server's own Windows: services, registry, bindings' certificates, what only needs to be said."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from muster.lab.changes.binding import Bound
from muster.lab.changes.refusing import Refused, syntax
from muster.lab.changes.session import Session, Step
from muster.lab.rows import Row, RowValue
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan
from muster.lab.world.windows import Registry

_STARTS = {"Automatic": "Auto"}
_DEPENDS = {"MSExchangeTransport": ("FMS", "MSExchangeADTopology")}
"""What must run for a service to start; source: Microsoft's overview of Exchange services."""


def _service(world: World, server: ServerPlan, name: str, cmdlet: str) -> Row:
    for row in world.windows[server.name]:
        if row.shape.name == "Win32_Service" and name.casefold() in {
            str(row.get("Name")).casefold(),
            str(row.get("DisplayName")).casefold(),
        }:
            return row
    raise Refused(f"Cannot find any service with service name '{name}'.", f"NoServiceFoundForGivenName,{cmdlet}")


def _set_service(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    del piped
    servers = [session.server(name, bound.cmdlet) for name in bound.get("ComputerName") or ()] or [session.own]
    steps = []
    for server in servers:
        row = _service(session.world, server, str(bound.get("Name")), bound.cmdlet)
        start, status = bound.get("StartupType"), bound.get("Status")
        after = _STARTS.get(start, start) if start else row.get("StartMode")
        if status == "Running":
            _may_start(session.world, server, row, str(after), bound.cmdlet)

        def do(row: Row = row, after: RowValue = after, status: str | None = status) -> None:
            row.set({"StartMode": after})
            if status in {"Running", "Stopped"}:
                _run(row, running=status == "Running")

        steps.append(Step(f"{server.name} {row.text('Name')}", do))
    return steps


def _may_start(world: World, server: ServerPlan, row: Row, start: str, cmdlet: str) -> None:
    name = str(row.get("Name"))
    title = f"{row.text('DisplayName')} ({name})"
    if start == "Disabled":
        raise Refused(
            f"Service '{title}' cannot be started due to the following error: Cannot start service {name} on "
            "computer '.'. The service is disabled.",
            f"CouldNotStartService,{cmdlet}",
        )
    for needed in _DEPENDS.get(name, ()):
        other = _service(world, server, needed, cmdlet)
        if other.get("State") != "Running" and other.get("StartMode") == "Disabled":
            raise Refused(
                f"Service '{title}' cannot be started: it depends on {needed}, which is disabled.",
                f"CouldNotStartService,{cmdlet}",
            )


def _run(row: Row, *, running: bool) -> None:
    if running == (row.get("State") == "Running"):
        return
    row.set({"State": "Running" if running else "Stopped", "Started": running, "ProcessId": 4120 if running else 0})


def _start_or_stop(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    wanted = [str(name) for key in ("Name", "DisplayName") for name in bound.get(key) or ()]
    wanted += [str(row.get("ServiceName") or row.get("Name")) for row in piped]
    if not wanted:
        raise Refused(
            "Cannot process command because of one or more missing mandatory parameters: Name.", bound.cmdlet
        )
    running = bound.cmdlet != "Stop-Service"
    steps = []
    for name in wanted:
        row = _service(session.world, session.own, name, bound.cmdlet)
        if running:
            _may_start(session.world, session.own, row, str(row.get("StartMode")), bound.cmdlet)

        def do(row: Row = row) -> None:
            for needed in _DEPENDS.get(str(row.get("Name")), ()) if running else ():
                _run(_service(session.world, session.own, needed, bound.cmdlet), running=True)
            _run(row, running=running)

        steps.append(Step(f"{session.own.name} {row.text('Name')}", do))
    return steps


def registry_key(path: str) -> str:
    r"""``HKLM:\…`` of every way that PowerShell writes a key."""
    found = re.sub(r"^(Microsoft\.PowerShell\.Core\\)?Registry::", "", path, flags=re.IGNORECASE)
    found = re.sub(r"^(HKEY_LOCAL_MACHINE|HKLM:?)\\", lambda _: "HKLM:\\", found, flags=re.IGNORECASE)
    return found.rstrip("\\")


def _registry(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:  # noqa: C901 - four cmdlets
    del piped
    path = (bound.get("Path") or bound.get("LiteralPath") or [None])[0]
    if path is None:
        raise Refused(
            "Cannot process command because of one or more missing mandatory parameters: Path.", bound.cmdlet
        )
    registry, wanted = session.world.registry[session.own.name], registry_key(str(path))
    key = next((known for known in registry if known.casefold() == wanted.casefold()), None)
    if key is None and bound.cmdlet != "New-Item":
        raise Refused(f"Cannot find path '{path}' because it does not exist.", f"PathNotFound,{bound.cmdlet}")
    if bound.cmdlet == "New-Item":
        if not wanted.startswith("HKLM:\\"):
            raise Refused("The lab makes keys of the registry only.", bound.cmdlet)
        if key is not None and not bound.get("Force"):
            raise Refused("A key in this path already exists.", f"System.IO.IOException,{bound.cmdlet}")
        return [Step(wanted, _making(registry, key or wanted))]
    names = bound.get("Name")
    values = registry[str(key)]
    steps = []
    for name in names if isinstance(names, list) else [names]:
        known = next((one for one in values if one.casefold() == str(name).casefold()), None)
        if bound.cmdlet == "Remove-ItemProperty":
            if known is None:
                raise Refused(f"Property {name} does not exist at path {path}.", bound.cmdlet)
            steps.append(Step(f"{key} {name}", _taking(values, known)))
            continue
        if bound.cmdlet == "New-ItemProperty" and known is not None and not bound.get("Force"):
            raise Refused("The property already exists.", f"System.IO.IOException,{bound.cmdlet}")
        value = _typed(
            bound.get("Value"), bound.get("PropertyType") or bound.get("Type"), values.get(known or ""), bound
        )

        def do(at: str = known or str(name), value: Any = value) -> None:
            values[at] = value

        steps.append(Step(f"{key} {name}", do))
    return steps


def _making(registry: Registry, key: str) -> Callable[[], None]:
    def do() -> None:
        registry.setdefault(key, {})

    return do


def _taking(values: dict[str, RowValue], name: str) -> Callable[[], None]:
    def do() -> None:
        del values[name]

    return do


def _typed(value: Any, kind: str | None, before: RowValue, bound: Bound) -> RowValue:
    """A value as the registry holds it: by -Type, by what was there, else by what it looks like."""
    if kind in {"DWord", "QWord"} or (kind is None and isinstance(before, int)):
        if not str(value).lstrip("-").isdigit():
            raise Refused(f'Cannot convert value "{value}" to type "System.Int32".', bound.cmdlet)
        return int(value)
    if kind == "MultiString":
        return list(value) if isinstance(value, list) else [value]
    return value if kind is None and isinstance(value, int | bool) else str(value)


def _said_only(target: str) -> Callable[[Session, Bound, Sequence[Row]], list[Step]]:
    """A command that leaves no trace: a recycled pool, a loaded module."""

    def change(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
        del piped
        if bound.cmdlet == "Restart-WebAppPool":
            _ = session.own
        return [Step(f"{target} {', '.join(map(str, bound.get('Name') or ()))}", lambda: None)]

    return change


CHANGES = {
    "Set-Service": _set_service,
    **dict.fromkeys(("Start-Service", "Stop-Service", "Restart-Service"), _start_or_stop),
    **dict.fromkeys(("Set-ItemProperty", "New-ItemProperty", "Remove-ItemProperty", "New-Item"), _registry),
    "Restart-WebAppPool": _said_only("pool"),
    "Import-Module": _said_only("module"),
    "Add-PSSnapin": _said_only("snap-in"),
}


def netsh(session: Session, words: Sequence[str], line: int) -> Step:
    """``netsh http add|delete|update sslcert ipport=0.0.0.0:444 certhash=… appid=…``."""
    given = dict(word.split("=", 1) for word in words if "=" in word)
    verbs = [word.casefold() for word in words if "=" not in word][:3]
    port = given.get("ipport", "").rpartition(":")[2]
    if len(verbs) < 3 or verbs[0] != "http" or verbs[2] != "sslcert" or not port.isdigit():  # noqa: PLR2004 - three words
        raise syntax(
            "The lab reads netsh http add|delete|update sslcert ipport=<address>:<port> certhash=<thumbprint>.", line
        )
    server, world = session.own, session.world
    shown = world.wire.get((server.name, int(port)))
    if shown is None:
        raise syntax(
            f"SSL Certificate operation failed, Error: 2: nothing is bound to port {port} of {server.name}.", line
        )
    if verbs[1] == "delete":
        return Step(f"{server.name} port {port}", lambda: setattr(shown, "certificate", None))
    wanted = given.get("certhash", "").upper()
    found = [
        one
        for one in world.certificates.installed
        if one.server == server.name and one.certificate.thumbprint == wanted
    ]
    if verbs[1] not in {"add", "update"} or not found:
        raise syntax(
            "SSL Certificate add failed, Error: 1312: A specified logon session does not exist (no such certificate)",
            line,
        )
    if verbs[1] == "add" and shown.certificate is not None:
        raise syntax("SSL Certificate add failed, Error: 183: the file exists already; delete it first.", line)
    return Step(f"{server.name} port {port}", lambda: setattr(shown, "certificate", found[0].certificate))
