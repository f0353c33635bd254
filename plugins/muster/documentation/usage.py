"""Which control asks which questions, read from the functions: no pytest run, no network, no inventory."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from muster import facts
from muster.listing import Listed, controls_in
from muster.model import (
    SUBJECT_FIXTURES,
    Chained,
    Domain,
    DomainController,
    ExchangeCmdlet,
    Fact,
    Forest,
    HttpsRequest,
    LdapSearch,
    Need,
    Question,
    Server,
    SmtpDialogue,
    Subject,
    TlsHandshake,
    WindowsCmdlet,
)
from muster.pytest import collecting
from muster.resolve import needs_of


@dataclass(frozen=True, slots=True)
class Usage:
    """A control, the kind of its subject, and what it needs: each need with whom it is about."""

    listed: Listed
    subject: type[Subject]
    needs: tuple[tuple[Need, type[Subject]], ...]


def usages(checks: Path) -> tuple[Usage, ...]:
    """Every control in a folder of checks, by id, with what it asks."""
    return tuple(_usage(one) for one in controls_in(checks))


def _usage(listed: Listed) -> Usage:
    subject = SUBJECT_FIXTURES[collecting.subject_fixture(listed.check)]
    found: dict[tuple[Need, type[Subject]], None] = {}
    for use in _uses(listed.check):
        about = _about(use.of, subject)
        for wanted in needs_of(use.fact):
            found[wanted, about] = None
    return Usage(listed, subject, tuple(found))


def _about(fixture: str, subject: type[Subject]) -> type[Subject]:
    """Whom a fact fixture's first parameter stands for, beside a subject of this kind."""
    if fixture == "peers":
        return Server
    if fixture != "members":
        return SUBJECT_FIXTURES[fixture]
    return DomainController if subject in {Domain, Forest} else Server


def _uses(function: Callable[..., Any]) -> Iterator[collecting.FactUse]:
    for name in inspect.signature(function).parameters:
        fixture = _fixtures().get(name)
        if fixture is not None:
            use = collecting.fact_of_fixture(fixture)
            if use is not None:
                yield use
            yield from _uses(fixture)


@cache
def _fixtures() -> dict[str, Callable[..., Any]]:
    """Every fixture of the facts, by name, as the function it wraps."""
    found: dict[str, Callable[..., Any]] = {}
    for module in facts.modules():
        for name, value in vars(module).items():
            wrapped = getattr(value, "_get_wrapped_function", None)  # pytest offers no other way
            if wrapped is not None:
                found[name] = wrapped()
    return found


@cache
def fact_types() -> tuple[type[Fact], ...]:
    """Every fact that asks something of its own."""
    found: dict[type[Fact], None] = {}
    for module in facts.modules():
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__ and _is_fact(value):
                found[value] = None
    return tuple(found)


def _is_fact(kind: type[Any]) -> bool:
    return hasattr(kind, "read") and bool(getattr(kind, "needs", None))


def needs() -> tuple[Need, ...]:
    """Every need of every fact, each once."""
    return tuple(
        dict.fromkeys(wanted for fact in fact_types() for wanted in fact.needs.values() if isinstance(wanted, Need))
    )


def typed(question: Question) -> str:
    """A question as a person reads it; what it is about stands in braces."""
    match question:
        case ExchangeCmdlet() | WindowsCmdlet():
            return " | ".join(map(str, question.pipeline))
        case LdapSearch():
            attributes = ", ".join(question.attributes) or "all attributes"
            security = ", nTSecurityDescriptor" if question.security_descriptor else ""
            base = question.base or "the rootDSE"
            return f"{question.scope} of {base}, {question.filter}: {attributes}{security}"
        case TlsHandshake() | SmtpDialogue() | HttpsRequest():
            return question.key


KINDS: dict[type[Question], str] = {
    ExchangeCmdlet: "exchange",
    WindowsCmdlet: "windows",
    LdapSearch: "ldap",
    TlsHandshake: "tls",
    SmtpDialogue: "smtp",
    HttpsRequest: "https",
}
"""The kind of endpoint that each kind of question goes to."""


def chain(question: Question) -> Iterator[Question]:
    """A question and those that must be answered before it, the first one first."""
    if isinstance(question, Chained) and question.after is not None:
        yield from chain(question.after.question)
    yield question
