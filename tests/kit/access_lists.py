"""Security descriptors laid out by hand (MS-DTYP 2.4.4 to 2.4.6), so that no library reads what it wrote itself."""

import struct
from uuid import UUID

ANONYMOUS = "S-1-5-7"
RIGHT = UUID("5c82f031-4e4c-4326-88e1-8c4f0cad9de5")
OTHER = UUID("b857b50b-94a2-4b53-93f6-41cebd2fced0")
SYSTEM = "S-1-5-18"
CONTROL_ACCESS = 0x100
GENERIC_ALL = 0x10000000
FULL_CONTROL = 0xF01FF
READ = 0x20094
INHERIT_ONLY = 0x08


def _sid(text: str) -> bytes:
    _, _, authority, *parts = text.split("-")
    return (
        bytes([1, len(parts)])
        + int(authority).to_bytes(6, "big")
        + b"".join(struct.pack("<I", int(p)) for p in parts)
    )


def ace(trustee: str, mask: int, right: UUID | None = None, *, deny: bool = False, flags: int = 0) -> bytes:
    """One entry as MS-DTYP 2.4.4 lays it out, written here by hand."""
    if right is None:
        kind, body = (1 if deny else 0), struct.pack("<I", mask) + _sid(trustee)
    else:
        kind, body = (6 if deny else 5), struct.pack("<II", mask, 1) + right.bytes_le + _sid(trustee)
    return struct.pack("<BBH", kind, flags, 4 + len(body)) + body


def descriptor(*aces: bytes) -> bytes:
    """A self-relative descriptor with nothing but this access list."""
    entries = b"".join(aces)
    return (
        struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 20)
        + struct.pack("<BBHHH", 4, 0, 8 + len(entries), len(aces), 0)
        + entries
    )
