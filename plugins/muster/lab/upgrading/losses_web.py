"""What is lost of virtual directories and client access."""

from collections.abc import Sequence
from datetime import datetime

from muster.lab.rows import RowValue
from muster.lab.upgrading.losses import Loss, exchange_row, setting
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

_NO_SOURCE = "no source says that an update changes it"
_PATHS = {
    "Get-WebServicesVirtualDirectory": "EWS/Exchange.asmx",
    "Get-OabVirtualDirectory": "OAB",
    "Get-ActiveSyncVirtualDirectory": "Microsoft-Server-ActiveSync",
    "Get-MapiVirtualDirectory": "mapi",
    "Get-EcpVirtualDirectory": "ecp",
}
_FRONT = "*(Default Web Site)"


def _missing(world: World, server: ServerPlan, at: datetime) -> None:
    del at
    gone = exchange_row(world, "Get-EcpVirtualDirectory", server.name, Name=_FRONT)
    world.exchange["Get-EcpVirtualDirectory"] = [
        row for row in world.rows("Get-EcpVirtualDirectory") if not any(row is one for one in gone)
    ]


def _urls(world: World, server: ServerPlan, at: datetime) -> None:
    """As Setup leaves them: the server's own name inside, nothing outside."""
    for cmdlet, path in _PATHS.items():
        values: dict[str, RowValue] = {"InternalUrl": f"https://{server.fqdn.casefold()}/{path}", "ExternalUrl": None}
        for row in exchange_row(world, cmdlet, server.name, Name=_FRONT):
            row.change(values, at)


def _authentication(world: World, server: ServerPlan, at: datetime) -> None:
    values: dict[str, RowValue] = {
        "FormsAuthentication": False,
        "BasicAuthentication": False,
        "WindowsAuthentication": True,
        "InternalAuthenticationMethods": ["Ntlm", "WindowsIntegrated"],
        "ExternalAuthenticationMethods": ["Ntlm", "WindowsIntegrated"],
    }
    for cmdlet in ("Get-OwaVirtualDirectory", "Get-EcpVirtualDirectory"):
        setting(cmdlet, values, Name=_FRONT)(world, server, at)


LOSSES: Sequence[Loss] = (
    Loss(
        "vdir-missing",
        "lost",
        "the virtual directory of ECP is missing after the upgrade",
        "CSS-Exchange, Test-VirtualDirectoryConfiguration.ps1",
        _missing,
    ),
    Loss(
        "owa-urls",
        "unsourced",
        "OWA's URLs are as Setup leaves them: the server's own name inside, nothing outside",
        _NO_SOURCE,
        setting("Get-OwaVirtualDirectory", {"InternalUrl": "https://{fqdn}/owa", "ExternalUrl": None}, Name=_FRONT),
    ),
    Loss("vdir-urls", "unsourced", "the URLs of EWS, OAB, ActiveSync, MAPI and ECP likewise", _NO_SOURCE, _urls),
    Loss(
        "vdir-authentication",
        "unsourced",
        "OWA and ECP take Windows authentication instead of forms",
        _NO_SOURCE,
        _authentication,
    ),
    Loss(
        "mapi-authentication",
        "unsourced",
        "MAPI over HTTP takes no OAuth any more",
        _NO_SOURCE,
        setting(
            "Get-MapiVirtualDirectory",
            {
                "IISAuthenticationMethods": ["Ntlm", "Negotiate"],
                "InternalAuthenticationMethods": ["Ntlm", "Negotiate"],
                "ExternalAuthenticationMethods": ["Ntlm", "Negotiate"],
            },
        ),
    ),
    Loss(
        "outlook-anywhere-names",
        "unsourced",
        "Outlook Anywhere's host names are the server's own inside and none outside",
        _NO_SOURCE,
        setting("Get-OutlookAnywhere", {"InternalHostname": "{fqdn}", "ExternalHostname": None}),
    ),
    Loss(
        "service-uri",
        "unsourced",
        "the service connection point names the server itself",
        _NO_SOURCE,
        setting(
            "Get-ClientAccessService",
            {"AutoDiscoverServiceInternalUri": "https://{fqdn}/Autodiscover/Autodiscover.xml"},
        ),
    ),
    Loss(
        "download-names",
        "unsourced",
        "the download domain of OWA is gone",
        _NO_SOURCE,
        setting(
            "Get-OwaVirtualDirectory",
            {"ExternalDownloadHostName": None, "InternalDownloadHostName": None},
            Name=_FRONT,
        ),
    ),
)
