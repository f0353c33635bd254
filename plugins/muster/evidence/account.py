"""What a run says of itself without the answers: the one model that every output is rendered from.

It comes from a ``Run`` at the end of a run, or from ``run.json`` and ``verdicts.jsonl`` of an earlier one; both
give the same account, so a report can be written anew at any time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from muster.evidence import what_if_json
from muster.evidence.printable import one_line, printable
from muster.model import (
    OUTCOMES,
    CatalogueUsed,
    Control,
    DatabaseAvailabilityGroup,
    DomainController,
    DriftSeen,
    Environment,
    ObjectVerdict,
    Observation,
    Problem,
    PublicName,
    Run,
    Server,
    Severity,
    Site,
    Subject,
    Verdict,
    WhatIf,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One observation without its answer: what was asked about whom, who answered, when and how long.

    ``key`` is the question's key as it is, ``question`` the same in printable text. ``taken`` is UTC, ``None`` where
    a capture does not say; ``seconds`` is the time it took. ``serialization`` is ``partial``, ``full`` or ``none``;
    ``""`` where nothing came.
    """

    key: str
    subject: str
    answered_by: str
    taken: datetime | None
    seconds: float
    serialization: str = ""
    problem: Problem | None = None
    shortfalls: tuple[Problem, ...] = ()

    @property
    def question(self) -> str:
        """What verdicts and pages call this question."""
        return printable(self.key)


@dataclass(frozen=True, slots=True)
class Member:
    """One subject of the environment as a reader knows it: ``detail`` is its site, DAG and product."""

    kind: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """When answers were taken: ``earliest`` and ``latest`` in UTC, and how many do not say (``unknown``)."""

    earliest: datetime | None
    latest: datetime | None
    unknown: int


@dataclass(frozen=True, slots=True)
class Account:
    """A run without its answers. Verdicts are in the one order that every output keeps; all text is printable."""

    environment: str
    organization: str
    started: datetime
    finished: datetime
    today: date | None
    complete: bool
    facts_from: str | None
    fail_on: str
    versions: Mapping[str, str]
    members: tuple[Member, ...]
    asked: tuple[Asked, ...]
    verdicts: tuple[Verdict, ...]
    left_out: int = 0
    selection: str = ""
    catalogue: CatalogueUsed | None = None
    drift: DriftSeen | None = None
    what_if: WhatIf | None = None

    @property
    def there_are(self) -> int:
        """How many verdicts the whole would have: those that were asked for, and those left out."""
        return len(self.verdicts) + self.left_out

    @property
    def taken(self) -> "Taken":
        """When the answers were taken."""
        times = [one.taken for one in self.asked if one.problem is None]
        known = sorted(time for time in times if time is not None)
        return Taken(known[0] if known else None, known[-1] if known else None, len(times) - len(known))

    @property
    def lacking(self) -> int:
        """How many questions verdicts needed that nobody asked or brought."""
        asked = {one.question for one in self.asked}
        open_verdicts = (verdict for verdict in self.verdicts if verdict.outcome == "undetermined")
        return len({name for verdict in open_verdicts for name in verdict.questions} - asked)

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (self.finished - self.started).total_seconds()

    @property
    def counts(self) -> dict[str, int]:
        """How many verdicts ended in each outcome, in the order of ``OUTCOMES``."""
        found = Counter(verdict.outcome for verdict in self.verdicts)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def threshold(self) -> Severity:
        """The lowest severity that keeps a run from passing."""
        return severity_of(self.fail_on)

    @property
    def standing(self) -> str:
        """``pass``, ``part``, ``fail``, ``undetermined``, or ``nothing`` where none passed, failed or stayed open.

        The same rule as the exit status: a run passes only if something passed, it is complete, and nothing at or
        above the threshold failed or stayed undetermined. ``part`` is a pass of what was selected: of the whole
        nobody knows. A fail stands, whatever was left out.
        """
        weighty = {verdict.outcome for verdict in self.verdicts if verdict.control.severity >= self.threshold}
        if "fail" in weighty:
            return "fail"
        if "undetermined" in weighty or (self.verdicts and not self.complete):
            return "undetermined"
        if not self.complete or all(verdict.outcome != "pass" for verdict in self.verdicts):
            return "nothing"
        return "part" if self.left_out else "pass"


class UnreadableRun(ValueError):  # noqa: N818 - says what it is about
    """A file of a run folder that is not in its form: ``file`` (and line), and ``why``."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file, why)
        self.file = file
        self.why = why

    def __str__(self) -> str:
        """Which file, and what is wrong with it."""
        return f"{self.file}: {self.why}"


def severity_of(text: str) -> Severity:
    """``medium`` → ``Severity.MEDIUM``; raises ``ValueError`` naming the severities there are."""
    try:
        return Severity[text.upper()]
    except KeyError:
        known = ", ".join(str(severity) for severity in Severity)
        raise ValueError(f"severity '{text}' is none of {known}") from None


def account_of(run: Run, environment: Environment | None = None) -> Account:
    """The account of a run that just ended; without its environment, only judged subjects are members."""
    return Account(
        environment=printable(run.environment),
        organization=printable(run.organization),
        started=run.started,
        finished=run.finished,
        today=run.today,
        complete=run.complete,
        facts_from=printable(run.facts_from) if run.facts_from else None,
        fail_on=run.fail_on,
        versions={printable(name): printable(text) for name, text in sorted(run.versions.items())},
        members=tuple(_members(run, environment)),
        asked=tuple(sorted((_asked(seen) for seen in run.observations), key=lambda item: (item.subject, item.key))),
        verdicts=in_order(_clean(verdict) for verdict in run.verdicts),
        left_out=run.left_out,
        selection=one_line(run.selection),
        catalogue=_printable(run.catalogue) if run.catalogue else None,
        what_if=what_if_json.clean(run.what_if) if run.what_if else None,
    )


def _printable(used: CatalogueUsed) -> CatalogueUsed:
    return replace(used, files=tuple(map(printable, used.files)))


def in_order(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Verdicts by control, kind of subject and subject: no shuffling of a run shows in what it leaves."""
    return tuple(sorted(verdicts, key=lambda each: (each.control.id, each.subject_kind, each.subject)))


@lru_cache(maxsize=10_000)
def _clean_control(control: Control) -> Control:
    """Controls come from files of checks, which others write too."""
    return replace(
        control,
        title=printable(control.title),
        references=tuple(map(printable, control.references)),
        remediation=printable(control.remediation),
    )


def _clean(verdict: Verdict) -> Verdict:
    return Verdict(
        _clean_control(verdict.control),
        printable(verdict.subject),
        verdict.subject_kind,
        verdict.outcome,
        printable(verdict.reason),
        tuple(ObjectVerdict(printable(one.object), one.outcome, printable(one.reason)) for one in verdict.objects),
        tuple(printable(text).partition("\n")[0] for text in verdict.held),
        tuple(printable(key) for key in verdict.questions),
        verdict.node,
        printable(verdict.doc),
    )


def _asked(seen: Observation) -> Asked:
    answer = seen.answer
    return Asked(
        seen.question.key,
        printable(seen.subject),
        printable(seen.answered_by),
        seen.taken,
        round(seen.seconds, 3),
        answer.serialization if answer else "",
        _plain(seen.problem) if seen.problem else None,
        tuple(map(_plain, answer.shortfalls)) if answer else (),
    )


def _plain(problem: Problem) -> Problem:
    return Problem(problem.kind, printable(problem.message), printable(problem.cause), printable(problem.cure))


def _members(run: Run, environment: Environment | None) -> Iterable[Member]:
    """The subjects of the inventory, then those that only verdicts name (a capture may name more)."""
    known: set[tuple[str, str]] = set()
    for subject in _subjects(environment) if environment else ():
        made = Member(type(subject).__name__, printable(subject.name), printable(_detail(subject)))
        known.add((made.kind, made.name))
        yield made
    named = {(verdict.subject_kind, printable(verdict.subject)) for verdict in run.verdicts}
    for kind, name in sorted(named - known):
        yield Member(kind, name)


def _subjects(environment: Environment) -> tuple[Subject, ...]:
    return (
        *environment.servers,
        *environment.dags,
        environment.organization,
        *environment.sites,
        *environment.public_names,
        environment.forest,
        *environment.domains,
        *environment.domain_controllers,
    )


def _detail(subject: Subject) -> str:
    parts: list[str | None] = []
    if isinstance(subject, Server):
        role = None if subject.roles == frozenset({"Mailbox"}) else ", ".join(sorted(subject.roles))
        parts = [role, subject.site, subject.dag, subject.product]
    elif isinstance(subject, DomainController):
        parts = [subject.domain, subject.site]
    elif isinstance(subject, DatabaseAvailabilityGroup | Site | PublicName):
        parts = [", ".join(member.name for member in subject.members)]
    return " · ".join(part for part in parts if part)
