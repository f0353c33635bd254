"""Values as any door brings them."""

import pytest

from muster.model import Object, Value
from muster.reading.values import read_bytes, read_named_flags, read_text, read_word


@pytest.mark.parametrize("value", [b"0\x82", (b"0\x82",), (0x30, 0x82)], ids=["bytes", "a list of one", "JSON"])
def test_bytes_in_every_form(value: Value) -> None:
    assert read_bytes(value) == b"0\x82"


@pytest.mark.parametrize("value", [None, (), "MII", (1, 256), (-1,), (True,), (1, "2"), (b"a", b"b")], ids=repr)
def test_what_is_no_bytes_is_not_read_as_some(value: Value) -> None:
    with pytest.raises(ValueError, match="where bytes were expected"):
        read_bytes(value)


def test_an_object_without_its_text_is_no_empty_text() -> None:
    """JSON keeps properties and loses what an object prints: blank would read as "not set"."""
    with pytest.raises(ValueError, match="without its text"):
        read_text(Object("System.Management.Automation.PSCustomObject", None, {"Major": 15}))
    assert read_text(Object("System.Version", "", {})) == ""


@pytest.mark.parametrize("value", [None, (), "", " "], ids=repr)
def test_null_and_blank_are_no_word(value: Value) -> None:
    for read in (read_word, read_named_flags):
        with pytest.raises(ValueError, match="null or blank"):
            read(value)


def test_none_that_was_said_is_no_flag() -> None:
    assert read_named_flags("None") == frozenset()
    assert read_named_flags("Tls, Integrated") == {"Tls", "Integrated"}


def test_a_number_names_no_flag() -> None:
    with pytest.raises(ValueError, match="'21' where the members' names were expected"):
        read_named_flags(21)
