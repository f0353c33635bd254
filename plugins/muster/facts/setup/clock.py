"""A server's clock against a controller's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Self

import pytest

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
from muster.reading.records import answer_named
from muster.reading.values import read_moment, read_text

_LDAP_TIME = re.compile(r"(\d{14})(?:\.\d+)?Z")


def _read_ldap_time(value: Value) -> datetime:
    """``20250915120000.0Z``."""
    text = read_text(value)
    found = _LDAP_TIME.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' where a time such as 20250915120000.0Z was expected")
    return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)


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
    shape: ClassVar[Shape] = Shape(volatile={"LocalDateTime": "the clock", "currentTime": "the clock"})

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only members of the forest."""
        return in_organization(subject)

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Both times."""
        own, theirs = answer_named(answers, "server"), answer_named(answers, "controller")
        try:
            here = read_moment(own.objects[0].properties["LocalDateTime"])
            there = _read_ldap_time(theirs.objects[0].properties["currentTime"])
        except KeyError as error:
            raise FactUnavailable(subject.name, "Clocks", Problem("not sent", f"{error} was not sent")) from None
        except ValueError as error:
            raise FactUnavailable(subject.name, "Clocks", Problem("not readable", str(error))) from None
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
