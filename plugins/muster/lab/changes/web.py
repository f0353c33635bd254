"""Virtual directories: what their authentication switches mean in lists, and new ones as Exchange makes them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from muster.lab.changes.binding import Bound
from muster.lab.changes.refusing import Refused
from muster.lab.changes.session import Session, Step
from muster.lab.changes.setting import Effect, fitted
from muster.lab.rows import Row, RowValue
from muster.lab.world.virtual_directories import virtual_directory_rows

_SWITCHES: Mapping[str, tuple[str, ...]] = {
    "BasicAuthentication": ("Basic",),
    "FormsAuthentication": ("Fba",),
    "DigestAuthentication": ("Digest",),
    "WindowsAuthentication": ("Ntlm", "WindowsIntegrated"),
    "WSSecurityAuthentication": ("WSSecurity",),
    "OAuthAuthentication": ("OAuth",),
    "AdfsAuthentication": ("Adfs",),
}
_METHODS = ("InternalAuthenticationMethods", "ExternalAuthenticationMethods")


def _switched(session: Session, row: Row, new: dict[str, RowValue], given: Mapping[str, Any]) -> None:
    """A switch puts its methods into both lists or takes them out."""
    del session
    for name in _METHODS:
        has = row.get(name)
        if not isinstance(has, list) or name in new:
            continue
        methods = [str(method) for method in has]
        for switch, members in _SWITCHES.items():
            if switch in given:
                methods = [method for method in methods if method not in members]
                methods += members if given[switch] else ()
        if methods != has:
            new[name] = list(methods)


def _mapi(session: Session, row: Row, new: dict[str, RowValue], given: Mapping[str, Any]) -> None:
    """MAPI over HTTP shows IIS's methods in all three lists."""
    del session, row
    if "IISAuthenticationMethods" in given:
        new |= dict.fromkeys(_METHODS, new["IISAuthenticationMethods"])


EFFECTS: Mapping[str, Effect] = {
    **dict.fromkeys(
        (
            "Set-OwaVirtualDirectory",
            "Set-EcpVirtualDirectory",
            "Set-WebServicesVirtualDirectory",
            "Set-OabVirtualDirectory",
            "Set-AutodiscoverVirtualDirectory",
        ),
        _switched,
    ),
    "Set-MapiVirtualDirectory": _mapi,
}


def _new(kind: str) -> Callable[[Session, Bound, Sequence[Row]], list[Step]]:
    asked = f"Get-{kind}"

    def change(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
        del piped
        name = bound.get("Server")
        server = session.server(name, bound.cmdlet) if name is not None else session.own
        site = bound.get("WebSiteName") or "Default Web Site"
        if "BackEnd" in str(bound.get("Role")) or bound.get("Role") == "Mailbox":
            site = "Exchange Back End"
        made = [
            row
            for row in virtual_directory_rows(session.world.plans)
            if row.shape.name == asked and row.server == server.name and f"({site})" in str(row.get("Name"))
        ]
        if not made:
            raise Refused(f"The Web site '{site}' couldn't be found.", f"ArgumentException,{bound.cmdlet}")
        (row,) = made
        if any(row.get("Identity") == one.get("Identity") for one in session.world.rows(asked)):
            raise Refused(
                f"The virtual directory '{row.text('Name')}' already exists under '{server.fqdn}/{site}'.",
                f"ArgumentException,{bound.cmdlet}",
            )
        blank = {name: None for name in ("InternalUrl", "ExternalUrl") if name in row.shape.properties}
        row.set(blank | {"ExtendedProtectionTokenChecking": "None"})
        for parameter, value in bound.given("Server", "WebSiteName", "Role", "Name").items():
            if prop := row.shape.property_named(parameter):
                row.set({prop.name: fitted(row, prop, value, bound.cmdlet)})
        row.change({"WhenCreated": session.at, "WhenCreatedUTC": session.at}, session.at)
        return [Step(str(row.get("Identity")), lambda: session.world.add(row))]

    return change


_KINDS = ("Owa", "Ecp", "WebServices", "Mapi", "Oab", "ActiveSync", "Autodiscover", "PowerShell")
CHANGES = {f"New-{kind}VirtualDirectory": _new(f"{kind}VirtualDirectory") for kind in _KINDS}
