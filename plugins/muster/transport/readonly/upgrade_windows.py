"""What may be asked of a server's Windows about files, web server and registry that an upgrade touches.

A configuration file's text is never read. ``Select-Xml`` gives single elements of it, which fixed XPaths choose: what
else stands in the file (machineKey, connectionStrings, identity) is not among them, and of the elements in
``appSettings`` those are left out, on the server, whose key or value looks like a secret.
"""

import re

from muster.transport.readonly.allowing import STOP, Allowed
from muster.transport.readonly.argument_rules import Like, OneOf

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

UPGRADE_WINDOWS: tuple[Allowed, ...] = (
    Allowed("Select-Xml", STOP | {"Path": _CONFIGURATION, "XPath": _XPATHS}, must=frozenset({"Path", "XPath"})),
)
"""Spliced into the read-only list."""
