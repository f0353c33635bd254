"""The cmdlets of an Exchange session, answered from the world. Any endpoint answers for every server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muster.lab.cmdlets.rpc import unreachable
from muster.lab.cmdlets.selection import names_of, select_object
from muster.lab.pipelines import Cmdlet, ErrorSaid, Invocation, Produced, Terminated
from muster.lab.rows import Output, Row
from muster.lab.shapes import load_shapes
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

_CLASS = "Microsoft.Exchange.Management.SystemConfigurationTasks."


@dataclass(frozen=True, slots=True)
class Asking:
    """How a cmdlet is asked. ``server`` and ``identity`` say which parameter names what.

    ``contacts``: it asks the server itself (by ``server`` or ``identity``), by default the endpoint's own; nobody
    else can answer. ``mandatory``: without that parameter it refuses. ``switches``: what else it takes.
    """

    identity: str = "Identity"
    server: str = ""
    contacts: str = ""
    mandatory: bool = False
    switches: frozenset[str] = frozenset()
    edge: bool = False


def _directories(*more: str) -> Asking:
    return Asking(server="Server", switches=frozenset({"ADPropertiesOnly", *more}))


_STATUS = frozenset({"Status"})
_ASKING: Mapping[str, Asking] = {
    "Get-ExchangeServer": Asking(switches=frozenset({"Status", "Domain"}), edge=True),
    "Get-OrganizationConfig": Asking(),
    "Get-AcceptedDomain": Asking(edge=True),
    "Get-TransportConfig": Asking(edge=True),
    "Get-AuthConfig": Asking(),
    "Get-SendConnector": Asking(edge=True),
    "Get-ReceiveConnector": Asking(server="Server", edge=True),
    "Get-OwaVirtualDirectory": _directories("ShowMailboxVirtualDirectories"),
    "Get-EcpVirtualDirectory": _directories("ShowMailboxVirtualDirectories"),
    "Get-WebServicesVirtualDirectory": _directories("ShowMailboxVirtualDirectories"),
    "Get-MapiVirtualDirectory": _directories(),
    "Get-OabVirtualDirectory": _directories("ShowMailboxVirtualDirectories"),
    "Get-ActiveSyncVirtualDirectory": _directories("ShowMailboxVirtualDirectories"),
    "Get-AutodiscoverVirtualDirectory": _directories("ShowMailboxVirtualDirectories"),
    "Get-PowerShellVirtualDirectory": _directories("ShowMailboxVirtualDirectories"),
    "Get-OutlookAnywhere": _directories("ShowMailboxVirtualDirectories"),
    "Get-ClientAccessService": Asking(switches=frozenset({"IncludeAlternateServiceAccountCredentialStatus"})),
    "Get-TransportService": Asking(edge=True),
    "Get-FrontendTransportService": Asking(),
    "Get-MailboxServer": Asking(switches=_STATUS),
    "Get-DatabaseAvailabilityGroup": Asking(switches=_STATUS),
    "Get-MailboxDatabase": Asking(server="Server", switches=_STATUS),
    "Get-SettingOverride": Asking(),
    "Get-EdgeSubscription": Asking(),
    "Get-ServerComponentState": Asking(contacts="Identity", mandatory=True, switches=frozenset({"Component"}), edge=True),
    "Get-ExchangeCertificate": Asking(contacts="Server", switches=frozenset({"Thumbprint"}), edge=True),
    "Test-ServiceHealth": Asking(contacts="Server", switches=frozenset({"ActiveDirectoryTimeout"}), edge=True),
    "Get-MailboxDatabaseCopyStatus": Asking(contacts="Server", switches=frozenset({"Active", "ConnectionStatus"})),
    "Test-ReplicationHealth": Asking(contacts="Identity"),
    "Get-Queue": Asking(contacts="Server", switches=frozenset({"Filter", "Include", "Exclude", "ResultSize"}), edge=True),
}


def exchange_cmdlets(world: World, own: ServerPlan) -> dict[str, Cmdlet]:
    """What a session on ``own`` offers, by name in lower case. On an Edge: its own objects only."""
    offered: dict[str, Cmdlet] = {}
    for name, asking in _ASKING.items():
        if own.edge and not asking.edge:
            continue
        parameters = {asking.identity, asking.server, asking.contacts, "DomainController", *asking.switches} - {""}
        run = _runner(world, own, name, asking)
        offered[name.casefold()] = Cmdlet(name, frozenset(parameters), run, positional=(_first(asking),))
    offered["select-object"] = offered["microsoft.powershell.utility\\select-object"] = select_object()
    offered["measure-object"] = Cmdlet("Measure-Object", frozenset(), lambda _, up: Produced(tuple(up)), positional=())
    offered["get-command"] = Cmdlet("Get-Command", frozenset({"Name"}), _get_command(offered), positional=("Name",))
    return offered


def _first(asking: Asking) -> str:
    return asking.contacts if asking.contacts == "Identity" else asking.identity


def _get_command(offered: Mapping[str, Cmdlet]) -> Callable[[Invocation, Sequence[Output]], Produced]:
    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        wanted = {name.casefold() for name in names_of(invocation.value("Name"))}
        shape = load_shapes()["Get-Command"]
        rows = [
            Row(shape, {"Name": cmdlet.name, "CommandType": "Function", "Source": "", "Extension": None})
            for key, cmdlet in sorted(offered.items())
            if "\\" not in key and (not wanted or key in wanted)
        ]
        missing = wanted - {str(row.get("Name")).casefold() for row in rows}
        return Produced(rows, [_no_command(name) for name in sorted(missing)])

    return run


def _no_command(name: str) -> ErrorSaid:
    return ErrorSaid(
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program.",
        "System.Management.Automation.CommandNotFoundException",
        "CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand",
        "ObjectNotFound",
        name,
        "Get-Command",
    )


def _runner(
    world: World, own: ServerPlan, name: str, asking: Asking
) -> Callable[[Invocation, Sequence[Output]], Produced]:
    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        produced = _answer(world, own, name, asking, invocation)
        return _beside(world.answers.get(name), produced, name)

    return run


def _beside(written: Mapping[str, Any] | None, produced: Produced, name: str) -> Produced:
    """What a planted fault says beside (or instead of) the output."""
    if not written:
        return produced
    outputs = () if written.get("zero") else produced.outputs
    errors, warnings = [*produced.errors], [*produced.warnings]
    if "error" in written:
        errors.append(ErrorSaid(written["error"], f"{_CLASS}TaskException", f"{_CLASS}{name}", "InvalidOperation"))
    if "warning" in written:
        warnings.append(written["warning"])
    return Produced(outputs, errors, warnings)


def _answer(world: World, own: ServerPlan, name: str, asking: Asking, invocation: Invocation) -> Produced:
    rows = [row for row in world.rows(name) if _shown(world, own, name, row)]
    if asking.contacts:
        return _ask_server(world, own, name, asking, invocation, rows)
    server = invocation.value(asking.server) if asking.server else None
    if server is not None:
        target = _server_named(world, own, str(server), name)
        if isinstance(target, ErrorSaid):
            return Produced(errors=[target])
        rows = [row for row in rows if target.name in _servers_of(row)]
    identity = invocation.value(asking.identity)
    if identity is not None:
        found = [row for row in rows if _is(row, str(identity))]
        if not found:
            return Produced(errors=[_not_found(world, own, str(identity), name)])
        rows = found
    return _views(world, name, rows, invocation)


def _shown(world: World, own: ServerPlan, name: str, row: Row) -> bool:
    """An Edge shows its own objects, everybody else the organisation's; servers are listed with their Edges."""
    if own.edge:
        return row.server == own.name
    edges = {server.name for server in world.plans.servers if server.edge}
    return name == "Get-ExchangeServer" or row.server not in edges


def _views(world: World, name: str, rows: Sequence[Row], invocation: Invocation) -> Produced:
    """Leave out what ``-ADPropertiesOnly`` leaves out and what only ``-Status`` or the server itself tells."""
    shape = load_shapes()[name]
    errors: list[ErrorSaid] = []
    shown: list[Row] = []
    for row in rows:
        if shape.from_iis and invocation.has("ADPropertiesOnly"):
            shown.append(_without(row, shape.from_iis, iis=True))
        elif shape.from_iis and row.server in world.down:
            errors.append(unreachable(row.server or "", name))
        elif shape.from_status and not invocation.has("Status"):
            shown.append(_without(row, shape.from_status, iis=False))
        else:
            shown.append(row)
    return Produced(shown, errors)


def _without(row: Row, names: frozenset[str], *, iis: bool) -> Row:
    """Booleans are false, everything else blank: what the directory alone knows."""
    seen = row.copy()
    for name in names:
        prop = row.shape.properties[name]
        if prop.kind.many:
            seen.values[name] = []
        else:
            seen.values[name] = False if iis and prop.kind.form == "bool" else None
    return seen


def _ask_server(
    world: World, own: ServerPlan, name: str, asking: Asking, invocation: Invocation, rows: Sequence[Row]
) -> Produced:
    wanted = invocation.value(asking.contacts)
    identity = str(invocation.value(asking.identity, "")) if asking.contacts != asking.identity else ""
    if wanted is None and asking.mandatory:
        raise Terminated(
            ErrorSaid(
                f"Cannot process command because of one or more missing mandatory parameters: {asking.contacts}.",
                "System.Management.Automation.ParameterBindingException",
                f"MissingMandatoryParameter,{name}",
                "InvalidArgument",
                activity=name,
            )
        )
    if wanted is None and "\\" in identity:
        wanted = identity.rsplit("\\", 1)[-1] if name == "Get-MailboxDatabaseCopyStatus" else identity.split("\\", 1)[0]
    if wanted is None and identity:
        chosen = [row for row in rows if _is(row, identity)]  # a database's copies everywhere
        return Produced(chosen, [] if chosen else [_not_found(world, own, identity, name)])
    target = _server_named(world, own, str(wanted), name) if wanted is not None else own
    if isinstance(target, ErrorSaid):
        return Produced(errors=[target])
    if target.name in world.down or (target.edge and not own.edge):
        return Produced(errors=[unreachable(target.fqdn, name)])
    mine = [row for row in rows if row.server == target.name and (not identity or _is(row, identity))]
    return Produced(_filtered(mine, invocation))


def _filtered(rows: Sequence[Row], invocation: Invocation) -> list[Row]:
    component, thumbprint = invocation.value("Component"), invocation.value("Thumbprint")
    excluded = {name.casefold() for name in names_of(invocation.value("Exclude"))}
    kept = list(rows)
    if component is not None:
        kept = [row for row in kept if str(row.get("Component")).casefold() == str(component).casefold()]
    if thumbprint is not None:
        kept = [row for row in kept if str(row.get("Thumbprint")).casefold() == str(thumbprint).casefold()]
    if excluded:
        kept = [row for row in kept if not (_queue_kinds(row) & excluded)]
    return kept


def _queue_kinds(row: Row) -> set[str]:
    kinds = {str(row.get("NextHopCategory")).casefold(), str(row.get("DeliveryType")).casefold()}
    if row.get("DeliveryType") == "ShadowRedundancy":
        kinds.add("shadow")
    if str(row.get("Identity")).endswith("\\Poison"):
        kinds.add("poison")
    return kinds


def _servers_of(row: Row) -> set[str]:
    servers = row.get("Servers")
    return {row.server or "", *(str(server) for server in servers)} if isinstance(servers, list) else {row.server or ""}


def _server_named(world: World, own: ServerPlan, text: str, cmdlet: str) -> ServerPlan | ErrorSaid:
    wanted = text.casefold()
    for server in world.plans.servers:
        if wanted in {server.name.casefold(), server.fqdn.casefold(), world.plans.server_dn(server.name).casefold()}:
            return server
    return _not_found(world, own, text, cmdlet)


def _is(row: Row, identity: str) -> bool:
    wanted = identity.casefold()
    known = ("Identity", "Name", "DistinguishedName", "Guid", "Fqdn", "DomainName", "DatabaseName")
    return wanted in {str(row.get(name)).casefold() for name in known if name in row.shape.properties}


def _not_found(world: World, own: ServerPlan, identity: str, cmdlet: str) -> ErrorSaid:
    controller = "localhost" if own.edge else world.plans.controller_near(own).fqdn
    kind = "ManagementObjectNotFoundException"
    return ErrorSaid(
        f"The operation couldn't be performed because object '{identity}' couldn't be found on '{controller}'.",
        f"Microsoft.Exchange.Configuration.Tasks.{kind}",
        f"[Server={own.name}] [FailureCategory=Cmdlet-{kind}] 7A1F7B5D,{_CLASS}{cmdlet.replace('-', '')}",
        "InvalidData",
        activity=cmdlet,
    )
