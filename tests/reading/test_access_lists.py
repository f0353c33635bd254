"""Who an access list gives an extended right to."""

import struct

import pytest

from kit.access_lists import (
    ANONYMOUS,
    CONTROL_ACCESS,
    FULL_CONTROL,
    GENERIC_ALL,
    INHERIT_ONLY,
    OTHER,
    READ,
    RIGHT,
    SYSTEM,
    ace,
    descriptor,
)
from muster.reading.access_lists import read_access_list, read_sid, read_write_denials


@pytest.mark.parametrize(
    ("aces", "granted"),
    [
        ((ace(ANONYMOUS, CONTROL_ACCESS, RIGHT),), True),
        ((ace(ANONYMOUS, CONTROL_ACCESS),), True),
        ((ace(ANONYMOUS, GENERIC_ALL),), True),
        ((ace(ANONYMOUS, FULL_CONTROL),), True),
        ((), False),
        ((ace(ANONYMOUS, CONTROL_ACCESS, OTHER),), False),
        ((ace(ANONYMOUS, READ),), False),
        ((ace(ANONYMOUS, READ, RIGHT),), False),
        ((ace(SYSTEM, CONTROL_ACCESS, RIGHT),), False),
        ((ace(ANONYMOUS, CONTROL_ACCESS, RIGHT, flags=INHERIT_ONLY),), False),
        ((ace(ANONYMOUS, CONTROL_ACCESS, RIGHT, deny=True), ace(ANONYMOUS, CONTROL_ACCESS, RIGHT)), False),
        ((ace(ANONYMOUS, CONTROL_ACCESS, OTHER, deny=True), ace(ANONYMOUS, CONTROL_ACCESS, RIGHT)), True),
        ((ace(SYSTEM, CONTROL_ACCESS, RIGHT, deny=True), ace(ANONYMOUS, CONTROL_ACCESS, RIGHT)), True),
    ],
)
def test_the_first_entry_about_the_right_decides(aces: tuple[bytes, ...], granted: bool) -> None:
    assert read_access_list(descriptor(*aces)).grants(RIGHT, ANONYMOUS) is granted


def test_no_list_at_all_allows_everything() -> None:
    assert read_access_list(struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 0)).grants(RIGHT, ANONYMOUS)


WHOLE = descriptor(ace(ANONYMOUS, CONTROL_ACCESS, RIGHT))


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b"", "no security descriptor"),
        (b"x" * 60, "no security descriptor"),
        (WHOLE[:24], "cut off"),
        (WHOLE[:-1], "cut off"),
        (struct.pack("<BBHIIII", 1, 0, 0x8000, 0, 0, 0, 20) + WHOLE[20:], "without its access list"),
    ],
)
def test_what_is_no_whole_descriptor_says_so(octets: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_access_list(octets)


BELOW, CHILDREN = 0x02, 0x02 | 0x04
WRITE = 0x20


@pytest.mark.parametrize(
    ("denied", "handed_down"),
    [
        (ace(SYSTEM, WRITE, RIGHT, deny=True, flags=BELOW), True),
        (ace(SYSTEM, WRITE, deny=True, flags=BELOW), True),
        (ace(SYSTEM, GENERIC_ALL, deny=True, flags=BELOW), True),
        (ace(SYSTEM, FULL_CONTROL, deny=True, flags=BELOW), True),
        (ace(SYSTEM, WRITE, RIGHT, deny=True, flags=BELOW | INHERIT_ONLY), True),
        (ace(SYSTEM, WRITE, RIGHT, deny=True), False),
        (ace(SYSTEM, WRITE, RIGHT, deny=True, flags=CHILDREN), False),
        (ace(SYSTEM, WRITE, RIGHT, flags=BELOW), False),
        (ace(SYSTEM, READ, RIGHT, deny=True, flags=BELOW), False),
        (ace(SYSTEM, WRITE, OTHER, deny=True, flags=BELOW), False),
        (ace(ANONYMOUS, WRITE, RIGHT, deny=True, flags=BELOW), False),
    ],
)
def test_a_denied_write_that_is_handed_down(denied: bytes, *, handed_down: bool) -> None:
    found = read_write_denials(descriptor(ace(ANONYMOUS, READ), denied))
    assert any(one.covers(SYSTEM, RIGHT, OTHER) for one in found) is handed_down


def test_no_list_denies_nothing_and_no_descriptor_is_an_error() -> None:
    assert read_write_denials(descriptor()) == frozenset()
    with pytest.raises(ValueError, match="no security descriptor"):
        read_write_denials(b"nonsense")


def test_a_sid_as_text() -> None:
    data = bytes.fromhex("010500000000000515000000") + struct.pack("<4I", 1004336348, 1177238915, 682003330, 1120)
    assert read_sid(data) == read_sid((data,)) == "S-1-5-21-1004336348-1177238915-682003330-1120"
    for wrong in (b"", data[:-1], data + b"x", b"\x02" + data[1:]):
        with pytest.raises(ValueError, match="no SID"):
            read_sid(wrong)
