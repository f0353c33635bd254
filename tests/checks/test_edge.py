"""What an Edge Transport server says of itself is judged like a Mailbox server's."""

from dataclasses import replace

import pytest

from kit.certificates import made
from kit.changes import Change, put, unanswered
from kit.recorded import organisation

CONNECTORS, QUEUES = "exchange edge01: Get-ReceiveConnector", "exchange edge01: Get-Queue"
COMPONENTS, CERTIFICATES = (
    "exchange edge01: Get-ServerComponentState",
    "exchange edge01: Get-ExchangeCertificate",
)
HELD = "Requestor:Maintenance; State:Inactive; Timestamp:9/15/2025 8:00:00 PM"
BOUND = {"Services": "SMTP"}

CASES: list[tuple[str, str, Change]] = [
    ("components.active", COMPONENTS, put(COMPONENTS, State="Inactive")),
    ("components.out-of-maintenance", COMPONENTS, put(COMPONENTS, RemoteStates=(HELD,))),
    ("connectors.tls-offered", CONNECTORS, put(CONNECTORS, AuthMechanism="None")),
    ("queues.drained", QUEUES, put(QUEUES, "Submission", Status="Retry", MessageCount=12)),
    ("certificates.expiry", CERTIFICATES, put(CERTIFICATES, BOUND, RawData=made("mx.contoso.com", days=-1))),
    ("certificates.expiring-soon", CERTIFICATES, put(CERTIFICATES, BOUND, RawData=made("mx.contoso.com", days=3))),
    (
        "certificates.key-and-signature",
        CERTIFICATES,
        put(CERTIFICATES, BOUND, RawData=made("mx.contoso.com", key="1024")),
    ),
]


@pytest.mark.parametrize(("control", "question", "change"), CASES, ids=[one[0] for one in CASES])
def test_the_edge_is_judged_by_its_own_answers(control: str, question: str, change: Change) -> None:
    base = organisation("demo-clean")
    outcomes = [
        replace(base, observations=changed(base.observations)).judged(control, "edge01").outcome
        for changed in (lambda same: same, change, unanswered(question))
    ]
    assert outcomes == ["pass", "fail", "undetermined"]


def test_its_connectors_do_not_collide() -> None:
    assert organisation("demo-clean").judged("connectors.no-binding-conflict", "edge01").outcome == "pass"
