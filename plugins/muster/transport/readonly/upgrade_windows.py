"""What may be asked of a server's Windows about files, web server and registry that an upgrade touches.

A configuration file's text is never read. ``Select-Xml`` gives single elements of it, which fixed XPaths choose: what
else stands in the file (machineKey, connectionStrings, identity) is not among them, and of the elements in
``appSettings`` those are left out, on the server, whose key or value looks like a secret.
"""

import re

from muster.transport.readonly.allowing import STOP, Allowed
from muster.transport.readonly.argument_rules import SWITCH, Like, OneOf

_FILES = (
    r"Bin\*.exe.config",
    r"Bin\Microsoft.Exchange.AddressBook.Service.dll.config",
    r"Bin\Microsoft.Exchange.Management.Transport.dll.config",
    r"Bin\MSExchangeMailboxReplication.exe.config",
    r"Bin\MSExchangeMapiFrontEndAppPool_CLRConfig.config",
    r"Bin\MSExchangeUM.config",
    r"Bin\Search\Ceres\Runtime\1.0\noderunner.exe.config",
    r"ClientAccess\PopImap\*.exe.config",
    r"FrontEnd\PopImap\*.exe.config",
    r"TransportRoles\agents\Antimalware\Microsoft.Exchange.Transport.Agent.Malware.dll.config",
    r"TransportRoles\Shared\agents.config",
    r"TransportRoles\Shared\fetagents.config",
    r"ClientAccess\*\web.config",
    r"ClientAccess\*\*\web.config",
    r"FrontEnd\HttpProxy\*\web.config",
)
"""Below the installation. The stars are part of the name: no other may stand there."""

LOCAL_FOLDER = r"[A-Za-z]:\\(?:(?!\.\.?\\)[^\x00-\x1f\\/:*?\"<>|\[\]]{1,255}\\)*"
"""A folder on a local disk, with a backslash at its end and nothing that is a wildcard."""


def _quiet(name: str) -> str:
    """The name with its last letter as a wildcard that fits nothing else: a file that is not there is no error."""
    return re.escape(f"{name[:-1]}[{name[-1]}]")


_CONFIGURATION = Like(
    f"{LOCAL_FOLDER}(?:{'|'.join(_quiet(name) for name in _FILES)})",
    "with Exchange's own configuration files on the list, below the folder of its installation",
    several=True,
)

_SECRETS = " or ".join(
    f"contains(translate(concat(@key,' ',@value),'{letters.upper()}','{letters}'),'{word}')"
    for word in ("password", "pwd", "secret", "credential", "connectionstring", "accesskey")
    for letters in ("".join(sorted(set(word))),)
)
_LIMITS = ("maxReceivedMessageSize", "maxStringContentLength", "maxAllowedContentLength", "maxRequestLength")
_XPATHS = OneOf(
    (
        f"/configuration/appSettings/add[not({_SECRETS})]",
        f"//*[{' or '.join(f'@{name}' for name in (*_LIMITS, 'memoryLimitMegabytes'))}]",
        "/configuration/system.net/defaultProxy/*[self::proxy or self::bypasslist]",
        "/configuration/MRSConfiguration/@*",
        "/configuration/runtime/*[@enabled]",
        "/configuration/mexRuntime/agentList/agent",
    )
)

_KEYS = OneOf(
    (
        r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v1[5]",
        r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\Setu[p]",
        r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\Diagnostic[s]",
        r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\Replay\Parameter[s]",
        r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\Search\SystemParameter[s]",
        r"HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\*\*",
        r"HKLM:\SOFTWARE\Microsoft\.NETFramework\v4.0.3031[9]",
        r"HKLM:\SOFTWARE\Microsoft\.NETFramework\v2.0.5072[7]",
        r"HKLM:\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v4.0.3031[9]",
        r"HKLM:\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v2.0.5072[7]",
        r"HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameter[s]",
        r"HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\RP[C]",
        r"HKLM:\SYSTEM\CurrentControlSet\Control\Ls[a]",
        r"HKLM:\SYSTEM\CurrentControlSet\Control\Lsa\FipsAlgorithmPolic[y]",
    ),
    several=True,
)

_FILTERS = OneOf(
    (
        # nowhere that IIS keeps a password: no process model, no virtual directory's user
        "/system.applicationHost/applicationPools/add/recycling/periodicRestart",
        "/system.applicationHost/sites/site/hsts",
        "/system.applicationHost/sites/site/logFile",
        "/system.webServer/httpProtocol/customHeaders/add",
        "/system.webServer/httpRedirect",
        "/system.webServer/rewrite/rules/rule",
        "/system.webServer/rewrite/rules/rule/action",
        "/system.webServer/rewrite/rules/rule/match",
        "/system.webServer/security/access",
        "/system.webServer/security/ipSecurity",
        "/system.webServer/security/ipSecurity/add",
    )
)
_OWA_FILES = Like(
    LOCAL_FOLDER
    + "(?:"
    + "|".join(
        re.escape(name)
        for name in (
            r"FrontEnd\HttpProxy\owa\auth\*.aspx",
            r"FrontEnd\HttpProxy\owa\auth\*\themes\resources\*",
            r"ClientAccess\Owa\prem\*\resources\styles\languageselection.css",
            r"ClientAccess\Owa\prem\*\resources\styles\*.theme.*",
        )
    )
    + ")",
    "with the files of Outlook on the web on the list, below the folder of its installation",
    several=True,
)

_WEB_FILES = Like(
    LOCAL_FOLDER
    + "(?:"
    + "|".join(
        _quiet(name)
        for name in (
            r"ClientAccess\SharedWebConfig.config",
            r"FrontEnd\HttpProxy\SharedWebConfig.config",
            r"ClientAccess\*\web.config",
            r"ClientAccess\*\*\web.config",
            r"FrontEnd\HttpProxy\*\web.config",
        )
    )
    + ")",
    "with the web applications' configuration files, below the folder of Exchange's installation",
    several=True,
)

UPGRADE_WINDOWS: tuple[Allowed, ...] = (
    Allowed("Select-Xml", STOP | {"Path": _CONFIGURATION, "XPath": _XPATHS}, must=frozenset({"Path", "XPath"})),
    Allowed(
        "Get-WebConfiguration",
        STOP | {"Filter": _FILTERS, "PSPath": OneOf(("MACHINE/WEBROOT/APPHOST",)), "Recurse": SWITCH},
        must=frozenset({"Filter", "PSPath"}),
    ),
    Allowed(
        "Get-FileHash",
        STOP | {"Path": _OWA_FILES, "Algorithm": OneOf(("SHA256",))},
        must=frozenset({"Path", "Algorithm"}),
    ),
    Allowed(
        "Select-String",
        STOP
        | {"Path": _WEB_FILES, "Pattern": OneOf(("%ExchangeInstallDir%",)), "SimpleMatch": SWITCH, "List": SWITCH},
        must=frozenset({"Path", "Pattern", "SimpleMatch", "List"}),
    ),
    Allowed("Get-ItemProperty", STOP | {"Path": _KEYS}, must=frozenset({"Path"})),
)
"""Spliced into the read-only list."""
