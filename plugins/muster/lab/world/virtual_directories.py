"""The nine kinds of virtual directories on every Mailbox server, and those of the back end."""

from collections.abc import Iterator
from dataclasses import dataclass

from muster.lab.rows import Row, RowValue
from muster.lab.shapes import load_shapes
from muster.lab.world.directory_objects import directory_row
from muster.lab.world.plans import Plans, ServerPlan

_SITE = "Default Web Site"
BACK_END = "Exchange Back End"
"""The other web site, for the servers themselves; shown only to who asks with -ShowMailboxVirtualDirectories."""
_FOLDERS = {_SITE: "FrontEnd\\HttpProxy", BACK_END: "ClientAccess"}
_ON_BACK_END = frozenset({"owa", "ecp", "EWS", "OAB", "Microsoft-Server-ActiveSync", "Autodiscover", "PowerShell"})
_INSTALLED = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"


@dataclass(frozen=True, slots=True)
class _Kind:
    """``url`` is the path in both URLs (none: no URLs); ``methods`` both lists of authentication methods."""

    cmdlet: str
    name: str
    url: str
    methods: tuple[str, ...]
    protection: str
    iis_methods: tuple[str, ...] = ()


_WINDOWS = ("Ntlm", "WindowsIntegrated", "WSSecurity", "OAuth")
_MAPI = ("Ntlm", "OAuth", "Negotiate")
# Extended Protection as in Microsoft's table for the front end, the offline address book stricter than it must be
_KINDS = (
    _Kind("Get-OwaVirtualDirectory", "owa", "owa", ("Basic", "Fba"), "Require"),
    _Kind("Get-EcpVirtualDirectory", "ecp", "ecp", ("Basic", "Fba"), "Require"),
    _Kind("Get-WebServicesVirtualDirectory", "EWS", "EWS/Exchange.asmx", _WINDOWS, "Allow"),
    _Kind("Get-MapiVirtualDirectory", "mapi", "mapi", _MAPI, "Require", _MAPI),
    _Kind("Get-OabVirtualDirectory", "OAB", "OAB", ("WindowsIntegrated", "OAuth"), "Require"),
    _Kind(
        "Get-ActiveSyncVirtualDirectory", "Microsoft-Server-ActiveSync", "Microsoft-Server-ActiveSync", (), "Allow"
    ),
    _Kind("Get-AutodiscoverVirtualDirectory", "Autodiscover", "", ("Basic", *_WINDOWS), "None"),
    _Kind("Get-PowerShellVirtualDirectory", "PowerShell", "", (), "None"),
    _Kind("Get-OutlookAnywhere", "Rpc", "", (), "Require", ("Ntlm", "Negotiate")),
)


def virtual_directory_rows(plans: Plans) -> Iterator[Row]:
    """Every virtual directory of every Mailbox server."""
    clients = next(iter(plans.written["public_names"]))
    for server in plans.mailbox_servers:
        for kind in _KINDS:
            yield _row(plans, server, kind, clients)
            if kind.name in _ON_BACK_END:
                yield _back_end_row(plans, server, kind)


def _row(plans: Plans, server: ServerPlan, kind: _Kind, clients: str) -> Row:
    values: dict[str, RowValue] = {"ExtendedProtectionTokenChecking": kind.protection}
    if "InternalAuthenticationMethods" in load_shapes()[kind.cmdlet].properties:
        values |= {
            "InternalAuthenticationMethods": list(kind.methods),
            "ExternalAuthenticationMethods": list(kind.methods),
        }
    if kind.name == "owa":
        values |= dict.fromkeys(
            ("InternalDownloadHostName", "ExternalDownloadHostName"), plans.written.get("download_name")
        )
    if kind.iis_methods:
        values["IISAuthenticationMethods"] = list(kind.iis_methods)
    if kind.url:
        values |= dict.fromkeys(("InternalUrl", "ExternalUrl"), f"https://{clients}/{kind.url}")
    elif kind.name == "PowerShell":
        # per server and http, legitimately: Kerberos encrypts inside
        values["InternalUrl"] = f"http://{server.fqdn}/powershell"
    elif kind.name == "Rpc":
        values |= {"ServerName": server.name, "InternalHostname": clients, "ExternalHostname": clients}
    return _directory(plans, server, kind, _SITE, values)


def _back_end_row(plans: Plans, server: ServerPlan, kind: _Kind) -> Row:
    """Without URLs, and as strict as Microsoft's table for the back end (values otherwise unverified)."""
    protection = "None" if kind.name == "Autodiscover" else "Require"
    values: dict[str, RowValue] = {
        "InternalAuthenticationMethods": ["Ntlm", "WindowsIntegrated"],
        "ExternalAuthenticationMethods": ["Ntlm", "WindowsIntegrated"],
        "ExtendedProtectionTokenChecking": protection,
    }
    return _directory(plans, server, kind, BACK_END, values)


def _directory(plans: Plans, server: ServerPlan, kind: _Kind, site: str, values: dict[str, RowValue]) -> Row:
    front = site == _SITE
    name = f"{kind.name} ({site})"
    common: dict[str, RowValue] = {
        "Server": server.name,
        "AdminDisplayVersion": server.admin_display_version,
        "MetabasePath": f"IIS://{server.fqdn}/W3SVC/{1 if front else 2}/ROOT/{kind.name}",
        "Path": f"{_INSTALLED}{_FOLDERS[site]}\\{kind.name}",
    }
    dn = f"CN={name},CN=HTTP,CN=Protocols,{plans.server_dn(server.name)}"
    identity = f"{server.name}\\{name}"
    return directory_row(plans, kind.cmdlet, name, dn, identity=identity, server=server, **{**common, **values})
