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
from muster.reading.access_lists import read_access_list


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
