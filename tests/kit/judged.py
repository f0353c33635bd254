"""Judge a check as the plugin does, on observations given by hand: no pytest run, no network."""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from muster import facts
from muster.catalogue import Catalogue, published
from muster.model import SUBJECT_FIXTURES, Environment, FactUnavailable, NotApplicable, Observation, Subject
from muster.policy import Policy
from muster.pytest import collecting
from muster.pytest.judging import Judgement, judge
from muster.pytest.options import ONLY_AT_GATES
from muster.pytest.store import FactStore, Page
from muster.resolve import book_of

CHECKS = Path(__file__).parents[2] / "checks"
_HELD = "__an_assertion_held__"


class _Counted(ast.NodeTransformer):
    """Let a check say that an assertion held, as pytest's rewriting lets it: a pass needs one."""

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        said = ast.Expr(ast.Call(ast.Name(_HELD, ast.Load()), [], []))
        return [node, ast.fix_missing_locations(ast.copy_location(said, node))]


@cache
def checks() -> dict[str, Callable[..., None]]:
    """Every check of the product, by control id."""
    found: dict[str, Callable[..., None]] = {}
    for file in sorted(CHECKS.glob("check_*.py")):
        module = ModuleType(f"product_{file.stem}")
        tree = _Counted().visit(ast.parse(file.read_text("utf-8"), str(file)))
        exec(compile(tree, str(file), "exec"), vars(module))  # noqa: S102 - the product's own checks
        for function in vars(module).values():
            control = collecting.control_of(function) if callable(function) else None
            if control is not None:
                assert control.id not in found, f"two checks are called {control.id}"
                found[control.id] = function
    return found


@cache
def nightly() -> tuple[str, ...]:
    """The controls that every run judges: those that a gate alone asks for are left out."""
    return tuple(control for control, check in checks().items() if not _at_gates_only(check))


def _at_gates_only(check: Callable[..., None]) -> bool:
    marks = [*check.__globals__.get("pytestmark", ()), *getattr(check, "pytestmark", ())]
    return any(getattr(one, "mark", one).name == ONLY_AT_GATES for one in marks)


@cache
def fact_fixtures() -> dict[str, Callable[..., Any]]:
    """Every fact fixture, by name, as the plain function it wraps."""
    found: dict[str, Callable[..., Any]] = {}
    for module in facts.modules():
        for name, value in vars(module).items():
            if hasattr(value, "_get_wrapped_function"):
                found[name] = value._get_wrapped_function()
    return found


@dataclass(frozen=True)
class Bench:
    """An environment and what was observed of it; ``judged`` says how a check ends on it."""

    environment: Environment
    observations: Mapping[str, Observation]
    today: date
    policy: Policy
    catalogue: Catalogue = field(default_factory=published)

    def subject(self, control: str, name: str) -> Subject:
        """The subject of a control, by name."""
        kind = SUBJECT_FIXTURES[collecting.subject_fixture(checks()[control])]
        for subject in self.environment.subjects(kind):
            if subject.name.casefold() == name.casefold():
                return subject
        raise LookupError(f"{control}: the environment has no {kind.__name__} called {name}")

    def judged(self, control: str, name: str) -> Judgement:
        """Judge one control for one subject."""
        return self._judged(control, name)[0]

    def questions(self, control: str, name: str) -> tuple[str, ...]:
        """The keys of what was asked to judge it."""
        return tuple(dict.fromkeys(self._judged(control, name)[1].questions))

    def _judged(self, control: str, name: str) -> tuple[Judgement, Page]:
        check = checks()[control]
        subject = self.subject(control, name)
        control_itself = collecting.control_of(check)
        if control_itself is None or not collecting.fits(control_itself, subject):
            return Judgement("not applicable", "its role does not fit"), Page()
        store = FactStore(book_of(self.observations))
        try:
            arguments = {key: self._argument(key, subject, store) for key in inspect.signature(check).parameters}
        except FactUnavailable as missing:
            return Judgement("undetermined", str(missing)), store.page
        except NotApplicable as reason:
            return Judgement("not applicable", str(reason)), store.page
        held: list[bool] = []
        check.__globals__[_HELD] = lambda: held.append(True)
        return judge(check, arguments, store.page, lambda: len(held)), store.page

    def _argument(self, name: str, subject: Subject, store: FactStore) -> Any:
        if name in collecting.CONTEXT:
            return self._context(name, subject)
        plain = {
            "facts": store,
            "environment": self.environment,
            "policy": self.policy,
            "today": self.today,
            "catalogue": self.catalogue,
        }
        if name in plain:
            return plain[name]
        fixture = fact_fixtures()[name]
        return fixture(**{key: self._argument(key, subject, store) for key in inspect.signature(fixture).parameters})

    def _context(self, name: str, subject: Subject) -> Any:
        if name == "members":
            return collecting.members_of(subject)
        if name == "peers":
            return collecting.peers_of(subject, self.environment)
        if SUBJECT_FIXTURES[name] is type(subject):
            return subject
        found = collecting.context_of(name, subject, self.environment)
        if found is None:
            raise NotApplicable(f"{subject.name} has no {name}")
        return found


def subjects_of(control: str, environment: Environment) -> Iterator[Subject]:
    """Every subject that a control is judged on."""
    yield from environment.subjects(SUBJECT_FIXTURES[collecting.subject_fixture(checks()[control])])
