"""Answers and places written by hand."""

from muster.drift import Comparison, Place, compare, told_of, why_not
from muster.model import Answer, Object, Problem, Shape, Value

PLACE = Place("EX01", "Server", "ReceiveConnectors", "exchange: Get-ReceiveConnector")
BY_IDENTITY = Shape(identity=("Identity",), unordered=frozenset({"Bindings"}), volatile={"Count": "mail on its way"})


def connector(identity: str, /, **properties: Value) -> Object:
    return Object("ReceiveConnector", identity, {"Identity": identity, **properties})


def answer(*objects: Object, level: str = "partial", lacks: str = "") -> Answer:
    return Answer(objects, level, (Problem("partial", lacks),) if lacks else ())


def one(level: str = "partial", **properties: Value) -> Answer:
    return answer(connector("A", **properties), level=level)


def drift(
    before: Answer,
    after: Answer,
    shape: Shape = BY_IDENTITY,
    *,
    blank_is_blank: bool = False,
    across: bool | None = None,
) -> Comparison:
    return compare(before, after, shape, PLACE, blank_is_blank=blank_is_blank, across=across)


def said(before: Answer, after: Answer, shape: Shape = BY_IDENTITY, *, blank_is_blank: bool = False) -> list[str]:
    """Every difference, then everything incomparable, as sentences."""
    found = drift(before, after, shape, blank_is_blank=blank_is_blank)
    return [*map(told_of, found.differences), *map(why_not, found.incomparable)]
