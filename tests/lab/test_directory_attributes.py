"""What is put on the wire for one entry, where clients hide the difference."""

import pytest

from muster.lab.directory.attributes import Selection
from muster.lab.directory.tree import Entry

GROUP = Entry("CN=g,DC=x", {"cn": ("g",), "member": tuple(f"u{number}" for number in range(5))})


def sent(*names: str) -> list[tuple[str, int]]:
    return [(name, len(values)) for name, values in Selection(names, most_values=2).of(GROUP)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("member", [("member", 0), ("member;range=0-1", 2)]),
        ("MEMBER;Range=2-*", [("member;range=2-3", 2)]),
        ("member;range=4-*", [("member;range=4-*", 1)]),
        ("member;range=3-4", [("member;range=3-*", 2)]),
        ("member;range=0-0", [("member;range=0-0", 1)]),
        ("member;range=5-*", []),
        ("cn;range=0-*", [("cn;range=0-*", 1)]),
    ],
)
def test_ranges(asked: str, expected: list[tuple[str, int]]) -> None:
    assert sent(asked) == expected


def test_names_without_values() -> None:
    selection = Selection(("cn",), types_only=True)
    assert selection.of(GROUP) == [("cn", [])]
