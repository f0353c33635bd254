"""What is asked about differences: one base search per changed object, and one look into the admin audit log."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from muster.drift import Difference
from muster.model import ExchangeCmdlet, LdapSearch, Object, Value

METADATA = ("msDS-ReplAttributeMetaData", "msDS-ReplValueMetaData")
AUDIT_LOG = "Search-AdminAuditLog"
MOST = 50
"""Objects that are looked up after one comparison; the rest is told as not looked up."""
MOST_ENTRIES = "1000"
"""Entries of the log that are asked for."""
_MARGIN = timedelta(minutes=5)
_DN = re.compile(r"(?:CN|OU|DC)=.+,DC=[^,]+$", re.IGNORECASE)
_CMDLET = re.compile(r"exchange: Get-([A-Za-z]+)")
_VERBS = ("Set", "New", "Remove")
_OTHER: dict[str, tuple[str, ...]] = {
    "MailboxDatabaseCopyStatus": (
        "Set-MailboxDatabaseCopy",
        "Suspend-MailboxDatabaseCopy",
        "Resume-MailboxDatabaseCopy",
    ),
    "ReceiveConnector": ("Add-ADPermission", "Remove-ADPermission"),
    "ExchangeCertificate": ("New-ExchangeCertificate", "Enable-ExchangeCertificate", "Remove-ExchangeCertificate"),
    "TransportAgent": ("Enable-TransportAgent", "Disable-TransportAgent"),
    "OutlookAnywhere": ("Set-OutlookAnywhere",),
    "ADPermission": ("Add-ADPermission", "Remove-ADPermission"),
}
"""Nouns that are changed by cmdlets of other names, or by more than three verbs."""


def cmdlet_of(difference: Difference) -> str:
    """The cmdlet whose answer holds the difference; ``""`` for directory searches, Windows and Edge servers."""
    found = _CMDLET.match(difference.place.question)
    return f"Get-{found[1]}" if found else ""


def dn_of(difference: Difference) -> str:
    """The object's DN as it is now; ``""`` for what is gone, for Windows, for an Edge: no forest has its objects."""
    if not cmdlet_of(difference) and not difference.place.question.startswith("ldap "):
        return ""
    if is_access_list(difference):
        return _whose_list(difference)
    if difference.after is None:
        return ""
    for text in (_dn(difference.after), _dn(difference.before), difference.object):
        if _DN.match(text):
            return text
    return ""


def gone_dn(difference: Difference) -> str:
    """The DN that an object had which is gone; ``""`` for any other difference."""
    gone = difference.how == "gone" and not difference.path and not is_access_list(difference)
    return _dn(difference.before) if gone else ""


def _whose_list(difference: Difference) -> str:
    """The object whose access list has the entry: also of an entry that is gone, for the object is still there."""
    item = difference.after or difference.before
    values = [item.text or "", *map(_single, item.properties.values())] if item is not None else []
    return next((text for text in values if _DN.match(text)), "")


def _dn(item: Object | None) -> str:
    if item is None:
        return ""
    if item.type == "LdapEntry" and item.text:
        return item.text
    for name, value in item.properties.items():
        if name.casefold() == "distinguishedname":
            return _single(value)
    return ""


def _single(value: Value) -> str:
    if isinstance(value, tuple):
        return _single(value[0]) if len(value) == 1 else ""
    return value if isinstance(value, str) else (value.text or "" if isinstance(value, Object) else "")


def metadata_question(dn: str) -> LdapSearch:
    """When each attribute of an object was changed, asked of a controller that holds it."""
    labels = [part.strip()[3:] for part in dn.split(",") if part.strip().casefold().startswith("dc=")]
    domain = None if ",cn=configuration,dc=" in dn.casefold() else ".".join(labels)
    return LdapSearch(base=dn, scope="base", attributes=METADATA, domain=domain)


def writers(differences: Iterable[Difference]) -> tuple[str, ...]:
    """The cmdlets that write what drifted: people's mailboxes and groups are never looked for."""
    nouns = {cmdlet_of(one)[4:] for one in differences} - {""}
    nouns |= {"ADPermission" for one in differences if is_access_list(one)}
    found: set[str] = set()
    for noun in nouns:
        found |= set(_OTHER.get(noun, ()))
        if noun not in _OTHER or noun == "ReceiveConnector":
            found |= {f"{verb}-{noun}" for verb in _VERBS}
    return tuple(sorted(found))


def is_access_list(difference: Difference) -> bool:
    """Whether a difference is one of an access list's entries, not of the object that has the list."""
    question = difference.place.question
    asked = question.startswith("ldap ") and question.endswith("+nTSecurityDescriptor")
    return asked and difference.type != "LdapEntry"


def audit_question(cmdlets: tuple[str, ...], since: datetime, until: datetime) -> ExchangeCmdlet:
    """Who ran which of these cmdlets in between; times go in UTC, to the minute, in a form that has no culture."""
    return ExchangeCmdlet(
        AUDIT_LOG,
        Cmdlets=cmdlets,
        StartDate=_moment(since - _MARGIN),
        EndDate=_moment(until + timedelta(minutes=1)),
        ResultSize=MOST_ENTRIES,
    )


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%Mz")
