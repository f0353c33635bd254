from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from muster.evidence.expected import compare
from muster.model import ObjectVerdict, Severity, Verdict

BuildVerdict = Callable[..., Verdict]


@dataclass(frozen=True)
class Entry:
    fault: str = "10"
    control: str = "connectors.no-anonymous-relay"
    subject: str = "ex05"
    severity: str = "high"
    object: str | None = "Scanner Relay"


@pytest.fixture
def relay(make_verdict: BuildVerdict) -> Verdict:
    return make_verdict("fail", "EX05", objects=(ObjectVerdict("EX05\\Scanner Relay", "fail", "relays"),))


def test_exactly_what_was_planted(relay: Verdict, make_verdict: BuildVerdict) -> None:
    comparison = compare([Entry()], [relay, make_verdict("pass", "EX01"), make_verdict("not applicable", "EX02")])
    assert comparison.exact
    assert comparison.expected == 1


def test_what_follows_from_a_fault_is_counted_beside(relay: Verdict, make_verdict: BuildVerdict) -> None:
    low = replace(make_verdict("fail", "EX05"), control=replace(relay.control, id="a.b", severity=Severity.LOW))
    passed = replace(low, subject="EX06", outcome="pass")
    planted_too = replace(low, control=replace(low.control, id="c.d"))
    comparison = compare([Entry(), Entry("11", "c.d", "ex05", "low", None)], [relay, low, passed, planted_too])
    assert comparison.exact
    assert comparison.beside == 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Entry(subject="ex06"), "connectors.no-anonymous-relay on ex06 did not fail"),
        (Entry(control="a.b"), "a.b on ex05 did not fail"),
        (
            Entry(severity="medium"),
            "connectors.no-anonymous-relay on ex05 has severity high, medium is expected",
        ),
        (
            Entry(object="App"),
            "connectors.no-anonymous-relay on ex05 names EX05\\Scanner Relay, 'App' is expected",
        ),
    ],
)
def test_what_was_planted_and_not_found(entry: Entry, said: str, relay: Verdict) -> None:
    assert compare([entry], [relay]).missing == (f"fault 10: {said}",)


def test_an_undetermined_object_is_not_found(relay: Verdict) -> None:
    unknown = replace(relay, objects=(ObjectVerdict("EX05\\Scanner Relay", "undetermined", "not sent"),))
    assert compare([Entry()], [unknown]).missing == (
        "fault 10: connectors.no-anonymous-relay on ex05 names no object, 'Scanner Relay' is expected",
    )


def test_what_was_found_and_not_planted(relay: Verdict, make_verdict: BuildVerdict) -> None:
    another = make_verdict("fail", "EX01", reason="relays too")
    assert compare([Entry()], [relay, another]).surplus == ("connectors.no-anonymous-relay on EX01: relays too",)


def test_another_object_of_the_same_verdict_is_surplus(relay: Verdict) -> None:
    both = replace(relay, objects=(*relay.objects, ObjectVerdict("EX05\\App", "fail", "relays")))
    assert compare([Entry()], [both]).surplus == ("connectors.no-anonymous-relay on EX05 names 'EX05\\App'",)
    assert compare([Entry(object=None)], [both]).exact
    assert compare([Entry(), Entry(object="App")], [both]).exact


def test_low_findings_do_not_count_and_undetermined_ones_do(make_verdict: BuildVerdict) -> None:
    low = make_verdict("fail", "EX01")
    low = replace(low, control=replace(low.control, severity=Severity.LOW))
    unknown = make_verdict("undetermined", "EX02", reason="not sent")
    assert compare([], [low]).exact
    assert compare([], [low, unknown]).undetermined == ("connectors.no-anonymous-relay on EX02: not sent",)
    assert not compare([], [unknown]).exact


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("EX03\\EWS (Default Web Site)", "EWS"),
        ("Outbound", "outbound"),
        ("DB02\\EX04", "DB02\\EX04"),
        ("*", "*"),
        ("Outlook Anywhere", "Outlook Anywhere"),
    ],
)
def test_objects_go_by_their_whole_or_last_name(found: str, wanted: str, relay: Verdict) -> None:
    named = replace(relay, objects=(ObjectVerdict(found, "fail", ""),))
    another = replace(relay, objects=(ObjectVerdict(found + "x", "fail", ""),))
    assert compare([Entry(object=wanted)], [named]).exact
    assert not compare([Entry(object=wanted)], [another]).exact
