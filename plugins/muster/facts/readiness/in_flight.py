"""What is under way in the organisation that an upgrade would break off: moves, batches; and whom they need."""

from typing import Annotated, ClassVar, Literal

import pytest
from pydantic import BeforeValidator

from muster.facts.dag import MailboxDatabases
from muster.model import ExchangeCmdlet, Facts, Organization, Shape, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Text, Word, read_text
from muster.reading.volatile import FROM_DIRECTORY

MoveStatus = Annotated[
    Literal[
        "None",
        "Queued",
        "InProgress",
        "AutoSuspended",
        "CompletionInProgress",
        "Synced",
        "Completed",
        "CompletedWithWarning",
        "Suspended",
        "Failed",
    ],
    BeforeValidator(read_text),
]
"""A closed set, because what is not under way passes. Source: RequestStatus enumeration, Exchange Server API."""
_MOVING = frozenset({"Queued", "InProgress", "CompletionInProgress", "Synced"})
BatchStatus = Annotated[
    Literal[
        "Created",
        "Syncing",
        "Stopping",
        "Stopped",
        "Completed",
        "Failed",
        "Removing",
        "Synced",
        "IncrementalSyncing",
        "Completing",
        "CompletedWithErrors",
        "SyncedWithErrors",
        "Corrupted",
        "Waiting",
        "Starting",
    ],
    BeforeValidator(read_text),
]
"""A closed set, as above. Source: MigrationBatchStatus enumeration, Exchange Server API; Starting is unverified."""
_WORKING = frozenset({"Starting", "Syncing", "IncrementalSyncing", "Completing", "Stopping", "Removing", "Waiting"})


class MoveRequest(Record):
    """One mailbox's move; a database is ``""`` where that end is in another organisation."""

    identity: Text
    status: MoveStatus
    source_database: Text
    target_database: Text

    @property
    def under_way(self) -> bool:
        """Whether it copies now or will by itself: a synchronised one still follows its mailbox."""
        return self.status in _MOVING

    def touches(self, databases: frozenset[str]) -> bool:
        """Whether one of these databases, in lower case, is an end of it."""
        return bool({self.source_database.casefold(), self.target_database.casefold()} & databases)


class MoveRequests(Records[MoveRequest]):
    """Every move request of the organisation; finished ones stay until somebody removes them."""

    record = MoveRequest
    needs: ClassVar[Needs] = {
        "moves": need(ExchangeCmdlet("Get-MoveRequest", ResultSize="Unlimited"), may_be_empty=True)
    }
    shape = Shape(
        momentary="work that is under way just now",
        identity=("ExchangeGuid",),
        volatile={**FROM_DIRECTORY, "Status": "moves on by itself"},
    )


class MigrationBatch(Record):
    """One migration batch."""

    identity: Text
    status: BatchStatus

    @property
    def under_way(self) -> bool:
        """Whether it works now."""
        return self.status in _WORKING


class MigrationBatches(Records[MigrationBatch]):
    """Every migration batch of the organisation."""

    record = MigrationBatch
    needs: ClassVar[Needs] = {"batches": need(ExchangeCmdlet("Get-MigrationBatch"), may_be_empty=True)}
    shape = Shape(
        momentary="work that is under way just now",
        identity=("Identity",),
        volatile={"RunspaceId": "a new one in every session", "Status": "moves on by itself"},
    )


class ArbitrationMailbox(Record):
    """A mailbox of Exchange's own. ``database`` is ``""`` where it has none: it was disabled, or its move broke."""

    name: Word
    database: Text
    server_name: Text


class ArbitrationMailboxes(Records[ArbitrationMailbox]):
    """The arbitration mailboxes of the organisation; Setup makes them, and looks for them again."""

    record = ArbitrationMailbox
    needs: ClassVar[Needs] = {"mailboxes": need(ExchangeCmdlet("Get-Mailbox", Arbitration=True))}
    shape = Shape(
        identity=("Name",),
        unordered=frozenset({"EmailAddresses", "PersistedCapabilities", "ProtocolSettings"}),
        volatile={**FROM_DIRECTORY, "ServerName": "moves with every switchover"},
    )


@pytest.fixture
def move_requests(organization: Organization, facts: Facts) -> MoveRequests:
    """Every move request of the organisation."""
    return facts.get(MoveRequests, organization)


@pytest.fixture
def migration_batches(organization: Organization, facts: Facts) -> MigrationBatches:
    """Every migration batch of the organisation."""
    return facts.get(MigrationBatches, organization)


@pytest.fixture
def arbitration_mailboxes(organization: Organization, facts: Facts) -> ArbitrationMailboxes:
    """The mailboxes that Exchange keeps for itself: approvals, discovery, address books, migration, federation."""
    return facts.get(ArbitrationMailboxes, organization)


@pytest.fixture
def every_mailbox_database(organization: Organization, facts: Facts) -> MailboxDatabases:
    """Every mailbox database of the organisation."""
    return facts.get(MailboxDatabases, organization)
