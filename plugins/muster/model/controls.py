"""A check's metadata, and the three words a check speaks: ``control``, ``about``, ``not_applicable``."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NoReturn, TypeVar

from muster.model.problems import FactUnavailable

Check = TypeVar("Check", bound=Callable[..., None])

_IDENTIFIER = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")

CONTROL_ATTRIBUTE = "__muster_control__"


class Severity(IntEnum):
    """How much a failure matters; ordered."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        """Lower case, as in policy files and verdicts."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Control:
    """What a check is called and why it matters. ``roles`` limits a server check to servers with one of them."""

    id: str
    title: str
    severity: Severity
    references: tuple[str, ...] = ()
    remediation: str = ""
    roles: frozenset[str] = frozenset()

    @property
    def area(self) -> str:
        """The first part of the id: ``connectors`` of ``connectors.no-anonymous-relay``."""
        return self.id.partition(".")[0]


def control(
    identifier: str,
    *,
    title: str,
    severity: Severity,
    references: tuple[str, ...] = (),
    remediation: str = "",
    roles: set[str] | frozenset[str] = frozenset(),
) -> Callable[[Check], Check]:
    """Give a check function its metadata; nothing is registered anywhere."""
    if not isinstance(severity, Severity):
        raise TypeError(f"{identifier}: severity is {severity!r}, where Severity.HIGH, MEDIUM, LOW or INFO is right")
    if not _IDENTIFIER.fullmatch(identifier):
        raise ValueError(f"'{identifier}' is no control id: area.what-holds, in lower case, is one")
    made = Control(identifier, title, severity, references, remediation, frozenset(roles))

    def attach(check: Check) -> Check:
        setattr(check, CONTROL_ATTRIBUTE, made)
        return check

    return attach


@dataclass(frozen=True, slots=True)
class ObjectVerdict:
    """One object inside a verdict that did not hold: ``outcome`` is ``fail`` or ``undetermined``."""

    object: str
    outcome: str
    reason: str


@dataclass(slots=True)
class Notebook:
    """What one check run notes down: objects that failed, how many objects were looked at, and what was missing when
    it was read, so that a check that swallows the exception does not pass without it.
    """  # noqa: D205

    objects: list[ObjectVerdict] = field(default_factory=list)
    looked_at: int = 0
    gaps: list[str] = field(default_factory=list)
    because: list[str] = field(default_factory=list)


_notebook: ContextVar[Notebook | None] = ContextVar("muster_notebook", default=None)


@contextmanager
def notebook() -> Iterator[Notebook]:
    """Open a fresh notebook for one check run; the plugin does this around every check."""
    fresh = Notebook()
    token = _notebook.set(fresh)
    try:
        yield fresh
    finally:
        _notebook.reset(token)


def because(sentence: str) -> None:
    """Say why a check passes, where that is a decision and not only what was seen: the reason of its pass."""
    current = _notebook.get()
    if current is not None:
        current.because.append(sentence)


def missing(gap: FactUnavailable) -> FactUnavailable:
    """Note that something was read and is not there; gives the exception back, to be raised."""
    current = _notebook.get()
    if current is not None:
        current.gaps.append(str(gap))
    return gap


@contextmanager
def about(thing: object) -> Iterator[None]:
    """Judge one of several objects: a failed assertion inside is noted under the object's name, and the
    check goes on with the next. A fact that is missing inside is noted as undetermined for that object.

    The name is ``thing`` itself where it is text, else its ``identity`` or ``name``.
    """  # noqa: D205
    current = _notebook.get()
    if current is None:  # a check called as a plain function
        yield
        return
    current.looked_at += 1
    try:
        yield
    except AssertionError as failure:
        current.objects.append(ObjectVerdict(name_of(thing), "fail", first_line(failure)))
    except FactUnavailable as missing:
        current.objects.append(ObjectVerdict(name_of(thing), "undetermined", str(missing)))


def name_of(thing: object) -> str:
    """What a person calls an object."""
    if isinstance(thing, str):
        return thing
    came = getattr(thing, "has", lambda _field: True)
    for attribute in ("identity", "name"):
        if came(attribute) and hasattr(thing, attribute):
            return str(getattr(thing, attribute))
    return str(thing)


def first_line(failure: BaseException) -> str:
    """The first line of an exception's message: the sentence a check wrote, without pytest's introspection."""
    lines = str(failure).splitlines()
    return lines[0].strip() if lines else type(failure).__name__


class NotApplicable(Exception):  # noqa: N818 - an outcome, not an error
    """The control does not apply to this subject."""


def not_applicable(reason: str) -> NoReturn:
    """End the check: the control does not apply to this subject, for this reason."""
    raise NotApplicable(reason)
