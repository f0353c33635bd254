import errno
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from muster import evidence, inventory
from muster.cli import app, demo, lab
from muster.evidence.expected import Comparison
from muster.model import (
    Authentication,
    Control,
    Domain,
    DomainController,
    Endpoint,
    Environment,
    Forest,
    Organization,
    Run,
    Server,
    Severity,
    Verdict,
)


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
    assert done.stdout == "low\tx.y\t[bold]An X has a Y\n"
    assert "1 control in" in done.stderr


def test_no_control_is_broken_in_a_pipe(tmp_path: Path) -> None:
    long = "virtual-directories." + "very-" * 40 + "long"
    (tmp_path / "check_x.py").write_text(
        "from muster import Severity, control\n\n"
        f"@control('{long}', title='{'An X has a Y ' * 20}', severity=Severity.LOW)\ndef check_y(server): ...\n",
        "utf-8",
    )
    (line,) = muster("checks", str(tmp_path)).stdout.splitlines()
    assert line.split("\t")[1] == long


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
    assert lab._probes(environment) == {
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
    monkeypatch.setattr(demo, "_expected", lambda _: (Planted(),))

    def leave(outcome: str) -> None:
        def run(command: list[str], *, cwd: Path, check: bool) -> subprocess.CompletedProcess[bytes]:
            assert command[1:] == ["-m", "pytest", "--env", "demo"]
            if outcome:
                evidence.write(run_of(outcome), environment, cwd / "reports")
            return subprocess.CompletedProcess(command, 1)

        monkeypatch.setattr("subprocess.run", run)

    return leave


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        (0, ["Found exactly what was planted: 26 of 26, and nothing else."]),
        (
            1,
            [
                "Found exactly what was planted: 26 of 26, and nothing else of severity medium or higher.",
                "1 more finding is low or info, and follows from the same faults.",
            ],
        ),
        (
            5,
            [
                "Found exactly what was planted: 26 of 26, and nothing else of severity medium or higher.",
                "5 more findings are low or info, and follow from the same faults.",
            ],
        ),
    ],
)
def test_demo_says_what_the_other_findings_are(beside: int, said: list[str]) -> None:
    assert list(demo._compared(Comparison(26, (), (), (), beside))) == said


ENDPOINT = Endpoint(
    "windows", "ex01", "127.0.0.1", 40985, authentication=Authentication("ntlm", "C\\x", "env:LAB_PW")
)


def test_lab_up_writes_an_environment_that_asks_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    played = tmp_path / "played"
    played.mkdir()
    (played / "policy.yaml").write_text("as_of: 2025-09-15\n", "utf-8")
    monkeypatch.setenv("LAB_PW", "tr0ub4dor")
    environment = Environment(
        "demo",
        Organization("Contoso", (Server("ex01", "ex01.contoso.local"),)),
        Forest("contoso.local", (Domain("contoso.local", (DomainController("dc1", "dc1.contoso.local"),)),)),
        endpoints=(ENDPOINT,),
        folder=played,
        lab="demo",
    )
    lab._write_inventory(environment, tmp_path / "inventories")
    lab._write_inventory(environment, tmp_path / "inventories")  # the next lab's ports replace these
    place = tmp_path / "inventories" / "lab"
    again = inventory.load(place)
    assert (again.name, again.lab) == ("lab", None)
    (windows,) = (one for one in again.endpoints if one.kind == "windows")
    assert (windows.port, windows.authentication) == (40985, ENDPOINT.authentication)
    assert (place / "policy.yaml").read_text("utf-8") == "as_of: 2025-09-15\n"
    assert "tr0ub4dor" not in (place / "inventory.yaml").read_text("utf-8")
    command = f"LAB_PW=tr0ub4dor pytest --env lab --inventory {tmp_path / 'inventories'}"
    assert capsys.readouterr().out.splitlines()[-1] == f"In another terminal: {command}"


def test_lab_up_leaves_an_inventory_of_somebody_else_alone(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    path = tmp_path / "lab" / "inventory.yaml"
    path.write_text("organisation: Mine\n", "utf-8")
    environment = Environment("demo", Organization("Contoso", ()), Forest("contoso.local"))
    with pytest.raises(typer.Exit):
        lab._write_inventory(environment, tmp_path)
    assert path.read_text("utf-8") == "organisation: Mine\n"


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
