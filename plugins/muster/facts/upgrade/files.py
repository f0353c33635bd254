"""Exchange's own configuration files: which there are, and how single elements of them are asked for.

``Select-Xml -Path`` stops at the first name that does not exist, and not every version has every file. A name whose
last letter stands in brackets is a wildcard that fits that one file: where there is none, nothing comes and nothing
is wrong; a copy such as ``web.config.bak`` does not fit. ``Select-Object -Property Path -ExpandProperty Node`` is the
one way without script text to have the attributes of an element beside the file they stand in.
"""

from muster.facts.builds import INSTALL_PATH
from muster.model import After, WindowsCmdlet, command

SERVICES = (
    r"Bin\*.exe.config",
    r"Bin\Microsoft.Exchange.AddressBook.Service.dll.config",
    r"Bin\Microsoft.Exchange.Management.Transport.dll.config",
    r"Bin\MSExchangeUM.config",
)
POP_IMAP = (r"ClientAccess\PopImap\*.exe.config", r"FrontEnd\PopImap\*.exe.config")
SCANNING = (r"TransportRoles\agents\Antimalware\Microsoft.Exchange.Transport.Agent.Malware.dll.config",)
REPLICATION = (r"Bin\MSExchangeMailboxReplication.exe.config",)
NODE_RUNNER = (r"Bin\Search\Ceres\Runtime\1.0\noderunner.exe.config",)
MAPI_POOL = (r"Bin\MSExchangeMapiFrontEndAppPool_CLRConfig.config",)
AGENTS = (r"TransportRoles\Shared\agents.config", r"TransportRoles\Shared\fetagents.config")
BACK_END = (r"ClientAccess\*\web.config", r"ClientAccess\*\*\web.config")
SHARED = (r"ClientAccess\SharedWebConfig.config", r"FrontEnd\HttpProxy\SharedWebConfig.config")
FRONT_END = (r"FrontEnd\HttpProxy\*\web.config",)


def elements(files: tuple[str, ...], xpath: str, *attributes: str) -> WindowsCmdlet:
    """Ask for the elements that an XPath finds in files of the installation: their file and these attributes."""
    return WindowsCmdlet(
        "Select-Xml",
        command("Select-Object", Property=("Path",), ExpandProperty="Node"),
        command("Select-Object", Property=("Path", *attributes)),
        Path=as_patterns(files),
        XPath=xpath,
        after=After(INSTALL_PATH, "MsiInstallPath"),
    )


def as_patterns(files: tuple[str, ...]) -> tuple[str, ...]:
    """Full names of files, each with its last letter as a wildcard."""
    return tuple(f"{{after}}{name[:-1]}[{name[-1]}]" for name in files)


def below_installation(path: str) -> str:
    r"""``Bin\EdgeTransport.exe.config`` of the full name: what is the same on every server."""
    folder = "\\v15\\"
    place = path.casefold().rfind(folder)
    return path[place + len(folder) :] if place >= 0 else path
