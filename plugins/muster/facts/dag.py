"""Database availability groups: members, activation settings, databases, copies, and replication's own tests."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

import pytest
from pydantic import BeforeValidator

from muster.model import (
    Answer,
    DatabaseAvailabilityGroup,
    Environment,
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
from muster.reading.records import Record, Records, only_answer
from muster.reading.values import Flag, Number, Text, Texts, Word, read_text
from muster.reading.volatile import FROM_DIRECTORY

ActivationPolicy = Annotated[Literal["Unrestricted", "IntrasiteOnly", "Blocked"], BeforeValidator(read_text)]
"""Source: Set-MailboxServer, -DatabaseCopyAutoActivationPolicy."""

ContentIndexState = Annotated[
    Literal[
        "Healthy",
        "HealthyAndUpgrading",
        "Crawling",
        "Seeding",
        "Suspended",
        "AutoSuspended",
        "Failed",
        "FailedAndSuspended",
        "Disabled",
        "DiskUnavailable",
        "NotApplicable",
    ],
    BeforeValidator(read_text),
]
"""What the index can be in; ``Unknown`` is left out, because it says that the server itself cannot tell."""


class DagConfig(Record):
    """One database availability group as the organisation configures it."""

    identity: Text
    name: Text
    servers: Texts
    witness_server: Text
    witness_directory: Text
    datacenter_activation_mode: Text

    needs: ClassVar[Needs] = {"groups": need(ExchangeCmdlet("Get-DatabaseAvailabilityGroup"))}
    shape: ClassVar[Shape] = Shape(
        identity=("Identity",),
        unordered=frozenset({"Servers", "StartedMailboxServers", "StoppedMailboxServers"}),
        volatile=FROM_DIRECTORY,
    )

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """The group of the subject's name among all groups."""
        for item in only_answer(answers).objects:
            group = cls.of(item, subject.name)
            if group.name.casefold() == subject.name.casefold():
                return group
        problem = Problem("empty", f"Exchange knows no database availability group named {subject.name}")
        raise FactUnavailable(subject.name, cls.__name__, problem)


class ActivationSettings(Record):
    """Whether databases may become active on a server."""

    identity: Text
    database_availability_group: Text
    database_copy_auto_activation_policy: ActivationPolicy
    database_copy_activation_disabled_and_move_now: Flag

    needs: ClassVar[Needs] = {
        "server": need(ExchangeCmdlet("Get-MailboxServer"), split_by=("Identity", "Name")),
    }
    shape: ClassVar[Shape] = Shape(identity=("Identity",), volatile=FROM_DIRECTORY)


class MailboxDatabase(Record):
    """A mailbox database. ``servers`` hold a copy of it."""

    identity: Text
    name: Word
    master_server_or_availability_group: Word
    servers: Texts
    mount_at_startup: Flag
    circular_logging_enabled: Flag


class MailboxDatabases(Records[MailboxDatabase]):
    """The mailbox databases of a database availability group, or of the organisation."""

    record = MailboxDatabase
    needs: ClassVar[Needs] = {"databases": need(ExchangeCmdlet("Get-MailboxDatabase"))}
    shape = Shape(identity=("Identity",), unordered=frozenset({"Servers"}), volatile=FROM_DIRECTORY)

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Those that are mastered by the subject, where it is a group."""
        every = super().read(subject, answers)
        if not isinstance(subject, DatabaseAvailabilityGroup):
            return every
        group = subject.name.casefold()
        mine = tuple(row for row in every if row.master_server_or_availability_group.casefold() == group)
        if not mine:
            problem = Problem("empty", f"no mailbox database names {subject.name} as its availability group")
            raise FactUnavailable(subject.name, cls.__name__, problem)
        return cls(mine).told_by(only_answer(answers), subject)


_LAG = re.compile(r"\bEnabled:\s*(True|False)\b")


def _read_lag(value: Value) -> str:
    """``Enabled:False; PlayDownReason:None; …``: the names are the program's own, in every culture."""
    text = read_text(value)
    if not _LAG.search(text):
        raise ValueError(f"'{text}' where 'Enabled:True; …' or 'Enabled:False; …' was expected")
    return text


class DatabaseCopy(Record):
    r"""One copy of a database, as its server sees it; ``identity`` reads ``DB01\EX02``.

    ``replay_lag_status`` says whether it is told to stay behind on purpose, and how far it is behind.
    """

    identity: Text
    database_name: Word
    mailbox_server: Word
    status: Word
    activation_preference: Number
    copy_queue_length: Number
    replay_queue_length: Number
    content_index_state: ContentIndexState
    activation_suspended: Flag
    error_message: Text
    replay_lag_status: Annotated[str, BeforeValidator(_read_lag)]

    @property
    def lagged(self) -> bool:
        """Whether it stays behind on purpose."""
        found = _LAG.search(self.replay_lag_status)
        return bool(found and found[1] == "True")

    @property
    def mounted(self) -> bool:
        """Whether it is the active copy, and mounted."""
        return self.status == "Mounted"


_LOGS = (
    "HighestRequiredLog",
    "LastLogCopied",
    "LastLogCopyNotified",
    "LastLogGenerated",
    "LastLogInfoFromClusterGen",
    "LastLogInspected",
    "LastLogReplayed",
    "LogsCopiedSinceInstanceStart",
    "LogsReplayedSinceInstanceStart",
    "LowestLogPresent",
    "LowestRequiredLog",
    "MaxLogToReplay",
    "RequiredLogsPresent",
)
_TIMES = (
    "CurrentReplayLogTime",
    "InstanceStartTime",
    "InternalStartupMessageTimeUtc",
    "LastCopiedLogTime",
    "LastCopyAvailabilityChecksPassedTime",
    "LastCopyNotificationedLogTime",
    "LastCopyRedundancyChecksPassedTime",
    "LastInspectedLogTime",
    "LastLogInfoFromClusterTime",
    "LastLogInfoFromCopierTime",
    "LastReplayedLogTime",
    "LastStatusTransitionTime",
    "LatestAvailableLogTime",
    "ReplayLagStatus",
)
_BACKUPS = (
    "LatestCopyBackupTime",
    "LatestDifferentialBackupTime",
    "LatestFullBackupTime",
    "LatestIncrementalBackupTime",
)
_LOAD = (
    "DiskFreeSpace",
    "DiskFreeSpacePercent",
    "IncomingLogCopyingNetwork",
    "LogCopyQueueIncreasing",
    "LogReplayQueueIncreasing",
    "OutgoingConnections",
    "RecentDiskReadLatencyMs",
    "RecentDiskReadsPerSec",
    "RecentDiskWriteLatencyMs",
    "RecentDiskWritesPerSec",
    "RecentServerCpuPercentage",
    "RecentServerCpuPercentageFloat",
    "WorkerProcessId",
)


class DatabaseCopies(Records[DatabaseCopy]):
    """The database copies on one server."""

    record = DatabaseCopy
    needs: ClassVar[Needs] = {
        "copies": need(
            ExchangeCmdlet("Get-MailboxDatabaseCopyStatus", about="{name}", Server="{name}"),
            split_by=("MailboxServer",),
        ),
    }
    shape = Shape(
        identity=("Identity",),
        volatile={
            "RunspaceId": "a new one in every session",
            "StatusRetrievedTime": "the time of asking",
            **dict.fromkeys(("CopyQueueLength", "ReplayQueueLength"), "logs on their way"),
            **dict.fromkeys(_LOGS, "log files go on with every message"),
            **dict.fromkeys(_TIMES, "moves while the copy is well"),
            **dict.fromkeys(_BACKUPS, "every backup moves it"),
            **dict.fromkeys(_LOAD, "how much there is to do just now"),
        },
    )


def servers_without_copy(database: MailboxDatabase, copies_by_member: PerServer[DatabaseCopies]) -> tuple[str, ...]:
    """The servers that hold a copy of a database by the directory, were asked, and show none.

    Raises ``FactUnavailable`` where there is no such server, but one that could not be asked or told only part.
    """
    asked = {member.name.casefold(): copies for member, copies in copies_by_member.items()}
    unasked = {member.name.casefold(): problem for member, problem in copies_by_member.unknown.items()}
    without: list[str] = []
    open_still: list[FactUnavailable] = []
    for server in database.servers:
        key = server.split(".")[0].casefold()
        if key not in asked:
            problem = unasked.get(key) or Problem(
                "no endpoint", f"{server} is no member of the group in the inventory"
            )
            open_still.append(FactUnavailable(server, f"its copy of {database.name}", problem))
        elif not any(copy.database_name.casefold() == database.name.casefold() for copy in asked[key]):
            try:
                asked[key].must_be_whole()
                without.append(server)
            except FactUnavailable as part:
                open_still.append(part)
    if open_still and not without:
        raise open_still[0]
    return tuple(without)


class ReplicationTest(Record):
    """One of replication's own tests. ``result`` reads ``Passed`` or ``*FAILED*``."""

    check: Text
    result: Word
    error: Text

    @property
    def passed(self) -> bool:
        """Whether it passed; failures are printed between stars."""
        return self.result.strip("*").casefold() == "passed"


class ReplicationHealth(Records[ReplicationTest]):
    """What Test-ReplicationHealth says about one member."""

    record = ReplicationTest
    needs: ClassVar[Needs] = {
        "tests": need(ExchangeCmdlet("Test-ReplicationHealth", about="{name}", Identity="{name}")),
    }
    shape = Shape(
        momentary="how it is just now; what it follows from is compared by itself",
        identity=("Check",),
        volatile={"RunspaceId": "a new one in every session"},
    )


@pytest.fixture
def dag_config(dag: DatabaseAvailabilityGroup, facts: Facts) -> DagConfig:
    """Configuration of one database availability group: members, witness, activation mode."""
    return facts.get(DagConfig, dag)


@pytest.fixture
def activation_settings(server: Server, facts: Facts) -> ActivationSettings:
    """Whether databases may become active on one server."""
    return facts.get(ActivationSettings, server)


@pytest.fixture
def mailbox_databases(dag: DatabaseAvailabilityGroup, facts: Facts) -> MailboxDatabases:
    """Mailbox databases of one database availability group."""
    return facts.get(MailboxDatabases, dag)


@pytest.fixture
def database_copies(members: tuple[Server, ...], facts: Facts) -> PerServer[DatabaseCopies]:
    """Database copies of each member, as that member sees them."""
    return facts.per_server(DatabaseCopies, members)


@pytest.fixture
def copies_of_server(server: Server, facts: Facts) -> DatabaseCopies:
    """Database copies on one server, as it sees them itself."""
    return facts.get(DatabaseCopies, server)


@pytest.fixture
def copies_of_peers(members: tuple[Server, ...], facts: Facts, environment: Environment) -> PerServer[DatabaseCopies]:
    """Database copies of the members that are not being upgraded now, as each of them sees its own."""
    return facts.per_server(DatabaseCopies, tuple(one for one in members if one.name not in environment.quiet))


@pytest.fixture
def replication_health(server: Server, facts: Facts) -> ReplicationHealth:
    """Replication's own tests on one member of a database availability group; applies to members only."""
    if server.dag is None:
        not_applicable(f"{server.name} is in no database availability group")
    return facts.get(ReplicationHealth, server)
