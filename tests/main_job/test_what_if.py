"""``--what-if``: stored answers, changed and judged beside the unchanged ones, told for what it is, nobody asked."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from kit.running import CHECKOUT, Done, run_pytest
from muster import evidence
from muster.transport.old.newest import NoRun, newest


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of an environment with one run."""
    reports = tmp_path_factory.mktemp("seen")
    assert run_pytest(reports, "--env", "demo-clean", "-q").status == pytest.ExitCode.OK
    return reports


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """Environment variables of a process that dies when it touches the network."""
    (tmp_path / "nonet.py").write_text(
        "import socket\n"
        "def refuse(*args, **more):\n    raise RuntimeError('the network was touched')\n"
        "socket.getaddrinfo = refuse\n"
        "real = socket.socket.connect\n"
        "socket.socket.connect = lambda self, to: real(self, to) if self.family == socket.AF_UNIX else refuse()\n",
        "utf-8",
    )
    here = os.pathsep.join((str(tmp_path), str(CHECKOUT / "plugins")))
    return {"PYTHONPATH": here, "PYTEST_ADDOPTS": "-p nonet"}


def imagine(seen: Path, tmp_path: Path, *arguments: str, variables: dict[str, str] | None = None) -> Done:
    """A what-if run of the stored run, named by its folder."""
    (stored,) = (seen / "demo-clean").iterdir()
    return run_pytest(tmp_path / "out", "--facts", str(stored), "-q", *arguments, variables=variables)


def said_in(done: Done) -> dict[str, Any]:
    assert done.folder is not None, done.output
    said: dict[str, Any] = json.loads((done.folder / "run.json").read_text("utf-8"))["what_if"]
    return said


def test_from_the_newest_run_without_a_network(seen: Path, tmp_path: Path, offline: dict[str, str]) -> None:
    reports = tmp_path / "reports"
    shutil.copytree(seen, reports)
    (stored,) = (reports / "demo-clean").iterdir()
    with pytest.raises(AssertionError, match=stored.name):  # run_pytest names no folder where there are two runs
        run_pytest(reports, "--env", "demo-clean", "--what-if", "SE RTM", "-q", variables=offline)
    (folder,) = set((reports / "demo-clean").iterdir()) - {stored}
    told = evidence.read(folder).what_if
    assert told is not None
    assert told.sentence == (
        f"What if: Exchange Server SE RTM (15.2.2562.17) were installed on "
        f"ex01, ex02, ex03, from the answers of {stored}"
    )
    failing = {(row.control, row.subject, row.before) for row in told.becoming("fail")}
    assert ("build.security-current", "ex01", "pass") in failing
    assert ("configuration.monitoring-overrides-apply", "ex01", "pass") in failing
    assert not any(row.control == "build.matches-inventory" for row in told.rows)
    assert newest(reports, "demo-clean") == stored  # what was imagined is never taken for what is
    shutil.rmtree(stored)
    with pytest.raises(NoRun, match="none there"):
        newest(reports, "demo-clean")


def test_it_is_told_for_what_it_is_wherever_it_is_read(seen: Path, tmp_path: Path) -> None:
    done = imagine(seen, tmp_path, "--what-if", "2019 CU15", "--server", "ex01")
    assert done.folder is not None, done.output
    sentence = said_in(done)["sentence"]
    assert sentence.startswith("What if: Exchange Server 2019 CU15 (15.2.1748.10) were installed on ex01, from")
    assert f"{sentence}. Nothing of this was seen." in done.output
    assert "What if: Contoso would not pass muster." in done.output
    assert "Contoso does not pass muster" not in done.output
    assert "Would newly fail: " in done.output
    for file in ("report.html", "junit.xml"):
        assert sentence in (done.folder / file).read_text("utf-8")
    assert {v["subject"] for v in done.verdicts if v["subject_kind"] == "Server"} == {"ex01"}
    again = run_pytest(tmp_path / "again", "--facts", str(done.folder), "-q", "--server", "ex01")
    assert said_in(again)["sentence"] == sentence
    assert again.count() == done.count()


def test_what_stands_in_the_way_is_judged_of_the_answers_as_they_are(seen: Path, tmp_path: Path) -> None:
    said = said_in(imagine(seen, tmp_path, "--what-if", "SE RTM"))
    undecided = {row["control"] for row in said["unknown"]}
    assert "setup.no-pending-restart" in undecided  # a run without a gate asks nobody for it
    assert {row["subject"] for row in said["unknown"] if row["subject_kind"] == "Server"} <= {"ex01", "ex02", "ex03"}
    assert said["stops"] == []


def test_two_workers_say_the_same(seen: Path, tmp_path: Path, offline: dict[str, str]) -> None:
    alone = said_in(imagine(seen, tmp_path / "a", "--what-if", "SE RTM"))
    both = said_in(imagine(seen, tmp_path / "b", "--what-if", "SE RTM", "-n", "2", variables=offline))
    assert both == alone


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--what-if", "2019 CU99"),
            "The nearest is 'Exchange Server 2019 CU15'",
        ),
        (("--what-if", "2019 CU13"), "no server can go to Exchange Server 2019 CU13"),
        (("--what-if", "SE RTM", "--server", "ex05"), "that needs a new server"),
        (("--what-if", "SE RTM", "--server", "ex77"), "these answers are of no such server"),
        (("--what-if", "SE RTM", "--against", "x"), "--against and --what-if"),
        (("--what-if", "SE RTM", "--save-baseline", "x"), "--save-baseline and --what-if"),
        (("--what-if", "SE RTM", "--env", "demo-clean"), "name one of them"),
    ],
)
def test_what_cannot_be_imagined_is_a_usage_error(
    seen: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = imagine(seen, tmp_path, *arguments)
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert said in done.output
    assert done.folder is None


def test_without_answers_there_is_nothing_to_change(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--env", "demo-clean", "--what-if", "SE RTM")
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert "Make one: pytest --env demo-clean; or name the answers with --facts" in done.output
    done = run_pytest(tmp_path, "--what-if", "SE RTM", str(CHECKOUT / "checks"))
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert "name whose newest run with --env" in done.output
