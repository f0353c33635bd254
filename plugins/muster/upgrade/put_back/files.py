"""Edits of configuration files, by named key; values of the registry and of the web server; files to copy by hand."""

from xml.sax.saxutils import quoteattr

from muster.drift import Difference
from muster.model import Object
from muster.upgrade.preservation import ATTRIBUTES, below_installation, setting_of
from muster.upgrade.put_back.literals import one_line
from muster.upgrade.put_back.steps import HAND, Draft
from muster.upgrade.values import property_of, text_of

POOLS = {
    r"clientaccess\owa": "MSExchangeOWAAppPool",
    r"clientaccess\ecp": "MSExchangeECPAppPool",
    r"clientaccess\exchweb\ews": "MSExchangeServicesAppPool",
    r"clientaccess\sync": "MSExchangeSyncAppPool",
    r"clientaccess\oab": "MSExchangeOABAppPool",
    r"clientaccess\autodiscover": "MSExchangeAutodiscoverAppPool",
    r"clientaccess\mapi\emsmdb": "MSExchangeMapiMailboxAppPool",
    r"clientaccess\mapi\nspi": "MSExchangeMapiAddressBookAppPool",
    r"clientaccess\powershell": "MSExchangePowerShellAppPool",
    r"frontend\httpproxy\owa": "MSExchangeOWAAppPool",
    r"frontend\httpproxy\ecp": "MSExchangeECPAppPool",
    r"frontend\httpproxy\ews": "MSExchangeServicesAppPool",
    r"frontend\httpproxy\sync": "MSExchangeSyncAppPool",
    r"frontend\httpproxy\oab": "MSExchangeOABAppPool",
    r"frontend\httpproxy\mapi": "MSExchangeMapiFrontEndAppPool",
    r"frontend\httpproxy\rpc": "MSExchangeRpcProxyFrontEndAppPool",
    r"frontend\httpproxy\autodiscover": "MSExchangeAutodiscoverAppPool",
    r"frontend\httpproxy\powershell": "MSExchangePowerShellFrontEndAppPool",
}
"""Folder → the application pool that reads it again."""

SERVICES = {
    "edgetransport.exe.config": "MSExchangeTransport",
    "msexchangetransport.exe.config": "MSExchangeTransport",
    "msexchangefrontendtransport.exe.config": "MSExchangeFrontEndTransport",
    "msexchangedelivery.exe.config": "MSExchangeDelivery",
    "msexchangesubmission.exe.config": "MSExchangeSubmission",
    "msexchangemailboxreplication.exe.config": "MSExchangeMailboxReplication",
    "msexchangemailboxassistants.exe.config": "MSExchangeMailboxAssistants",
    "noderunner.exe.config": "HostControllerService",
    "microsoft.exchange.servicehost.exe.config": "MSExchangeServiceHost",
    "microsoft.exchange.rpcclientaccess.service.exe.config": "MSExchangeRPC",
    "microsoft.exchange.pop3.exe.config": "MSExchangePOP3",
    "microsoft.exchange.imap4.exe.config": "MSExchangeIMAP4",
}
"""File → the service that reads it again."""


def configuration(difference: Difference) -> Draft:
    """Which key of which file must say what again; never a whole file, whose bindings are the new version's."""
    item = difference.before
    setting = setting_of(difference.place, item or difference.after, difference.property)
    file = text_of(property_of(item or difference.after, "Path")) or difference.object
    if item is None or setting is None:
        return Draft("by hand", HAND, notes=(f"{one_line(file)}: it was not there before; muster removes nothing",))
    lines = (
        f"File: {one_line(file)}",
        f"Section: {setting.section or 'the element below'}",
        f"Write: {element(difference, item)}",
    )
    return Draft("files", HAND, edit=lines, hints=_again(file))


def element(difference: Difference, item: Object) -> str:
    """The element as it was, or the one attribute of it that differs, for a person to write."""
    shown = {name: text_of(value) for name, value in item.properties.items()}
    if difference.place.fact == "ConfigurationFiles":
        return f"<add key={_attribute(shown, 'key')} value={_attribute(shown, 'value')} />"
    if difference.place.fact == "MailboxReplicationLimits":
        return f"<MRSConfiguration {one_line(shown.get('Name', ''))}={_attribute(shown, 'Value')} />"
    tag, name = one_line(shown.get("LocalName", "")), one_line(shown.get("name", ""))
    changed = (difference.property,) if difference.path else ATTRIBUTES[difference.place.fact]
    values = " ".join(f"{one_line(each)}={_attribute(shown, each)}" for each in changed if shown.get(each))
    return f"<{tag}{f' name={quoteattr(name)}' if name and name != tag else ''} {values} />"


def _attribute(shown: dict[str, str], name: str) -> str:
    return quoteattr(one_line(shown.get(name, "")))


def _again(file: str) -> tuple[str, ...]:
    place = below_installation(file).casefold()
    if service := SERVICES.get(place.rpartition("\\")[2]):
        return (f"Restart-Service -Name '{service}'",)
    found = max((folder for folder in POOLS if place.startswith(folder)), key=len, default=None)
    return (f"Restart-WebAppPool -Name '{POOLS[found]}'",) if found else ()


_PAGES = (".aspx", ".ascx", ".js")
"""Files whose code belongs to one version."""


def look(difference: Difference) -> Draft:
    """A file of the sign-in pages or a theme: copied by hand into the new version's folder, after a comparison."""
    file = one_line(text_of(property_of(difference.before, "Path")) or difference.object)
    if difference.before is None:
        return Draft("by hand", HAND, notes=(f"{file}: it was not there before; muster removes nothing",))
    told = f" (SHA-256 {one_line(text_of(property_of(difference.before, 'Hash')))})"
    hints = ("Restart-WebAppPool -Name 'MSExchangeOWAAppPool'",)
    if file.casefold().endswith(_PAGES):
        merge = (
            f"Merge by hand, never copy: {file}{told}",
            "Write your own lines into the new page; the old page belongs to the old version and breaks the sign-in.",
        )
        name = f"{one_line(difference.place.subject)}/OwaFiles/*{file.rpartition(chr(92))[2]}/*"
        accept = (
            "The merged page is a file of its own. When it works, run muster again and accept it: muster baseline"
            f" accept <baseline> --env <environment> --difference '{name}'"
            " --reason <why> --by <who>"
        )
        return Draft("files", HAND, edit=merge, hints=hints, notes=(accept,))
    copy = (
        f"Copy by hand, from your own copy or from the old build's folder, to: {file}{told}",
        "Where Setup brings a file of this name too, compare it first: only your own lines may differ.",
    )
    return Draft("files", HAND, edit=copy, hints=hints)
