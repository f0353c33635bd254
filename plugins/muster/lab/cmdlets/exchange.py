"""The cmdlets of an Exchange session, answered from the world. Any endpoint answers for every server."""

from collections.abc import Callable, Mapping, Sequence

from muster.lab.cmdlets.audit_log import audit_log
from muster.lab.cmdlets.exchange_answers import Answering, Asking
from muster.lab.cmdlets.readiness import READINESS_ASKING
from muster.lab.cmdlets.selection import names_of, select_object
from muster.lab.cmdlets.upgrade_exchange import UPGRADE_ASKING
from muster.lab.powershell.pipelines import Cmdlet, ErrorSaid, Invocation, Produced
from muster.lab.rows import Output, Row
from muster.lab.shapes import load_shapes
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan


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
    "Get-SettingOverride": Asking(edge=True),  # unverified: no page says whether an Edge has it
    "Get-EdgeSubscription": Asking(),
    "Get-ServerComponentState": Asking(
        contacts="Identity", mandatory=True, switches=frozenset({"Component"}), edge=True
    ),
    "Get-HealthReport": Asking(contacts="Identity", mandatory=True, edge=True),
    "Get-ExchangeCertificate": Asking(contacts="Server", switches=frozenset({"Thumbprint"}), edge=True),
    "Test-ServiceHealth": Asking(contacts="Server", switches=frozenset({"ActiveDirectoryTimeout"}), edge=True),
    "Get-MailboxDatabaseCopyStatus": Asking(contacts="Server", switches=frozenset({"Active", "ConnectionStatus"})),
    "Test-ReplicationHealth": Asking(contacts="Identity"),
    "Get-Queue": Asking(contacts="Server", switches=frozenset({"Exclude"}), edge=True),
    **UPGRADE_ASKING,
    **READINESS_ASKING,
}


def exchange_cmdlets(world: World, own: ServerPlan) -> dict[str, Cmdlet]:
    """What a session on ``own`` offers, by name in lower case. On an Edge: its own objects only."""
    offered: dict[str, Cmdlet] = {}
    for name, asking in _ASKING.items():
        if own.edge and not asking.edge:
            continue
        parameters = {asking.identity, asking.server, asking.contacts, "DomainController", *asking.switches} - {""}
        run = Answering(world, own, name, asking).run
        offered[name.casefold()] = Cmdlet(name, frozenset(parameters), run, positional=(_first(asking),))
    if not own.edge:
        offered |= audit_log(world)
    offered["select-object"] = offered["microsoft.powershell.utility\\select-object"] = select_object()
    offered["measure-object"] = Cmdlet(
        "Measure-Object", frozenset(), lambda _, up: Produced(tuple(up)), positional=()
    )
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
