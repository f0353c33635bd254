"""The files that guides tell operators to make before an upgrade, made from a description."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from muster.lab.certificates import Authority
from muster.lab.cmdlets.exchange import exchange_cmdlets
from muster.lab.description import load_description
from muster.lab.format_list import RUNSPACE, Printing, format_list, redirected
from muster.lab.powershell.clixml import FULL, PARTIAL, Sender, exported
from muster.lab.powershell.pipelines import Invocation, run_pipeline
from muster.lab.rows import Output
from muster.lab.world.making import World
from muster.lab.world.playing import make_world


@dataclass(frozen=True, slots=True)
class Dumped:
    """The cmdlet of one file; ``by`` is the parameter that names one server, ``""`` where it takes none.

    ``alone``: only a server itself answers, so without a server there is no such file.
    """

    cmdlet: str
    by: str = ""
    alone: bool = False


FILES: Mapping[str, Dumped] = {
    "owavirdir": Dumped("Get-OwaVirtualDirectory", "Server"),
    "ecpvirdir": Dumped("Get-EcpVirtualDirectory", "Server"),
    "activesyncvirdir": Dumped("Get-ActiveSyncVirtualDirectory", "Server"),
    "ewsvirdir": Dumped("Get-WebServicesVirtualDirectory", "Server"),
    "oabvirdir": Dumped("Get-OabVirtualDirectory", "Server"),
    "mapivirdir": Dumped("Get-MapiVirtualDirectory", "Server"),
    "autodiscovervirdir": Dumped("Get-AutodiscoverVirtualDirectory", "Server"),
    "powershellvirdir": Dumped("Get-PowerShellVirtualDirectory", "Server"),
    "outlookanywhere": Dumped("Get-OutlookAnywhere", "Server"),
    "clientaccessserver": Dumped("Get-ClientAccessService", "Identity"),
    "mailboxserver": Dumped("Get-MailboxServer", "Identity"),
    "transportserver": Dumped("Get-TransportService", "Identity"),
    "frontendtransportserver": Dumped("Get-FrontendTransportService", "Identity"),
    "exchangeserver": Dumped("Get-ExchangeServer", "Identity"),
    "receiveconnector": Dumped("Get-ReceiveConnector", "Server"),
    "sendconnector": Dumped("Get-SendConnector"),
    "organizationconfig": Dumped("Get-OrganizationConfig"),
    "transportconfig": Dumped("Get-TransportConfig"),
    "authconfig": Dumped("Get-AuthConfig"),
    "accepteddomain": Dumped("Get-AcceptedDomain"),
    "dag": Dumped("Get-DatabaseAvailabilityGroup"),
    "mailboxdatabase": Dumped("Get-MailboxDatabase", "Server"),
    "componentstate": Dumped("Get-ServerComponentState", "Identity", alone=True),
    "databasecopystatus": Dumped("Get-MailboxDatabaseCopyStatus", "Server", alone=True),
}
"""File name without its ending → what is dumped into it. One more is one line here."""


def outputs_of(world: World, cmdlet: str, **parameters: str | bool) -> tuple[Output, ...]:
    """What a session on the first Mailbox server puts out; raises ``LookupError`` with what it said instead."""
    offered = exchange_cmdlets(world, world.plans.mailbox_servers[0])
    produced = run_pipeline([Invocation(cmdlet, tuple(parameters.items()))], offered)
    if produced.errors:
        raise LookupError(produced.errors[0].message)
    return tuple(produced.outputs)


def dumps(
    world: World, printing: Printing, *, server: str | None = None, clixml: str = "", ad_only: bool = False
) -> Iterator[tuple[str, bytes]]:
    """File names and bytes. ``clixml``: ``partial`` or ``full``, else text; ``ad_only``: with -ADPropertiesOnly."""
    for name, dumped in FILES.items():
        if dumped.alone and server is None:
            continue
        parameters: dict[str, str | bool] = {dumped.by: server} if dumped.by and server else {}
        if ad_only and ("VirtualDirectory" in dumped.cmdlet or dumped.cmdlet == "Get-OutlookAnywhere"):
            parameters["ADPropertiesOnly"] = True
        outputs = outputs_of(world, dumped.cmdlet, **parameters)
        if clixml:
            sender = Sender("localhost", RUNSPACE)
            yield f"{name}.xml", exported(outputs, FULL if clixml == "full" else PARTIAL, sender)
        else:
            yield f"{name}.txt", redirected(format_list(outputs, printing))


def world_of(description: str | Path) -> World:
    """A description played without opening a port; raises ``DescriptionMistake``."""
    with TemporaryDirectory() as keys:
        return make_world(load_description(description), Authority(Path(keys), datetime.now(UTC)))
