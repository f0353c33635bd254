"""Examples: whether the group can spare the server."""

from kit.changes import both, drop, partial, put, remove, unanswered
from kit.examples import Examples

OWN = "Get-MailboxDatabaseCopyStatus -Server ex05"
PEER = "Get-MailboxDatabaseCopyStatus -Server ex06"
SERVERS = "Get-MailboxServer"
COMPONENTS = "Get-ServerComponentState -Identity ex06"
STATUS = "Get-DatabaseAvailabilityGroup -Status"
OFFLINE = {"Component": "ServerWideOffline"}
HELD = "Requestor:Maintenance; State:Inactive; Timestamp:9/15/2025 8:00:00 PM"
LAGGED = "Enabled:True; PlayDownReason:None; ReplaySuspendReason:None; Percentage:100;"

EXAMPLES = {
    "upgrade.copies-elsewhere": Examples(
        subject="ex05",
        failing={
            "the other copy is suspended": put(PEER, r"DB05\EX06", Status="Suspended"),
            "the other copy seeds": put(PEER, r"DB05\EX06", Status="Seeding"),
            "its activation is suspended": put(PEER, r"DB05\EX06", ActivationSuspended=True),
            "it is lagged": put(PEER, r"DB05\EX06", ReplayLagStatus=LAGGED),
            "it lacks logs": put(PEER, r"DB05\EX06", CopyQueueLength=8417),
            "there is none": remove(PEER, r"DB05\EX06"),
            "the other server blocks activation": put(SERVERS, "EX06", DatabaseCopyAutoActivationPolicy="Blocked"),
            "the other server sends databases away": put(
                SERVERS, "EX06", DatabaseCopyActivationDisabledAndMoveNow=True
            ),
            "the other server is in maintenance": put(COMPONENTS, OFFLINE, RemoteStates=(HELD,)),
        },
        undetermined={
            "the state was not sent": drop(PEER, "Status", where="DB05"),
            "the lag was not sent": drop(PEER, "ReplayLagStatus", where="DB05"),
            "which databases it has was not sent": drop(OWN, "DatabaseName"),
            "the other server does not answer": unanswered(PEER),
            "the other copy is not there, and the answer is partial": both(remove(PEER, r"DB05\EX06"), partial(PEER)),
            "the other server's component states are not known": unanswered(COMPONENTS),
            "whether it blocks was not sent": drop(SERVERS, "DatabaseCopyAutoActivationPolicy", where="EX06"),
        },
        passing={"a few logs behind": put(PEER, r"DB05\EX06", CopyQueueLength=100)},
        says=("nobody can take it over: ex06", "no other member holds a copy"),
    ),
    "upgrade.group-leads": Examples(
        subject="ex05",
        failing={
            "nobody leads": put(STATUS, "DAG02", PrimaryActiveManager=None),
            "one that is down leads": put(STATUS, "DAG02", PrimaryActiveManager="EX06", OperationalServers=("EX05",)),
        },
        undetermined={
            "not sent": drop(STATUS, "PrimaryActiveManager", where="DAG02"),
            "the live state did not come": put(STATUS, "DAG02", OperationalServers=None, PrimaryActiveManager=None),
            "came with an error": partial(STATUS),
        },
        says=("names no primary active manager", "is led by EX06"),
    ),
    "upgrade.witness-in-use": Examples(
        subject="ex05",
        failing={"not in use": put(STATUS, "DAG02", WitnessShareInUse="None")},
        undetermined={
            "not sent": drop(STATUS, "WitnessShareInUse", where="DAG02"),
            "the live state did not come": put(STATUS, "DAG02", WitnessShareInUse=None),
            "which members there are was not sent": drop(STATUS, "Servers", where="DAG02"),
        },
        passing={
            "an odd number of members needs none": put(
                STATUS, "DAG02", Servers=("EX05", "EX06", "EX07"), WitnessShareInUse="None"
            ),
            "the alternate one": put(STATUS, "DAG02", WitnessShareInUse="Alternate"),
        },
        says=("WitnessShareInUse of DAG02 is None",),
    ),
    "upgrade.quorum-without-server": Examples(
        subject="ex05",
        failing={
            "the witness is not in use": put(STATUS, "DAG02", WitnessShareInUse="None"),
            "the other member is down": put(STATUS, "DAG02", OperationalServers=("EX05",)),
        },
        undetermined={
            "who works was not sent": drop(STATUS, "OperationalServers", where="DAG02"),
            "the live state did not come": put(STATUS, "DAG02", OperationalServers=None),
            "the witness was not sent": drop(STATUS, "WitnessShareInUse", where="DAG02"),
        },
        passing={
            "the server itself is down already": put(STATUS, "DAG02", OperationalServers=("EX06",)),
        },
        says=("votes are left without",),
    ),
}
