"""The files that guides tell operators to make before an upgrade, made from a description."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from muster.lab.certificates import Authority
from muster.lab.cmdlets.exchange import exchange_cmdlets
from muster.lab.description import load_description
from muster.lab.format_list import RUNSPACE, Printing, format_list, redirected
from muster.lab.powershell.clixml import FULL, PARTIAL, Sender, exported
from muster.lab.powershell.pipelines import Invocation, run_pipeline
from muster.lab.rows import Output, Row
from muster.lab.world.making import World
from muster.lab.world.playing import anchor, make_world


@dataclass(frozen=True, slots=True)
class Dumped:
    """The cmdlet of one file; ``by`` is the parameter that names one server, ``""`` where it takes none.

    ``alone``: only a server itself answers, so without a server there is no such file. ``back_end``: it has
    -ShowMailboxVirtualDirectories.
    """

    cmdlet: str
    by: str = ""
    alone: bool = False
    back_end: bool = False


FILES: Mapping[str, Dumped] = {
    "owavirdir": Dumped("Get-OwaVirtualDirectory", "Server", back_end=True),
    "ecpvirdir": Dumped("Get-EcpVirtualDirectory", "Server", back_end=True),
    "activesyncvirdir": Dumped("Get-ActiveSyncVirtualDirectory", "Server", back_end=True),
    "ewsvirdir": Dumped("Get-WebServicesVirtualDirectory", "Server", back_end=True),
    "oabvirdir": Dumped("Get-OabVirtualDirectory", "Server", back_end=True),
    "mapivirdir": Dumped("Get-MapiVirtualDirectory", "Server"),
    "autodiscovervirdir": Dumped("Get-AutodiscoverVirtualDirectory", "Server", back_end=True),
    "powershellvirdir": Dumped("Get-PowerShellVirtualDirectory", "Server", back_end=True),
    "outlookanywhere": Dumped("Get-OutlookAnywhere", "Server", back_end=True),
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
    world: World,
    printing: Printing,
    *,
    server: str | None = None,
    clixml: str = "",
    ad_only: bool = False,
    back_end: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """File names and bytes. ``clixml``: ``partial`` or ``full``, else text; ``ad_only``: with -ADPropertiesOnly.

    ``back_end``: with -ShowMailboxVirtualDirectories where the cmdlet has it.
    """
    own = world.plans.server(server).name if server else ""
    for name, dumped in FILES.items():
        if dumped.alone and server is None:
            continue
        parameters: dict[str, str | bool] = {dumped.by: server} if dumped.by and server else {}
        if ad_only and (dumped.back_end or dumped.cmdlet == "Get-MapiVirtualDirectory"):
            parameters["ADPropertiesOnly"] = True
        if back_end and dumped.back_end:
            parameters["ShowMailboxVirtualDirectories"] = True
        if dumped.by == "Identity" and server and not dumped.alone:
            everything = outputs_of(world, dumped.cmdlet)
            outputs: tuple[Output, ...] = tuple(
                one for one in everything if isinstance(one, Row) and one.server == own
            )
        else:
            outputs = outputs_of(world, dumped.cmdlet, **parameters)
        if clixml:
            sender = Sender("localhost", RUNSPACE)
            yield f"{name}.xml", exported(outputs, FULL if clixml == "full" else PARTIAL, sender)
        else:
            yield f"{name}.txt", redirected(format_list(outputs, printing))


def world_of(description: str | Path) -> World:
    """A description played without opening a port; raises ``DescriptionMistake``."""
    with TemporaryDirectory() as keys:
        return make_world(load_description(description), Authority(Path(keys), anchor(), lasting=True))
