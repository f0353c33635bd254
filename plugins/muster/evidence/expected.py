"""What a run of the lab found against what its description expects: exactly that, and nothing else."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from muster.evidence.printable import one_line
from muster.model import Severity, Verdict


class Planted(Protocol):
    """One entry of a description's ``expected`` list; ``object`` is ``None`` where any object will do."""

    @property
    def fault(self) -> str:
        """The planted fault's key."""
        ...

    @property
    def control(self) -> str:
        """The id of the control that must fail."""
        ...

    @property
    def subject(self) -> str:
        """On which subject; case does not matter."""
        ...

    @property
    def severity(self) -> str:
        """With which severity."""
        ...

    @property
    def object(self) -> str | None:
        """Which of its objects must be named."""
        ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """``missing``: planted and not found. ``surplus``: found and not planted. ``undetermined``: nobody knows.

    All three are sentences; only severities from medium up count in the last two. ``beside`` counts the findings
    below that, which nobody planted by themselves: they follow from the faults.
    """

    expected: int
    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    undetermined: tuple[str, ...]
    beside: int = 0

    @property
    def exact(self) -> bool:
        """Whether exactly what was planted was found."""
        return not (self.missing or self.surplus or self.undetermined)


def compare(expected: Iterable[Planted], verdicts: Iterable[Verdict]) -> Comparison:
    """Hold a run's verdicts against a description's ``expected`` list."""
    planted = tuple(expected)
    judged = tuple(verdicts)
    failed: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in judged:
        if verdict.outcome == "fail":
            failed.setdefault((verdict.control.id, verdict.subject.casefold()), []).append(verdict)
    places = {(one.control, one.subject.casefold()) for one in planted}
    weighty = [verdict for verdict in judged if verdict.control.severity >= Severity.MEDIUM]
    return Comparison(
        len(planted),
        tuple(
            f"fault {one.fault}: {why}"
            for one in planted
            if (why := _why_missing(one, failed.get((one.control, one.subject.casefold()), [])))
        ),
        tuple(said for verdict in weighty if verdict.outcome == "fail" for said in _surplus(verdict, planted)),
        tuple(
            f"{verdict.control.id} on {one_line(verdict.subject)}: {one_line(verdict.reason)}"
            for verdict in weighty
            if verdict.outcome == "undetermined"
        ),
        sum(
            1
            for place, found in failed.items()
            for verdict in found
            if place not in places and verdict.control.severity < Severity.MEDIUM
        ),
    )


def _why_missing(one: Planted, found: list[Verdict]) -> str:
    """Why a planted fault does not count as found; ``""`` where it does."""
    where = f"{one.control} on {one.subject}"
    if not found:
        return f"{where} did not fail"
    if all(str(verdict.control.severity) != one.severity for verdict in found):
        return f"{where} has severity {found[0].control.severity}, {one.severity} is expected"
    if one.object is None or any(_names(fail, one.object) for verdict in found for fail in _failed_objects(verdict)):
        return ""
    named = ", ".join(map(one_line, _failed_objects(found[0]))) or "no object"
    return f"{where} names {named}, '{one.object}' is expected"


def _surplus(verdict: Verdict, planted: tuple[Planted, ...]) -> list[str]:
    """What a failed verdict says beyond what was planted there."""
    where = f"{verdict.control.id} on {one_line(verdict.subject)}"
    mine = [
        one
        for one in planted
        if one.control == verdict.control.id and one.subject.casefold() == verdict.subject.casefold()
    ]
    if not mine:
        return [f"{where}: {one_line(verdict.reason)}"]
    objects = [one.object for one in mine if one.object is not None]
    if len(objects) < len(mine):
        return []
    return [
        f"{where} names '{one_line(named)}'"
        for named in _failed_objects(verdict)
        if not any(_names(named, one) for one in objects)
    ]


def _failed_objects(verdict: Verdict) -> list[str]:
    return [one.object for one in verdict.objects if one.outcome == "fail"]


def _names(found: str, expected: str) -> bool:
    r"""Whether an object's name is the expected one: whole, or the last part of ``EX03\EWS (Default Web Site)``."""
    last = re.sub(r" \([^()]*\)$", "", found.rpartition("\\")[2])
    return expected.casefold() in {found.casefold(), last.casefold()}
