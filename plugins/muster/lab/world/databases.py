"""DAGs, databases, their copies, and what Test-ReplicationHealth says."""

from collections.abc import Iterator

from muster.lab.rows import Row
from muster.lab.shapes import load_shapes
from muster.lab.world.directory_objects import directory_row
from muster.lab.world.plans import DatabasePlan, Plans, ServerPlan, ago

_VOLUMES = "C:\\ExchangeDatabases"
_CHECKS = (
    ("ClusterService", "Checks if the cluster service is healthy."),
    ("ReplayService", "Checks if the Microsoft Exchange Replication service is running."),
    ("ActiveManager", "Checks that Active Manager is running and has a valid role."),
    ("TasksRpcListener", "Checks that the Tasks RPC Listener is running and is responding to remote requests."),
    ("TcpListener", "Checks that the TCP Listener is running and is responding to requests."),
    ("ServerLocatorService", "Checks that the Server Locator Service is running and is responding to requests."),
    ("DagMembersUp", "Verifies that the members of a database availability group are up and running."),
    ("MonitoringService", "Checks that the monitoring service is running and is responding to requests."),
    ("ClusterNetwork", "Checks that the networks are healthy."),
    ("QuorumGroup", "Checks that the quorum and witness for the database availability group is healthy."),
    ("DatabaseRedundancy", "Checks that databases have sufficient redundancy."),
    ("DatabaseAvailability", "Checks that databases have sufficient availability."),
    ("DBCopySuspended", "Checks whether any database copies are in a 'Suspended' state."),
    ("DBCopyFailed", "Checks whether any database copies are in a 'Failed' state."),
    ("DBInitializing", "Checks whether any database copies are in an 'Initializing' state."),
    ("DBDisconnected", "Checks whether any database copies are in a 'Disconnected' state."),
    ("DBLogCopyKeepingUp", "Checks whether log copying and inspection is keeping up."),
    ("DBLogReplayKeepingUp", "Checks whether the log replay is keeping up."),
)


def database_rows(plans: Plans) -> Iterator[Row]:
    """Groups, databases and copies."""
    for dag in plans.written["dags"]:
        yield _dag(plans, dag)
    for database in plans.databases:
        yield _database(plans, database)
        for name in database.servers:
            yield _copy(database, plans.server(name))
    for server in plans.mailbox_servers:
        if server.dag:
            yield from _replication_health(server)


def _dag(plans: Plans, name: str) -> Row:
    entry = plans.written["dags"][name]
    members = [server.name for server in plans.members(name)]
    return directory_row(
        plans,
        "Get-DatabaseAvailabilityGroup",
        name,
        f"CN={name},CN=Database Availability Groups,{plans.admin_group_dn}",
        Servers=list(members),
        StartedMailboxServers=[server.fqdn for server in plans.members(name)],
        WitnessServer=entry["witness"],
        WitnessDirectory=f"C:\\DAGFileShareWitnesses\\{name}.{plans.root}",
        DatabaseAvailabilityGroupIpv4Addresses=[entry["address"]],
        DatabaseAvailabilityGroupIpAddresses=[entry["address"]],
        NetworkNames=["MapiDagNetwork"],
        OperationalServers=list(members),
        PrimaryActiveManager=members[0],
        ServersInMaintenance=[],
        ServersInDeferredRecovery=[],
        WitnessShareInUse="Primary",
        FileSystem="ReFS" if plans.members(name)[0].release == "2019" else "NTFS",
    )


def _database(plans: Plans, database: DatabasePlan) -> Row:
    dag = plans.server(database.servers[0]).dag
    preferences = [f"[{server}, {number}]" for number, server in enumerate(database.servers, start=1)]
    return directory_row(
        plans,
        "Get-MailboxDatabase",
        database.name,
        f"CN={database.name},CN=Databases,{plans.admin_group_dn}",
        OfflineAddressBook="\\Default Offline Address Book",
        ActivationPreference=preferences,
        ReplayLagTimes=[f"[{server}, 00:00:00]" for server in database.servers],
        TruncationLagTimes=[f"[{server}, 00:00:00]" for server in database.servers],
        EdbFilePath=f"{_VOLUMES}\\{database.name}\\{database.name}.db\\{database.name}.edb",
        LogFolderPath=f"{_VOLUMES}\\{database.name}\\{database.name}.log",
        MasterServerOrAvailabilityGroup=dag,
        Server=database.mounted_on,
        ServerName=database.mounted_on,
        Servers=list(database.servers),
        DatabaseCopies=[f"{database.name}\\{server}" for server in database.servers],
        Organization=plans.organisation,
        Mounted=True,
        MountedOnServer=plans.server(database.mounted_on).fqdn,
        BackupInProgress=False,
        DatabaseSize="212.4 GB (228,062,658,560 bytes)",
        AvailableNewMailboxSpace="1.2 GB (1,288,490,188 bytes)",
        LastFullBackup=ago(hours=11),
        LastIncrementalBackup=ago(hours=3),
        WorkerProcessId=4120,
    )


def _copy(database: DatabasePlan, server: ServerPlan) -> Row:
    active = server.name == database.mounted_on
    identity = f"{database.name}\\{server.name}"
    row = Row(load_shapes()["Get-MailboxDatabaseCopyStatus"], server=server.name)
    row.set(
        {
            "Identity": identity,
            "Id": identity,
            "Name": identity,
            "DatabaseName": database.name,
            "Status": "Mounted" if active else "Healthy",
            "MailboxServer": server.name,
            "ActiveDatabaseCopy": database.mounted_on.casefold(),
            "ActiveCopy": active,
            "ActivationPreference": database.servers.index(server.name) + 1,
            "StatusRetrievedTime": ago(seconds=1),
            "LastStatusTransitionTime": ago(days=9),
            "LastCopyAvailabilityChecksPassedTime": ago(minutes=1),
            "LastCopyRedundancyChecksPassedTime": ago(minutes=1),
            "LatestFullBackupTime": ago(hours=11),
            "ContentIndexState": "NotApplicable" if server.release == "2019" else "Healthy",
            "LastLogGenerated": 593927,
            "LastLogCopyNotified": 593927,
            "LastLogCopied": 593927,
            "LastLogInspected": 593927,
            "LastLogReplayed": 593926,
            "LatestAvailableLogTime": ago(minutes=1),
            "DiskFreeSpacePercent": 61,
            "DatabaseVolumeMountPoint": f"{_VOLUMES}\\{database.name}\\",
            "LogVolumeMountPoint": f"{_VOLUMES}\\{database.name}\\",
        }
    )
    return row


def _replication_health(server: ServerPlan) -> Iterator[Row]:
    for check, description in _CHECKS:
        row = Row(load_shapes()["Test-ReplicationHealth"], server=server.name)
        row.set(
            {
                "Server": server.name,
                "Check": check,
                "CheckDescription": description,
                "Identity": f"{server.name}\\{check}",
            }
        )
        yield row
