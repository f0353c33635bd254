"""Where fact fixtures get their facts: each read once, its problems kept, its questions noted per check."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from muster.model import Fact, FactUnavailable, PerServer, Problem, Subject
from muster.resolve import Book, Resolved, resolve

F = TypeVar("F", bound=Fact)


@dataclass(slots=True)
class Page:
    """What one check used: the keys of the questions, what their answers lacked, which members are unknown."""

    questions: list[str] = field(default_factory=list)
    shortfalls: list[Problem] = field(default_factory=list)
    unknown: dict[str, Problem] = field(default_factory=dict)


class FactStore:
    """The ``Facts`` of a run, over observations."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._read: dict[tuple[type[Fact], type[Subject], str], Resolved[Any] | FactUnavailable] = {}
        self._shared: dict[tuple[type[Fact], tuple[str, ...]], tuple[PerServer[Any], Page]] = {}
        self.page = Page()

    def get(self, fact: type[F], subject: Subject) -> F:
        """The fact of one subject; raises a new ``FactUnavailable`` where it could not be had."""
        found = self._resolved(fact, subject)
        if isinstance(found, FactUnavailable):
            self.page.questions.extend(found.questions)
            raise FactUnavailable(found.subject, found.wanted, found.problem, found.questions)
        self.page.questions.extend(found.questions)
        self.page.shortfalls.extend(found.shortfalls)
        made: F = found.fact
        return made

    def per_server(self, fact: type[F], members: tuple[Subject, ...]) -> PerServer[F]:
        """The fact of each member; those whose fact could not be had are among the ``unknown``.

        Raises the first reason where nothing is known of any member.
        """
        key = (fact, tuple(member.name for member in members))
        shared, page = self._shared.get(key) or self._shared.setdefault(key, self._gather(fact, members))
        self.page.questions.extend(page.questions)
        self.page.shortfalls.extend(page.shortfalls)
        self.page.unknown.update(page.unknown)
        if not shared.known and shared.unknown:
            subject, problem = next(iter(shared.unknown.items()))
            raise FactUnavailable(subject.name, fact.__name__, problem)
        return shared

    def _gather(self, fact: type[F], members: tuple[Subject, ...]) -> tuple[PerServer[F], Page]:
        known: dict[Subject, F] = {}
        unknown: dict[Subject, Problem] = {}
        page = Page()
        for member in members:
            found = self._resolved(fact, member)
            if isinstance(found, FactUnavailable):
                unknown[member] = found.problem
                page.unknown[member.name] = found.problem
                page.questions.extend(found.questions)
            else:
                known[member] = found.fact
                page.questions.extend(found.questions)
                page.shortfalls.extend(found.shortfalls)
        page.questions = list(dict.fromkeys(page.questions))
        page.shortfalls = list(dict.fromkeys(page.shortfalls))
        return PerServer(known, unknown), page

    def _resolved(self, fact: type[F], subject: Subject) -> Resolved[F] | FactUnavailable:
        key = (fact, type(subject), subject.name)
        found = self._read.get(key)
        if found is None:
            try:
                found = resolve(fact, subject, self._book)
            except FactUnavailable as missing:
                missing.__traceback__ = None  # kept as a value: no frames of the first reader
                found = missing
            self._read[key] = found
        return found
