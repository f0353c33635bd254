"""What is inside a .NET value that prints as text: the properties a Full session shows."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from muster.lab.rows import RowValue
from muster.lab.shapes import Kind

_INT, _LONG, _TEXT, _BOOL = Kind("int"), Kind("long"), Kind("text"), Kind("bool")
Inside = Mapping[str, tuple[Kind, RowValue]]


def properties_of(name: str, text: str) -> Inside:
    """The properties of a rich value of the named type that prints as ``text``; none where none are known."""
    read = _READERS.get(name)
    return read(text) if read else {}


def _server_version(text: str) -> Inside:
    found = re.fullmatch(r"Version (\d+)\.(\d+) \(Build (\d+)\.(\d+)\)", text)
    if not found:
        return {}
    numbers = [int(part) for part in found.groups()]
    named = zip(("Major", "Minor", "Build", "Revision"), numbers, strict=True)
    return {**{name: (_INT, number) for name, number in named}, "FilePatchLevelDescription": (_TEXT, None)}


def _span(text: str) -> Inside:
    found = re.fullmatch(r"(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)", text)
    if not found:
        return {}
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    ticks = int(timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()) * 10_000_000
    parts = {"Days": days, "Hours": hours, "Minutes": minutes, "Seconds": seconds, "Milliseconds": 0}
    return {"Ticks": (_LONG, ticks), **{name: (_INT, value) for name, value in parts.items()}}


def _identity(text: str) -> Inside:
    return {"IsDeleted": (_BOOL, False), "Name": (_TEXT, text.rsplit("/", 1)[-1].rsplit("\\", 1)[-1])}


def _path(text: str) -> Inside:
    return {
        "PathName": (_TEXT, text),
        "IsLocalFull": (_BOOL, True),
        "IsUnc": (_BOOL, False),
        "DriveName": (_TEXT, text[:2]),
    }


def _certificate_name(text: str) -> Inside:
    issuer, _, subject = text.removeprefix("<I>").partition("<S>")
    return {"CertificateSubject": (_TEXT, subject), "CertificateIssuer": (_TEXT, issuer)}


def _network_address(text: str) -> Inside:
    protocol, _, address = text.partition(":")
    return {"ProtocolType": (_TEXT, protocol), "AddressString": (_TEXT, address)}


def _address_space(text: str) -> Inside:
    kind, _, rest = text.partition(":")
    address, _, cost = rest.partition(";")
    return {
        "Address": (_TEXT, address),
        "Type": (_TEXT, kind),
        "Cost": (_INT, int(cost or 1)),
        "IsSmtpType": (_BOOL, kind.casefold() == "smtp"),
    }


def _domain(text: str) -> Inside:
    return {"Domain": (_TEXT, text)}


_READERS: Mapping[str, Callable[[str], Inside]] = {
    "ServerVersion": _server_version,
    "EnhancedTimeSpan": _span,
    "ADObjectId": _identity,
    "LocalLongFullPath": _path,
    "SmtpX509Identifier": _certificate_name,
    "CustomNetworkAddress": _network_address,
    "AddressSpace": _address_space,
    "Fqdn": _domain,
    "SmtpDomain": _domain,
    "SmtpDomainWithSubdomains": _domain,
}
