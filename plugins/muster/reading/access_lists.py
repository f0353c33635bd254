"""Access control lists of directory objects: who holds an extended right.

The descriptor is parsed by winacl; only what a decision about one extended right takes is read from it.
"""

import struct
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from winacl.dtyp.security_descriptor import SECURITY_DESCRIPTOR  # type: ignore[import-untyped] # ships no types

ANONYMOUS = "S-1-5-7"
"""NT AUTHORITY\\ANONYMOUS LOGON."""

_HEADER = struct.Struct("<BBHIIII")
_ACL_HEADER = struct.Struct("<BBHHH")
_DACL_PRESENT = 0x0004
_CONTROL_ACCESS = 0x100
_GENERIC_ALL = 0x10000000
_INHERIT_ONLY = 0x08
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


def read_access_list(descriptor: bytes) -> AccessList:
    """Read ``nTSecurityDescriptor``; raises ``ValueError`` for bytes that are no security descriptor."""
    if not _has_list(descriptor):
        return AccessList((), unrestricted=True)
    try:
        parsed: Any = SECURITY_DESCRIPTOR.from_bytes(descriptor)
        aces = tuple(parsed.Dacl.aces)
    except (ValueError, IndexError, TypeError, AttributeError, KeyError) as error:  # winacl has no error of its own
        raise ValueError(f"{len(descriptor)} bytes that are no security descriptor ({error})") from error
    entries = (_entry(ace) for ace in aces)
    return AccessList(tuple(entry for entry in entries if entry is not None))


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
    right = getattr(entry, "ObjectType", None)
    return Entry(kind in _ALLOWED, str(entry.Sid), None if right is None else UUID(str(right)))
