"""Before an upgrade: is there something to go back to? A cumulative update cannot be uninstalled."""

from datetime import datetime, timedelta

import pytest

from muster import Domain, Forest, Server, Severity, about, control, not_applicable
from muster.facts.readiness.backups import (
    DatabaseBackups,
    DomainPartitionBackup,
    ForestPartitionBackups,
    PartitionBackups,
)
from muster.policy import Policy

pytestmark = [pytest.mark.pre_upgrade, pytest.mark.only_at_gates]

BACKUP = "https://learn.microsoft.com/exchange/high-availability/disaster-recovery/disaster-recovery"
FOREST = (
    "https://learn.microsoft.com/windows-server/identity/ad-ds/manage/forest-recovery-guide/ad-forest-recovery-guide"
)
SHOW_BACKUP = "Back up the system state of a controller; repadmin /showbackup <controller> shows the times."


def _age(last: datetime, taken: datetime, within: int) -> str:
    """What is wrong with a backup's age; ``""`` where nothing is."""
    if taken - last <= timedelta(days=within):
        return ""
    return f"the last backup is of {last:%Y-%m-%d %H:%M} UTC, where one of the last {within} days was expected"


@control(
    "upgrade.exchange-backup",
    title="Every database of the server was backed up lately, and no backup is running",
    severity=Severity.HIGH,
    references=(BACKUP,),
    remediation="Take a full backup, or wait for the one that is running. Who relies on copies alone says so with "
    "upgrade: exchange_backup_within: in the policy, or by a waiver.",
    roles={"Mailbox"},
)
def check_exchange_backup(server: Server, database_backups: DatabaseBackups, policy: Policy) -> None:
    """Whatever goes wrong tonight is repaired from here. A backup that is running holds the database's files."""
    if not database_backups.rows:
        not_applicable(f"{server.name} holds no mailbox database")
    within = policy.upgrade.exchange_backup_within
    for database in database_backups:
        with about(database.name):
            assert not database.backup_in_progress, "a backup is running (BackupInProgress)"
            known = database.mounted and database.last_full_backup is not None
            assert known or not database.mounted, "no full backup of it is known (LastFullBackup is blank)"
            assert database.mounted, "it is dismounted, so nobody knows when it was last backed up"
            if database.last_full_backup is not None:
                old = _age(database.last_full_backup, database_backups.taken, within)
                assert not old, old


def _judge(backups: PartitionBackups, within: int) -> None:
    for partition in backups:
        with about(partition):
            last = partition.last_backup
            assert last is not None, "it was never backed up (dSASignature was never written)"
            old = _age(last, backups.taken, within)
            assert not old, old
    backups.must_be_whole()


@control(
    "upgrade.forest-backup",
    title="Configuration and schema of the forest were backed up lately",
    severity=Severity.HIGH,
    references=(FOREST,),
    remediation=SHOW_BACKUP,
)
def check_forest_backup(forest: Forest, forest_backups: ForestPartitionBackups, policy: Policy) -> None:
    """A change of the schema cannot be taken back at all: only a restore of the whole forest undoes it."""
    _judge(forest_backups, policy.upgrade.directory_backup_within)


@control(
    "upgrade.domain-backup",
    title="The domain was backed up lately",
    severity=Severity.HIGH,
    references=(FOREST,),
    remediation=SHOW_BACKUP,
)
def check_domain_backup(domain: Domain, domain_backup: DomainPartitionBackup, policy: Policy) -> None:
    """Setup changes groups, access lists and mailboxes' objects in the domains."""
    _judge(domain_backup, policy.upgrade.directory_backup_within)
