import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from muster import evidence
from muster.evidence import manifest_json
from muster.model import CatalogueUsed, Environment, Run


@pytest.fixture
def place(small_run: Run, environment: Environment, tmp_path: Path) -> Path:
    return evidence.write(small_run, environment, tmp_path)


def test_an_account_comes_back_as_it_was(place: Path, small_run: Run, environment: Environment) -> None:
    before, after = evidence.account_of(small_run, environment), evidence.read(place)
    assert after == before
    assert after.verdicts[0].doc == "An open relay.\n\nMore."


def test_which_catalogue_judged_comes_back(small_run: Run, environment: Environment, tmp_path: Path) -> None:
    used = CatalogueUsed(date(2025, 7, 2), date(2025, 7, 1), 2, ("own.yaml",), stale=True)
    run = replace(small_run, catalogue=used)
    place = evidence.write(run, environment, tmp_path / "used")
    assert evidence.read(place).catalogue == used
    page = (place / "report.html").read_bytes()
    assert b"The catalogue is old" in page
    (place / "report.html").unlink()
    assert evidence.rewrite_report(place).read_bytes() == page


def test_a_report_written_anew_is_the_same_report(place: Path) -> None:
    before = {path: path.read_bytes() for path in place.iterdir() if path.is_file()}
    (place / "report.html").unlink()
    assert evidence.rewrite_report(place) == place / "report.html"
    assert {path: path.read_bytes() for path in place.iterdir() if path.is_file()} == before


def test_rewriting_vouches_for_the_report_only(place: Path) -> None:
    lines = (place / "verdicts.jsonl").read_text("utf-8")
    (place / "verdicts.jsonl").write_text(lines.replace('"fail"', '"pass"'), "utf-8")
    manifest, page = (place / "manifest.json").read_bytes(), (place / "report.html").read_bytes()
    with pytest.raises(
        evidence.Tampered, match=r"was changed after the run: verdicts\.jsonl is not what the manifest"
    ):
        evidence.rewrite_report(place)
    assert (place / "report.html").read_bytes() == page
    evidence.rewrite_report(place, anyway=True)
    assert (place / "manifest.json").read_bytes() == manifest
    html = (place / "report.html").read_text("utf-8")
    assert "Do not rely on this page." in html
    assert "verdicts.jsonl is not what the manifest vouches for." in html
    assert differences(place) == [
        "report.html is not what the manifest vouches for",
        "verdicts.jsonl is not what the manifest vouches for",
    ]


def differences(place: Path) -> list[str]:
    return list(map(str, manifest_json.differences(place) or ()))


@pytest.mark.parametrize("added", [False, True])
def test_missing_and_added_files_are_told_too(place: Path, added: bool) -> None:
    if added:
        (place / "answers" / "ex99.json").write_text("{}", "utf-8")
    else:
        (place / "answers" / "ex03.json").unlink()
    said = "ex99.json is not in the manifest" if added else "ex03.json is missing"
    with pytest.raises(evidence.Tampered, match=f"was changed after the run: answers/{said}"):
        evidence.rewrite_report(place)


def test_a_page_that_alone_was_changed_is_made_anew(place: Path) -> None:
    before = (place / "report.html").read_bytes()
    (place / "report.html").write_text("All is well.", "utf-8")
    evidence.rewrite_report(place)
    assert (place / "report.html").read_bytes() == before
    assert differences(place) == []


def test_a_page_without_a_manifest_says_that_nobody_vouches_for_it(place: Path) -> None:
    (place / "manifest.json").unlink()
    evidence.rewrite_report(place)
    assert "There is no manifest: the run was not finished" in (place / "report.html").read_text("utf-8")
    assert not (place / "manifest.json").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 1}', '{"files": 3}'])
def test_a_manifest_that_cannot_be_read_is_said(place: Path, text: str) -> None:
    (place / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(evidence.UnreadableRun, match=r"manifest\.json: not in its form"):
        evidence.rewrite_report(place)


def test_verdicts_cut_off_in_a_line_give_what_there_is_marked_incomplete(place: Path) -> None:
    path = place / "verdicts.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    account = evidence.read(place)
    assert (len(account.verdicts), account.complete) == (4, False)


@pytest.mark.parametrize("anyway", [False, True])
def test_a_folder_without_verdicts_is_no_run_to_report(place: Path, anyway: bool) -> None:
    (place / "verdicts.jsonl").unlink()
    with pytest.raises(evidence.UnreadableRun, match=r"verdicts\.jsonl: is missing from .* no verdict of this run"):
        evidence.rewrite_report(place, anyway=anyway)


def test_a_file_that_is_no_text_is_named(place: Path) -> None:
    (place / "run.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(evidence.UnreadableRun, match=r"run\.json: not in UTF-8"):
        evidence.read(place)


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(evidence.NothingThere, match=r"has no run\.json: it holds no run"):
        evidence.read(tmp_path)
    with pytest.raises(evidence.NothingThere, match="is not a folder"):
        evidence.rewrite_report(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


Change = Callable[[dict[str, object]], object]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.pop("reason"), "line 1: 'reason' is missing"),
        (lambda data: data.update(outcome="ok"), "line 1: not a verdict as JSON (outcome 'ok' is none of fail,"),
        (lambda data: data.update(severity="grave"), "severity 'grave' is none of info, low, medium, high"),
        (lambda data: data.update(objects=[3]), "line 1: not a verdict as JSON"),
    ],
)
def test_a_line_that_is_no_verdict_is_named(place: Path, change: Change, said: str) -> None:
    path = place / "verdicts.jsonl"
    first, *rest = path.read_text("utf-8").splitlines()
    data = json.loads(first)
    change(data)
    path.write_text("\n".join([json.dumps(data), *rest, ""]), "utf-8")
    with pytest.raises(evidence.UnreadableRun) as unreadable:
        evidence.read(place)
    assert said in str(unreadable.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.update(format=2), "format 2, where this version of muster reads format 1"),
        (lambda data: data.pop("started"), "'started' is missing"),
        (lambda data: data.update(started="yesterday"), "Invalid isoformat"),
    ],
)
def test_a_run_json_that_cannot_be_read_says_why(place: Path, change: Change, said: str) -> None:
    path = place / "run.json"
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(evidence.UnreadableRun) as unreadable:
        evidence.read(place)
    assert said in str(unreadable.value)
