"""The five outcomes: how every way a check can end becomes one verdict (see tests/pytest/test_truth_table.py)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from muster.model import FactUnavailable, NotApplicable, Notebook, ObjectVerdict, first_line, notebook
from muster.pytest.store import Page


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a check ended. ``error`` is an exception that deserves its traceback."""

    outcome: str
    reason: str
    objects: tuple[ObjectVerdict, ...] = ()
    error: BaseException | None = None


HELD = 3
"""How many of the assertions that held are kept for reading."""

_ADDRESS = re.compile(r" (?:object )?at 0x[0-9a-fA-F]+")


def readable(explanation: str) -> str:
    """The first line of what held, without memory addresses."""
    return _ADDRESS.sub("", explanation.split("\n", 1)[0])[:200]


def judge(
    check: Callable[..., None], arguments: Mapping[str, Any], page: Page, asserted: Callable[[], int]
) -> Judgement:
    """Run a check on its facts and say how it ended."""
    with notebook() as notes:
        try:
            check(**arguments)
        except BaseException as ending:  # noqa: BLE001 - every ending is an outcome; what is not ours goes on below
            return _ended_early(ending, notes)
    return _ended(notes, page, asserted())


def _ended_early(ending: BaseException, notes: Notebook) -> Judgement:
    noted = _noted(notes)
    match ending:
        case AssertionError() | pytest.fail.Exception():
            reason = first_line(ending)
            return Judgement(
                "fail", "; ".join(filter(None, [noted.reason if noted else "", reason])), tuple(notes.objects)
            )
        case KeyboardInterrupt() | pytest.exit.Exception():
            raise ending
        case _ if noted and noted.outcome == "fail":
            return Judgement("fail", f"{noted.reason}; then {_why(ending)}", tuple(notes.objects))
        case NotApplicable():
            return Judgement("not applicable", str(ending))
        case _:
            error = None if isinstance(ending, FactUnavailable | pytest.skip.Exception) else ending
            return Judgement("undetermined", _why(ending), tuple(notes.objects), error)


def _why(ending: BaseException) -> str:
    match ending:
        case FactUnavailable():
            return str(ending)
        case pytest.skip.Exception():
            return f"the check skipped itself ({first_line(ending)}): a skip says nothing about the subject"
        case _:
            return f"the check broke: {type(ending).__name__}: {first_line(ending)}"


def _ended(notes: Notebook, page: Page, asserted: int) -> Judgement:
    noted = _noted(notes)
    if noted:
        return noted
    if page.unknown:
        names = ", ".join(page.unknown)
        problem = next(iter(page.unknown.values()))
        return Judgement("undetermined", f"what is known holds, but {names} could not be asked: {problem}")
    if page.shortfalls:
        return Judgement("undetermined", f"what came holds, but the answer is partial: {page.shortfalls[0]}")
    if notes.gaps:
        return Judgement("undetermined", f"the check went on without {notes.gaps[0]}")
    if not asserted:
        return Judgement("undetermined", "nothing was asserted: the check looked at nothing")
    return Judgement("pass", "; ".join(notes.because))


def _noted(notes: Notebook) -> Judgement | None:
    """What the objects of ``about`` say; a fail stands over an undetermined one."""
    objects = tuple(notes.objects)
    for outcome in ("fail", "undetermined"):
        these = [one for one in objects if one.outcome == outcome]
        if these:
            said = "; ".join(f"{one.object}: {one.reason}" for one in these[:3])
            more = f"; and {len(these) - 3} more" if len(these) > 3 else ""  # noqa: PLR2004 - the three just shown
            return Judgement(outcome, f"{len(these)} of {notes.looked_at}: {said}{more}", objects)
    return None
