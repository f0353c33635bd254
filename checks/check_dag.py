"""Database availability groups: would a server's failure be noticed by anybody?"""

import pytest

from muster import DatabaseAvailabilityGroup, PerServer, Server, Severity, about, control, not_applicable
from muster.facts.dag import (
    ActivationSettings,
    DagConfig,
    DatabaseCopies,
    DatabaseCopy,
    MailboxDatabases,
    ReplicationHealth,
    servers_without_copy,
)

MONITOR = "https://learn.microsoft.com/exchange/high-availability/manage-ha/monitor-dags"
MANAGE = "https://learn.microsoft.com/exchange/high-availability/manage-ha/manage-dags"
LONG_QUEUE = 100
"""Log files not yet copied; a healthy copy has a few."""


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "dag.activation-not-blocked",
    title="Databases may become active on every member",
    severity=Severity.MEDIUM,
    references=(MANAGE,),
    remediation="Set-MailboxServer <server> -DatabaseCopyActivationDisabledAndMoveNow $false "
    "-DatabaseCopyAutoActivationPolicy Unrestricted",
    roles={"Mailbox"},
)
def check_activation_not_blocked(server: Server, activation_settings: ActivationSettings) -> None:
    """Maintenance sets both and people forget to set them back: the copies look healthy and save nobody."""
    if server.dag is None:
        not_applicable(f"{server.name} is in no database availability group")
    policy = activation_settings.database_copy_auto_activation_policy
    with about("DatabaseCopyAutoActivationPolicy"):
        assert policy != "Blocked", "it is Blocked where Unrestricted was expected"
    with about("DatabaseCopyActivationDisabledAndMoveNow"):
        assert not activation_settings.database_copy_activation_disabled_and_move_now, (
            "it is True where False was expected"
        )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "dag.copies-healthy",
    title="Every database copy is mounted or healthy, and keeps up",
    severity=Severity.HIGH,
    references=("STIG EX19-MB-000234", MONITOR),
    remediation="Read its ErrorMessage, then Resume-MailboxDatabaseCopy, or seed anew: Update-MailboxDatabaseCopy.",
)
def check_copies_healthy(dag: DatabaseAvailabilityGroup, database_copies: PerServer[DatabaseCopies]) -> None:
    """A failed copy is a failover that will not happen.

    ContentIndexState is not judged here: from 2019 on NotApplicable is the normal value.
    """
    for copies in database_copies.values():
        for copy in copies:
            with about(copy):
                assert copy.status in {"Mounted", "Healthy"}, (
                    f"it is {copy.status} with {copy.shown('copy_queue_length', ',')} logs to copy, "
                    f"where Mounted or Healthy was expected"
                )
                assert copy.copy_queue_length <= LONG_QUEUE, (
                    f"{copy.copy_queue_length:,} logs wait to be copied, more than {LONG_QUEUE}"
                )


@pytest.mark.post_upgrade
@control(
    "dag.activation-preference",
    title="Every database is mounted on the server that it prefers",
    severity=Severity.MEDIUM,
    references=(MANAGE,),
    remediation="Move-ActiveMailboxDatabase <database> -ActivateOnServer <preferred server>, or all at once with "
    "RedistributeActiveDatabases.ps1 -BalanceDbsByActivationPreference.",
)
def check_activation_preference(dag: DatabaseAvailabilityGroup, database_copies: PerServer[DatabaseCopies]) -> None:
    """Databases left where a failover put them overload one server, and hide that the failover happened."""
    for copies in database_copies.values():
        for copy in copies:
            with about(copy.database_name):
                assert not copy.mounted or copy.activation_preference == 1, (
                    f"it is mounted on {copy.shown('mailbox_server')}, its preference "
                    f"{copy.activation_preference}, where preference 1 was expected"
                )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "dag.databases-mounted",
    title="Every database is mounted on exactly one member",
    severity=Severity.HIGH,
    references=(MONITOR,),
    remediation="Mount-Database <database>, after reading why it was dismounted.",
)
def check_databases_mounted(
    dag: DatabaseAvailabilityGroup, mailbox_databases: MailboxDatabases, database_copies: PerServer[DatabaseCopies]
) -> None:
    """A dismounted database is mailboxes that nobody can open.

    Every database that the directory gives the group is looked for, on each server that should hold a copy of it: one
    that no server shows at all is as closed as one that says so.
    """
    by_database: dict[str, list[DatabaseCopy]] = {}
    for copies in database_copies.values():
        for copy in copies:
            by_database.setdefault(copy.database_name.casefold(), []).append(copy)
    listed = {database.name.casefold(): database for database in mailbox_databases}
    for key in sorted(listed.keys() | by_database.keys()):
        its_copies = by_database.get(key, [])
        database = listed.get(key)
        with about(database.name if database else its_copies[0].database_name):
            servers = [copy.shown("mailbox_server") for copy in its_copies if copy.mounted]
            if not servers:
                for copies in database_copies.values():
                    copies.must_be_whole()
            # a member that did not answer may hold the mounted copy: then this is open, not failed
            least = 0 if database_copies.unknown else 1
            assert least <= len(servers) <= 1, (
                f"it is mounted on {', '.join(servers) or 'no member'}, one was expected"
            )
            if database:
                without = servers_without_copy(database, database_copies)
                assert not without, f"{', '.join(without)} should hold a copy and shows none, where one was expected"


@pytest.mark.pre_upgrade
@control(
    "dag.copies-per-database",
    title="Every database has at least two copies",
    severity=Severity.MEDIUM,
    references=("STIG EX19-MB-000234", MANAGE),
    remediation="Add-MailboxDatabaseCopy <database> -MailboxServer <another member>",
)
def check_copies_per_database(dag: DatabaseAvailabilityGroup, mailbox_databases: MailboxDatabases) -> None:
    """A database with one copy is as safe as that server's disks."""
    for database in mailbox_databases:
        with about(database):
            assert len(database.servers) > 1, f"only {', '.join(database.servers) or 'no server'} holds a copy"


@pytest.mark.pre_upgrade
@control(
    "dag.members",
    title="The group has the members that the inventory says",
    severity=Severity.MEDIUM,
    references=(MANAGE,),
    remediation="Correct the inventory, or Add-/Remove-DatabaseAvailabilityGroupServer.",
)
def check_members(dag: DatabaseAvailabilityGroup, dag_config: DagConfig) -> None:
    """A member that the inventory lacks is a server that nothing here looks at."""
    expected = {member.name.casefold(): member.name for member in dag.members}
    found = {server.split(".")[0].casefold(): server for server in dag_config.servers}
    for key in sorted(expected.keys() | found.keys()):
        with about(expected.get(key) or found[key]):
            assert key in found, "the inventory says it is a member, Exchange does not"
            assert key in expected, "Exchange says it is a member, the inventory does not"


@pytest.mark.pre_upgrade
@control(
    "dag.witness",
    title="The witness server is set, and is no member",
    severity=Severity.MEDIUM,
    references=(MANAGE,),
    remediation="Set-DatabaseAvailabilityGroup <dag> -WitnessServer <a server outside the group>",
)
def check_witness(dag: DatabaseAvailabilityGroup, dag_config: DagConfig) -> None:
    """With an even number of members the witness is the casting vote; on a member it falls together with that one."""
    witness = dag_config.witness_server
    members = {member.name.casefold() for member in dag.members}
    assert witness, "WitnessServer is blank where a server outside the group was expected"
    assert witness.split(".")[0].casefold() not in members, f"WitnessServer is {witness}, a member of the group"


@pytest.mark.pre_upgrade
@control(
    "dag.datacenter-activation",
    title="A group over several sites uses datacenter activation coordination",
    severity=Severity.LOW,
    references=("https://learn.microsoft.com/exchange/high-availability/database-availability-groups/dac-mode",),
    remediation="Set-DatabaseAvailabilityGroup <dag> -DatacenterActivationMode DagOnly",
)
def check_datacenter_activation(dag: DatabaseAvailabilityGroup, dag_config: DagConfig) -> None:
    """Without it, two sites that lost each other may both mount the same databases when power comes back."""
    sites = {member.site for member in dag.members if member.site}
    if len(sites) < 2:  # noqa: PLR2004 - it takes two sites to lose each other
        not_applicable(f"{dag.name} is in one site")
    mode = dag_config.datacenter_activation_mode
    assert mode == "DagOnly", f"DatacenterActivationMode is {mode or 'blank'} where DagOnly was expected"


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "dag.replication-health",
    title="Replication passes its own tests",
    severity=Severity.LOW,
    references=("https://learn.microsoft.com/powershell/module/exchange/test-replicationhealth",),
    remediation="Read the test's Error (Test-ReplicationHealth <server> | Format-List).",
    roles={"Mailbox"},
)
def check_replication_health(server: Server, replication_health: ReplicationHealth) -> None:
    """Cluster, network, quorum and copies as the server itself sees them."""
    for test in replication_health:
        with about(test.check):
            assert test.passed, f"{test.result.strip('*')}: {test.shown('error') or 'no error told'}"


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "dag.content-index",
    title="No content index has failed",
    severity=Severity.LOW,
    references=(MONITOR,),
    remediation="Update-MailboxDatabaseCopy <copy> -CatalogOnly (2016); from 2019 on the index is in the mailbox.",
)
def check_content_index(dag: DatabaseAvailabilityGroup, database_copies: PerServer[DatabaseCopies]) -> None:
    """A failed index keeps a copy from being activated (2016) and search from finding anything."""
    for copies in database_copies.values():
        for copy in copies:
            with about(copy):
                assert "Failed" not in copy.content_index_state, f"ContentIndexState is {copy.content_index_state}"
