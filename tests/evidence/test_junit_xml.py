from collections.abc import Callable
from xml.etree import ElementTree as ET

from muster.evidence import account_of, junit_xml
from muster.model import Run, Verdict


def parsed(run: Run) -> ET.Element:
    return ET.fromstring("".join(junit_xml.lines(account_of(run))))


def test_counts_and_elements(small_run: Run) -> None:
    root = parsed(small_run)
    counts = {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "1", "errors": "1", "skipped": "2"}
    (suite,) = root
    assert {name: suite.get(name) for name in counts} == counts
    kinds = [[child.tag for child in case if child.tag != "properties"] for case in suite.iter("testcase")]
    assert kinds == [["failure"], [], ["error"], ["skipped"], ["skipped"]]


def test_a_case_names_its_control(small_run: Run) -> None:
    case = next(parsed(small_run).iter("testcase"))
    assert (case.get("classname"), case.get("name")) == (
        "muster.connectors",
        "connectors.no-anonymous-relay[EX01]",
    )
    assert {one.get("name"): one.get("value") for one in case.iter("property")} == {
        "control": "connectors.no-anonymous-relay",
        "severity": "high",
        "subject": "EX01",
        "subject_kind": "Server",
        "outcome": "fail",
    }
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "accepts any recipient from anybody"
    assert "remedy: Remove Ms-Exch-SMTP-Accept-Any-Recipient" in (failure.text or "")
    assert "asked: exchange: Get-ReceiveConnector" in (failure.text or "")


def test_hostile_text_stays_well_formed(make_run: Callable[..., Run], make_verdict: Callable[..., Verdict]) -> None:
    evil = "]]> <x> & \x00 \x1b[0m \ud800 \ufffe \u202e"
    root = parsed(make_run((make_verdict("fail", evil, reason=evil),), organization=evil))
    case = next(root.iter("testcase"))
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "]]> <x> & <U+0000> <U+001B>[0m <U+D800> <U+FFFE> <U+202E>"
