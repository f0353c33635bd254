"""Examples: database availability groups."""

from kit.changes import both, copy, drop, partial, put, remove, unanswered
from kit.examples import Examples

SERVERS = "Get-MailboxServer"
COPIES_EX05, COPIES_EX06 = (f"Get-MailboxDatabaseCopyStatus -Server {name}" for name in ("ex05", "ex06"))
DATABASES = "exchange: Get-MailboxDatabase"
GROUPS = "exchange: Get-DatabaseAvailabilityGroup"
TESTS_EX06 = "Test-ReplicationHealth -Identity ex06"

EXAMPLES = {
    "dag.activation-not-blocked": Examples(
        subject="ex06",
        failing={
            "blocked by policy": put(SERVERS, "EX06", DatabaseCopyAutoActivationPolicy="Blocked"),
            "disabled and moved": put(SERVERS, "EX06", DatabaseCopyActivationDisabledAndMoveNow=True),
            "blocked, and the other was not sent": both(
                put(SERVERS, "EX06", DatabaseCopyAutoActivationPolicy="Blocked"),
                drop(SERVERS, "DatabaseCopyActivationDisabledAndMoveNow", where="EX06"),
            ),
        },
        undetermined={
            "a policy that nobody knows": put(SERVERS, "EX06", DatabaseCopyAutoActivationPolicy="Blockiert"),
            "a policy of null": put(SERVERS, "EX06", DatabaseCopyAutoActivationPolicy=None),
            "the policy was not sent": drop(SERVERS, "DatabaseCopyAutoActivationPolicy", where="EX06"),
            "the switch was not sent": drop(SERVERS, "DatabaseCopyActivationDisabledAndMoveNow", where="EX06"),
            "the server is not among those that came": remove(SERVERS, "EX06"),
            "came with an error": partial(SERVERS),
        },
        says=("it is Blocked", "it is True"),
    ),
    "dag.copies-healthy": Examples(
        subject="DAG02",
        failing={
            "suspended": put(COPIES_EX06, r"DB05\EX06", Status="Suspended"),
            "seeding, and its queue was not sent": both(
                put(COPIES_EX06, r"DB05\EX06", Status="Seeding"),
                drop(COPIES_EX06, "CopyQueueLength", where=r"DB05\EX06"),
            ),
            "dismounted": put(COPIES_EX05, r"DB05\EX05", Status="Dismounted"),
            "healthy, and far behind": put(COPIES_EX06, r"DB05\EX06", CopyQueueLength=1204),
            "failed, and the other member did not answer in full": both(
                put(COPIES_EX06, r"DB05\EX06", Status="Failed"), partial(COPIES_EX05)
            ),
        },
        undetermined={
            "a state of null": put(COPIES_EX06, r"DB05\EX06", Status=None),
            "the state was not sent": drop(COPIES_EX06, "Status", where="DB05"),
            "the queue was not sent": drop(COPIES_EX06, "CopyQueueLength", where="DB05"),
            "one member brought none": remove(COPIES_EX06),
            "came with an error": partial(COPIES_EX05),
        },
        passing={"a few logs behind": put(COPIES_EX06, r"DB05\EX06", CopyQueueLength=100)},
        says=("where Mounted or Healthy was expected", "logs wait to be copied"),
    ),
    "dag.activation-preference": Examples(
        subject="DAG02",
        failing={
            "on the second choice": put(COPIES_EX06, r"DB06\EX06", ActivationPreference=2),
            "on the second choice, and another copy's state was not sent": both(
                put(COPIES_EX06, r"DB06\EX06", ActivationPreference=2), drop(COPIES_EX05, "Status", where="DB05")
            ),
        },
        undetermined={
            "a state of null": put(COPIES_EX05, r"DB06\EX05", Status=None),
            "the preference was not sent": drop(COPIES_EX06, "ActivationPreference", where="DB06"),
            "the state was not sent": drop(COPIES_EX05, "Status", where="DB06"),
            "one member brought none": remove(COPIES_EX05),
            "came with an error": partial(COPIES_EX06),
        },
        says=(
            "DB06: it is mounted on EX06, its preference 2, where preference 1 was expected",
            "DB06: it is mounted on unknown, its preference 2",
        ),
    ),
    "dag.databases-mounted": Examples(
        subject="DAG02",
        failing={
            "no member shows it": both(remove(COPIES_EX05, r"DB06\EX05"), remove(COPIES_EX06, r"DB06\EX06")),
            "the second copy is not there": remove(COPIES_EX05, r"DB06\EX05"),
            "on no member": put(COPIES_EX06, r"DB06\EX06", Status="Dismounted"),
            "on two members": put(COPIES_EX05, r"DB06\EX05", Status="Mounted"),
            "on two members, though not all came": both(
                put(COPIES_EX05, r"DB06\EX05", Status="Mounted"), partial(COPIES_EX06)
            ),
            "the mounted copy is not there": remove(COPIES_EX06, r"DB06\EX06"),
            "on no member, and of another database a copy's state was not sent": both(
                put(COPIES_EX06, r"DB06\EX06", Status="Dismounted"), drop(COPIES_EX05, "Status", where="DB05")
            ),
        },
        undetermined={
            "no member shows it, and one answered in part": both(
                remove(COPIES_EX05, r"DB06\EX05"), remove(COPIES_EX06, r"DB06\EX06"), partial(COPIES_EX06)
            ),
            "the second copy is not there, and that member answered in part": both(
                remove(COPIES_EX05, r"DB06\EX05"), partial(COPIES_EX05)
            ),
            "the second member could not be asked": unanswered(COPIES_EX05),
            "a copy on a server that the inventory lacks": put(DATABASES, "DB06", Servers=("EX05", "EX06", "EX07")),
            "which databases there are did not come whole": partial(DATABASES),
            "which servers hold a copy was not sent": drop(DATABASES, "Servers", where="DB06"),
            "a state of null": put(COPIES_EX05, r"DB06\EX05", Status=None),
            "the state was not sent": drop(COPIES_EX06, "Status", where="DB06"),
            "the database's name was not sent": drop(COPIES_EX06, "DatabaseName", where="DB06"),
            "the member that has it mounted brought none": remove(COPIES_EX06),
            "an error came in place of the mounted copy": both(
                remove(COPIES_EX06, r"DB06\EX06"), partial(COPIES_EX06)
            ),
            "came with an error": partial(COPIES_EX05),
        },
        says=("one was expected",),
    ),
    "dag.copies-per-database": Examples(
        subject="DAG02",
        failing={
            "one copy": put(DATABASES, "DB05", Servers=("EX05",)),
            "no copy": put(DATABASES, "DB05", Servers=()),
            "one copy, and of another database it was not sent": both(
                put(DATABASES, "DB05", Servers=("EX05",)), drop(DATABASES, "Servers", where="DB06")
            ),
        },
        undetermined={
            "where the copies are was not sent": drop(DATABASES, "Servers", where="DB05"),
            "whose it is was not sent": drop(DATABASES, "MasterServerOrAvailabilityGroup", where="DB05"),
            "none of this group came": remove(DATABASES, {"MasterServerOrAvailabilityGroup": "DAG02"}),
            "came with an error": partial(DATABASES),
        },
        says=("holds a copy",),
    ),
    "dag.members": Examples(
        subject="DAG02",
        failing={
            "one that the inventory lacks": put(GROUPS, "DAG02", Servers=("EX05", "EX06", "EX07")),
            "one that left": put(GROUPS, "DAG02", Servers=("EX06",)),
        },
        undetermined={
            "not sent": drop(GROUPS, "Servers", where="DAG02"),
            "the group is not among those that came": remove(GROUPS, "DAG02"),
            "came with an error": partial(GROUPS),
        },
        says=("the inventory does not", "Exchange does not"),
    ),
    "dag.witness": Examples(
        subject="DAG02",
        failing={
            "none": put(GROUPS, "DAG02", WitnessServer=None),
            "a member, by its full name": put(GROUPS, "DAG02", WitnessServer="ex05.contoso.local"),
            "a member, by its short name": put(GROUPS, "DAG02", WitnessServer="EX06"),
        },
        undetermined={
            "not sent": drop(GROUPS, "WitnessServer", where="DAG02"),
            "came with an error": partial(GROUPS),
        },
        says=("WitnessServer is",),
    ),
    "dag.datacenter-activation": Examples(
        subject="DAG01",
        failing={
            "off": put(GROUPS, "DAG01", DatacenterActivationMode="Off"),
            "blank": put(GROUPS, "DAG01", DatacenterActivationMode=None),
        },
        undetermined={
            "not sent": drop(GROUPS, "DatacenterActivationMode", where="DAG01"),
            "came with an error": partial(GROUPS),
        },
        says=("where DagOnly was expected",),
    ),
    "dag.replication-health": Examples(
        subject="ex06",
        failing={
            "failed": put(TESTS_EX06, {"Check": "QuorumGroup"}, Result="*FAILED*", Error="Quorum is not online."),
            "failed, and the error was not sent": both(
                put(TESTS_EX06, {"Check": "TcpListener"}, Result="*FAILED*"), drop(TESTS_EX06, "Error")
            ),
            "warns": put(TESTS_EX06, {"Check": "ClusterNetwork"}, Result="*WARNING*"),
            "one more test that failed": copy(
                TESTS_EX06, {"Check": "QuorumGroup"}, Check="FileShareQuorum", Result="*FAILED*"
            ),
        },
        undetermined={
            "a result was not sent": drop(TESTS_EX06, "Result", where={"Check": "QuorumGroup"}),
            "came with an error": partial(TESTS_EX06),
        },
        says=("FAILED: ", "WARNING: "),
    ),
    "dag.content-index": Examples(
        subject="DAG02",
        failing={
            "failed": put(COPIES_EX06, r"DB05\EX06", ContentIndexState="Failed"),
            "failed and suspended": put(COPIES_EX05, r"DB05\EX05", ContentIndexState="FailedAndSuspended"),
        },
        undetermined={
            "a state that nobody knows": put(COPIES_EX06, r"DB05\EX06", ContentIndexState="Fehlerhaft"),
            "a state of null": put(COPIES_EX06, r"DB05\EX06", ContentIndexState=None),
            "not sent": drop(COPIES_EX06, "ContentIndexState", where="DB05"),
            "one member brought none": remove(COPIES_EX06),
            "came with an error": partial(COPIES_EX06),
        },
        says=("ContentIndexState is Failed",),
    ),
}
