"""Answers written by hand at both serialization levels: texts and plain lists, or typed objects and enumerations."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from muster.model import (
    Answer,
    DatabaseAvailabilityGroup,
    EnumValue,
    Fact,
    FactUnavailable,
    Need,
    Object,
    Observation,
    Organization,
    Server,
    Subject,
    Value,
)
from muster.resolve import Book, bound, resolve

TAKEN = datetime(2025, 9, 15, tzinfo=UTC)
EX01 = Server("EX01", "ex01.example.com", dag="DAG1")
EX02 = Server("EX02", "ex02.example.com", dag="DAG1")
DAG1 = DatabaseAvailabilityGroup("DAG1", (EX01, EX02))
EXAMPLE = Organization("Example", (EX01, EX02))

Row = Mapping[str, Value]
Case = tuple[type[Fact], Subject, Row, Row, dict[str, Any]]
"""Fact, subject, one row as Partial and as Full sends it, and what the reading of both must say."""


def rich(text: str, kind: str = "ADObjectId", **properties: Value) -> Object:
    """A value that Full sends with its type and, at times, with properties."""
    return Object(kind, text, properties)


def enum(number: int, text: str, kind: str = "SomeEnum") -> EnumValue:
    return EnumValue(number, text, kind)


def asked(fact: type[Fact], subject: Subject, *rows: Mapping[str, Value], level: str = "partial") -> Book:
    """A book in which the fact's own first questions brought these rows."""
    items = tuple(Object("Row", None, dict(row)) for row in rows)
    observations = {
        question.key: Observation(
            question, subject.name, datetime(2025, 9, 15, tzinfo=UTC), 0.1, "ex02", Answer(items, level)
        )
        for wanted in fact.needs.values()
        if isinstance(wanted, Need)
        for question in (bound(wanted.alternatives[0], subject),)
    }
    return lambda question, _: observations.get(question.key)


def same_through_both(case: Case) -> None:
    """Both readings are equal, and say what the case says."""
    fact, subject, partial, full, said = case
    short = resolve(fact, subject, asked(fact, subject, partial)).fact
    long = resolve(fact, subject, asked(fact, subject, full, level="full")).fact
    assert short == long
    row = _only_row(short)
    assert {name: getattr(row, name) for name in said} == said


def unsent_is_unknown(case: Case) -> None:
    """Leave each property out in turn: reading its field says so, and no other field is lost."""
    fact, subject, partial, *_ = case
    for left_out in partial:
        rest = {name: value for name, value in partial.items() if name != left_out}
        try:
            row = _only_row(resolve(fact, subject, asked(fact, subject, rest)).fact)
        except FactUnavailable:
            continue  # whose row it is, or which group: without that there is nothing to read
        fields = {field for field in type(row).model_fields if not row.has(field)}
        if left_out == "Server" and not fields:
            continue  # not read from this kind
        (field,) = fields
        with pytest.raises(FactUnavailable, match=f"{left_out} was not sent"):
            getattr(row, field)


def _only_row(fact: Any) -> Any:
    (row,) = getattr(fact, "rows", (fact,))
    return row
