"""The bytes are read back by a library that had no part in making them."""

import struct

import pytest
from winacl.dtyp.security_descriptor import SECURITY_DESCRIPTOR  # type: ignore[import-untyped] # ships no types
from winacl.dtyp.sid import SID  # type: ignore[import-untyped] # ships no types

from muster.lab.directory.security_descriptors import (
    DACL,
    GENERIC_ALL,
    GENERIC_READ,
    OWNER,
    AccessEntry,
    SecurityDescriptor,
    extended_right,
    sid_bytes,
)

ANONYMOUS = "S-1-5-7"
ADMINISTRATORS = "S-1-5-32-544"
EXCHANGE_SERVERS = "S-1-5-21-1004336348-1177238915-682003330-1119"
ANY_RECIPIENT = "ab721a55-1e2f-11d0-9819-00aa0040529b"
CLASS = "bf967a86-0de6-11d0-a285-00aa003049e2"

WHOLE = SecurityDescriptor(
    owner=ADMINISTRATORS,
    group=EXCHANGE_SERVERS,
    dacl=(
        extended_right(EXCHANGE_SERVERS, ANY_RECIPIENT, kind="deny"),
        AccessEntry(ADMINISTRATORS, GENERIC_ALL, kind="deny"),
        extended_right(ANONYMOUS, ANY_RECIPIENT),
        AccessEntry(EXCHANGE_SERVERS, GENERIC_READ, inherited=True),
        AccessEntry(EXCHANGE_SERVERS, 0x10, object_type=ANY_RECIPIENT, inherited_object_type=CLASS),
        AccessEntry(EXCHANGE_SERVERS, 0x10, inherited_object_type=CLASS),
    ),
)


def aces(data: bytes) -> list[tuple[int, int, int, str, str | None, str | None]]:
    return [
        (
            ace.AceType.value,
            int(ace.AceFlags),
            int(ace.Mask),
            str(ace.Sid),
            str(ace.ObjectType).lower() if getattr(ace, "ObjectType", None) else None,
            str(ace.InheritedObjectType).lower() if getattr(ace, "InheritedObjectType", None) else None,
        )
        for ace in SECURITY_DESCRIPTOR.from_bytes(data).Dacl.aces
    ]


def test_every_kind_of_entry_is_read_back_in_order() -> None:
    assert aces(WHOLE.packed()) == [
        (6, 0, 0x100, EXCHANGE_SERVERS, ANY_RECIPIENT, None),
        (1, 0, GENERIC_ALL, ADMINISTRATORS, None, None),
        (5, 0, 0x100, ANONYMOUS, ANY_RECIPIENT, None),
        (0, 0x10, GENERIC_READ, EXCHANGE_SERVERS, None, None),
        (5, 0, 0x10, EXCHANGE_SERVERS, ANY_RECIPIENT, CLASS),
        (5, 0, 0x10, EXCHANGE_SERVERS, None, CLASS),
    ]


def test_owner_and_group_are_read_back() -> None:
    read = SECURITY_DESCRIPTOR.from_bytes(WHOLE.packed())
    assert (str(read.Owner), str(read.Group), read.Sacl) == (ADMINISTRATORS, EXCHANGE_SERVERS, None)


def test_it_says_that_it_is_self_relative_and_has_a_dacl() -> None:
    revision, _, control = struct.unpack_from("<BBH", WHOLE.packed())
    assert (revision, control & 0x8000, control & 0x4) == (1, 0x8000, 0x4)


def test_only_the_parts_that_were_asked_for_are_sent() -> None:
    read = SECURITY_DESCRIPTOR.from_bytes(WHOLE.packed(DACL))
    assert (read.Owner, read.Group, len(read.Dacl.aces)) == (None, None, 6)
    only_owner = SECURITY_DESCRIPTOR.from_bytes(WHOLE.packed(OWNER))
    assert (str(only_owner.Owner), only_owner.Dacl) == (ADMINISTRATORS, None)
    assert struct.unpack_from("<H", WHOLE.packed(OWNER), 2)[0] & 0x4 == 0  # SE_DACL_PRESENT would promise one


def test_no_dacl_and_an_empty_one_are_different_things() -> None:
    none = SecurityDescriptor(ADMINISTRATORS, None).packed()
    empty = SecurityDescriptor(ADMINISTRATORS, ()).packed()
    assert SECURITY_DESCRIPTOR.from_bytes(none).Dacl is None
    assert SECURITY_DESCRIPTOR.from_bytes(empty).Dacl.aces == []


@pytest.mark.parametrize("sid", [ANONYMOUS, ADMINISTRATORS, EXCHANGE_SERVERS, "S-1-5-18"])
def test_sids_are_read_back(sid: str) -> None:
    assert str(SID.from_bytes(sid_bytes(sid))) == sid


@pytest.mark.parametrize("text", ["", "S-1", "X-1-5-7", "S-1-5-x", "S-1-5-4294967296"])
def test_what_is_no_sid_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="is not a SID"):
        sid_bytes(text)
