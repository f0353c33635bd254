"""A directory entry as it came over the wire → an ``LdapEntry`` object."""

import re
from collections.abc import Iterable, Mapping

from muster.model import Object, Value
from muster.transport.directory.allowed import is_secret

_BINARY = frozenset(
    name.casefold()
    for name in (
        "nTSecurityDescriptor",
        "objectGUID",
        "objectSid",
        "sIDHistory",
        "securityIdentifier",
        "mS-DS-CreatorSID",
        "tokenGroups",
        "tokenGroupsGlobalAndUniversal",
        "invocationId",
        "schemaIDGUID",
        "attributeSecurityGUID",
        "parentGUID",
        "mS-DS-ConsistencyGuid",
        "msExchMailboxGuid",
        "msExchArchiveGUID",
        "msExchMasterAccountSid",
        "msExchMailboxSecurityDescriptor",
        "msExchPolicyOptionList",
        "msExchTransportExternalDNSAdapterGuid",
        "msExchTransportInternalDNSAdapterGuid",
        "userCertificate",
        "cACertificate",
        "crossCertificatePair",
        "certificateRevocationList",
        "userSMIMECertificate",
        "logonHours",
        "dSASignature",
        "replUpToDateVector",
        "replPropertyMetaData",
        "repsFrom",
        "repsTo",
        "netbootGUID",
        "auditingPolicy",
    )
)
_TEXT_GUIDS = frozenset({"rightsguid"})
_RANGE = re.compile(r"(?P<name>[^;]+)(?P<options>(?:;[^;=]+)*);range=(?P<first>\d+)-(?P<last>\d+|\*)", re.IGNORECASE)


def is_binary(attribute: str) -> bool:
    """Whether an attribute is bytes whatever it holds: by name, by ``;binary``, or by the end of its name."""
    name, _, options = attribute.casefold().partition(";")
    if name in _TEXT_GUIDS:
        return False
    return name in _BINARY or "binary" in options.split(";") or name.endswith(("sid", "guid", "securitydescriptor"))


def range_of(attribute: str) -> tuple[str, int | None] | None:
    """``member;range=0-1499`` → ``("member", 1500)``, the last part → ``("member", None)``, else ``None``."""
    found = _RANGE.fullmatch(attribute)
    if not found:
        return None
    following = None if found["last"] == "*" else int(found["last"]) + 1
    return found["name"] + found["options"], following


def entry(dn: str, attributes: Mapping[str, list[bytes]], asked: Iterable[str]) -> Object:
    """An entry: its DN as text, every attribute a tuple of text, or of bytes where it is binary.

    Attribute names keep the spelling of the question, else the directory's. Secrets are left out.
    """
    spelling = {name.casefold(): name for name in asked}
    properties: dict[str, Value] = {
        spelling.get(name.casefold(), name): _values(name, values)
        for name, values in attributes.items()
        if values and not is_secret(name)
    }
    return Object("LdapEntry", dn, properties)


def _values(attribute: str, values: list[bytes]) -> tuple[Value, ...]:
    if is_binary(attribute):
        return tuple(bytes(value) for value in values)
    try:
        return tuple(value.decode("utf-8") for value in values)
    except UnicodeDecodeError:
        return tuple(bytes(value) for value in values)
