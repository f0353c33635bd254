"""The catalogue in a run: read only where a check needs it, and with the environment's own rows over it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kit.running import CHECKOUT, Done, run_pytest

WATCH = """import os, sys
def watch(event, arguments):
    path = str(arguments[0]) if event == "open" else ""
    if os.path.join("catalogue", "data") in path:
        with open(os.environ["TABLES"], "a") as seen:
            seen.write(os.path.basename(path) + "\\n")
sys.addaudithook(watch)
"""
OWN = """sources: {ms: a post of that morning}
releases:
- {product: Exchange Server 2019, kind: SU, cu: CU15, su: Sep25SU, build: 15.2.1748.38, date: 2025-09-09}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The demo's inventory, with an update of its own."""
    shutil.copytree(CHECKOUT / "inventory" / "demo", tmp_path / "inventory" / "demo")
    place = tmp_path / "inventory" / "demo" / "catalogue"
    place.mkdir()
    (place / "september.yaml").write_text(OWN, "utf-8")
    return tmp_path / "inventory"


@pytest.mark.parametrize(("selected", "some"), [("components", False), ("builds", True)])
def test_a_run_that_needs_no_catalogue_reads_no_table(tmp_path: Path, selected: str, *, some: bool) -> None:
    (tmp_path / "watch.py").write_text(WATCH, "utf-8")
    seen = tmp_path / "tables"
    variables = {"PYTHONPATH": str(tmp_path), "PYTEST_ADDOPTS": "-p watch", "TABLES": str(seen)}
    shutil.copytree(CHECKOUT / "inventory" / "demo", tmp_path / "inventory" / "demo")
    (tmp_path / "inventory" / "demo" / "policy.yaml").write_text("as_of: 2025-09-15\n", "utf-8")  # names no release
    asked = ("--env", "demo", "--inventory", str(tmp_path / "inventory"), "-k", selected, "-q")
    done = run_pytest(tmp_path / "out", *asked, variables=variables)
    assert done.verdicts
    read = set(seen.read_text("utf-8").split())
    assert read >= ({"as_of.yaml", "builds.yaml"} if some else {"as_of.yaml"})
    assert some or read == {"as_of.yaml"}


def test_own_rows_judge_and_a_replay_has_them_too(own: Path, tmp_path: Path) -> None:
    asked = ("--env", "demo", "-k", "security_current", "-q")
    first = run_pytest(tmp_path / "first", *asked, "--inventory", str(own))
    plain = run_pytest(tmp_path / "plain", *asked)
    assert "Sep25SU (15.2.1748.38)" in json.dumps(first.verdicts)
    assert "15.2.1748.38" not in json.dumps(plain.verdicts)
    again = run_pytest(tmp_path / "again", "--facts", str(first.folder), "-k", "security_current", "-q")
    assert again.verdicts == first.verdicts
    for done in (first, again):
        decided = run_json(done)["decisions"]["catalogue"]
        assert [row["build"] for row in decided["releases"]] == ["15.2.1748.38"]
        assert decided["files"] == ["september.yaml"]
    assert run_json(plain)["decisions"]["catalogue"] == {}


@pytest.mark.parametrize(("day", "old"), [("2026-12-09", False), ("2026-12-10", True)])
def test_more_than_sixty_days_after_it_was_read_a_run_says_so(tmp_path: Path, day: str, *, old: bool) -> None:
    done = run_pytest(tmp_path, "--env", "demo", "-k", "builds", "--at", day)
    assert ("The catalogue is old: what was released after 2026-10-10 is not known." in done.output) == old
    assert run_json(done)["catalogue"]["stale"] is old


def test_a_row_that_is_refused_keeps_the_run_from_starting(own: Path, tmp_path: Path) -> None:
    path = own / "demo" / "catalogue" / "september.yaml"
    path.write_text(OWN.replace("1748.38", "1544.38"), "utf-8")
    done = run_pytest(tmp_path / "out", "--env", "demo", "--inventory", str(own), "-k", "builds")
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert f"{path}:3:75: releases[0].build: '15.2.1544.38' is not inside its CU" in done.output


def run_json(done: Done) -> dict[str, Any]:
    assert done.folder is not None, done.output
    read: dict[str, Any] = json.loads((done.folder / "run.json").read_text("utf-8"))
    return read
