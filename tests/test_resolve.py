"""Whose a row is: what belongs to others is left out, and what nobody owns is not lost."""

from typing import ClassVar

import pytest

from muster.model import Answer, ExchangeCmdlet, FactUnavailable, Object, Observation, Server, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Text
from muster.resolve import Book, book_of, resolve

EX01, EX02 = Server("EX01", "ex01.contoso.local"), Server("EX02", "ex02.contoso.local")
QUESTION = ExchangeCmdlet("Get-Box")


class Box(Record):
    name: Text


class Boxes(Records[Box]):
    record = Box
    needs: ClassVar[Needs] = {"boxes": need(QUESTION, split_by=("Server", "Identity"))}


def book(*rows: dict[str, str]) -> Book:
    answer = Answer(tuple(Object("Box", None, row) for row in rows), "partial")
    return book_of({QUESTION.key: Observation(QUESTION, "organization", None, 0.0, "EX01", answer)})


def names(found: Boxes) -> list[str]:
    return [box.name for box in found]


MINE = {"Server": "EX01", "Name": "red"}
THEIRS = {"Server": "EX02", "Name": "blue"}
NOBODYS = {"Server": "", "Name": "grey"}


def test_each_server_gets_its_rows_and_nothing_is_missing() -> None:
    found = resolve(Boxes, EX01, book(MINE, THEIRS))
    assert names(found.fact) == ["red"]
    assert found.shortfalls == ()


@pytest.mark.parametrize("row", [NOBODYS, {"Name": "grey"}])
def test_a_row_that_nobody_owns_makes_the_answer_partial_for_everybody(row: dict[str, str]) -> None:
    for server in (EX01, EX02):
        (shortfall,) = resolve(Boxes, server, book(MINE, THEIRS, row)).shortfalls
        assert "1 of 3 rows do not say whose they are" in shortfall.message


def test_only_others_rows_are_not_this_servers_none() -> None:
    with pytest.raises(FactUnavailable, match="brought 1 rows, and none of this subject"):
        resolve(Boxes, EX01, book(THEIRS))
