"""Access control lists of directory objects: who holds an extended right, and who may not write a property below.

The descriptor is parsed by winacl; only what these two decisions take is read from it.
"""

import struct
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from winacl.dtyp.security_descriptor import SECURITY_DESCRIPTOR  # type: ignore[import-untyped] # ships no types
from winacl.dtyp.sid import SID  # type: ignore[import-untyped] # ships no types

from muster.model import Value
from muster.reading.values import read_bytes

ANONYMOUS = "S-1-5-7"
"""NT AUTHORITY\\ANONYMOUS LOGON."""

_HEADER = struct.Struct("<BBHIIII")
_ACL_HEADER = struct.Struct("<BBHHH")
_DACL_PRESENT = 0x0004
_CONTROL_ACCESS = 0x100
_WRITE_PROPERTY = 0x20
_GENERIC_ALL = 0x10000000
_CONTAINER_INHERIT, _NO_PROPAGATE, _INHERIT_ONLY = 0x02, 0x04, 0x08
_ALLOWED = frozenset({0x00, 0x05})
_DENIED = frozenset({0x01, 0x06})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that grants or refuses extended rights on the object itself; ``right`` ``None`` is all of them."""

    allowed: bool
    trustee: str
    right: UUID | None


@dataclass(frozen=True, slots=True)
class AccessList:
    """The entries about extended rights, in the order of the list: the first that matches decides.

    ``unrestricted`` says that there is no list at all, which allows everybody everything.
    """

    entries: tuple[Entry, ...]
    unrestricted: bool = False

    def grants(self, right: UUID, trustee: str) -> bool:
        """Whether the list gives this trustee, by its own SID, the right."""
        if self.unrestricted:
            return True
        for entry in self.entries:
            if entry.trustee == trustee and entry.right in {None, right}:
                return entry.allowed
        return False


@dataclass(frozen=True, slots=True)
class WriteDenial:
    """An entry that refuses a trustee to write a property of whatever lies below, to any depth.

    ``of`` is the property's GUID and ``below`` that of the class it is inherited by; ``None`` is all of them.
    """

    trustee: str
    of: UUID | None
    below: UUID | None

    def covers(self, trustee: str, of: UUID, below: UUID) -> bool:
        """Whether it refuses this trustee, by its own SID, this property of this class."""
        return self.trustee == trustee and self.of in {None, of} and self.below in {None, below}


def read_access_list(descriptor: bytes) -> AccessList:
    """Read ``nTSecurityDescriptor``; raises ``ValueError`` for bytes that are no security descriptor."""
    aces = _aces(descriptor)
    if aces is None:
        return AccessList((), unrestricted=True)
    entries = (_entry(ace) for ace in aces)
    return AccessList(tuple(entry for entry in entries if entry is not None))


def read_write_denials(descriptor: bytes) -> frozenset[WriteDenial]:
    """What ``nTSecurityDescriptor`` hands down of refused writes; none where there is no list at all.

    Raises ``ValueError`` for bytes that are no security descriptor.
    """
    denials = (_denial(ace) for ace in _aces(descriptor) or ())
    return frozenset(denial for denial in denials if denial is not None)


def read_sid(value: Value) -> str:
    """``objectSid`` as text, ``S-1-5-21-…``; raises ``ValueError`` for bytes that are none."""
    data = read_bytes(value)
    if len(data) < _SID_HEADER or data[0] != 1 or len(data) != _SID_HEADER + 4 * data[1]:
        raise ValueError(f"{len(data)} bytes that are no SID")
    return str(SID.from_bytes(data))


_SID_HEADER = 8
"""Revision, count of sub-authorities and identifier authority (MS-DTYP 2.4.2.2)."""


def _aces(descriptor: bytes) -> tuple[Any, ...] | None:
    """The entries as winacl reads them; ``None`` where there is no list, which allows everybody everything."""
    if not _has_list(descriptor):
        return None
    try:
        parsed: Any = SECURITY_DESCRIPTOR.from_bytes(descriptor)
        return tuple(parsed.Dacl.aces)
    except (ValueError, IndexError, TypeError, AttributeError, KeyError) as error:  # winacl has no error of its own
        raise ValueError(f"{len(descriptor)} bytes that are no security descriptor ({error})") from error


def _has_list(descriptor: bytes) -> bool:
    """Whether there is a list to read; winacl reads anything, so the header is judged here (MS-DTYP 2.4.6)."""
    if len(descriptor) < _HEADER.size or descriptor[0] != 1:
        raise ValueError(f"{len(descriptor)} bytes that are no security descriptor")
    _, _, control, *_, dacl = _HEADER.unpack_from(descriptor)
    if not control & _DACL_PRESENT:
        raise ValueError("the security descriptor came without its access list")
    if dacl == 0:
        return False
    if len(descriptor) < dacl + _ACL_HEADER.size:
        raise ValueError("the security descriptor is cut off")
    *_, size, _, _ = _ACL_HEADER.unpack_from(descriptor, dacl)
    if len(descriptor) < dacl + size:
        raise ValueError("the access list is cut off")
    return True


def _entry(entry: Any) -> Entry | None:
    kind = entry.AceType.value
    if kind not in _ALLOWED | _DENIED or int(entry.AceFlags) & _INHERIT_ONLY:
        return None
    if not int(entry.Mask) & (_CONTROL_ACCESS | _GENERIC_ALL):
        return None
    return Entry(kind in _ALLOWED, str(entry.Sid), _guid(entry, "ObjectType"))


def _denial(entry: Any) -> WriteDenial | None:
    if entry.AceType.value not in _DENIED or not int(entry.Mask) & (_WRITE_PROPERTY | _GENERIC_ALL):
        return None
    if not int(entry.AceFlags) & _CONTAINER_INHERIT or int(entry.AceFlags) & _NO_PROPAGATE:
        return None  # for the object alone, or for its children alone
    return WriteDenial(str(entry.Sid), _guid(entry, "ObjectType"), _guid(entry, "InheritedObjectType"))


def _guid(entry: Any, name: str) -> UUID | None:
    found = getattr(entry, name, None)
    return None if found is None else UUID(str(found))
