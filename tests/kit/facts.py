"""Facts read from answers that a test writes by hand."""

from datetime import UTC, datetime
from typing import TypeVar

from muster.model import Answer, EnumValue, Fact, Object, Observation, Question, Server, Subject, Value
from muster.resolve import Resolved, book_of, resolve

F = TypeVar("F", bound=Fact)

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
SRV1 = Server("SRV1", "srv1.example.com")


def read(
    fact: type[F], subject: Subject, *asked: tuple[Question, tuple[Object, ...]], taken: datetime | None = NOON
) -> F:
    """The fact of a subject from these questions and the objects that they brought."""
    return resolved(fact, subject, *asked, taken=taken).fact


def resolved(
    fact: type[F], subject: Subject, *asked: tuple[Question, tuple[Object, ...]], taken: datetime | None = NOON
) -> Resolved[F]:
    """The same, with the questions that gave it."""
    observations = [Observation(one, subject.name, taken, 0.1, "x", Answer(objects)) for one, objects in asked]
    return resolve(fact, subject, book_of({one.question.key: one for one in observations}))


def item(type_name: str, text: str | None = None, /, **properties: Value) -> Object:
    """One object."""
    return Object(type_name, text, properties)


def member(type_name: str, number: int, text: str) -> EnumValue:
    """A member of an enumeration, as a rich answer has it."""
    return EnumValue(number, text, type_name)


def entry(dn: str, /, **attributes: str) -> Object:
    """A directory entry."""
    return Object("LdapEntry", dn, {name: (value,) for name, value in attributes.items()})
