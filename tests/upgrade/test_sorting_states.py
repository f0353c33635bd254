"""Component states and configuration files: what the oracle says of them."""

from dataclasses import replace

import pytest

from kit.differences import (
    CU12,
    CU13,
    CU14_SU,
    CU15,
    CU15_SU,
    came,
    changed,
    crossing,
    place,
    thing,
    word,
)
from muster.drift import Difference
from muster.upgrade import Crossing, Sorted, preserved, sort

OWA = r"EX01\owa (Default Web Site)"
CONFIG = r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\EdgeTransport.exe.config"
NONE = Crossing()


def judged(difference: Difference, step: Crossing | None = None) -> Sorted:
    (found,) = sort([difference], step if step is not None else crossing())
    return found


def build(old: str, new: str, subject: str = "EX01") -> Difference:
    return changed("Build", "Version", old, new, subject=subject)


# component states


def component(name: str, requester: str, was: str, now: str) -> Difference:
    return changed(
        "ServerComponents", ("RemoteStates", requester, "State"), word(was), word(now), of=name, identity="Component"
    )


@pytest.mark.parametrize(
    ("difference", "kind", "rule"),
    [
        (component("ServerWideOffline", "Functional", "Active", "Inactive"), "lost", "lost-comp-functional"),
        (component("HubTransport", "Maintenance", "Active", "Draining"), "lost", "lost-comp-maint"),
        (component("OwaProxy", "HealthAPI", "Active", "Inactive"), "lost", "lost-comp-other"),
        (component("OwaProxy", "HealthAPI", "Inactive", "Active"), "unexplained", ""),
        (
            changed("ServerComponents", "State", word("Active"), word("Inactive"), of="OwaProxy"),
            "lost",
            "lost-comp-other",
        ),
    ],
)
def test_component_states_by_requester(difference: Difference, kind: str, rule: str) -> None:
    assert (judged(difference).kind, judged(difference).rule) == (kind, rule)


def test_a_requester_that_spoke_and_took_it_back_is_expected() -> None:
    other = "Requestor:Sidelined; State:Active; Timestamp:1"
    for state, kind in (("Active", "expected"), ("Inactive", "lost")):
        said = thing("", Requester=word("Functional"), State=word(state))
        keyed = changed("ServerComponents", ("LocalStates", "Functional"), None, said, of="Monitoring", how="new")
        assert judged(keyed).kind == kind
        assert judged(replace(keyed, object="PopProxy")).kind != "expected"  # Setup does not touch that one
        line = f"Requestor:Functional; State:{state}; Timestamp:15.09.2025 10:00:00"
        text = changed("ServerComponents", "LocalStates", (other,), (other, line), of="Monitoring", added=(line,))
        assert judged(text).kind == kind
        assert judged(replace(text, removed=(other,))).kind != "expected"


# configuration files


def setting(key: str, was: str, now: str | None, path: str = CONFIG, fact: str = "ConfigurationFiles") -> Difference:
    more = {"Path": path, "key": key}
    return changed(fact, "value", was, now, of=f"{path} {key}", more=more)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (CU12, CU13, "lost-though-kept"),  # from CU13 on Setup keeps appSettings of this file
        (CU14_SU, CU15, "lost-though-kept"),
        ("15.2.1118.7", "15.2.1118.40", ""),  # an SU: no source
        ("15.2.986.5", CU12, "lost-edgetransport"),
    ],
)
def test_a_reset_key_by_release(old: str, new: str, rule: str) -> None:
    found = judged(setting("QueueDatabasePath", "D:\\Queue", "C:\\Queue"), crossing(old, new))
    assert (found.kind, found.rule) == ("lost" if rule else "unexplained", rule)


def test_what_the_list_does_not_keep_is_lost() -> None:
    other = r"C:\Exchange\V15\ClientAccess\ReportingWebService\web.config"
    assert judged(setting("Own", "1", None, other)).rule == "lost-webconfig-new"
    mrs = changed(
        "MailboxReplicationLimits",
        "Value",
        "20",
        "5",
        of="MaxActiveMovesPerTargetMDB",
        more={"Path": r"C:\V15\Bin\MSExchangeMailboxReplication.exe.config", "Name": "MaxActiveMovesPerTargetMDB"},
    )
    assert (judged(mrs).kind, judged(mrs).rule) == ("lost", "lost-mrs")
    size = changed(
        "ConfigurationLimits",
        "maxRequestLength",
        "65536",
        "10240",
        of="x",
        more={"Path": r"C:\E\V15\FrontEnd\HttpProxy\owa\web.config", "LocalName": "httpRuntime", "name": ""},
    )
    assert judged(size).rule == "lost-though-kept"
    unlisted = changed(
        "ConfigurationLimits",
        "maxStringContentLength",
        "1",
        "2",
        of="x",
        more={"Path": r"C:\E\V15\FrontEnd\HttpProxy\owa\web.config", "LocalName": "readerQuotas", "name": ""},
    )
    assert judged(unlisted).rule == "lost-webconfig-new"


def test_a_variable_left_in_a_file_is_lost_by_any_update() -> None:
    left = setting("BinSearchFolders", "C:\\Exchange\\bin", "%ExchangeInstallDir%bin")
    assert judged(left, crossing(CU15, CU15_SU)).rule == "lost-installdirvar"
    assert judged(left, crossing(CU15, CU15_SU)).kind == "lost"


def test_new_keys_come_with_the_new_file() -> None:
    new = came("ConfigurationFiles", f"{CONFIG} Brand", {"Path": CONFIG, "key": "Brand", "value": "new"})
    assert judged(new).kind == "expected"
    assert judged(new).unverified
    assert judged(new, crossing(CU15, CU15_SU)).kind == "unexplained"


def test_preserved_settings_are_those_that_setup_keeps_and_that_are_as_before() -> None:
    at = place("ConfigurationFiles")
    kept = thing("", Path=CONFIG, key="QueueDatabasePath", value="D:\\Queue")
    also = thing("", Path=CONFIG, key="Other", value="1")
    unlisted = thing("", Path=r"C:\E\V15\ClientAccess\ReportingWebService\web.config", key="Own", value="1")
    lost = Difference(at, "Other", "Thing", ("value",), "changed", "1", "2", before=also)
    found = preserved([(at, kept), (at, also), (at, unlisted)], [lost], crossing())
    assert [(one.kind, one.rule, one.difference.how) for one in found] == [("preserved", "preserved-2", "same")]
    assert found[0].difference.was == "D:\\Queue"
    assert preserved([(at, kept)], [], crossing(CU15, CU15_SU)) == ()
    assert preserved([(at, kept)], [], crossing("15.2.986.5", CU12)) == ()
