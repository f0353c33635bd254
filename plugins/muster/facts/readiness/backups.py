"""When databases and directory were last backed up: nobody takes a cumulative update back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Self

import pytest
from pydantic import BeforeValidator, Field

from muster.facts.certificates import known_time
from muster.facts.directory import Entry
from muster.model import (
    Answer,
    Domain,
    ExchangeCmdlet,
    Fact,
    Facts,
    Forest,
    LdapSearch,
    Server,
    Shape,
    Subject,
    Value,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, Records, answer_named, only_answer
from muster.reading.replication_metadata import read_changes
from muster.reading.values import Flag, Text, Word, read_moment, read_text
from muster.reading.volatile import FROM_DIRECTORY


def _read_maybe(value: Value) -> datetime | None:
    if value is None or (not isinstance(value, datetime) and not read_text(value).strip()):
        return None
    return read_moment(value)


class DatabaseBackup(Record):
    """The live state of one mailbox database. ``last_full_backup`` is ``None`` where none is known.

    Only a database that is mounted knows when it was backed up: ``mounted`` comes blank where its server was not
    reached, and is then not readable.
    """

    name: Word
    mounted: Flag
    backup_in_progress: Flag
    last_full_backup: Annotated[datetime | None, BeforeValidator(_read_maybe)]


class DatabaseBackups(Records[DatabaseBackup]):
    """The mailbox databases with a copy on one server, their backups, and when that was asked.

    ``-Status`` contacts the server that has each of them mounted: without it the times are null and say nothing.
    """

    record = DatabaseBackup
    needs: ClassVar[Needs] = {
        "databases": need(
            ExchangeCmdlet("Get-MailboxDatabase", Server="{name}", Status=True, about="{name}"), may_be_empty=True
        )
    }
    shape = Shape(
        momentary="every backup moves it",
        identity=("Identity",),
        unordered=frozenset({"Servers", "DatabaseCopies"}),
        volatile={
            **FROM_DIRECTORY,
            "DatabaseSize": "grows with use",
            "AvailableNewMailboxSpace": "moves with use",
            "BackupInProgress": "the live state",
            "LastFullBackup": "every backup",
            "LastIncrementalBackup": "every backup",
            "LastDifferentialBackup": "every backup",
            "LastCopyBackup": "every backup",
            "MountedOnServer": "moves with every switchover",
            "Server": "moves with every switchover",
            "ServerName": "moves with every switchover",
            "WorkerProcessId": "a new one after every mount",
        },
    )
    _taken: datetime | None = None

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read every database, and keep the observation's own time."""
        made = super().read(subject, answers)
        made._taken = only_answer(answers).taken  # noqa: SLF001 - of its own class
        return made

    @property
    def taken(self) -> datetime:
        """When they were looked at: age is judged at this time. Raises ``FactUnavailable`` where unknown."""
        return known_time(self._taken, self._whose, "Get-MailboxDatabase -Status")


def _read_backup(value: Value) -> datetime | None:
    changes = read_changes(value)
    if not changes:
        raise ValueError("no metadata where that of every attribute was expected")
    return changes.get("dsasignature")


class _Partition(Entry):
    dn: Text = Field(alias="distinguishedName")
    last_backup: Annotated[datetime | None, BeforeValidator(_read_backup)] = Field(alias="msDS-ReplAttributeMetaData")

    @property
    def identity(self) -> str:
        return self.dn


_METADATA = ("distinguishedName", "msDS-ReplAttributeMetaData")


class PartitionBackups(Records[_Partition]):
    """Naming contexts, and when each was last backed up on whichever of their controllers.

    A backup through VSS writes ``dSASignature`` of each naming context's head and so leaves its time in the metadata
    of replication: what ``repadmin /showbackup`` shows. Unverified on a real controller; a naming context that was
    never backed up has no such change.
    """

    record = _Partition
    needs: ClassVar[Needs] = {}
    shape = Shape(
        momentary="every backup moves it",
        identity=("distinguishedName",),
        volatile={"msDS-ReplAttributeMetaData": "every write, and every backup"},
    )
    _taken: datetime | None = None

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read the head of each naming context, and keep the time of the last answer."""
        found = [answer_named(answers, name) for name in answers]
        objects = tuple(item for answer in found for item in answer.objects)
        shortfalls = tuple(problem for answer in found for problem in answer.shortfalls)
        rows = tuple(cls.record.of(item, subject.name) for item in objects)
        made = cls(rows).told_by(Answer(objects, shortfalls=shortfalls), subject)
        times = [answer.taken for answer in found if answer.taken is not None]
        made._taken = max(times, default=None)  # noqa: SLF001 - of its own class
        return made

    @property
    def taken(self) -> datetime:
        """When they were looked at. Raises ``FactUnavailable`` where unknown."""
        return known_time(self._taken, self._whose, "msDS-ReplAttributeMetaData")


class ForestPartitionBackups(PartitionBackups):
    """Configuration and schema: what preparing the directory changes."""

    needs: ClassVar[Needs] = {
        "configuration": need(
            LdapSearch(base="{configurationNamingContext}", scope="base", attributes=_METADATA),
        ),
        "schema": need(LdapSearch(base="{schemaNamingContext}", scope="base", attributes=_METADATA)),
    }


class DomainPartitionBackup(PartitionBackups):
    """One domain."""

    needs: ClassVar[Needs] = {
        "domain": need(LdapSearch(base="{domain_dn}", scope="base", attributes=_METADATA, domain="{domain}"))
    }


@pytest.fixture
def database_backups(server: Server, facts: Facts) -> DatabaseBackups:
    """When the mailbox databases with a copy on one server were last backed up in full."""
    return facts.get(DatabaseBackups, server)


@pytest.fixture
def forest_backups(forest: Forest, facts: Facts) -> ForestPartitionBackups:
    """When configuration and schema of the forest were last backed up."""
    return facts.get(ForestPartitionBackups, forest)


@pytest.fixture
def domain_backup(domain: Domain, facts: Facts) -> DomainPartitionBackup:
    """When one domain was last backed up."""
    return facts.get(DomainPartitionBackup, domain)
