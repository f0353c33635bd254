"""Security descriptors as the directory sends them: self-relative bytes, MS-DTYP 2.4."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

OWNER, GROUP, DACL, SACL = 0x1, 0x2, 0x4, 0x8
"""Parts, as the LDAP_SERVER_SD_FLAGS control numbers them."""

CONTROL_ACCESS = 0x100
"""ADS_RIGHT_DS_CONTROL_ACCESS: the right that an extended right's ACE grants."""
WRITE_PROPERTY = 0x20
"""ADS_RIGHT_DS_WRITE_PROP: of all properties, or of the one that the object type names."""
GENERIC_READ = 0x20094
"""What the directory maps a generic read to: read control, list, list object, read property."""
GENERIC_ALL = 0xF01FF
"""What the directory maps full control to."""

_DACL_PRESENT, _DACL_AUTO_INHERITED, _SELF_RELATIVE = 0x0004, 0x0400, 0x8000
_REVISION_OF_DIRECTORY_ACLS = 4
_OBJECT_TYPE_PRESENT, _INHERITED_OBJECT_TYPE_PRESENT = 0x1, 0x2
_CONTAINER_INHERIT, _INHERITED = 0x02, 0x10


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One entry of the DACL: ``sid`` is allowed or denied ``mask``.

    With ``object_type`` (an extended right's, property's or class's GUID) or ``inherited_object_type`` it is an
    object ACE. ``inherited`` marks it as coming from a parent, ``handed_down`` as going to what lies below.
    """

    sid: str
    mask: int
    object_type: str | None = None
    inherited_object_type: str | None = None
    kind: Literal["allow", "deny"] = "allow"
    inherited: bool = False
    handed_down: bool = False


@dataclass(frozen=True, slots=True)
class SecurityDescriptor:
    """Owner, group and DACL of one object; ``dacl=None`` is no DACL, which lets everybody do everything."""

    owner: str
    dacl: tuple[AccessEntry, ...] | None
    group: str | None = None

    def packed(self, parts: int = OWNER | GROUP | DACL) -> bytes:
        """The self-relative form of the wanted ``parts``. There is no SACL: reading it needs a privilege."""
        body = bytearray()
        header_length = 20

        def put(wanted: int, make: Callable[[], bytes] | None) -> int:
            """Append a part and give its offset; an absent part's offset is zero."""
            if make is None or not parts & wanted:
                return 0
            offset = header_length + len(body)
            body.extend(make())
            return offset

        control = _SELF_RELATIVE
        entries = self.dacl
        if parts & DACL and entries is not None:
            control |= _DACL_PRESENT | _DACL_AUTO_INHERITED
        dacl = put(DACL, None if entries is None else lambda: _acl(entries))
        owner = put(OWNER, lambda: sid_bytes(self.owner))
        group = put(GROUP, lambda: sid_bytes(self.group or self.owner))
        return struct.pack("<BBHIIII", 1, 0, control, owner, group, 0, dacl) + bytes(body)


def extended_right(sid: str, right: str, *, kind: Literal["allow", "deny"] = "allow") -> AccessEntry:
    """An extended right, by its ``rightsGuid``, allowed to (or denied) one SID."""
    return AccessEntry(sid, CONTROL_ACCESS, object_type=right, kind=kind)


def sid_bytes(sid: str) -> bytes:
    """``S-1-5-21-…`` as the directory stores it, for ``objectSid`` too; raises ``ValueError`` for anything else."""
    try:
        letter, revision, authority, *rest = sid.split("-")
        parts = [int(part) for part in rest]
        packed = struct.pack("<BB", int(revision), len(parts)) + int(authority).to_bytes(6, "big")
        packed += struct.pack(f"<{len(parts)}I", *parts)
    except (ValueError, OverflowError, struct.error) as error:
        raise ValueError(f"'{sid}' is not a SID such as S-1-5-7") from error
    if letter != "S":
        raise ValueError(f"'{sid}' is not a SID such as S-1-5-7")
    return packed


def _acl(entries: tuple[AccessEntry, ...]) -> bytes:
    body = b"".join(map(_ace, entries))
    return struct.pack("<BBHHH", _REVISION_OF_DIRECTORY_ACLS, 0, 8 + len(body), len(entries), 0) + body


def _ace(entry: AccessEntry) -> bytes:
    about_object = entry.object_type is not None or entry.inherited_object_type is not None
    kind = {"allow": 0, "deny": 1}[entry.kind] + (5 if about_object else 0)
    body = struct.pack("<I", entry.mask)
    if about_object:
        present, guids = 0, b""
        if entry.object_type is not None:
            present, guids = _OBJECT_TYPE_PRESENT, UUID(entry.object_type).bytes_le
        if entry.inherited_object_type is not None:
            present |= _INHERITED_OBJECT_TYPE_PRESENT
            guids += UUID(entry.inherited_object_type).bytes_le
        body += struct.pack("<I", present) + guids
    body += sid_bytes(entry.sid)
    flags = (_INHERITED if entry.inherited else 0) | (_CONTAINER_INHERIT if entry.handed_down else 0)
    return struct.pack("<BBH", kind, flags, 4 + len(body)) + body
