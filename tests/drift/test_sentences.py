"""What people read of a difference."""

from datetime import UTC, datetime

import pytest

from kit.drifted import PLACE, one, said
from muster.drift import Difference, Incomparable, told, told_of, why_not
from muster.model import EnumValue, Object, Value


def change(was: Value, now: Value, added: tuple[Value, ...] = (), removed: tuple[Value, ...] = ()) -> Difference:
    return Difference(PLACE, "A", "T", ("P",), "changed", was, now, added, removed)


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        (change("0.0.0.0:25", "0.0.0.0:2525"), "P: was 0.0.0.0:25, is 0.0.0.0:2525"),
        (change(None, ""), "P: was not set, is empty"),
        (change((), None), "P: was an empty list, is not set"),
        (change(True, False), "P: was True, is False"),
        (change("25", 25), "P: was 25 (text), is 25 (a number)"),
        (change(EnumValue(1, "Full", "E"), EnumValue(2, "Full", "E")), "P: was Full (number 1), is Full (number 2)"),
        (change("a ", "a"), "P: was 'a ', is a"),
        (change("a\nb", "a b"), "P: was 'a\\nb', is a b"),
        (change(datetime(2025, 9, 15, 10, tzinfo=UTC), None), "P: was 2025-09-15 10:00:00 UTC, is not set"),
        (change(b"\x01\x05", b""), "P: was 01 05, is no bytes"),
        (change(Object("T", None, {"Host": "a", "Port": 1}), "x"), "P: was (Host: a, Port: 1), is x"),
        (change(("13243",), ("13242",), added=("13242",), removed=("13243",)), "P: was 13243, is 13242"),
        (
            change(("1.2.3.4", "b"), ("b", "10.0.0.0/8"), added=("10.0.0.0/8",), removed=("1.2.3.4",)),
            "P: 10.0.0.0/8 was added, 1.2.3.4 is gone",
        ),
        (change(("a",), ("a", "b", "c")), "P: b and c were added"),
        (change(("a", "b"), ("b", "a")), "P: its order was a, b, is b, a"),
        (Difference(PLACE, "A", "T", ("R", "Maintenance"), "new", now="Active"), "R, Maintenance: is new, Active"),
        (Difference(PLACE, "A", "T", (), "gone"), "A is gone"),
        (Difference(PLACE, "", "T", (), "new"), "it is new"),
        (Difference(PLACE, "A", "T", (), "moved", "a", "B"), "A is called B now"),
    ],
)  # fmt: skip
def test_a_difference_reads_like_a_sentence(difference: Difference, sentence: str) -> None:
    assert told(difference) == sentence


def test_its_object_leads_it_and_what_is_incomparable_says_why() -> None:
    assert told_of(change(1, 2)) == "A: P: was 1, is 2"
    assert why_not(Incomparable(PLACE, "A", ("P",), "the list was cut off")) == (
        "A: P: cannot be compared, because the list was cut off"
    )
    assert why_not(Incomparable(PLACE, "", (), "it was not asked now")) == "it was not asked now"


@pytest.mark.parametrize("at", [0, 30, 500, 970, 999])
def test_what_differs_in_a_long_text_is_never_hidden(at: int) -> None:
    was = "".join(chr(ord("a") + position % 26) for position in range(1000))
    now = f"{was[:at]}CHANGED{was[at + 1 :]}"
    (sentence,) = said(one(P=was), one(P=now))
    assert "CHANGED" in sentence
    assert was[:10] in sentence or at == 0
    assert was[-10:] in sentence or at == 999
    assert "…" in sentence
    assert len(sentence) < 400


def test_nothing_looks_like_python() -> None:
    nested = Object("T", None, {"P": (None, EnumValue(1, "A", "E"))})
    values: list[Value] = [None, True, 1.5, "x", b"1", EnumValue(1, "A", "E"), nested, ("a", b"b")]
    python = ("Object(", "EnumValue(", "None", "b'", "('", "datetime")
    for was in values:
        for now in values:
            for sentence in said(one(P=was), one(P=now)):
                assert not any(mark in sentence for mark in python), sentence
