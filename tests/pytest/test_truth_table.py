"""Every way a check can end, and what each reader of the run is told about it. Read it as documentation."""

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from kit.made_up import asked, run_folder
from muster.model import ExchangeCmdlet, Object, Problem
from muster.waivers import Waiver

FACTS = '''
from typing import Any, ClassVar
import pytest
from muster.reading.values import Flag, Text
from muster.reading.records import Record, Records
from muster.model import ExchangeCmdlet, Facts, PerServer, Server, need

class Box(Record):
    name: Text
    locked: Flag

class Boxes(Records[Box]):
    record = Box
    needs = {"boxes": need(ExchangeCmdlet("Get-Box"), split_by=("Server",))}

class Partials(Boxes):
    needs = {"boxes": need(ExchangeCmdlet("Get-PartialBox"), split_by=("Server",))}

class Dead(Boxes):
    needs = {"boxes": need(ExchangeCmdlet("Get-DeadBox"), split_by=("Server",))}

class Own(Boxes):
    needs = {"boxes": need(ExchangeCmdlet("Get-OwnBox", Server="{name}"))}

@pytest.fixture
def boxes(server: Server, facts: Facts) -> Boxes:
    """Boxes."""
    return facts.get(Boxes, server)

@pytest.fixture
def partials(server: Server, facts: Facts) -> Partials:
    """Boxes of a partial answer."""
    return facts.get(Partials, server)

@pytest.fixture
def dead(server: Server, facts: Facts) -> Dead:
    """Boxes of a server that does not answer."""
    return facts.get(Dead, server)

@pytest.fixture
def own(members: Any, facts: Facts) -> PerServer[Own]:
    """Boxes of each member, of which one is unknown."""
    return facts.per_server(Own, members)
'''


def box(server: str, name: str, **properties: object) -> Object:
    return Object("Box", f"{server}\\{name}", {"Server": server, "Name": name, **properties})  # type: ignore[dict-item]


OBSERVATIONS = (
    asked(
        ExchangeCmdlet("Get-Box"),
        box("EX01", "red", Locked=True),
        box("EX01", "blue", Locked=False),
        box("EX01", "grey"),
        box("EX02", "green", Locked=True),
    ),
    asked(ExchangeCmdlet("Get-PartialBox"), box("EX01", "red", Locked=True), partial=True),
    asked(ExchangeCmdlet("Get-DeadBox"), problem=Problem("timeout", "EX01 did not answer", "it is down", "start it")),
    asked(ExchangeCmdlet("Get-OwnBox", Server="EX01"), box("EX01", "red", Locked=True)),
    asked(ExchangeCmdlet("Get-OwnBox", Server="EX02"), problem=Problem("unreachable", "refused")),
)


@dataclass(frozen=True)
class Ending:
    """A check's body on EX01, and how it must be reported."""

    body: str
    outcome: str
    says: str
    facts: str = ""
    subject: str = "server"
    control: str = 'severity=Severity.MEDIUM, roles={"Mailbox"}'
    accepted: str | None = None


TABLE = {
    "an assertion held": Ending("assert 2 > 1", "pass", ""),
    "an assertion held, and the check says why": Ending(
        "assert 2 > 1; because('decided for EX01')", "pass", "decided for EX01"
    ),
    "it says why, and asserts nothing": Ending("because('decided')", "undetermined", "nothing was asserted"),
    "it says why, and fails": Ending("because('decided'); assert 1 > 2, 'less'", "fail", "less"),
    "an assertion failed": Ending("assert 1 > 2, 'one is not more'", "fail", "one is not more"),
    "pytest.fail": Ending("pytest.fail('said so')", "fail", "said so"),
    "nothing was asserted": Ending("pass", "undetermined", "nothing was asserted"),
    "a loop over nothing": Ending("assert_ = [b for b in ()]", "undetermined", "nothing was asserted"),
    "not_applicable": Ending("not_applicable('no boxes here')", "not applicable", "no boxes here"),
    "a role that does not fit": Ending(
        "assert False", "not applicable", "has no Edge role", control='severity=Severity.HIGH, roles={"Edge"}'
    ),
    "a plain skip": Ending("pytest.skip('lazy')", "undetermined", "a skip says nothing"),
    "an exception": Ending("1 / 0", "undetermined", "ZeroDivisionError"),
    "a property that was not sent": Ending(
        "assert [b.locked for b in boxes]", "undetermined", "Locked was not sent", facts="boxes"
    ),
    "a fail that is accepted": Ending("assert 1 > 2, 'one is not more'", "waived", "by Ann", accepted=""),
    "a failed object that is accepted": Ending(
        "for b in boxes:\n        with about(b):\n            assert b.locked, 'not locked'",
        "waived",
        "blue: not locked",
        facts="boxes",
        accepted="bl*",
    ),
    "two failed objects, one accepted": Ending(
        "for b in boxes:\n        with about(b):\n            assert b.name == 'grey', 'not grey'",
        "fail",
        "2 of 3",
        facts="boxes",
        accepted="blue",
    ),
    "a waiver for what could not be had": Ending(
        "assert True", "undetermined", "It is down", facts="dead", accepted=""
    ),
    "an object failed, another unknown": Ending(
        "for b in boxes:\n        with about(b):\n            assert b.locked, 'not locked'",
        "fail",
        "1 of 3: blue: not locked",
        facts="boxes",
    ),
    "an object unknown, the others hold": Ending(
        "for b in boxes:\n        with about(b):\n            assert b.locked or True",
        "undetermined",
        "1 of 3: grey",
        facts="boxes",
    ),
    "an object failed, then it broke": Ending(
        "for b in boxes:\n        with about(b):\n            assert b.name != 'red', 'red'\n    1 / 0",
        "fail",
        "red: red; then the check broke",
        facts="boxes",
    ),
    "a partial answer that holds": Ending(
        "assert all(b.locked for b in partials)", "undetermined", "the answer is partial", facts="partials"
    ),
    "a partial answer that fails": Ending(
        "assert not any(b.locked for b in partials), 'locked'", "fail", "locked", facts="partials"
    ),
    "a missing property that the check swallows": Ending(
        "try:\n        for b in boxes:\n            b.locked\n    except Exception:\n        pass\n    assert True",
        "undetermined",
        "the check went on without",
        facts="boxes",
    ),
    "an exit": Ending("raise SystemExit(0)", "undetermined", "the check broke: SystemExit"),
    "a fact that could not be had": Ending("assert True", "undetermined", "It is down", facts="dead"),
    "a member that is unknown, the rest holds": Ending(
        "assert len(own) == 1", "undetermined", "EX02 could not be asked", facts="own", subject="dag"
    ),
    "a member that is unknown, another fails": Ending(
        "assert not len(own), 'a box too many'", "fail", "a box too many", facts="own", subject="dag"
    ),
}

INI = """
[pytest]
enable_assertion_pass_hook = true
python_files = check_*.py
python_functions = check_*
"""

CATEGORY = {
    "pass": "passed",
    "fail": "failed",
    "undetermined": "error",
    "not applicable": "skipped",
    "waived": "skipped",
}
JUNIT = {"pass": None, "fail": "failure", "undetermined": "error", "not applicable": "skipped", "waived": "skipped"}
HTML = {"pass": "Passed", "fail": "Failed", "undetermined": "Error", "not applicable": "Skipped", "waived": "Skipped"}


def waivers_of(ending: "Ending") -> tuple[Waiver, ...]:
    if ending.accepted is None:
        return ()
    return (Waiver("area.ending", "EX*", "known", "Ann", date(2026, 1, 15), ending.accepted or None),)


def source(ending: Ending) -> str:
    parameters = ", ".join(filter(None, [ending.subject, ending.facts]))
    return (
        "import pytest\nfrom muster import Severity, about, because, control, not_applicable\n\n"
        f"@control('area.ending', title='An ending', {ending.control})\n"
        f"def check_ending({parameters}):\n    {ending.body}\n"
    )


@pytest.mark.parametrize("name", TABLE)
def test_an_ending_is_told_the_same_everywhere(name: str, pytester: pytest.Pytester) -> None:
    ending = TABLE[name]
    old = str(run_folder(pytester.path / "old", *OBSERVATIONS, accepted=waivers_of(ending)))
    pytester.makeini(INI)
    pytester.makepyfile(conftest=FACTS, check_it=source(ending))
    subject = "EX01" if ending.subject == "server" else "DAG01"
    done = pytester.runpytest(
        "-p", "muster.pytest", "--facts", old, "--reports", "out", f"check_it.py::check_ending[{subject}]",
        "--junit-xml", "plain.xml", "--html", "plain.html", "--self-contained-html", "-v",
    )  # fmt: skip

    outcome = ending.outcome
    assert done.parseoutcomes() == {{"error": "errors"}.get(CATEGORY[outcome], CATEGORY[outcome]): 1}
    done.stdout.fnmatch_lines([f"*{outcome.upper()}*"])
    assert done.ret == (pytest.ExitCode.OK if outcome == "pass" else pytest.ExitCode.TESTS_FAILED)

    (folder,) = (pytester.path / "out" / "made-up").iterdir()
    (line,) = (folder / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    verdict = json.loads(line)
    assert verdict["control"] == "area.ending"
    assert verdict["subject"] == subject
    assert verdict["outcome"] == outcome
    assert ending.says in verdict["reason"]

    for junit in (folder / "junit.xml", pytester.path / "plain.xml"):
        assert _kinds(junit) == ([JUNIT[outcome]] if JUNIT[outcome] else [])
    page = (pytester.path / "plain.html").read_text(encoding="utf-8")
    assert f"&#34;result&#34;: &#34;{HTML[outcome]}&#34;" in page
    assert "area.ending" in page


def _kinds(junit: Path) -> list[str]:
    return [part.tag for case in ET.parse(junit).iter("testcase") for part in case if part.tag != "properties"]


def test_low_severity_does_not_change_the_exit_status_but_nothing_passed_does(pytester: pytest.Pytester) -> None:
    old = str(run_folder(pytester.path / "old", *OBSERVATIONS))
    pytester.makeini(INI)
    held = source(Ending("assert True", "pass", "")).replace("check_ending", "check_held").replace("area.e", "area.h")
    low = source(Ending("assert False", "fail", "", control="severity=Severity.LOW"))
    pytester.makepyfile(check_low=low, check_held=held)
    arguments = ("-p", "muster.pytest", "--facts", old, "--reports", "out", "-k", "EX01")
    assert pytester.runpytest(*arguments).ret == 0
    assert pytester.runpytest(*arguments, "--fail-on", "low").ret == 1
    assert pytester.runpytest(*arguments, "check_low.py").ret == 1, "nothing passed"


def test_it_refuses_to_start_without_the_assertion_hook(pytester: pytest.Pytester) -> None:
    old = str(run_folder(pytester.path / "old", *OBSERVATIONS))
    pytester.makepyfile(check_it=source(TABLE["an assertion held"]))
    pytester.makeini(INI.replace("true", "false"))
    done = pytester.runpytest("-p", "muster.pytest", "--facts", old)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*enable_assertion_pass_hook*"])
