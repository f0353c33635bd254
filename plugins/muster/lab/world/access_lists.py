"""Access lists of receive connectors: what their permission groups and explicit grants mean in the directory."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from muster.lab.description import DescriptionMistake
from muster.lab.directory.security_descriptors import (
    GENERIC_ALL,
    GENERIC_READ,
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


def _granted(grant: Grant) -> AccessEntry:
    return extended_right(grant["sid"], right_guid(grant["right"]), kind="deny" if grant.get("deny") else "allow")
