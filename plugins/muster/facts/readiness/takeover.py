"""Whether a database availability group gets by without one of its members, as long as that one is upgraded."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Self, TypeVar

import pytest
from pydantic import BeforeValidator

from muster.facts.components import ServerComponents
from muster.facts.dag import ActivationSettings, DatabaseCopies, DatabaseCopy
from muster.model import (
    Answer,
    DatabaseAvailabilityGroup,
    ExchangeCmdlet,
    Fact,
    Facts,
    FactUnavailable,
    PerServer,
    Problem,
    Server,
    Shape,
    Subject,
    Value,
    need,
    not_applicable,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, only_answer
from muster.reading.values import Text, Texts, Word, read_texts
from muster.reading.volatile import FROM_DIRECTORY

FEW_LOGS = 100
"""Log files that a copy may lack and still take over at once."""
_MAINTENANCE = "serverwideoffline"
V = TypeVar("V")


def _read_operational(value: Value) -> tuple[str, ...]:
    found = read_texts(value)
    if not found:
        raise ValueError("no server where at least one was expected: the live state did not come")
    return found


class GroupStatus(Record):
    """The live state of one group: ``-Status`` alone fills it, and asks the cluster for it.

    ``witness_share_in_use`` is ``Primary``, ``Alternate``, ``None`` or ``InvalidConfiguration`` (the last two from
    experience, unverified). Source: Get-DatabaseAvailabilityGroup.
    """

    name: Text
    servers: Texts
    operational_servers: Annotated[tuple[str, ...], BeforeValidator(_read_operational)]
    primary_active_manager: Text
    witness_share_in_use: Word

    needs: ClassVar[Needs] = {"groups": need(ExchangeCmdlet("Get-DatabaseAvailabilityGroup", Status=True))}
    shape: ClassVar[Shape] = Shape(
        momentary="which member does what just now",
        identity=("Identity",),
        unordered=frozenset({"Servers", "StartedMailboxServers", "StoppedMailboxServers", "OperationalServers"}),
        volatile={
            **FROM_DIRECTORY,
            "PrimaryActiveManager": "the cluster chooses anew when a member goes away",
            "OperationalServers": "the live state",
        },
    )

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """The group of the subject's name among all groups."""
        for item in only_answer(answers).objects:
            group = cls.of(item, subject.name)
            if group.name.casefold() == subject.name.casefold():
                return group
        problem = Problem("empty", f"Exchange shows no database availability group named {subject.name}")
        raise FactUnavailable(subject.name, cls.__name__, problem)

    @property
    def witness_counts(self) -> bool:
        """Whether the witness has a vote: it has one where the number of members is even."""
        return len(self.servers) % 2 == 0

    @property
    def witness_answers(self) -> bool:
        """Whether the share of a witness is in use."""
        return self.witness_share_in_use in {"Primary", "Alternate"}

    def votes_without(self, server: Server) -> tuple[int, int]:
        """The votes that are left while ``server`` is away, and how many of them a majority needs."""
        others = {short_name(name) for name in self.operational_servers} - {server.name.casefold()}
        votes = len(self.servers) + self.witness_counts
        return len(others) + (self.witness_counts and self.witness_answers), votes // 2 + 1


def short_name(text: str) -> str:
    """``ex01`` of ``EX01`` or ``ex01.contoso.local``."""
    return text.partition(".")[0].casefold()


def cannot_take_over(
    database: str,
    copies: PerServer[DatabaseCopies],
    settings: PerServer[ActivationSettings],
    components: PerServer[ServerComponents],
) -> tuple[str, ...]:
    """Why no peer can take a database over, peer by peer; ``()`` where one can.

    Raises ``FactUnavailable`` where no known peer can, and there is one that nobody knows about.
    """
    reasons: list[str] = []
    unknown = [
        FactUnavailable(peer.name, f"its copy of {database}", problem) for peer, problem in copies.unknown.items()
    ]
    for peer, found in copies.items():
        try:
            copy = next(one for one in found if one.database_name.casefold() == database.casefold())
            reason = next(_obstacles(copy, peer, settings, components), "")
        except StopIteration:
            try:
                found.must_be_whole()
            except FactUnavailable as part:
                unknown.append(part)
            continue
        except FactUnavailable as missing:
            unknown.append(missing)
            continue
        if not reason:
            return ()
        reasons.append(f"{peer.name} {reason}")
    if unknown:
        raise unknown[0]
    return tuple(reasons) or ("no other member holds a copy",)


def _obstacles(
    copy: DatabaseCopy,
    peer: Subject,
    settings: PerServer[ActivationSettings],
    components: PerServer[ServerComponents],
) -> Iterator[str]:
    """What keeps one copy from being activated, worst first."""
    if copy.status not in {"Mounted", "Healthy"}:
        yield f"has a copy that is {copy.status}"
    if copy.activation_suspended:
        yield "has a copy whose activation is suspended"
    if copy.lagged:
        yield "has a lagged copy"
    if copy.copy_queue_length > FEW_LOGS:
        yield f"has a copy that lacks {copy.copy_queue_length:,} logs"
    activation = _of(peer, settings, "ActivationSettings")
    if activation.database_copy_auto_activation_policy == "Blocked":
        yield "blocks activation (DatabaseCopyAutoActivationPolicy)"
    if activation.database_copy_activation_disabled_and_move_now:
        yield "sends databases away (DatabaseCopyActivationDisabledAndMoveNow)"
    for component in _of(peer, components, "ServerComponents"):
        if component.component.casefold() == _MAINTENANCE and component.held_inactive_by:
            yield "is in maintenance itself (ServerWideOffline)"


def _of(peer: Subject, facts: PerServer[V], wanted: str) -> V:
    if peer not in facts:
        problem = facts.unknown.get(peer, Problem("not run", "it was not asked"))
        raise FactUnavailable(peer.name, wanted, problem)
    return facts[peer]


@pytest.fixture
def group_status(dag: DatabaseAvailabilityGroup, facts: Facts) -> GroupStatus:
    """The live state of a database availability group: who is operational, who leads, whether the witness is used."""
    return facts.get(GroupStatus, dag)


@pytest.fixture
def own_copies(server: Server, facts: Facts) -> DatabaseCopies:
    """Database copies on one member of a database availability group; applies to members only."""
    if server.dag is None:
        not_applicable(f"{server.name} is in no database availability group")
    return facts.get(DatabaseCopies, server)


@pytest.fixture
def copies_elsewhere(peers: tuple[Server, ...], facts: Facts) -> PerServer[DatabaseCopies]:
    """Database copies on each other member of a server's group."""
    return facts.per_server(DatabaseCopies, peers)


@pytest.fixture
def activation_elsewhere(peers: tuple[Server, ...], facts: Facts) -> PerServer[ActivationSettings]:
    """Whether databases may become active on each other member of a server's group."""
    return facts.per_server(ActivationSettings, peers)


@pytest.fixture
def components_elsewhere(peers: tuple[Server, ...], facts: Facts) -> PerServer[ServerComponents]:
    """Component states of each other member of a server's group."""
    return facts.per_server(ServerComponents, peers)
