"""Component states of an Exchange server, by requester.

A component is inactive while any requester holds it inactive. Each requester speaks twice, in the directory
(``RemoteStates``) and in the server's registry (``LocalStates``); its newest word counts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, ClassVar

import pytest
from pydantic import BeforeValidator

from muster.facts.servers import mailbox_servers
from muster.model import (
    Environment,
    ExchangeCmdlet,
    Facts,
    FactUnavailable,
    Object,
    PerServer,
    Problem,
    Server,
    Shape,
    Subject,
    Value,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Word, read_text, read_word

INACTIVE_BY_DEFAULT = frozenset({"ForwardSyncDaemon", "ProvisioningRps"})
"""Inactive on every server outside Microsoft's own data centres; seen so on a healthy 2016 CU22."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one requester said of one component, in the directory or in the registry.

    ``when`` is a time where one came, else the culture's own text of it; it orders words and is no part of them.
    """

    requester: str
    state: str
    when: datetime | str = field(compare=False)


_PRINTED = re.compile(r"Requestor:(?P<requester>.*?); State:(?P<state>.*?); Timestamp:(?P<when>.*)")


def _read_statements(value: Value) -> tuple[Statement, ...]:
    """A list of RequesterDetails, as objects or as they print themselves; null is none."""
    items: tuple[Value, ...] = () if value is None else value if isinstance(value, tuple) else (value,)
    return tuple(_read_statement(item) for item in items)


def _read_statement(item: Value) -> Statement:
    if isinstance(item, Object) and "Requester" in item.properties:
        when = item.properties.get("Timestamp")
        moment = when.astimezone(UTC) if isinstance(when, datetime) else read_text(when)
        return Statement(read_word(item.properties["Requester"]), read_word(item.properties.get("State")), moment)
    printed = _PRINTED.fullmatch(read_text(item).strip())
    if not printed:
        raise ValueError(f"'{read_text(item)}' where 'Requestor:…; State:…; Timestamp:…' was expected")
    return Statement(printed["requester"], printed["state"], printed["when"])


Statements = Annotated[tuple[Statement, ...], BeforeValidator(_read_statements)]


class ServerComponent(Record):
    """One component. ``state`` is the effective state as the server computes it."""

    component: Word
    state: Word
    remote_states: Statements
    local_states: Statements

    @property
    def identity(self) -> str:
        """The component's name."""
        return self.component

    @property
    def held_inactive_by(self) -> tuple[str, ...]:
        """The requesters that hold it inactive by their newest word, in alphabetical order.

        Raises ``FactUnavailable`` where a requester's two words differ and their times cannot be ordered.
        """
        words: dict[str, list[Statement]] = {}
        for word in (*self.remote_states, *self.local_states):
            words.setdefault(word.requester, []).append(word)
        return tuple(sorted(name for name, said in words.items() if self._newest_state(said) != "Active"))

    def _newest_state(self, said: list[Statement]) -> str:
        states = {word.state for word in said}
        if len(states) > 1:
            states = {state for times in _readings(said) for state in _newest(said, times)}
        if len(states) != 1:
            texts = " and ".join(f"'{word.when}'" for word in said)
            problem = Problem(
                "not readable", f"{said[0].requester} said different things, and {texts} do not tell which is newer"
            )
            raise FactUnavailable(self._of, f"{self.component} component", problem)
        return states.pop()


def _newest(said: list[Statement], times: list[datetime]) -> set[str]:
    return {word.state for word, when in zip(said, times, strict=True) if when == max(times)}


_CULTURES = (
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %I:%M:%S %p",
    "%d/%m/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
)


def _readings(said: list[Statement]) -> Iterable[list[datetime]]:
    """Every way of reading all their times that some culture allows: only what all of them agree on is certain."""
    if all(isinstance(word.when, datetime) for word in said):
        yield [word.when for word in said if isinstance(word.when, datetime)]
        return
    for culture in _CULTURES:
        try:
            yield [_moment(word.when, culture) for word in said]
        except ValueError:
            continue


def _moment(when: datetime | str, culture: str) -> datetime:
    if isinstance(when, datetime):
        return when
    return datetime.strptime(" ".join(when.split()), culture).replace(tzinfo=UTC)


class ServerComponents(Records[ServerComponent]):
    """Every component of one server."""

    record = ServerComponent
    needs: ClassVar[Needs] = {
        "components": need(
            ExchangeCmdlet("Get-ServerComponentState", Identity="{name}", about="{name}"), split_by=("ServerFqdn",)
        ),
    }
    shape = Shape(
        identity=("Component",),
        unordered=frozenset({"RemoteStates", "LocalStates"}),
        volatile={
            "RunspaceId": "a new one in every session",
            "RemoteStates.Timestamp": "when its requester last said the same",
            "LocalStates.Timestamp": "when its requester last said the same",
        },
    )

    def named(self, name: str) -> ServerComponent:
        """The component of that name; raises where none came."""
        for row in self.rows:
            if row.component == name:
                return row
        problem = Problem("empty", f"no component {name} came")
        raise FactUnavailable(self._whose, type(self).__name__, problem)


@pytest.fixture
def server_components(server: Server, facts: Facts) -> ServerComponents:
    """Component states of one server, and which requester holds which component inactive."""
    return facts.get(ServerComponents, server)


@pytest.fixture
def components_of_peers(
    members: tuple[Subject, ...], facts: Facts, environment: Environment
) -> PerServer[ServerComponents]:
    """Component states of the members that are not being upgraded now."""
    peers = tuple(one for one in mailbox_servers(members) if one.name not in environment.quiet)
    return facts.per_server(ServerComponents, peers)
