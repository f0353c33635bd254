"""A run of a selection is never told as the whole."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from muster import evidence
from muster.evidence import account_of, report_html
from muster.evidence.headline import headline, subline
from muster.model import Environment, Run, Severity, Verdict
from muster.transport.old import replay

Build = Callable[..., Run]
BuildVerdict = Callable[..., Verdict]
FOLDER = Path("reports/demo/2025-09-15T101112Z")


def part(make_run: Build, *verdicts: Verdict) -> Run:
    return make_run(verdicts, left_out=402 - len(verdicts), selection="-k autodiscover")


def everything_said(run: Run) -> str:
    account = account_of(run)
    lines = evidence.summary_lines(run, FOLDER, width=300)
    return "\n".join([headline(account), subline(account), report_html.dump(account), *lines])


def test_what_passes_of_a_part_is_not_the_organisation(make_run: Build, make_verdict: BuildVerdict) -> None:
    run = part(make_run, *(make_verdict("pass", f"EX0{n}") for n in range(9)))
    account = account_of(run)
    assert account.standing == "part"
    assert headline(account) == "9 of 402 verdicts were asked for (-k autodiscover): these pass."
    assert "About the rest of Contoso nothing is known." in subline(account)
    assert "passes muster" not in everything_said(run)
    assert evidence.summary_lines(run, FOLDER)[0] == headline(account)


def test_one_verdict_and_nothing_left_out_read_well(make_run: Build, make_verdict: BuildVerdict) -> None:
    one = account_of(part(make_run, make_verdict("pass")))
    assert headline(one) == "1 of 402 verdicts was asked for (-k autodiscover): this one passes."
    assert headline(account_of(make_run((make_verdict("pass"),)))) == "Contoso passes muster."


def test_a_low_finding_keeps_a_part_from_simply_passing(make_run: Build, make_verdict: BuildVerdict) -> None:
    low = make_verdict("fail", "EX02")
    low = replace(low, control=replace(low.control, severity=Severity.LOW))
    said = headline(account_of(part(make_run, make_verdict("pass"), low)))
    assert said.endswith(": of these, nothing of severity medium or higher failed or stayed undetermined.")


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [("fail", "Contoso does not pass muster."), ("undetermined", "It is not known whether Contoso passes muster.")],
)
def test_a_fail_of_a_part_stands_and_the_part_is_said(
    make_run: Build, make_verdict: BuildVerdict, outcome: str, sentence: str
) -> None:
    run = part(make_run, make_verdict(outcome))
    selected = "1 of 402 verdicts was asked for (-k autodiscover)."
    assert headline(account_of(run)) == sentence
    assert subline(account_of(run)).endswith(selected)
    assert selected in evidence.summary_lines(run, FOLDER)


def test_a_long_selection_does_not_fill_the_sentence(make_run: Build, make_verdict: BuildVerdict) -> None:
    run = make_run((make_verdict("pass"),), left_out=3, selection="checks/check_x.py::check_y " * 20)
    assert len(headline(account_of(run))) < 140


def test_a_run_keeps_that_it_was_a_part(
    make_run: Build, make_verdict: BuildVerdict, environment: Environment, tmp_path: Path
) -> None:
    place = evidence.write(part(make_run, make_verdict("pass")), environment, tmp_path)
    written = json.loads((place / "run.json").read_text("utf-8"))
    assert (written["left_out"], written["selection"], written["standing"]) == (401, "-k autodiscover", "part")
    before = (place / "report.html").read_bytes()
    evidence.rewrite_report(place)
    assert (place / "report.html").read_bytes() == before
    again = replay.load(place)
    assert (again.left_out, again.selection) == (401, "-k autodiscover")


def test_a_run_of_an_older_version_is_read(small_run: Run, environment: Environment, tmp_path: Path) -> None:
    place = evidence.write(small_run, environment, tmp_path)
    path = place / "run.json"
    data = json.loads(path.read_text("utf-8"))
    del data["left_out"], data["selection"]
    path.write_text(json.dumps(data), "utf-8")
    account = evidence.read(place)
    assert (account.left_out, account.selection) == (0, "")
