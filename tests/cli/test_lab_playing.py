"""``muster lab upgrade``, ``apply``, ``played`` and ``reset``."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from muster.cli import app

INVENTORIES = Path(__file__).parents[2] / "inventory"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("demo-clean", "example"):
        shutil.copytree(INVENTORIES / name, tmp_path / "inventory" / name)
        (tmp_path / "inventory" / name / "played.yaml").unlink(missing_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["lab", *arguments])


def test_an_upgrade_is_played_until_reset(here: Path) -> None:
    assert "as described" in run("played").stdout
    done = run("upgrade", "ex01", "--to", "2019 CU15", "--lose", "owa-urls,node-paused")
    assert done.exit_code == 0, done.output
    assert "lost: node-paused: the cluster node stays paused" in done.stdout
    assert "1. " in run("played", "demo-clean").stdout
    again = run("upgrade", "ex01", "--to", "2019 CU15")
    assert (again.exit_code, "already" in again.output) == (2, True)
    file = here / "put-back.ps1"
    file.write_text("# Where: anywhere\nResume-ClusterNode EX01 -WhatIf\nResume-ClusterNode EX01\n", "utf-8-sig")
    applied = run("apply", "demo-clean", str(file))
    assert applied.exit_code == 0, applied.output
    assert "line 2: Resume-ClusterNode: what if: EX01" in applied.stdout
    assert "2. " in run("played").stdout
    assert "2 events are forgotten" in run("reset", "demo-clean").stdout
    assert not (here / "inventory" / "demo-clean" / "played.yaml").exists()


def test_a_command_that_fails_keeps_nothing(here: Path) -> None:
    file = here / "wrong.ps1"
    file.write_text("Resume-ClusterNode EX01\nSet-MailboxServer EX01 -Nonsense 1\nResume-ClusterNode EX02\n")
    applied = run("apply", "demo-clean", str(file))
    assert applied.exit_code == 1
    assert "line 2: Set-MailboxServer FAILED: A parameter cannot be found" in applied.stdout
    assert "line 3" not in applied.stdout
    assert "line 3" in run("apply", "demo-clean", str(file), "--keep-going").stdout
    assert "as described" in run("played").stdout


def test_losses_are_listed(here: Path) -> None:
    del here
    assert run("losses").stdout == run("upgrade", "ex01", "--to", "SE", "--lose", "?").stdout
    assert "source: " in run("losses").stdout
    wrong = run("upgrade", "ex01", "--to", "SE", "--lose", "everyting")
    assert (wrong.exit_code, "there are all, everything, offline-component" in wrong.output) == (2, True)


def test_what_cannot_be_played_is_a_sentence(here: Path) -> None:
    assert "names no lab" in run("played", "example").output
    (here / "inventory" / "demo-clean" / "played.yaml").write_text("nonsense")
    for said in (run("played"), run("upgrade", "ex01", "--to", "SE")):
        assert (said.exit_code, "is no list of events" in said.output) == (2, True)
    assert "could not be read is removed" in run("reset").stdout
