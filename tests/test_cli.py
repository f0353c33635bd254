import errno
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from muster import cli, evidence
from muster.cli import app
from muster.model import Control, Environment, Forest, Organization, Run, Server, Severity, Verdict


def muster(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_schema_is_json() -> None:
    done = muster("schema")
    assert done.exit_code == 0
    assert "organisation" in json.loads(done.output)["properties"]


def test_checks_lists_every_control(tmp_path: Path) -> None:
    (tmp_path / "check_x.py").write_text(
        "from muster import Severity, control\n\n"
        "@control('x.y', title='[bold]An X has a Y', severity=Severity.LOW)\ndef check_y(server): ...\n",
        "utf-8",
    )
    done = muster("checks", str(tmp_path))
    assert done.exit_code == 0
    assert "x.y" in done.output
    assert "[bold]An X has a Y" in done.output
    assert "1 controls in" in done.output


def test_docs_writes_the_generated_pages(tmp_path: Path) -> None:
    done = muster("docs", str(tmp_path))
    assert done.exit_code == 0
    assert f"Written: {tmp_path / 'checks.md'}" in done.output
    assert muster("docs", str(tmp_path)).output == ""


def test_checks_of_an_empty_folder_say_so(tmp_path: Path) -> None:
    done = muster("checks", str(tmp_path))
    assert done.exit_code == 2
    assert "there are no checks in" in done.output


def test_report_of_an_empty_folder_says_so(tmp_path: Path) -> None:
    done = muster("report", str(tmp_path))
    assert done.exit_code == 2
    assert "has no run.json: it holds no run" in done.output
    assert list(tmp_path.iterdir()) == []


def test_report_says_what_the_manifest_does_not_vouch_for(finished_run: Path) -> None:
    done = muster("report", str(finished_run))
    assert done.exit_code == 0
    assert done.output == f"Report: {finished_run / 'report.html'}\n"
    (finished_run / "verdicts.jsonl").write_text("", "utf-8")
    done = muster("report", str(finished_run))
    assert done.exit_code == 2
    assert "verdicts.jsonl is not what the manifest vouches for. Its report is not written anew" in done.output
    done = muster("report", str(finished_run), "--anyway")
    assert done.exit_code == 0
    assert "Careful: verdicts.jsonl is not what the manifest vouches for" in done.output
    (finished_run / "manifest.json").unlink()
    assert "this run was not finished" in muster("report", str(finished_run)).output
    (finished_run / "verdicts.jsonl").unlink()
    done = muster("report", str(finished_run))
    assert done.exit_code == 2
    assert "verdicts.jsonl: is missing" in done.output


def test_report_that_cannot_be_written_is_a_sentence(finished_run: Path, read_only: None) -> None:
    done = muster("report", str(finished_run))
    assert done.exit_code == 2
    assert f"nothing can be written to {finished_run}: Read-only file system" in done.output
    assert "Traceback" not in done.output


@pytest.fixture
def read_only(finished_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that takes nothing: tests may run as root, whom no access right stops."""
    real = Path.open

    def opened(path: Path, mode: str = "r", *rest: object, **more: object) -> object:
        if "w" in mode:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return real(path, mode, *rest, **more)  # type: ignore[call-overload] # as it was called

    monkeypatch.setattr(Path, "open", opened)


def test_report_of_a_broken_run_names_the_line(finished_run: Path) -> None:
    (finished_run / "verdicts.jsonl").write_text("{}\n", "utf-8")
    done = muster("report", str(finished_run))
    assert done.exit_code == 2
    assert "verdicts.jsonl, line 1: 'outcome' is missing" in done.output


@pytest.mark.parametrize("command", [("demo", "nowhere"), ("lab", "up", "nowhere")])
def test_an_unknown_environment_lists_those_there_are(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = tmp_path / "inventory" / "contoso"
    known.mkdir(parents=True)
    (known / "inventory.yaml").write_text("organisation: Contoso\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    done = muster(*command)
    assert done.exit_code == 2
    assert "there is no environment 'nowhere'" in done.output
    assert "contoso" in done.output


def test_lab_up_names_each_probed_name_once() -> None:
    place = ("127.0.0.1", 40443)
    relocated = {("ex01", 443): place, ("ex01.contoso.local", 443): place, ("mail.contoso.com", 443): place}
    environment = Environment("demo", Organization("Contoso", ()), Forest("contoso.local"), relocated=relocated)
    assert cli._probes(environment) == {
        "ex01.contoso.local": "443 at 127.0.0.1:40443",
        "mail.contoso.com": "443 at 127.0.0.1:40443",
    }


Leave = Callable[[str], None]


@pytest.fixture
def leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Leave:
    """An environment that a lab plays, one planted fault, and a pytest that leaves one verdict of this outcome."""
    folder = tmp_path / "inventory" / "demo"
    folder.mkdir(parents=True)
    (folder / "inventory.yaml").write_text("organisation: Contoso\n", "utf-8")
    environment = Environment("demo", Organization("Contoso", ()), Forest("contoso.local"), lab="demo")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("muster.inventory.load", lambda _: environment)
    monkeypatch.setattr(cli, "_expected", lambda _: (Planted(),))

    def leave(outcome: str) -> None:
        def run(command: list[str], *, cwd: Path, check: bool) -> subprocess.CompletedProcess[bytes]:
            assert command[1:] == ["-m", "pytest", "--env", "demo"]
            if outcome:
                evidence.write(run_of(outcome), environment, cwd / "reports")
            return subprocess.CompletedProcess(command, 1)

        monkeypatch.setattr("subprocess.run", run)

    return leave


@dataclass(frozen=True)
class Planted:
    fault: str = "1"
    control: str = "a.b"
    subject: str = "ex01"
    severity: str = "high"
    object: str | None = None


def test_demo_succeeds_only_when_what_was_planted_is_found(leave: Leave, tmp_path: Path) -> None:
    leave("fail")
    done = muster("demo")
    assert done.exit_code == 0
    place = tmp_path / "reports" / "demo" / "2025-09-15T101112Z"
    assert done.output.splitlines()[-2:] == [
        "Found exactly what was planted: 1 of 1, and nothing else.",
        f"Report: {place / 'report.html'}",
    ]


def test_demo_fails_when_something_is_missing_though_an_older_run_had_it(leave: Leave) -> None:
    leave("fail")
    muster("demo")
    leave("undetermined")
    done = muster("demo")
    assert done.exit_code == 1
    assert done.output.splitlines()[-6:-1] == [
        "Not exactly what was planted was found.",
        "1 planted and not found:",
        "  fault 1: a.b on ex01 did not fail",
        "1 undetermined:",
        "  a.b on EX01: it has none",
    ]


def test_demo_fails_when_pytest_left_nothing(leave: Leave) -> None:
    leave("")
    done = muster("demo")
    assert done.exit_code == 2
    assert "pytest left no run in" in done.output


def run_of(outcome: str) -> Run:
    started = datetime(2025, 9, 15, 10, 11, 12, tzinfo=UTC)
    control = Control("a.b", "An A has a B", Severity.HIGH)
    verdict = Verdict(control, "EX01", "Server", outcome, "it has none")
    return Run("demo", "Contoso", started, started, started.date(), (verdict,), ())


@pytest.fixture
def finished_run(tmp_path: Path) -> Path:
    environment = Environment("demo", Organization("Contoso", (Server("EX01"),)), Forest("contoso.local"))
    return evidence.write(run_of("fail"), environment, tmp_path)
