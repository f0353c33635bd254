"""Findings by control, gravest first: what failed, where, what was seen, and where it holds."""

from dataclasses import dataclass

from muster.evidence.account import Account
from muster.model import Control, Verdict

MOST_ROWS = 40
"""More rows of one control than these are found in the page's list of all verdicts."""


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a subject that failed (``object`` is ``""`` where the subject itself did), and what was seen."""

    verdict: Verdict
    object: str
    outcome: str
    observed: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Every failed verdict of one control: ``where`` it failed, and the subjects on which it ``holds``."""

    control: Control
    why: str
    rows: tuple[Row, ...]
    more: int
    where: tuple[str, ...]
    holds: tuple[str, ...]
    questions: tuple[str, ...]

    @property
    def subjects(self) -> int:
        """On how many subjects it failed."""
        return len(self.where)


def findings(account: Account) -> tuple[Finding, ...]:
    """One finding per control that failed anywhere."""
    failed: dict[str, list[Verdict]] = {}
    passed: dict[str, list[str]] = {}
    for verdict in account.verdicts:
        if verdict.outcome == "fail":
            failed.setdefault(verdict.control.id, []).append(verdict)
        elif verdict.outcome == "pass":
            passed.setdefault(verdict.control.id, []).append(verdict.subject)
    made = [_finding(verdicts, tuple(passed.get(identifier, ()))) for identifier, verdicts in failed.items()]
    return tuple(sorted(made, key=lambda one: (-one.control.severity, one.control.id)))


def _finding(verdicts: list[Verdict], holds: tuple[str, ...]) -> Finding:
    first = verdicts[0]
    rows = [row for verdict in verdicts[:MOST_ROWS] for row in rows_of(verdict)]
    total = sum(max(1, len(verdict.objects)) for verdict in verdicts)
    shown = tuple(rows[:MOST_ROWS])
    where = tuple(verdict.subject for verdict in verdicts)
    questions = tuple(dict.fromkeys(key for row in shown for key in row.verdict.questions))
    return Finding(first.control, first.doc, shown, total - len(shown), where, holds, questions)


def rows_of(verdict: Verdict) -> tuple[Row, ...]:
    """A verdict's objects, failed ones first; the verdict itself where it has none."""
    if not verdict.objects:
        return (Row(verdict, "", verdict.outcome, verdict.reason),)
    ordered = sorted(verdict.objects, key=lambda one: one.outcome != "fail")
    return tuple(Row(verdict, one.object, one.outcome, one.reason) for one in ordered)
