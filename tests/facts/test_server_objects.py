"""A server's object in the directory: who holds what, and which CU Setup wrote."""

import pytest

from kit.forms import EX01, asked
from muster.facts.server_objects import ServerObject
from muster.model import FactUnavailable, Value
from muster.resolve import resolve


def read(*words: str, serial: str = "Version 15.2 (Build 31748.10)") -> ServerObject:
    row: dict[str, Value] = {"cn": ("EX01",), "serialNumber": (serial,), "msExchComponentStates": tuple(words)}
    return resolve(ServerObject, EX01, asked(ServerObject, EX01, row)).fact


def test_the_newest_word_of_each_requester_counts_and_draining_holds_too() -> None:
    found = read(
        "1:ServerWideOffline:Maintenance:1:638000000000000002",
        "1:ServerWideOffline:Maintenance:0:638000000000000001",
        "1:HubTransport:Maintenance:2:638000000000000001",
        "1:Monitoring:Functional:0:638000000000000001",
    )
    assert found.held_by("Maintenance") == ("HubTransport",)
    assert found.held_by("functional") == ("Monitoring",)
    assert found.held_by("Sidelined") == ()


@pytest.mark.parametrize("word", ["", "ServerWideOffline", "1:A:B:9:1", "1:A:B:0:soon", "1:A:B:0:1:more"])
def test_a_word_in_no_known_form_is_not_read_as_no_word(word: str) -> None:
    with pytest.raises(FactUnavailable, match="msExchComponentStates came in no readable form"):
        read(word, "1:A:B:1:1").held_by("Maintenance")


@pytest.mark.parametrize(
    ("serial", "build"),
    [
        ("Version 15.2 (Build 31748.10)", "15.2.1748.10"),
        ("Version 15.2 (Build 1748.10)", "15.2.1748.10"),
        ("Version 15.1 (Build 32507.6)", "15.1.2507.6"),
    ],
)
def test_the_directory_adds_to_the_build(serial: str, build: str) -> None:
    assert str(read(serial=serial).cu_build) == build
