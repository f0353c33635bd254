"""Repeated answers of an unchanged system say what is volatile and what has no order."""

import pytest

from kit.drifted import answer, connector
from muster.drift import calibrate, told_of_calibration
from muster.model import Answer, Shape

VOLATILE = {"Count": "mail", "Still": "thought so"}
SHAPE = Shape(identity=("Identity",), unordered=frozenset({"Bindings"}), volatile=VOLATILE)


def observed(number: int) -> Answer:
    hosts = ("a", "b", "c")
    more = {"Seldom": 1} if number == 1 else {}
    first = connector(
        "A", Count=number, Still=1, Uptime=100 + number, Hosts=hosts[number:] + hosts[:number], Port=25,
        Bindings=hosts[number:] + hosts[:number], RunspaceId=str(number), **more,
    )  # fmt: skip
    return answer(first, *([connector("B", Uptime=5)] if number != 1 else []))


def test_each_way_to_flicker_is_proposed_with_what_was_seen() -> None:
    answers = [observed(number) for number in range(3)]
    found = {one.name: one for one in calibrate(answers, SHAPE)}
    assert {name: one.kind for name, one in found.items()} == {
        "Uptime": "volatile",
        "Hosts": "unordered",
        "Seldom": "comes and goes",
        "": "rows come and go",
        "Count": "declared and changed",
        "Still": "declared and still",
    }
    uptime = found["Uptime"]
    assert (uptime.seen, uptime.objects, uptime.of, uptime.times) == ((100, 101, 102), 1, 2, 3)
    assert [one.flickers for one in found.values()] == [True] * 4 + [False] * 2
    lines = list(told_of_calibration("Connectors", list(found.values())))
    assert any("Uptime: changed in 1 of 2 objects; A: 100, then 101, then 102" in line for line in lines)
    assert any("B: there, then not there, then there" in line for line in lines)


def test_a_system_that_stays_as_it_is_flickers_nowhere() -> None:
    same = answer(connector("A", Port=25), connector("B"))
    reordered = answer(connector("B"), connector("A", Port=25))
    assert not any(one.flickers for one in calibrate([same, reordered, same], Shape(identity=("Identity",))))
    assert list(told_of_calibration("Connectors", ())) == ["Connectors: nothing flickers that is not declared"]


def test_one_answer_shows_nothing() -> None:
    with pytest.raises(ValueError, match="at least two are needed"):
        calibrate([answer(connector("A"))], SHAPE)
