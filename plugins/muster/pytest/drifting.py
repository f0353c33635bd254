"""``--against``: one generated check per subject and fact kind, about what is not as it was in a baseline."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Self

import pytest

from muster import baseline
from muster.baseline import Acceptance, Baseline, Portion
from muster.drift import Comparison, Difference, Incomparable, Place, comparable, compare
from muster.model import (
    SUBJECT_FIXTURES,
    Answer,
    Environment,
    Fact,
    FactUnavailable,
    Need,
    Server,
    Severity,
    Shape,
    Subject,
    control,
)
from muster.observe import Want
from muster.pytest import collecting, kinds
from muster.pytest.store import FactStore, Page
from muster.resolve import book_of

_FIXTURE_OF = {kind: name for name, kind in SUBJECT_FIXTURES.items()}
_FACT = "__muster_drift_of__"
NODE = "drift"


class Rows:
    """The answers of one portion, as they came: a fact that reads nothing."""

    needs: ClassVar[Mapping[str, Need | type[Fact]]] = {}
    shape: ClassVar[Shape] = Shape()

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, Any]) -> Self:
        """Keep the answers."""
        del subject
        return cls(answers)


@dataclass(frozen=True, slots=True)
class Part:
    """A portion of the baseline, and the fact by which the same rows are asked for now."""

    portion: Portion
    rows: type[Rows]

    def place(self, group: "Group") -> Place:
        """Where differences of this portion stand."""
        kind = type(group.subject).__name__
        return Place(group.subject.name, kind, group.fact.__name__, self.portion.observation.question.key)


@dataclass(frozen=True, slots=True)
class Group:
    """What one generated check compares: one fact of one subject."""

    fact: type[Fact]
    subject: Subject
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What the comparison of one group says. ``accepted`` differences are not among the others; ``gaps`` are the
    portions that could not be had now.
    """  # noqa: D205

    comparison: Comparison
    accepted: tuple[tuple[Difference, Acceptance], ...] = ()
    gaps: tuple[FactUnavailable, ...] = ()
    page: Page = field(default_factory=Page, compare=False)
    """What the comparison used, for the verdict of its check: it is made once, and mostly before that check."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """Subjects that only one side has: since the baseline ``new`` or ``gone``, or never in it (``not_recorded``).

    Of those that are ``silent`` the baseline was made, and holds nothing: they did not answer. ``known`` counts those
    with something to compare.
    """

    new: tuple[tuple[str, str], ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    not_recorded: tuple[tuple[str, str], ...] = ()
    silent: tuple[tuple[str, str], ...] = ()
    known: int = 0


@dataclass(slots=True)
class Drifting:
    """A baseline, and what of it is compared with what is so now."""

    baseline: Baseline
    environment: Environment
    accepted: tuple[Acceptance, ...]
    groups: Mapping[tuple[type[Fact], type[Subject], str], Group] = field(default_factory=dict)
    _found: dict[tuple[type[Fact], type[Subject], str], Found] = field(default_factory=dict)

    def group_of(self, item: pytest.Item) -> Group | None:
        """The group of a generated check's item; ``None`` for any other item."""
        fact: type[Fact] | None = getattr(getattr(item, "obj", None), _FACT, None)
        if fact is None:
            return None
        subject: Subject = collecting.subject_of(item)
        return self.groups.get((fact, type(subject), subject.name.casefold()))

    def wants(self, items: Iterable[pytest.Item]) -> Iterator[Want]:
        """What the selected generated checks ask: exactly what the baseline holds."""
        for item in items:
            group = self.group_of(item)
            if group is not None:
                for part in group.parts:
                    yield part.rows, group.subject

    def strangers(self) -> Strangers:
        """Who is new, who is gone, whom the baseline was not made of, and of whom it holds nothing."""
        now, then = _names(self.environment), _names(self.baseline.environment)
        held = {(type(group.subject).__name__, group.subject.name.casefold()) for group in self.groups.values()}
        recorded = {(kind, name.casefold()): (kind, name) for kind, name in self.baseline.recorded}
        if self.baseline.is_imported:  # dumps are of whom they are of
            recorded = {key: name for key, name in then.items() if key in held or key not in now}
        with_facts = {kind.__name__ for _, kind in kinds.known()}
        return Strangers(
            _sorted(name for key, name in now.items() if key not in then),
            _sorted(name for key, name in recorded.items() if key not in now),
            _sorted(
                name
                for key, name in now.items()
                if key in then and key not in recorded and key not in held and key[0] in with_facts
            ),
            _sorted(name for key, name in recorded.items() if key in now and key not in held),
            len(held),
        )

    def found(self, group: Group, store: FactStore) -> Found:
        """The comparison of one group, made once."""
        key = (group.fact, type(group.subject), group.subject.name.casefold())
        if key not in self._found:
            page, store.page = store.page, Page()
            try:
                found = self._compare(group, store)
                self._found[key] = replace(found, page=store.page)
            finally:
                store.page = page
        return self._found[key]

    def _compare(self, group: Group, store: FactStore) -> Found:
        differences: list[Difference] = []
        incomparable: list[Incomparable] = []
        gaps: list[FactUnavailable] = []
        compared = 0
        for part in group.parts:
            before = part.portion.observation.answer
            if before is None:
                raise TypeError("a portion is of an answer")
            try:
                now: Answer = store.get(part.rows, group.subject).answers[part.portion.need]
            except FactUnavailable as missing:
                gaps.append(missing)
                continue
            rows, shape, place = part.portion.rows, group.fact.shape, part.place(group)
            try:
                then_rows, now_rows = comparable(rows(before), shape), comparable(rows(now), shape)
            except ValueError as unreadable:
                incomparable.append(Incomparable(place, "", (), str(unreadable)))
                continue
            made = compare(then_rows, now_rows, shape, place, blank_is_blank=self.baseline.is_imported)
            differences += made.differences
            incomparable += made.incomparable
            compared += made.compared
        accepted = tuple((one, yes) for one in differences if (yes := baseline.covers(self.accepted, one)))
        taken = {id(one) for one, _ in accepted}
        left = tuple(one for one in differences if id(one) not in taken)
        return Found(Comparison(left, tuple(incomparable), compared), accepted, tuple(gaps))


def _names(environment: Environment) -> dict[tuple[str, str], tuple[str, str]]:
    """Kind and name of every subject, by kind and name in lower case: an inventory may come to spell it otherwise."""
    return {
        (kind.__name__, subject.name.casefold()): (kind.__name__, subject.name)
        for kind in SUBJECT_FIXTURES.values()
        for subject in environment.subjects(kind)
    }


def _sorted(names: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(names))


def open_baseline(name: str, environment: Environment, folder: Path) -> Drifting:
    """Read the baseline that ``--against`` names; raises ``pytest.UsageError``."""
    try:
        found = baseline.load(folder, name, environment.name)
        drifting = Drifting(found, environment, baseline.acceptances(found))
    except baseline.BaselineMistake as wrong:
        raise pytest.UsageError(f"--against {name}: {wrong}") from None
    drifting.groups = _groups(drifting)
    return drifting


def _groups(drifting: Drifting) -> dict[tuple[type[Fact], type[Subject], str], Group]:
    """What the baseline holds, by fact and subject, as far as the environment still has the subject."""
    then, now = drifting.baseline.environment, drifting.environment
    wants = [(fact, subject) for fact, kind in kinds.known() for subject in then.subjects(kind)]
    present = {
        (type(one), one.name.casefold()): one for kind in SUBJECT_FIXTURES.values() for one in now.subjects(kind)
    }
    parts: dict[tuple[type[Fact], type[Subject], str], list[Part]] = {}
    for portion in baseline.portions(baseline.leaf_wants(wants), book_of(drifting.baseline.observations)):
        whose = (type(portion.subject), portion.subject.name.casefold())
        if whose in present:
            rows = type(portion.fact.__name__, (Rows,), {"needs": {portion.need: portion.asked}})
            parts.setdefault((portion.fact, *whose), []).append(Part(portion, rows))
    return {key: Group(key[0], present[key[1:]], tuple(found)) for key, found in parts.items()}


class Generated(pytest.Module):
    """Where generated checks are collected from: a module that no file holds."""

    made: ModuleType

    def _getobj(self) -> ModuleType:
        return self.made


Judge = Callable[[Group | None], None]


def collected(session: pytest.Session, drifting: Drifting, judge: Judge) -> list[pytest.Item]:
    """The generated checks, as items; ``judge`` judges one group, and for ``None`` who is new or gone."""
    made = ModuleType(NODE, "Generated from a baseline.")
    by_fact: dict[type[Fact], dict[type[Subject], list[Group]]] = {}
    for (fact, kind, _), group in drifting.groups.items():
        by_fact.setdefault(fact, {}).setdefault(kind, []).append(group)
    for fact in sorted(by_fact, key=lambda one: one.__name__):
        for kind in sorted(by_fact[fact], key=lambda one: (one is not Server, one.__name__)):
            first = kind is min(by_fact[fact], key=lambda one: (one is not Server, one.__name__))
            check = _of_fact(fact, kind, tuple(by_fact[fact][kind]), judge, first=first)
            setattr(made, check.__name__, check)
    made.check_subjects = _of_subjects(drifting, judge)  # type: ignore[attr-defined] # a module made here
    module = Generated.from_parent(session, path=Path(__file__), nodeid=NODE)
    module.made = made
    return list(session.genitems(module))


def _of_fact(
    fact: type[Fact], kind: type[Subject], groups: tuple[Group, ...], judge: Judge, *, first: bool
) -> Callable[..., None]:
    name = _FIXTURE_OF[kind]
    of = {group.subject.name.casefold(): group for group in groups}

    def check(**given: Any) -> None:
        judge(of[given[name].name.casefold()])

    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", fact.__name__).split()
    spelled = "-".join(words).lower() + ("" if first else f"-of-{name.replace('_', '-')}")
    title = " ".join([words[0], *(word if word.isupper() else word.lower() for word in words[1:])])
    doc = f"{kinds.source_of(fact)} What is not as it was is expected, lost, left over, or nobody knows why."
    setattr(check, _FACT, fact)
    told = f"{title} as in the baseline"
    return _dressed(check, spelled, title=told, doc=doc, name=name, subjects=[one.subject for one in groups])


def _of_subjects(drifting: Drifting, judge: Judge) -> Callable[..., None]:
    def check(**_given: Any) -> None:
        judge(None)

    doc = "A server that nobody had when the baseline was made has no drift, and is no proof that nothing changed."
    subjects: list[Subject] = [drifting.environment.organization]
    title = "The subjects of the baseline"
    return _dressed(check, "subjects", title=title, doc=doc, name="organization", subjects=subjects)


def _dressed(
    check: Callable[..., None], spelled: str, *, title: str, doc: str, name: str, subjects: list[Any]
) -> Callable[..., None]:
    """A function that pytest and muster take for a check that somebody wrote."""
    check.__name__ = check.__qualname__ = f"check_{spelled.replace('-', '_')}"
    check.__doc__ = doc
    first = inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    check.__signature__ = inspect.Signature([first])  # type: ignore[attr-defined] # inspect and pytest read it there
    check.pytestmark = [pytest.mark.post_upgrade]  # type: ignore[attr-defined] # pytest reads marks there
    setattr(check, collecting.SUBJECTS, tuple(subjects))
    remedy = "Put it back, or accept it: muster baseline accept NAME --env ENV --difference … --reason … --by …"
    return control(f"drift.{spelled}", title=title, severity=Severity.MEDIUM, remediation=remedy)(check)
