"""Examples: the post gate."""

from kit.certificates import made
from kit.changes import Observations, both, drop, partial, put, remove, unanswered
from kit.examples import Examples

EXSETUP = (
    r"windows ex04: Get-CimInstance -ClassName CIM_DataFile -Filter 'Name=''C:\\Program Files\\Microsoft\\Exchange "
)
BUILD_OF = {
    name: EXSETUP.replace("ex04", name) + r"Server\\V15\\bin\\ExSetup.exe"
    for name in ("ex01", "ex02", "ex03", "ex04")
}
NODES = "windows ex01: Get-CimInstance -Namespace root\\MSCluster"
HEALTH = "Get-HealthReport -Identity ex01"
SERVER = "exchange: Get-ExchangeServer -Identity ex01 -Status"
MAPI, EWS = (f"https ex01.contoso.local:443 GET /{path}" for path in ("mapi/emsmdb/", "EWS/Exchange.asmx"))
BACK_END = "tls ex01.contoso.local:444"
CERTIFICATES = "Get-ExchangeCertificate -Server ex01"
BINDINGS, BACK_END_SITE = "windows ex01: Get-WebBinding", {"bindingInformation": "*:444:"}


def in_small_letters(observations: Observations) -> Observations:
    """As appcmd and older modules print a certificate's hash."""
    (answer,) = (one.answer for key, one in observations.items() if key == BINDINGS)
    assert answer is not None
    hashes = {str(item.properties["certificateHash"]) for item in answer.objects} - {""}
    changes = [put(BINDINGS, {"certificateHash": text}, certificateHash=text.lower()) for text in sorted(hashes)]
    return both(*changes)(observations)


EX01, OWA = {"Name": "EX01"}, {"HealthSet": "OWA.Proxy"}
SAME = both(*(put(question, Version="15.2.2562.27") for question in BUILD_OF.values()))

EXAMPLES = {
    "after-upgrade.target-installed": Examples(
        subject="edge01",
        given=(put("windows edge01: Get-CimInstance -ClassName CIM_DataFile", Version="15.2.2562.27"),),
        failing={
            "the old CU": put("windows edge01: Get-CimInstance -ClassName CIM_DataFile", Version="15.2.1748.37"),
            "the CU without its security update": put(
                "windows edge01: Get-CimInstance -ClassName CIM_DataFile", Version="15.2.2562.17"
            ),
        },
        undetermined={
            "a build that was never published": put(
                "windows edge01: Get-CimInstance -ClassName CIM_DataFile", Version="15.2.2562.23"
            ),
            "not sent": drop("windows edge01: Get-CimInstance -ClassName CIM_DataFile", "Version"),
        },
        says=("where Exchange Server SE RTM was expected", "without any of its updates"),
    ),
    "after-upgrade.group-finished": Examples(
        subject="DAG01",
        failing={"all have it": SAME},
        undetermined={
            "all that answered have it": both(SAME, unanswered(BUILD_OF["ex02"])),
            "one did not answer": unanswered(BUILD_OF["ex02"]),
        },
        says=("still declared in progress",),
    ),
    "after-upgrade.node-up": Examples(
        subject="ex01",
        failing={"paused": put(NODES, EX01, State=2), "joining": put(NODES, EX01, State=3)},
        undetermined={
            "a state that nobody knows": put(NODES, EX01, State=9),
            "not sent": drop(NODES, "State"),
            "the cluster shows no such node": remove(NODES, EX01),
            "came with an error": partial(NODES),
        },
        says=("where Up was expected",),
    ),
    "after-upgrade.health-sets": Examples(
        subject="ex01",
        failing={
            "unhealthy": put(HEALTH, OWA, AlertValue="Unhealthy"),
            "repairing, and its state was not sent": both(
                put(HEALTH, OWA, AlertValue="Repairing"), drop(HEALTH, "State", where=OWA)
            ),
        },
        undetermined={
            "nothing was measured yet": put(HEALTH, OWA, AlertValue="Unknown"),
            "a value of null": put(HEALTH, OWA, AlertValue=None),
            "not sent": drop(HEALTH, "AlertValue", where=OWA),
            "came with an error": partial(HEALTH),
        },
        passing={"switched off": put(HEALTH, OWA, AlertValue="Disabled")},
        says=("OWA.Proxy: is ",),
    ),
    "after-upgrade.mitigations-applied": Examples(
        subject="ex01",
        failing={"none": put(SERVER, MitigationsApplied=())},
        undetermined={
            "not sent": drop(SERVER, "MitigationsApplied"),
            "whether they are on was not sent": drop(SERVER, "MitigationsEnabled"),
            "came with an error": partial(SERVER),
        },
        passing={"another beside the ping": put(SERVER, MitigationsApplied=("PING1", "M1"))},
        says=("not even PING1",),
    ),
    "after-upgrade.protocols-ask-for-login": Examples(
        subject="ex01",
        failing={
            "an error": put(EWS, Status=500),
            "a stopped pool": put(MAPI, Status=503),
            "one is gone, another did not answer": both(put(MAPI, Status=404), unanswered(EWS)),
        },
        undetermined={"no answer": unanswered(MAPI), "not sent": drop(EWS, "Status")},
        says=("where 401 was expected",),
    ),
    "after-upgrade.back-end-certificate": Examples(
        subject="ex01",
        failing={
            "the clients' certificate": put(BACK_END, Chain=(made("mail.contoso.com"),)),
        },
        undetermined={
            "which there are came in part": both(put(BACK_END, Chain=(made("ex01"),)), partial(CERTIFICATES)),
            "nothing was served": put(BACK_END, Chain=()),
            "came with an error": partial(CERTIFICATES),
        },
        says=("which Exchange does not list", "was expected"),
    ),
    "after-upgrade.web-bindings": Examples(
        subject="ex01",
        failing={
            "nothing is bound to the back end": put(BINDINGS, BACK_END_SITE, certificateHash=""),
            "what is bound is gone": put(BINDINGS, BACK_END_SITE, certificateHash="0" * 40),
            "another is served": put("tls ex01.contoso.local:443", Chain=(made("mail.contoso.com"),)),
            "no back end": remove(BINDINGS, BACK_END_SITE),
        },
        undetermined={
            "what is bound was not sent": drop(BINDINGS, "certificateHash", where=BACK_END_SITE),
            "where was not sent": drop(BINDINGS, "bindingInformation"),
            "no back end came, and an error did": both(remove(BINDINGS, BACK_END_SITE), partial(BINDINGS)),
            "which certificates there are came in part": both(
                remove(CERTIFICATES, {"FriendlyName": "Microsoft Exchange"}), partial(CERTIFICATES)
            ),
            "the back end did not answer": unanswered(BACK_END),
        },
        passing={"the hash in small letters": in_small_letters},
        says=(
            "Exchange Back End *:444:: no certificate is bound",
            "which the server does not have",
            "which no binding there names",
            "no https binding is there",
        ),
    ),
}
