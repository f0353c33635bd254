"""A server's clock against a controller's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar, Self

import pytest
from pydantic import BeforeValidator, Field

from muster.facts.directory import Entry
from muster.model import (
    Answer,
    Fact,
    Facts,
    FactUnavailable,
    LdapSearch,
    Problem,
    Server,
    Shape,
    Subject,
    Value,
    WindowsCmdlet,
    in_organization,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, answer_named
from muster.reading.values import Moment, read_moment, read_text

_LDAP_TIME = re.compile(r"(\d{14})(?:\.\d+)?Z")


def _read_ldap_time(value: Value) -> datetime:
    """``20250915120000.0Z``, or the time that .NET made of it."""
    only = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    if isinstance(only, datetime):
        return read_moment(only)
    text = read_text(only)
    found = _LDAP_TIME.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' where a time such as 20250915120000.0Z was expected")
    return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)


class _Server(Record):
    local_date_time: Moment


class _Controller(Entry):
    current_time: Annotated[datetime, BeforeValidator(_read_ldap_time)] = Field(alias="currentTime")


@dataclass(frozen=True, slots=True)
class Clocks:
    """What a server and a controller of its domain said the time is, and when muster asked by its own clock."""

    server: datetime
    controller: datetime
    asked: tuple[datetime, datetime] | None = field(default=None, compare=False)

    needs: ClassVar[Needs] = {
        "server": need(
            WindowsCmdlet("Get-CimInstance", ClassName="Win32_OperatingSystem", Property=("LocalDateTime",))
        ),
        "controller": need(LdapSearch(base="", scope="base", attributes=("currentTime",), domain="{domain}")),
    }
    shape: ClassVar[Shape] = Shape(
        momentary="the time of asking", volatile={"LocalDateTime": "the clock", "currentTime": "the clock"}
    )

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only members of the forest."""
        return in_organization(subject)

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Both times."""
        own, theirs = answer_named(answers, "server"), answer_named(answers, "controller")
        here = _Server.of(own.objects[0], subject.name).local_date_time
        there = _Controller.of(theirs.objects[0], subject.name).current_time
        return cls(here, there, (own.taken, theirs.taken) if own.taken and theirs.taken else None)

    @property
    def difference(self) -> timedelta:
        """How much the server is ahead; raises where nobody noted when each was asked."""
        if self.asked is None:
            problem = Problem("no time", "when each was asked is not known", "an old answer does not carry it")
            raise FactUnavailable("the server", "Clocks", problem)
        return (self.server - self.asked[0]) - (self.controller - self.asked[1])


@pytest.fixture
def clocks(server: Server, facts: Facts) -> Clocks:
    """The clocks of one server and of a controller of its domain."""
    return facts.get(Clocks, server)
