"""Exchange's own configuration files: which there are, and how single elements of them are asked for.

``Select-Xml -Path`` stops at the first name that does not exist, and not every version has every file. A name whose
last letter stands in brackets is a wildcard that fits that one file: where there is none, nothing comes and nothing
is wrong. ``Select-Object -Property Path -ExpandProperty Node`` is the one way without script text to have the
attributes of an element beside the file they stand in.
"""

from muster.facts.builds import INSTALL_PATH
from muster.model import After, WindowsCmdlet, command


def _bin(*names: str) -> tuple[str, ...]:
    return tuple(rf"Bin\{name}.config" for name in names)


def _web(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(rf"{folder}\{name}\web.config" for name in names)


SERVICES = _bin(
    "ComplianceAuditService.exe",
    "EdgeTransport.exe",
    "Microsoft.Exchange.AddressBook.Service.dll",
    "Microsoft.Exchange.Diagnostics.Service.exe",
    "Microsoft.Exchange.Directory.TopologyService.exe",
    "Microsoft.Exchange.EdgeSyncSvc.exe",
    "Microsoft.Exchange.Management.Transport.dll",
    "Microsoft.Exchange.Mitigation.Service.exe",
    "Microsoft.Exchange.RpcClientAccess.Service.exe",
    "Microsoft.Exchange.Search.Service.exe",
    "Microsoft.Exchange.Servicehost.exe",
    "Microsoft.Exchange.Store.Service.exe",
    "Microsoft.Exchange.Store.Worker.exe",
    "MSExchangeCompliance.exe",
    "MSExchangeDelivery.exe",
    "MSExchangeFrontEndTransport.exe",
    "MSExchangeHMHost.exe",
    "MSExchangeHMRecovery.exe",
    "MSExchangeHMWorker.exe",
    "MSExchangeMailboxAssistants.exe",
    "MSExchangeMailboxReplication.exe",
    "MSExchangeSubmission.exe",
    "MSExchangeThrottling.exe",
    "MSExchangeTransport.exe",
    "MSExchangeUM",
)
POP_IMAP = tuple(
    rf"{side}\PopImap\Microsoft.Exchange.{name}.exe.config"
    for side in ("ClientAccess", "FrontEnd")
    for name in ("Imap4", "Imap4Service", "Pop3", "Pop3Service")
)
SCANNING = (r"TransportRoles\agents\Antimalware\Microsoft.Exchange.Transport.Agent.Malware.dll.config",)
REPLICATION = (r"Bin\MSExchangeMailboxReplication.exe.config",)
NODE_RUNNER = (r"Bin\Search\Ceres\Runtime\1.0\noderunner.exe.config",)
MAPI_POOL = (r"Bin\MSExchangeMapiFrontEndAppPool_CLRConfig.config",)
AGENTS = (r"TransportRoles\Shared\agents.config", r"TransportRoles\Shared\fetagents.config")
BACK_END = _web(
    "ClientAccess",
    "Autodiscover",
    "ecp",
    r"ecp\DLPPolicy",
    r"ecp\Handlers",
    r"ecp\PersonalSettings",
    r"ecp\UsersGroups",
    r"exchweb\ews",
    r"mapi\emsmdb",
    r"mapi\nspi",
    "OAB",
    "Owa",
    "PowerShell",
    "PowerShell-Proxy",
    "PushNotifications",
    "rest",
    "RpcProxy",
    "Sync",
)
FRONT_END = _web(
    r"FrontEnd\HttpProxy",
    "autodiscover",
    "ecp",
    "ews",
    "mapi",
    "oab",
    "owa",
    "powershell",
    "pushnotifications",
    "ReportingWebService",
    "rest",
    "rpc",
    "sync",
)


def elements(files: tuple[str, ...], xpath: str, *attributes: str) -> WindowsCmdlet:
    """Ask for the elements that an XPath finds in files of the installation: their file and these attributes."""
    return WindowsCmdlet(
        "Select-Xml",
        command("Select-Object", Property=("Path",), ExpandProperty="Node"),
        command("Select-Object", Property=("Path", *attributes)),
        Path=tuple(f"{{after}}{name[:-1]}[{name[-1]}]" for name in files),
        XPath=xpath,
        after=After(INSTALL_PATH, "MsiInstallPath"),
    )


def below_installation(path: str) -> str:
    r"""``Bin\EdgeTransport.exe.config`` of the full name: what is the same on every server."""
    folder = "\\v15\\"
    place = path.casefold().rfind(folder)
    return path[place + len(folder) :] if place >= 0 else path
