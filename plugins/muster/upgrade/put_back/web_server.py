"""What stands in IIS's own configuration, and the certificates that HTTP.sys serves."""

import hashlib

from muster.drift import Difference
from muster.model import Object, Value
from muster.upgrade.put_back.literals import UnwritableError, command, one_line, quoted, table
from muster.upgrade.put_back.steps import HAND, SERVER, SHELL, Draft
from muster.upgrade.values import property_of, text_of

TOP = "MACHINE/WEBROOT/APPHOST"
ELEMENTS = {
    "WebRedirects": ("enabled", "destination", "exactDestination", "childOnly", "httpResponseStatus"),
    "WebHeaders": ("name", "value"),
    "SitesHsts": ("enabled", "max-age", "includeSubDomains", "redirectHttpToHttps", "preload"),
    "WebAddressRestrictions": ("allowUnlisted",),
    "WebRewriteRules": ("enabled", "url", "type"),
    "WebAccesses": ("sslFlags",),
    "WebLogs": ("directory", "logFormat", "period"),
    "ApplicationPools": ("time", "requests", "memory", "privateMemory"),
}
"""Facts whose objects are elements of IIS's configuration, and the attributes that somebody sets."""

_TOLD = ("PSPath", "Location", "ItemXPath", "protocol", "bindingInformation", "certificateHash")

COLLECTIONS = {
    "WebHeaders": ("/system.webServer/httpProtocol/customHeaders", ("name", "value")),
    "WebAddressRestrictions": ("/system.webServer/security/ipSecurity", ("ipAddress", "subnetMask", "allowed")),
    "WebRewriteRules": ("/system.webServer/rewrite/rules", ("name", "enabled")),
}
"""Facts whose objects are entries of a collection: where one that is gone is added again, with which attributes."""

_UNREAD = (
    "Not recorded: conditions, patternSyntax, stopProcessing. Compare with your own copy of the file before you run"
    " it: without its conditions a rule catches more than it did."
)
EXCHANGE_APPLICATION = "{4dc3e181-e14b-4a21-b022-59fc669b0914}"
"""The application id that IIS's bindings carry; source: Microsoft's repair of the back end's binding."""


def element(difference: Difference) -> tuple[Draft, ...]:
    """One attribute as it was; an entry of a collection that is gone, whole; of another element each attribute."""
    item = difference.before
    if item is None:
        return (_by_hand(difference),)
    try:
        lines = (_changed(difference.property, item),) if difference.path else _gone(difference, item)
    except UnwritableError as why:
        return (Draft("by hand", HAND, notes=(f"{one_line(difference.object)}: {why}",)),)
    notes = (_UNREAD,) if difference.place.fact == "WebRewriteRules" and not difference.path else ()
    drafts = tuple(Draft("web server", SERVER, line, what_if=True, notes=notes) for line in lines)
    return drafts or (_by_hand(difference),)


def _where(item: Object) -> list[tuple[str, Value]]:
    location = text_of(property_of(item, "Location"))
    place: list[tuple[str, Value]] = [("PSPath", text_of(property_of(item, "PSPath")) or TOP)]
    return [*place, ("Location", location)] if location else place


def _changed(name: str, item: Object) -> str:
    wanted: list[tuple[str, Value]] = [
        *_where(item),
        ("Filter", text_of(property_of(item, "ItemXPath"))),
        ("Name", name),
        ("Value", text_of(property_of(item, name))),
    ]
    return command("Set-WebConfigurationProperty", wanted)


def _gone(difference: Difference, item: Object) -> tuple[str, ...]:
    if difference.how != "gone":
        return ()
    shown = {name: text_of(value) for name, value in item.properties.items()}
    section, attributes = COLLECTIONS.get(difference.place.fact, ("", ()))
    if not section or not shown.get(attributes[0]):
        return tuple(_changed(name, item) for name in ELEMENTS[difference.place.fact] if shown.get(name))
    values = table((name, shown[name]) for name in attributes if shown.get(name))
    added = command("Add-WebConfigurationProperty", [*_where(item), ("Filter", section), ("Name", ".")])
    return (f"{added} -Value {values}",)


def _by_hand(difference: Difference) -> Draft:
    item = difference.before or difference.after
    told = ", ".join(
        f"{name} {one_line(text_of(value))}"
        for name, value in (item.properties.items() if item else ())
        if text_of(value) and name in {*_TOLD, *ELEMENTS.get(difference.place.fact, ())}
    )
    said = "was" if difference.before is not None else "is new, and muster removes nothing:"
    return Draft("by hand", HAND, notes=(f"IIS: {one_line(difference.object)} {said} {told}",))


def binding(difference: Difference) -> Draft:
    """The certificate of a binding as it was; a binding that is gone is made again."""
    item = difference.before
    information = text_of(property_of(item, "bindingInformation"))
    thumbprint = text_of(property_of(item, "certificateHash")).upper()
    if item is None or not information:
        return _by_hand(difference)
    address, port, name = (*information.rpartition(":")[0].rpartition(":")[::2], information.rpartition(":")[2])
    if difference.path and thumbprint:
        return certificate(difference, port, thumbprint)
    if difference.path or difference.how != "gone":
        return _by_hand(difference)
    site = "Exchange Back End" if port in {"81", "444"} else "Default Web Site"
    wanted: list[tuple[str, Value]] = [
        ("Name", site),
        ("Protocol", text_of(property_of(item, "protocol"))),
        ("Port", int(port) if port.isdecimal() else port),
        ("IPAddress", address or "*"),
    ]
    line = command("New-WebBinding", [*wanted, ("HostHeader", name)] if name else wanted)
    return Draft("web server", SERVER, line, notes=("The certificate of the binding is another step, or by hand.",))


def served(difference: Difference) -> Draft:
    """What a port served is bound there again, by the thumbprint of the certificate that it showed."""
    chain = property_of(difference.before, "Chain")
    first = chain[0] if isinstance(chain, tuple) and chain else None
    if not isinstance(first, bytes):
        return _by_hand(difference)
    port = "444" if difference.place.fact == "BackEndServed" else "443"
    return certificate(difference, port, hashlib.sha1(first, usedforsecurity=False).hexdigest().upper())


def certificate(difference: Difference, port: str, thumbprint: str) -> Draft:
    """Bind a certificate to a port: by Exchange on 443, by HTTP.sys itself on the back end."""
    hints = ("Restart-Service -Name 'WAS', 'W3SVC'",)
    if port == "443":
        wanted: list[tuple[str, Value]] = [
            ("Server", difference.place.subject),
            ("Thumbprint", thumbprint),
            ("Services", "IIS"),
        ]
        return Draft("certificates", SHELL, command("Enable-ExchangeCertificate", wanted), what_if=True, hints=hints)
    if not port.isdecimal() or not thumbprint.isalnum():
        return _by_hand(difference)
    at = f"ipport=0.0.0.0:{port}"
    line = f"netsh http add sslcert {at} certhash={thumbprint} appid={quoted(EXCHANGE_APPLICATION)}"
    if _is_bound(difference):
        line = f"netsh http delete sslcert {at}; {line}"
    return Draft("certificates", SERVER, line, hints=hints, notes=("netsh has no -WhatIf.",))


def _is_bound(difference: Difference) -> bool:
    """Whether another certificate is bound there now, which netsh does not write over."""
    return bool(property_of(difference.after, "certificateHash") or property_of(difference.after, "Chain"))
