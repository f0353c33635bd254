"""Which question a cmdlet's rows answer, worded as muster's facts ask it."""

from collections.abc import Mapping
from dataclasses import dataclass

from muster.model import Command, ExchangeCmdlet


@dataclass(frozen=True, slots=True)
class Asked:
    """How the facts ask one cmdlet.

    ``owners``: the properties that tell whose a row is, in this order; none: a row is the organisation's, or (with
    ``alone``) only a command line tells. ``by``: the parameter that names one server. ``alone``: a server answers for
    itself only, so that no question of the organisation exists. ``switches`` are part of the question; ``back_end``:
    where rows of the back end are among them, ``ShowMailboxVirtualDirectories`` is too. ``of_all``: Edges are listed.
    ``spread``: properties of the organisation's rows that name servers: all of them were printed where all are named.
    """

    owners: tuple[str, ...] = ()
    by: str = ""
    alone: bool = False
    switches: tuple[str, ...] = ()
    back_end: bool = False
    of_all: bool = False
    spread: tuple[str, ...] = ()

    def question(
        self, cmdlet: str, server: str | None, *, edge: bool = False, back_end: bool = False
    ) -> ExchangeCmdlet:
        """The question about one server, or about the organisation; an Edge is asked itself."""
        switches = tuple((name, True) for name in self.switches)
        if back_end and self.back_end:
            switches += (("ShowMailboxVirtualDirectories", True),)
        named = ((self.by, server),) if server is not None and (not edge or self.alone) else ()
        pipeline = (Command(cmdlet, (*switches, *named)),)
        if server is None:
            return ExchangeCmdlet(pipeline)
        return ExchangeCmdlet(pipeline, about=server, at=server if edge else None)


_DIRECTORY = Asked(("Server", "Identity"), "Server", switches=("ADPropertiesOnly",), back_end=True)
_SERVER = Asked(("Identity", "Name", "Fqdn"), "Identity")

ASKED: Mapping[str, Asked] = {
    **dict.fromkeys(
        (
            "Get-OwaVirtualDirectory",
            "Get-EcpVirtualDirectory",
            "Get-WebServicesVirtualDirectory",
            "Get-OabVirtualDirectory",
            "Get-ActiveSyncVirtualDirectory",
            "Get-AutodiscoverVirtualDirectory",
            "Get-PowerShellVirtualDirectory",
            "Get-OutlookAnywhere",
        ),
        _DIRECTORY,
    ),
    "Get-MapiVirtualDirectory": Asked(("Server", "Identity"), "Server", switches=("ADPropertiesOnly",)),
    "Get-ReceiveConnector": Asked(("Server", "Identity"), "Server"),
    "Get-ExchangeServer": Asked(("Name", "Fqdn"), "Identity", of_all=True),
    "Get-ClientAccessService": _SERVER,
    "Get-TransportService": _SERVER,
    "Get-FrontendTransportService": _SERVER,
    "Get-MailboxServer": _SERVER,
    **dict.fromkeys(
        (
            "Get-OrganizationConfig",
            "Get-TransportConfig",
            "Get-AuthConfig",
            "Get-AcceptedDomain",
            "Get-SendConnector",
            "Get-DatabaseAvailabilityGroup",
            "Get-SettingOverride",
            "Get-EdgeSubscription",
        ),
        Asked(),
    ),
    "Get-MailboxDatabase": Asked(spread=("Servers", "Server")),
    "Get-ServerComponentState": Asked(("ServerFqdn",), "Identity", alone=True),
    "Get-MailboxDatabaseCopyStatus": Asked(("MailboxServer",), "Server", alone=True),
    "Test-ReplicationHealth": Asked(("Server",), "Identity", alone=True),
    "Get-Queue": Asked(("Identity",), "Server", alone=True),
    "Test-ServiceHealth": Asked((), "Server", alone=True),
    "Get-ExchangeCertificate": Asked((), "Server", alone=True),
}
"""Cmdlet → how it is asked. What is not here is recognised, and told as something that muster does not ask."""
