"""Bindings and ranges as Exchange prints them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from muster.model import Value
from muster.reading.addresses import AddressRanges, Bindings, read_binding, read_range


@pytest.mark.parametrize(
    ("one", "other", "collides"),
    [
        ("0.0.0.0:25", "0.0.0.0:25", True),
        ("0.0.0.0:25", "10.1.0.5:25", True),
        ("[::]:25", "[fd00::1]:25", True),
        ("0.0.0.0:25", "[::]:25", False),
        ("0.0.0.0:25", "0.0.0.0:2525", False),
        ("10.1.0.5:25", "10.1.0.6:25", False),
    ],
)
def test_two_bindings_collide_on_a_port_of_a_shared_address(one: str, other: str, collides: bool) -> None:
    assert read_binding(one).collides_with(read_binding(other)) is collides
    assert read_binding(other).collides_with(read_binding(one)) is collides
    assert str(read_binding(one)) == one


@pytest.mark.parametrize(
    ("text", "first", "last", "wide"),
    [
        ("10.1.2.3", "10.1.2.3", "10.1.2.3", False),
        ("10.1.0.0/24", "10.1.0.0", "10.1.0.255", False),
        ("10.1.0.0/16", "10.1.0.0", "10.1.255.255", False),
        ("10.1.0.0(255.255.255.0)", "10.1.0.0", "10.1.0.255", False),
        ("10.1.0.9-10.1.0.12", "10.1.0.9", "10.1.0.12", False),
        ("10.0.0.0/8", "10.0.0.0", "10.255.255.255", True),
        ("0.0.0.0-255.255.255.255", "0.0.0.0", "255.255.255.255", True),
        ("fd00::/64", "fd00::", "fd00::ffff:ffff:ffff:ffff", False),
        ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", True),
    ],
)
def test_every_form_of_a_range(text: str, first: str, last: str, wide: bool) -> None:
    found = read_range(text)
    assert (str(found.first), str(found.last), found.wide) == (first, last, wide)


@pytest.mark.parametrize("text", ["", "anywhere", "10.1.0.9-10.1.0.1", "10.1.0.1-fd00::1", "10.1.0.0/99"])
def test_what_is_no_range_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_range(text)


@pytest.mark.parametrize("text", ["", "25", "0.0.0.0", "host:25", "::1:25"])
def test_what_is_no_binding_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_binding(text)


@pytest.mark.parametrize("value", [None, (), ""], ids=repr)
def test_no_bindings_and_no_ranges_are_not_read_as_none(value: Value) -> None:
    """A pass of "none of its ranges is open" over a null would be luck."""
    for kind in (Bindings, AddressRanges):
        with pytest.raises(ValidationError, match="null or an empty list"):
            TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("10.0.0.0/8", False),
        ("172.16.0.0-172.31.255.255", False),
        ("172.16.0.0-172.32.0.0", True),
        ("127.0.0.1", False),
        ("169.254.1.1", False),
        ("::1", False),
        ("fe80::/10", False),
        ("fd00::/64", False),
        ("8.8.8.8", True),
        ("203.0.113.7", True),
        ("9.255.255.255-10.0.0.5", True),
        ("2001:db8::/64", True),
        ("0.0.0.0-255.255.255.255", True),
    ],
)
def test_a_range_with_addresses_of_the_internet_is_public(text: str, public: bool) -> None:
    assert read_range(text).public is public
