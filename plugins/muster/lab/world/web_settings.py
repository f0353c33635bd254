"""IIS's configuration and the files of Outlook on the web, as Setup leaves them."""

from collections.abc import Iterator
from hashlib import sha256

from muster.lab.rows import Row, RowValue
from muster.lab.shapes import load_shapes
from muster.lab.world.plans import ServerPlan

_FOLDER = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"
_LOGS = "%SystemDrive%\\inetpub\\logs\\LogFiles"
_SITES = ("Default Web Site", "Exchange Back End")
_DIRECTORIES = (
    "API",
    "Autodiscover",
    "ecp",
    "EWS",
    "mapi",
    "Microsoft-Server-ActiveSync",
    "OAB",
    "owa",
    "PowerShell",
    "Rpc",
)
_PLAIN = frozenset({"PowerShell"})
_POOLS = (
    "MSExchangeOWAAppPool",
    "MSExchangeECPAppPool",
    "MSExchangeServicesAppPool",
    "MSExchangeMapiFrontEndAppPool",
    "MSExchangeAutodiscoverAppPool",
    "MSExchangeSyncAppPool",
)
_SIGN_IN = (
    "logon.css",
    "errorFE.css",
    "favicon.ico",
    "olk_logo_white_cropped.png",
    "owa_text_blue.png",
    "Sign_in_arrow.png",
)
_THEMES = ("base", "grey", "blue")


def web_rows(server: ServerPlan) -> Iterator[Row]:
    """Everything of a Mailbox server's IIS that is asked for."""
    if server.edge:
        return
    for site in _SITES:
        element = f"/system.applicationHost/sites/site[@name='{site}' and @id='{_SITES.index(site) + 1}']"
        yield _element(
            server,
            "/system.applicationHost/sites/site/logFile",
            ItemXPath=f"{element}/logFile",
            directory=_LOGS,
            logFormat="W3C",
            period="Daily",
        )
    yield _element(
        server,
        "/system.webServer/httpProtocol/customHeaders/add",
        ItemXPath="/system.webServer/httpProtocol/customHeaders/add[@name='X-Powered-By']",
        name="X-Powered-By",
        value="ASP.NET",
    )
    for directory in _DIRECTORIES:
        yield _element(
            server,
            "/system.webServer/security/access",
            ItemXPath="/system.webServer/security/access",
            Location=f"{_SITES[0]}/{directory}",
            sslFlags="None" if directory in _PLAIN else "Ssl,Ssl128",
        )
    for pool in _POOLS:
        yield _element(
            server,
            "/system.applicationHost/applicationPools/add/recycling/periodicRestart",
            ItemXPath=f"/system.applicationHost/applicationPools/add[@name='{pool}']/recycling/periodicRestart",
            time="00:00:00",
            requests=0,
            memory=0,
            privateMemory=0,
        )
    yield from owa_files(server, ".".join(server.build.split(".")[:3]))


def owa_files(server: ServerPlan, build: str) -> Iterator[Row]:
    """The files that Setup brings into the folders of a build (``15.2.1748``), and the pages beside them."""
    own = f"{_FOLDER}FrontEnd\\HttpProxy\\owa\\auth\\"
    styles = f"{_FOLDER}ClientAccess\\Owa\\prem\\{build}\\resources\\styles\\"
    names = [
        *(f"{own}{name}.aspx" for name in ("logon", "errorFE", "expiredpassword")),
        *(f"{own}{build}\\themes\\resources\\{name}" for name in _SIGN_IN),
        f"{styles}languageselection.css",
        *(f"{styles}fabric.color.theme.{theme}.css" for theme in _THEMES),
        *(f"{styles}_fabric.color.variables.theme.{theme}.less" for theme in _THEMES),
    ]
    for name in names:
        hashed = sha256(name.replace(build, "").encode()).hexdigest().upper()
        yield Row(load_shapes()["Get-FileHash"], {"Path": name, "Hash": hashed}, server.name)


def _element(server: ServerPlan, found_by: str, **values: RowValue) -> Row:
    row = Row(load_shapes()["WebConfiguration"], server=server.name)
    row.set({"Filter": found_by, **values})
    return row
