"""The nine kinds of virtual directories on every Mailbox server, front end only."""

from collections.abc import Iterator
from dataclasses import dataclass

from muster.lab.rows import Row, RowValue
from muster.lab.shapes import load_shapes
from muster.lab.world.directory_objects import directory_row
from muster.lab.world.plans import Plans, ServerPlan

_SITE = "Default Web Site"
_HTTP_PROXY = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\"


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
    _Kind("Get-ActiveSyncVirtualDirectory", "Microsoft-Server-ActiveSync", "Microsoft-Server-ActiveSync", (), "Allow"),
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


def _row(plans: Plans, server: ServerPlan, kind: _Kind, clients: str) -> Row:
    has = load_shapes()[kind.cmdlet].properties
    name = f"{kind.name} ({_SITE})"
    values: dict[str, RowValue] = {
        "Server": server.name,
        "AdminDisplayVersion": server.admin_display_version,
        "MetabasePath": f"IIS://{server.fqdn}/W3SVC/1/ROOT/{kind.name}",
        "Path": f"{_HTTP_PROXY}{kind.name}",
        "ExtendedProtectionTokenChecking": kind.protection,
    }
    if "InternalAuthenticationMethods" in has:
        values |= {
            "InternalAuthenticationMethods": list(kind.methods),
            "ExternalAuthenticationMethods": list(kind.methods),
        }
    if kind.iis_methods:
        values["IISAuthenticationMethods"] = list(kind.iis_methods)
    if kind.url:
        values |= {name: f"https://{clients}/{kind.url}" for name in ("InternalUrl", "ExternalUrl")}
    elif kind.name == "PowerShell":
        # per server and http, legitimately: Kerberos encrypts inside
        values["InternalUrl"] = f"http://{server.fqdn}/powershell"
    elif kind.name == "Rpc":
        values |= {"ServerName": server.name, "InternalHostname": clients, "ExternalHostname": clients}
    dn = f"CN={name},CN=HTTP,CN=Protocols,{plans.server_dn(server.name)}"
    return directory_row(plans, kind.cmdlet, name, dn, identity=f"{server.name}\\{name}", server=server, **values)
