"""Examples: the during gate. The organisation in order here is the one with ex01 in maintenance."""

from dataclasses import replace

from kit.changes import Change, Observations, both, drop, partial, put, remove, unanswered
from kit.examples import Examples
from muster.model import Problem

SERVERS = "exchange: Get-MailboxServer"
COMPONENTS = "Get-ServerComponentState -Identity ex01"
COMPONENTS_EX02 = "Get-ServerComponentState -Identity ex02"
NODES = "windows ex01: Get-CimInstance -Namespace root\\MSCluster"
COPIES = "Get-MailboxDatabaseCopyStatus -Server ex01"
COPIES_EX02 = "Get-MailboxDatabaseCopyStatus -Server ex02"
QUEUES = "exchange: Get-Queue -Server ex01"
STATUS = "exchange: Get-DatabaseAvailabilityGroup -Status"
OBJECT = "(&(objectClass=msExchExchangeServer)(cn=ex01))"
OWA_PAGE, MAPI_PAGE = (f"https ex01.contoso.local:443 GET /{name}/healthcheck.htm" for name in ("owa", "mapi"))
PUBLIC = "https mail.contoso.com:443 GET /owa/healthcheck.htm"
OFFLINE, HUB, AVAILABILITY = (
    {"Component": name} for name in ("ServerWideOffline", "HubTransport", "HighAvailability")
)
EX01, EX02 = {"Name": "EX01"}, {"Name": "EX02"}
BEFORE = 638_935_400_000_000_000


def word(requester: str, state: str) -> str:
    """A requester's word as it prints itself."""
    return f"Requestor:{requester}; State:{state}; Timestamp:9/15/2025 8:00:00 PM"


def said(*words: str, ticks: int = BEFORE) -> tuple[str, ...]:
    """Words as the directory keeps them: ``ServerWideOffline:Maintenance:0``."""
    return tuple(f"1:{one}:{ticks + place}" for place, one in enumerate(words))


def closed(probe: str) -> Change:
    """Let nothing listen on a port: an answer without words, told in tests/facts/test_ports.py."""
    problem = Problem("unreachable", "10.0.0.1:444 refuses connections", "nothing listens on that port")

    def change(observations: Observations) -> Observations:
        return {
            key: replace(one, answer=None, problem=problem) if key == probe else one
            for key, one in observations.items()
        }

    return change


SETTING_OFF = put(SERVERS, "EX01", DatabaseCopyActivationDisabledAndMoveNow=False)
AVAILABLE = put(COMPONENTS, AVAILABILITY, State="Active", RemoteStates=(), LocalStates=())

EXAMPLES = {
    "maintenance.activation-disabled": Examples(
        subject="ex01",
        failing={"neither the setting nor the component": both(SETTING_OFF, AVAILABLE)},
        undetermined={
            "the setting was not sent": drop(SERVERS, "DatabaseCopyActivationDisabledAndMoveNow", where="EX01"),
            "the setting is off, and the component did not come": both(SETTING_OFF, remove(COMPONENTS, AVAILABILITY)),
            "the setting is off, and peers cannot reach it": both(SETTING_OFF, unanswered(COMPONENTS)),
            "came with an error": partial(SERVERS),
        },
        passing={"as StartDagServerMaintenance.ps1 leaves it": SETTING_OFF},
        says=("is False where True was expected",),
    ),
    "maintenance.activation-blocked": Examples(
        subject="ex01",
        failing={
            "free": put(SERVERS, "EX01", DatabaseCopyAutoActivationPolicy="Unrestricted"),
            "in its site": put(SERVERS, "EX01", DatabaseCopyAutoActivationPolicy="IntrasiteOnly"),
        },
        undetermined={
            "not sent": drop(SERVERS, "DatabaseCopyAutoActivationPolicy", where="EX01"),
            "a policy that nobody knows": put(SERVERS, "EX01", DatabaseCopyAutoActivationPolicy="Blockiert"),
        },
        says=("where Blocked was expected",),
    ),
    "maintenance.node-paused": Examples(
        subject="ex01",
        failing={"up": put(NODES, EX01, State=0), "down": put(NODES, EX01, State=1)},
        undetermined={
            "its own node does not know": put(NODES, EX01, State=-1),
            "a state of null": put(NODES, EX01, State=None),
            "not sent": drop(NODES, "State"),
            "the cluster shows no such node": remove(NODES, EX01),
            "came with an error": partial(NODES),
        },
        passing={"as Get-ClusterNode words it": put(NODES, EX01, State="Paused")},
        says=("where Paused was expected",),
    ),
    "maintenance.server-offline": Examples(
        subject="ex01",
        failing={
            "nobody holds it": put(COMPONENTS, OFFLINE, State="Active", RemoteStates=(), LocalStates=()),
            "another holds it": put(
                COMPONENTS, OFFLINE, RemoteStates=(word("Functional", "Inactive"),), LocalStates=()
            ),
            "held, and active all the same": put(COMPONENTS, OFFLINE, State="Active"),
        },
        undetermined={
            "it did not come": remove(COMPONENTS, OFFLINE),
            "the words were not sent": drop(COMPONENTS, "RemoteStates", where=OFFLINE),
            "no peer reaches it": unanswered(COMPONENTS),
            "came with an error": partial(COMPONENTS),
        },
        says=("is not held by Maintenance", "says that it is Active"),
    ),
    "maintenance.transport-drained": Examples(
        subject="ex01",
        failing={"active": put(COMPONENTS, HUB, State="Active")},
        undetermined={
            "a state of null": put(COMPONENTS, HUB, State=None),
            "it did not come": remove(COMPONENTS, HUB),
            "came with an error": partial(COMPONENTS),
        },
        passing={"draining": put(COMPONENTS, HUB, State="Draining")},
        says=("HubTransport is Active",),
    ),
    "maintenance.nothing-mounted": Examples(
        subject="ex01",
        failing={
            "mounted": put(COPIES, r"DB01\EX01", Status="Mounted"),
            "active and dismounted": put(COPIES, r"DB01\EX01", Status="Dismounted"),
            "mounted, though not all came": both(put(COPIES, r"DB01\EX01", Status="Mounted"), partial(COPIES)),
        },
        undetermined={
            "a state of null": put(COPIES, r"DB01\EX01", Status=None),
            "not sent": drop(COPIES, "Status", where="DB01"),
            "none came": remove(COPIES),
            "came with an error": partial(COPIES),
        },
        passing={"suspended with the node": put(COPIES, r"DB01\EX01", Status="Suspended")},
        says=("on ex01",),
    ),
    "maintenance.queues-empty": Examples(
        subject="ex01",
        failing={"mail waits": put(QUEUES, "Submission", MessageCount=3)},
        undetermined={
            "how many was not sent": drop(QUEUES, "MessageCount", where="Submission"),
            "what it carries was not sent": both(
                put(QUEUES, "Submission", MessageCount=3), drop(QUEUES, "DeliveryType", where="Submission")
            ),
            "came with an error": partial(QUEUES),
        },
        passing={
            "shadow copies": put(QUEUES, {"DeliveryType": "ShadowRedundancy"}, MessageCount=812),
            "poison": put(QUEUES, "Poison", MessageCount=2),
        },
        says=("3 messages for",),
    ),
    "maintenance.load-balancer-drained": Examples(
        subject="ex01",
        failing={"one protocol says yes": put(MAPI_PAGE, Status=200)},
        undetermined={"one did not answer": unanswered(OWA_PAGE), "not sent": drop(OWA_PAGE, "Status")},
        passing={"gone": put(OWA_PAGE, Status=404)},
        says=("MAPI: its health page still answers 200",),
    ),
    "maintenance.public-names-elsewhere": Examples(
        subject="mail.contoso.com",
        failing={
            "one connection ends here": put(PUBLIC, Body="200 OK<br/>EX01.CONTOSO.LOCAL"),
            "and another page is unsigned": both(
                put(PUBLIC, Body="200 OK<br/>EX01.CONTOSO.LOCAL"),
                put("https mail.contoso.com:443 GET /ews/healthcheck.htm", Body="fine"),
            ),
        },
        undetermined={
            "nobody signs it": put(PUBLIC, Body="It works!"),
            "the balancer itself answers": put(PUBLIC, Status=503, Body="<h2>Service Unavailable</h2>"),
            "no answer": unanswered(PUBLIC),
        },
        says=("ex01 answers its health page",),
    ),
    "maintenance.not-primary-active-manager": Examples(
        subject="ex01",
        failing={
            "it leads": put(STATUS, "DAG01", PrimaryActiveManager="EX01"),
            "it leads, by its full name": put(STATUS, "DAG01", PrimaryActiveManager="ex01.contoso.local"),
        },
        undetermined={
            "nobody leads": put(STATUS, "DAG01", PrimaryActiveManager=None),
            "not sent": drop(STATUS, "PrimaryActiveManager", where="DAG01"),
            "the group is not among those that came": remove(STATUS, "DAG01"),
            "came with an error": partial(STATUS),
        },
        says=("is the primary active manager",),
    ),
    "maintenance.held-in-directory": Examples(
        subject="ex01",
        failing={
            "nothing": put(OBJECT, msExchComponentStates=said("HubTransport:Functional:1")),
            "taken back since": put(
                OBJECT,
                msExchComponentStates=said("ServerWideOffline:Maintenance:0", "ServerWideOffline:Maintenance:1"),
            ),
        },
        undetermined={
            "not sent": drop(OBJECT, "msExchComponentStates"),
            "in no known form": put(OBJECT, msExchComponentStates=("ServerWideOffline=0",)),
            "a state that nobody knows": put(OBJECT, msExchComponentStates=said("ServerWideOffline:Maintenance:7")),
            "came with an error": partial(OBJECT),
        },
        says=("where ServerWideOffline was expected",),
    ),
    "maintenance.setup-holds-nothing": Examples(
        subject="ex01",
        failing={
            "as Setup leaves it while it runs": put(
                OBJECT,
                msExchComponentStates=said(
                    "Monitoring:Functional:0", "RecoveryActionsEnabled:Functional:0", "ServerWideOffline:Functional:0"
                ),
            )
        },
        undetermined={
            "not sent": drop(OBJECT, "msExchComponentStates"),
            "no object": remove(OBJECT),
            "came with an error": partial(OBJECT),
        },
        passing={"never used": put(OBJECT, msExchComponentStates=())},
        says=("Functional holds Monitoring, RecoveryActionsEnabled, ServerWideOffline in the directory",),
    ),
    "maintenance.ports-open": Examples(
        subject="ex01",
        failing={
            "the back end's": closed("tls ex01.contoso.local:444"),
            "both web sites'": both(closed("tls ex01.contoso.local:444"), closed("tls ex01.contoso.local:443")),
            "mail's": closed("smtp ex01.contoso.local:25"),
        },
        undetermined={"one does not answer, it may be filtered": unanswered("tls ex01.contoso.local:443")},
        says=("it is closed",),
    ),
    "maintenance.directory-has-target": Examples(
        subject="ex01",
        given=(put(OBJECT, serialNumber="Version 15.2 (Build 32562.17)"),),
        failing={"still the old one": put(OBJECT, serialNumber="Version 15.2 (Build 31544.4)")},
        undetermined={
            "not sent": drop(OBJECT, "serialNumber"),
            "in no known form": put(OBJECT, serialNumber="fifteen"),
            "came with an error": partial(OBJECT),
        },
        passing={"without the addition": put(OBJECT, serialNumber="Version 15.2 (Build 2562.17)")},
        says=("Setup has not come that far",),
    ),
    "maintenance.peers-carry": Examples(
        subject="DAG01",
        failing={
            "a peer is paused as well": put(NODES, EX02, State=2),
            "a peer is in maintenance": put(COMPONENTS_EX02, OFFLINE, State="Inactive"),
            "a database is mounted on no peer": put(COPIES_EX02, r"DB01\EX02", Status="Healthy"),
        },
        undetermined={
            "a peer's node was not shown": remove(NODES, EX02),
            "the peer that has it mounted did not answer": unanswered(COPIES_EX02),
            "the peer that has it mounted answered in part": both(
                remove(COPIES_EX02, r"DB01\EX02"), partial(COPIES_EX02)
            ),
            "a peer's component states did not come": unanswered(COMPONENTS_EX02),
        },
        passing={"what the server in maintenance says is not asked": unanswered(COMPONENTS)},
        says=("where Up was expected", "it is in maintenance itself", "it is mounted on no other member"),
    ),
}
