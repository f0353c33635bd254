"""Access lists: what a receive connector's permission groups and grants mean there, and what a domain denies."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from muster.lab.description import DescriptionMistake
from muster.lab.directory.security_descriptors import (
    GENERIC_ALL,
    GENERIC_READ,
    WRITE_PROPERTY,
    AccessEntry,
    SecurityDescriptor,
    extended_right,
)
from muster.lab.rows import Row
from muster.lab.yaml_files import read_yaml

_AUTHENTICATED_USERS = "S-1-5-11"
Grant = Mapping[str, str]
"""``{sid: S-1-5-7, right: ms-Exch-SMTP-Accept-Any-Recipient}``; ``deny: true`` refuses it."""


@cache
def rights_data() -> Mapping[str, Any]:
    """Rights by name and permission groups."""
    return read_yaml(Path(__file__).with_name("rights.yaml"))


def right_guid(name: str) -> str:
    """A right's GUID by its common name, whatever its case."""
    for known, entry in rights_data()["rights"].items():
        if known.casefold() == name.casefold():
            return str(entry["guid"])
    raise DescriptionMistake(name, f"no such right; there are {', '.join(rights_data()['rights'])}")


def connector_descriptor(connector: Row, grants: Iterable[Grant], domain_sid: str) -> SecurityDescriptor:
    """The connector's descriptor: explicit grants first, then its permission groups', then what it inherits."""
    entries = [_granted(grant) for grant in grants]
    for group in str(connector.get("PermissionGroups")).split(","):
        entry = rights_data()["groups"].get(group.strip())
        if entry is None:
            continue  # None, or Custom: nothing but the explicit grants
        entries += [
            extended_right(sid.format(domain=domain_sid), right_guid(right))
            for sid in entry["sids"]
            for right in entry["rights"]
        ]
    inherited = (
        AccessEntry(f"{domain_sid}-512", GENERIC_ALL, inherited=True),
        AccessEntry(f"{domain_sid}-519", GENERIC_ALL, inherited=True),
        AccessEntry(_AUTHENTICATED_USERS, GENERIC_READ, inherited=True),
    )
    denied = [entry for entry in entries if entry.kind == "deny"]
    allowed = [entry for entry in entries if entry.kind == "allow"]
    return SecurityDescriptor(f"{domain_sid}-512", (*denied, *allowed, *inherited))


EXCHANGE_GROUPS: Mapping[str, str] = {
    "Exchange Servers": "{domain}-1120",
    "Exchange Windows Permissions": "{domain}-1122",
}
"""Setup's groups that are asked for, with their SIDs; ``{domain}`` is the root domain's."""
_PROPERTIES = {
    "userCertificate": "bf967a7f-0de6-11d0-a285-00aa003049e2",
    "managedBy": "0296c120-40da-11d1-a9c0-0000f80367c1",
}
_COMPUTER = "bf967a86-0de6-11d0-a285-00aa003049e2"
Denial = Mapping[str, str]
"""``{group: Exchange Servers, property: userCertificate}``: written on every computer of the domain."""

PREPARED: Sequence[Denial] = (
    {"group": "Exchange Servers", "property": "userCertificate"},
    {"group": "Exchange Windows Permissions", "property": "managedBy"},
)
"""What PrepareDomain leaves since May 2022; source: the cure of CVE-2022-21978."""


def domain_descriptor(domain_sid: str, root_sid: str, denials: Iterable[Denial] = PREPARED) -> SecurityDescriptor:
    """The descriptor of a domain's own object: what is denied first, then administrators and everybody."""
    denied = tuple(_denied(denial, root_sid) for denial in denials)
    allowed = (
        AccessEntry(f"{domain_sid}-512", GENERIC_ALL),
        AccessEntry(f"{root_sid}-519", GENERIC_ALL, handed_down=True),
        AccessEntry(EXCHANGE_GROUPS["Exchange Windows Permissions"].format(domain=root_sid), WRITE_PROPERTY),
        AccessEntry(_AUTHENTICATED_USERS, GENERIC_READ),
    )
    return SecurityDescriptor(f"{domain_sid}-512", (*denied, *allowed))


def _denied(denial: Denial, root_sid: str) -> AccessEntry:
    try:
        sid, wanted = EXCHANGE_GROUPS[denial["group"]], _PROPERTIES[denial["property"]]
    except KeyError as error:
        known = ", ".join([*EXCHANGE_GROUPS, *_PROPERTIES])
        raise DescriptionMistake(str(dict(denial)), f"{error} is none of {known}") from None
    return AccessEntry(sid.format(domain=root_sid), WRITE_PROPERTY, wanted, _COMPUTER, kind="deny", handed_down=True)


def _granted(grant: Grant) -> AccessEntry:
    return extended_right(grant["sid"], right_guid(grant["right"]), kind="deny" if grant.get("deny") else "allow")
