"""What a baseline holds of whom: leaf facts, and which rows of which answer belong to which subject.

Facts made of other facts are not compared: what they are made of is. Of several facts that read the same rows one
speaks for them; an organisation speaks for those rows only that belong to none of its servers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from muster.model import (
    Answer,
    Fact,
    Need,
    Observation,
    Question,
    Server,
    Subject,
    concerns,
    same_server,
)
from muster.resolve import Book, bound, next_question, owner_of, rows_of

Wanted = tuple[type[Fact], Subject]
"""A leaf fact of a subject."""


@dataclass(frozen=True, slots=True)
class Portion:
    """The rows that one fact of one subject compares, and the question whose answer they stand in.

    ``asked`` is the need with the one alternative that was answered: what must be asked to compare like with like.
    ``others`` are the servers whose rows are compared elsewhere.
    """

    fact: type[Fact]
    subject: Subject
    need: str
    asked: Need
    observation: Observation
    others: tuple[Server, ...] = ()

    def rows(self, answer: Answer) -> Answer:
        """The rows of an answer that are this portion's."""
        mine = rows_of(answer, self.asked.split_by, self.subject)
        if not self.others:
            return mine
        kept = tuple(
            item
            for item in mine.objects
            if not (owner := owner_of(item, self.asked.split_by or ("Name", "Identity")))
            or not any(same_server(owner, server) for server in self.others)
        )
        return replace(mine, objects=kept)


def leaf_wants(wants: Iterable[Wanted]) -> Iterator[Wanted]:
    """The facts with questions of their own that wants stand on, each once; what tells only a moment is left out."""
    seen: set[tuple[type[Fact], type[Subject], str]] = set()

    def walk(fact: type[Fact], subject: Subject) -> Iterator[Wanted]:
        if not concerns(fact, subject):
            return
        own = [wanted for wanted in fact.needs.values() if isinstance(wanted, Need)]
        key = (fact, type(subject), subject.name.casefold())
        if own and key not in seen and not fact.shape.momentary:
            seen.add(key)
            yield fact, subject
        for wanted in fact.needs.values():
            if not isinstance(wanted, Need):
                yield from walk(wanted, subject)

    for fact, subject in wants:
        yield from walk(fact, subject)


def portions(wants: Iterable[Wanted], book: Book) -> tuple[Portion, ...]:
    """What a book holds for these wants, each row once: servers first, a fact with identities before one without."""
    claimed: set[tuple[str, str]] = set()
    split: dict[str, list[Server]] = {}
    found: list[Portion] = []
    for fact, subject in sorted(wants, key=_first):
        for name, wanted in fact.needs.items():
            if not isinstance(wanted, Need):
                continue
            held = _held(wanted, subject, book)
            if held is None:
                continue
            asked, observation = held
            key = observation.question.key
            whose = subject.name.casefold() if asked.split_by and isinstance(subject, Server) else ""
            if (key, whose) in claimed or (not whose and isinstance(subject, Server) and (key, "") in claimed):
                continue
            claimed.add((key, whose))
            others: tuple[Server, ...] = ()
            if whose and isinstance(subject, Server):
                split.setdefault(key, []).append(subject)
            elif key in split:
                others = tuple(split[key])
            found.append(Portion(fact, subject, name, asked, observation, others))
    return tuple(found)


def _first(wanted: Wanted) -> tuple[bool, str, bool, str]:
    fact, subject = wanted
    return not isinstance(subject, Server), subject.name.casefold(), not fact.shape.identity, fact.__name__


def _held(wanted: Need, subject: Subject, book: Book) -> tuple[Need, Observation] | None:
    """The alternative of a need that a book answers, and its answer."""
    for alternative in wanted.alternatives:
        only = replace(wanted, alternatives=(alternative,))
        observation = _answered(alternative, only, subject, book)
        if observation is not None and observation.answer is not None:
            rows = rows_of(observation.answer, wanted.split_by, subject)
            if rows.objects or (wanted.may_be_empty and not rows.shortfalls):
                return only, observation
    return None


def _answered(alternative: Question, only: Need, subject: Subject, book: Book) -> Observation | None:
    """The observation of one alternative, follow-up questions included."""
    last: list[Observation] = []

    def noting(question: Question, about: Subject) -> Observation | None:
        found = book(question, about)
        if found is not None:
            last.append(found)
        return found

    if next_question(only, subject, noting) is not None or not last:
        return None
    asked = bound(alternative, subject)
    return last[-1] if getattr(asked, "after", None) is None or len(last) > 1 else None
