"""From check functions and subjects to items, and from items to what must be asked."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from muster.model import (
    CONTROL_ATTRIBUTE,
    SUBJECT_FIXTURES,
    Control,
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    Environment,
    Fact,
    Forest,
    Organization,
    PerServer,
    PublicName,
    Server,
    Site,
    Subject,
    concerns,
)
from muster.observe import Want
from muster.pytest.options import AS_IT_IS

FOLLOWS: dict[type[Subject], frozenset[str]] = {
    Server: frozenset({"dag", "peers", "site", "organization", "forest"}),
    DatabaseAvailabilityGroup: frozenset({"members", "organization", "forest"}),
    Site: frozenset({"members", "organization", "forest"}),
    Organization: frozenset({"members", "forest"}),
    DomainController: frozenset({"domain", "organization", "forest"}),
    Domain: frozenset({"members", "organization", "forest"}),
    Forest: frozenset({"members", "organization"}),
    PublicName: frozenset({"members", "organization", "forest"}),
}
"""What may be asked for beside each kind of subject, because it follows from it."""

SUBJECTS = "__muster_subjects__"
"""What a generated check brings along: its own subjects, where it does not concern all of their kind."""

CONTEXT = frozenset(SUBJECT_FIXTURES) | {"members", "peers"}


class _Nobody:
    """Stands in for a subject where the environment has none of that kind."""

    name = "nobody"


NOBODY = _Nobody()


def control_of(function: Callable[..., Any]) -> Control | None:
    """The control of a check function; ``None`` for any other function."""
    found = getattr(function, CONTROL_ATTRIBUTE, None)
    return found if isinstance(found, Control) else None


def is_check(item: pytest.Item) -> bool:
    """Whether an item is a check on a subject."""
    return isinstance(item, pytest.Function) and control_of(item.obj) is not None


@cache
def subject_fixture(function: Callable[..., Any]) -> str:
    """The name of a check's first parameter, which is its subject."""
    parameters = list(inspect.signature(function).parameters)
    if not parameters or parameters[0] not in SUBJECT_FIXTURES:
        names = ", ".join(SUBJECT_FIXTURES)
        raise pytest.Collector.CollectError(
            f"{_place(function)}: the first parameter of a check is its subject, one of {names}"
        )
    return parameters[0]


def parametrize(metafunc: pytest.Metafunc, environment: Environment, as_it_is: Environment | None = None) -> None:
    """One item per subject of the check's kind; of a what-if run a second one per subject as it is."""
    if control_of(metafunc.function) is None:
        if metafunc.function.__name__.startswith("check_"):
            place = _place(metafunc.function)
            raise pytest.Collector.CollectError(f"{place} is called a check and has no @control")
        return
    if inspect.iscoroutinefunction(metafunc.function):
        raise pytest.Collector.CollectError(
            f"{_place(metafunc.function)} is async: a check is a plain function of facts"
        )
    name = subject_fixture(metafunc.function)
    kind = SUBJECT_FIXTURES[name]
    _refuse_strangers(metafunc.function, kind, metafunc.fixturenames)
    brought: tuple[Any, ...] | None = getattr(metafunc.function, SUBJECTS, None)
    subjects: tuple[Any, ...] = brought or environment.subjects(kind) or (NOBODY,)
    items = [pytest.param(subject, id=subject.name) for subject in subjects]
    if as_it_is is not None:
        marks = getattr(pytest.mark, AS_IT_IS)
        items += [
            pytest.param(subject, id=f"{subject.name} as it is", marks=marks)
            for subject in as_it_is.subjects(kind) or (NOBODY,)
        ]
    metafunc.parametrize(name, items)


def _refuse_strangers(function: Callable[..., Any], kind: type[Subject], names: Iterable[str]) -> None:
    own = next(name for name, subject in SUBJECT_FIXTURES.items() if subject is kind)
    for name in names:
        if name in CONTEXT and name != own and name not in FOLLOWS[kind]:
            may = ", ".join(sorted(FOLLOWS[kind]))
            raise pytest.Collector.CollectError(
                f"{_place(function)}: '{name}' does not follow from a {kind.__name__}; "
                f"beside it a check may ask for {may}"
            )


def _place(function: Callable[..., Any]) -> str:
    return f"{inspect.getfile(function)}::{function.__name__}"


def tidy(items: list[pytest.Item]) -> None:
    """Leave out placeholders of subject kinds that the environment does not have."""
    items[:] = [item for item in items if subject_of(item) is not NOBODY]
    owners: dict[str, Callable[..., Any]] = {}
    for item in items:
        control = control_of(item.obj) if isinstance(item, pytest.Function) else None
        if control is not None and isinstance(item, pytest.Function):
            owner = owners.setdefault(control.id, _function(item))
            if owner is not _function(item):
                raise pytest.UsageError(
                    f"two checks are called {control.id}: {_place(owner)}, {_place(_function(item))}"
                )


def is_generated(function: object) -> bool:
    """Whether nobody wrote a check: it comes from a baseline."""
    return hasattr(function, SUBJECTS)


def subject_of(item: pytest.Item) -> Any:
    """The subject of a check's item; ``None`` for any other item."""
    if not isinstance(item, pytest.Function) or not is_check(item):
        return None
    return item.callspec.params[subject_fixture(_function(item))]


def _function(item: pytest.Function) -> Callable[..., Any]:
    return getattr(item.obj, "__func__", item.obj)  # type: ignore[no-any-return] # pytest types obj as Any


def fits(control: Control, subject: Subject) -> bool:
    """Whether a control's roles fit a subject; only servers have roles."""
    return not (isinstance(subject, Server) and control.roles and not (control.roles & subject.roles))


@dataclass(frozen=True, slots=True)
class FactUse:
    """One fact fixture in an item's closure: which fact, of which context, of one subject or of its members."""

    fact: type[Fact]
    of: str


@cache
def fact_of_fixture(fixture: Callable[..., Any]) -> FactUse | None:
    """What a fixture's return annotation and first parameter say; ``None`` where it is no fact fixture."""
    try:
        returned = get_type_hints(fixture).get("return")
    except (NameError, TypeError):
        return None
    if get_origin(returned) is PerServer:
        (returned,) = get_args(returned)
    if not (isinstance(returned, type) and hasattr(returned, "needs") and hasattr(returned, "read")):
        return None
    first = next((name for name in inspect.signature(fixture).parameters if name in CONTEXT), None)
    if first is None:
        raise pytest.UsageError(
            f"{_place(fixture)}: a fact fixture names its subject (server, dag, members, …) first"
        )
    return FactUse(returned, first)


def wants_of(items: Iterable[pytest.Item], environment: Environment) -> Iterator[Want]:
    """Every fact of every subject that the selected items will read; roles that do not fit are left out."""
    seen: set[tuple[type[Fact], str, str]] = set()
    uses_of_function: dict[Any, tuple[FactUse, ...]] = {}
    for item in items:
        subject = subject_of(item)
        if not isinstance(item, pytest.Function) or subject is None:
            continue
        control = control_of(item.obj)
        if control is None or not fits(control, subject):
            continue
        function = _function(item)
        if function not in uses_of_function:
            uses_of_function[function] = tuple(_uses(item))
        for use in uses_of_function[function]:
            for one in subjects_named(use.of, subject, environment):
                key = (use.fact, type(one).__name__, one.name)
                if key not in seen and concerns(use.fact, one):
                    seen.add(key)
                    yield use.fact, one


def _uses(item: pytest.Function) -> Iterator[FactUse]:
    for definitions in item._fixtureinfo.name2fixturedefs.values():  # noqa: SLF001 - pytest offers no other way
        use = fact_of_fixture(definitions[-1].func)
        if use is not None:
            yield use


def subjects_named(name: str, subject: Subject, environment: Environment) -> tuple[Subject, ...]:
    """The subjects that a context fixture stands for, beside this subject; none where there is none."""
    if name == "members":
        return members_of(subject)
    if name == "peers":
        return peers_of(subject, environment)
    if SUBJECT_FIXTURES[name] is type(subject):
        return (subject,)
    found = context_of(name, subject, environment)
    return (found,) if found is not None else ()


def members_of(subject: Subject) -> tuple[Subject, ...]:
    """The servers of a subject; the controllers of a domain or forest."""
    match subject:
        case DatabaseAvailabilityGroup() | Site() | Organization() | PublicName():
            return subject.members
        case Domain():
            return subject.controllers
        case Forest():
            return tuple(controller for domain in subject.domains for controller in domain.controllers)
        case _:
            return ()


def peers_of(subject: Subject, environment: Environment) -> tuple[Server, ...]:
    """The other members of a server's database availability group; none where it is in none."""
    group = context_of("dag", subject, environment)
    if not isinstance(group, DatabaseAvailabilityGroup):
        return ()
    return tuple(member for member in group.members if member != subject)


def context_of(name: str, subject: Subject, environment: Environment) -> Subject | None:
    """What follows from a subject: a server's DAG and site, a controller's domain, everybody's organisation."""
    match name, subject:
        case "organization", _:
            return environment.organization
        case "forest", _:
            return environment.forest
        case "dag", Server(dag=str(wanted)):
            return next((dag for dag in environment.dags if dag.name == wanted), None)
        case "site", Server(site=str(wanted)):
            return next((site for site in environment.sites if site.name == wanted), None)
        case "domain", DomainController(domain=wanted):
            return next((domain for domain in environment.domains if domain.name == wanted), None)
        case _:
            return None
