"""What the lab's directory and its admin audit log know of what happened."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from muster.lab.certificates import Authority
from muster.lab.cmdlets.exchange import exchange_cmdlets
from muster.lab.description import load_description
from muster.lab.played import RunEvent, UpgradeEvent
from muster.lab.powershell.pipelines import Invocation, Terminated, run_pipeline
from muster.lab.rows import Row
from muster.lab.world.making import World
from muster.lab.world.playing import make_world

AT = datetime(2026, 11, 24, 21, 10, tzinfo=UTC)
CONNECTOR = r"EX01\Default Frontend EX01"
LIMIT = RunEvent(AT, f"Set-ReceiveConnector '{CONNECTOR}' -MaxMessageSize 20MB")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("keys"), AT, lasting=True)


def played(authority: Authority, *events: RunEvent | UpgradeEvent, name: str = "demo-clean") -> World:
    return make_world(load_description(name), authority, events)


def stamps(world: World, dn: str, kind: str = "msDS-ReplAttributeMetaData") -> Mapping[str, tuple[int, str]]:
    """Attribute → version and time."""
    entry = next(one for one in world.directory("dc1").entries if one.dn.casefold().startswith(dn.casefold()))
    found = {}
    for fragment in map(str, entry.values(kind)):
        assert fragment.endswith("\0")
        name, version, when = re.findall(
            r"<(?:pszAttributeName|dwVersion|ftimeLastOriginatingChange)>(.*?)</", fragment
        )
        assert f"CN=NTDS Settings,CN=DC1,CN=Servers,CN=Seattle,CN=Sites,{world.plans.configuration_dn}" in fragment
        found[name] = (int(version), when)
    return found


def test_what_a_command_wrote_carries_its_time_and_nothing_else_does(authority: Authority) -> None:
    before = stamps(played(authority), "CN=Default Frontend EX01,")
    after = stamps(played(authority, LIMIT), "CN=Default Frontend EX01,")
    assert before["msExchSmtpReceiveMaxMessageSize"][0] == 1
    assert after["msExchSmtpReceiveMaxMessageSize"] == (2, "2026-11-24T21:10:00Z")
    assert {name: one for name, one in after.items() if name != "msExchSmtpReceiveMaxMessageSize"} == {
        name: one for name, one in before.items() if name != "msExchSmtpReceiveMaxMessageSize"
    }


def test_every_change_counts(authority: Authority) -> None:
    again = RunEvent(AT + timedelta(hours=1), LIMIT.text.replace("20MB", "21MB"))
    found = stamps(played(authority, LIMIT, again), "CN=Default Frontend EX01,")
    assert found["msExchSmtpReceiveMaxMessageSize"] == (3, "2026-11-24T22:10:00Z")


def test_setup_writes_too_and_leaves_no_entry(authority: Authority) -> None:
    world = played(authority, UpgradeEvent(AT, "ex01", "2019 CU15"))
    assert stamps(world, "CN=EX01,CN=Servers")["serialNumber"] == (2, "2026-11-24T21:10:00Z")
    assert not asked(world, Cmdlets=["Set-ExchangeServer", "Set-ReceiveConnector"])


def test_a_link_has_a_stamp_of_its_own(authority: Authority) -> None:
    links = stamps(played(authority), "CN=EX01,CN=Servers", "msDS-ReplValueMetaData")
    assert links["msExchMDBAvailabilityGroupLink"][0] == 1


def asked(world: World, **parameters: Any) -> list[Row]:
    own = world.plans.mailbox_servers[0]
    said = Invocation("Search-AdminAuditLog", tuple(parameters.items()))
    return [row for row in run_pipeline([said], exchange_cmdlets(world, own)).outputs if isinstance(row, Row)]


def test_the_log_has_what_was_run_and_who_ran_it(authority: Authority) -> None:
    (row,) = asked(played(authority, LIMIT), Cmdlets=["Set-ReceiveConnector"])
    assert (row.get("ObjectModified"), row.get("RunDate")) == (CONNECTOR, AT)
    assert (row.get("Caller"), row.get("CmdletParameters")) == (
        "contoso.local/Users/Administrator",
        ["MaxMessageSize"],
    )


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"StartDate": "2026-11-24 21:10z"}, 1),
        ({"StartDate": "2026-11-24 21:11z"}, 0),
        ({"EndDate": "2026-11-24 21:09z"}, 0),
        ({"ObjectIds": CONNECTOR}, 1),
        ({"ObjectIds": r"EX02\Default Frontend EX02"}, 0),
        ({"ResultSize": "0"}, 0),
    ],
)
def test_the_log_is_searched_by_time_and_object(authority: Authority, parameters: dict[str, str], count: int) -> None:
    found = asked(played(authority, LIMIT), Cmdlets=["Set-ReceiveConnector"], **parameters)
    assert len(found) == count


def test_a_time_that_is_none_is_refused(authority: Authority) -> None:
    with pytest.raises(Terminated):
        asked(played(authority), StartDate="yesterday")


def test_others_work_is_in_it_and_what_was_only_tried_is_not(authority: Authority) -> None:
    tried = RunEvent(AT, LIMIT.text + " -WhatIf")
    cmdlets = {row.text("CmdletName") for row in asked(played(authority, tried))}
    assert cmdlets == {"Set-Mailbox", "Set-TransportConfig", "New-MailboxExportRequest"}


def test_without_the_right_there_is_no_such_cmdlet(authority: Authority) -> None:
    world = played(authority, name="demo-restricted")
    assert "search-adminauditlog" not in exchange_cmdlets(world, world.plans.mailbox_servers[0])
