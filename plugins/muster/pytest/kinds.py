"""Which facts can be known of which subject: what a baseline records and drift compares."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from muster import facts
from muster.model import (
    SUBJECT_FIXTURES,
    DomainController,
    Environment,
    Fact,
    LdapSearch,
    Need,
    Server,
    Subject,
)
from muster.observe import Want
from muster.pytest import collecting


@cache
def known() -> tuple[tuple[type[Fact], type[Subject]], ...]:
    """Every fact that has a fixture, with the kind of subject it is a fact of."""
    found: dict[tuple[type[Fact], type[Subject]], None] = {}
    for module in facts.modules():
        for value in vars(module).values():
            function = getattr(value, "_get_wrapped_function", None)
            use = collecting.fact_of_fixture(function()) if function else None
            if use is not None:
                kind = SUBJECT_FIXTURES.get(use.of) or _of_members(use.fact)
                found[use.fact, kind] = None
    return tuple(found)


def leaves() -> tuple[type[Fact], ...]:
    """Every fact with questions of its own, whether it has a fixture or is part of another fact."""
    found: dict[type[Fact], None] = {}

    def walk(fact: type[Fact]) -> None:
        if any(isinstance(wanted, Need) for wanted in fact.needs.values()):
            found[fact] = None
        for wanted in fact.needs.values():
            if not isinstance(wanted, Need):
                walk(wanted)

    for fact, _ in known():
        walk(fact)
    return tuple(found)


def _of_members(fact: type[Fact]) -> type[Subject]:
    """Whose fact it is where a fixture only says "of each member": a controller's where a question names one."""
    wanted = [need for need in fact.needs.values() if isinstance(need, Need)]
    asked = [question for need in wanted for question in need.alternatives]
    return DomainController if any(isinstance(one, LdapSearch) and one.controller for one in asked) else Server


def wants(
    subjects: Iterable[Subject], checks: Iterable[Callable[..., Any]], environment: Environment
) -> Iterator[Want]:
    """Every fact of these subjects.

    Roles decide as they do for checks: what no check asks of an Edge Transport server nobody asks of it here. What
    no check asks at all is asked of Mailbox servers.
    """
    chosen = {(type(one), one.name) for one in subjects}
    roles = roles_of(checks)
    for fact, kind in known():
        for subject in environment.subjects(kind):
            if (kind, subject.name) in chosen and _fits(roles.get(fact, frozenset({"Mailbox"})), subject):
                yield fact, subject


@cache
def _facts_by_fixture() -> dict[str, type[Fact]]:
    """Fixture name → its fact."""
    return {
        name: use.fact
        for module in facts.modules()
        for name, value in vars(module).items()
        if (function := getattr(value, "_get_wrapped_function", None))
        and (use := collecting.fact_of_fixture(function())) is not None
    }


def roles_of(checks: Iterable[Callable[..., Any]]) -> dict[type[Fact], frozenset[str]]:
    """Of which roles checks ask a fact; the empty set is every role."""
    found: dict[type[Fact], frozenset[str]] = {}
    by_fixture = _facts_by_fixture()
    for check in dict.fromkeys(checks):
        control = collecting.control_of(check)
        if control is None or collecting.is_generated(check):
            continue
        for name in inspect.signature(check).parameters:
            fact = by_fixture.get(name)
            if fact is not None:
                before = found.get(fact)
                anybody = before == frozenset() or not control.roles
                found[fact] = frozenset() if anybody else (before or frozenset()) | control.roles
    return found


def _fits(roles: frozenset[str], subject: Subject) -> bool:
    return not (isinstance(subject, Server) and roles and not (roles & subject.roles))


def source_of(fact: type[Fact]) -> str:
    """What a fact says of itself, in its first line."""
    return (inspect.getdoc(fact) or fact.__name__).splitlines()[0]
