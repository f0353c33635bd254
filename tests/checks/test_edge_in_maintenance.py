"""An Edge in maintenance: the rows that it has, told by itself before it is left alone (nobody else can tell)."""

from dataclasses import replace

import pytest

from kit.changes import Change, both, put
from kit.recorded import organisation
from muster.model import Problem
from muster.observe import route

COMPONENTS, QUEUES = "exchange edge01: Get-ServerComponentState", "exchange edge01: Get-Queue"
HELD = "Requestor:Maintenance; State:Inactive; Timestamp:9/15/2025 8:00:00 PM"
AWAY = both(
    put(COMPONENTS, {"Component": "ServerWideOffline"}, State="Inactive", RemoteStates=(HELD,)),
    put(COMPONENTS, {"Component": "EdgeTransport"}, State="Draining"),
)
CASES: list[tuple[str, Change, str]] = [
    ("maintenance.server-offline", AWAY, "pass"),
    ("maintenance.server-offline", both(), "fail"),
    ("maintenance.transport-drained", AWAY, "pass"),
    ("maintenance.transport-drained", both(), "fail"),
    ("maintenance.queues-empty", both(), "pass"),
    ("maintenance.queues-empty", put(QUEUES, "Submission", MessageCount=1), "fail"),
    ("maintenance.node-paused", both(), "not applicable"),
    ("maintenance.activation-blocked", both(), "not applicable"),
    ("maintenance.held-in-directory", both(), "not applicable"),
]


@pytest.mark.parametrize(("control", "change", "outcome"), CASES)
def test_its_own_rows(control: str, change: Change, outcome: str) -> None:
    base = organisation("demo-clean")
    judged = replace(base, observations=change(base.observations)).judged(control, "edge01")
    assert judged.outcome == outcome, judged.reason


def test_while_it_is_upgraded_nobody_can_tell() -> None:
    base = organisation("demo-clean")
    quiet = replace(base.environment, quiet=frozenset({"edge01"}))
    question = next(one.question for key, one in base.observations.items() if key.startswith(COMPONENTS))
    found = route(question, quiet)
    assert isinstance(found, Problem)
    assert "no session is opened on edge01" in found.message
