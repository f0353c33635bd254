"""A run's folder, read again: exactly what it saw, or the name of what is wrong."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from muster import evidence
from muster.model import (
    Answer,
    Domain,
    Endpoint,
    Environment,
    ExchangeCmdlet,
    Forest,
    LdapSearch,
    Object,
    Observation,
    Organization,
    Problem,
    Run,
    Server,
    WindowsCmdlet,
)
from muster.transport.old import replay

STARTED = datetime(2025, 9, 15, 10, 0, tzinfo=UTC)
EX01 = Server("EX01", "ex01.contoso.local", frozenset({"Mailbox"}), "Zurich", "DAG01")
ENVIRONMENT = Environment(
    "prod",
    Organization("Contoso", (EX01,)),
    Forest("contoso.local", (Domain("contoso.local"),)),
    endpoints=(Endpoint("exchange", "EX01", "ex01.contoso.local", 80),),
)
OBSERVATIONS = (
    Observation(
        ExchangeCmdlet("Get-OrganizationConfig"),
        "organization",
        STARTED + timedelta(seconds=1, microseconds=5),
        0.25,
        "EX01",
        Answer((Object("T", "Contoso", {"Name": "Contoso", "$odd": (1, b"\x00")}),), "partial"),
    ),
    Observation(ExchangeCmdlet("Get-Queue", Server="EX01", about="EX01"), "EX01", STARTED, 1.5, "EX01",
                Answer((), "partial", (Problem("partial", "more"),))),
    Observation(WindowsCmdlet("Get-ClusterNode", Name="EX01", server="EX01"), "EX01", None, 0.0, "",
                None, Problem("timeout", "EX01 did not answer", "it hangs", "restart it")),
    Observation(LdapSearch(base=""), "forest", STARTED, 0.0, "DC01", Answer((Object("LdapEntry", "", {}),))),
)  # fmt: skip


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    run = Run("prod", "Contoso", STARTED, STARTED + timedelta(seconds=9), date(2025, 9, 14), (), OBSERVATIONS)
    return evidence.write(run, ENVIRONMENT, tmp_path)


def _key(observation: Observation) -> str:
    return observation.question.key


def test_a_run_comes_back_as_it_was(run_folder: Path) -> None:
    found = replay.load(run_folder)
    assert sorted(found.observations, key=_key) == sorted(OBSERVATIONS, key=_key)
    assert repr(found.environment) == repr(ENVIRONMENT)
    assert (found.started, found.today, found.complete, found.vouched) == (STARTED, date(2025, 9, 14), True, True)


def test_a_folder_without_a_manifest_is_read_but_not_vouched_for(run_folder: Path) -> None:
    (run_folder / "manifest.json").unlink()
    assert replay.load(run_folder).vouched is False


def test_a_report_that_was_rendered_anew_does_not_matter(run_folder: Path) -> None:
    (run_folder / "report.html").write_text("x")
    assert replay.load(run_folder).vouched


def _edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_edit("answers/organization.json", "Contoso", "Fabrikam"), "answers/organization.json was changed after"),
        (_edit("run.json", "2025-09-14", "2026-09-14"), "run.json was changed after the run"),
        (lambda folder: (folder / "answers" / "forest.json").unlink(), "answers/forest.json is missing"),
        (
            lambda folder: (folder / "answers" / "more.json").write_text("{}"),
            "answers/more.json is not in the manifest",
        ),
    ],
    ids=["answer", "run", "removed", "added"],
)
def test_a_changed_folder_names_the_file(run_folder: Path, change: Callable[[Path], None], said: str) -> None:
    change(run_folder)
    with pytest.raises(replay.ReplayMistakes) as caught:
        replay.load(run_folder)
    assert said in str(caught.value)


def test_every_changed_file_is_named_at_once(run_folder: Path) -> None:
    for name in ("organization", "forest"):
        _edit(f"answers/{name}.json", '"format": 1', '"format": 2')(run_folder)
    with pytest.raises(replay.ReplayMistakes) as caught:
        replay.load(run_folder)
    assert len(caught.value.mistakes) == 2


def _cut(name: str) -> Callable[[Path], None]:
    def cut(folder: Path) -> None:
        path = folder / name
        path.write_bytes(path.read_bytes()[:-10])

    return cut


def _drop(name: str) -> Callable[[Path], None]:
    def drop(folder: Path) -> None:
        path = folder / "run.json"
        data = json.loads(path.read_text("utf-8"))
        del data[name]
        path.write_text(json.dumps(data), "utf-8")

    return drop


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_cut("run.json"), "run.json cannot be read: JSON expected at line"),
        (_cut("answers/ex01.json"), "ex01.json cannot be read: JSON expected at line"),
        (_edit("answers/organization.json", '"format": 1', '"format": 9'), "format 9 came"),
        (_edit("answers/organization.json", '"ask": "exchange"', '"ask": "telnet"'), "'telnet' came"),
        (_edit("answers/organization.json", "AA==", "!"), "$.observations[0].answer.objects[0].$$odd[1].$bytes"),
        (_edit("answers/ex01.json", '"kind": "timeout"', '"kind": "bored"'), "'bored' came"),
        (_edit("run.json", '"subject": "forest"', '"subject": "woods"'), "does not list the answer to ldap forest"),
        (lambda folder: (folder / "answers" / "ex01.json").unlink(), "lacks 2 of the answers that run.json lists"),
        (_drop("inventory"), "a value expected at $.inventory, nothing came"),
        (_drop("observations"), "a value expected at $.observations"),
        (_drop("started"), "a value expected at $.started"),
        (_edit("run.json", "2025-09-14", "today"), "run.json:"),
    ],
)  # fmt: skip
def test_a_broken_folder_says_where(run_folder: Path, change: Callable[[Path], None], said: str) -> None:
    (run_folder / "manifest.json").unlink()
    change(run_folder)
    with pytest.raises(replay.ReplayMistakes) as caught:
        replay.load(run_folder)
    assert said in str(caught.value)


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_that_is_no_run(tmp_path: Path, exists: bool) -> None:
    with pytest.raises(replay.ReplayMistakes, match="holds no run.json" if exists else "does not exist"):
        replay.load(tmp_path if exists else tmp_path / "nowhere")
