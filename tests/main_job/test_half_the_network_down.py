"""A night on which half of the network is down.

Whoever cannot be asked is undetermined, with cause and cure; every other server is judged; nothing passes because
nothing was seen.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.running import CHECKOUT, Done, run_in, run_pytest
from kit.written import Broken, write_inventory
from muster import inventory, lab
from muster.lab.certificates import Authority
from muster.model import Environment

CHECKS = ("checks/check_builds.py", "checks/check_services.py", "checks/check_directory.py")


@pytest.fixture(scope="module")
def living() -> Iterator[Environment]:
    """The lab's organisation in order; its password stands in the environment of this process meanwhile."""
    with lab.start("demo-clean") as started:
        yield lab.attach(inventory.load(CHECKOUT / "inventory" / "demo-clean"), started)


@pytest.fixture(scope="module")
def silent() -> Iterator[int]:
    """A port that accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield listening.getsockname()[1]


@pytest.fixture(scope="module")
def closed() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def night(living: Environment, silent: int, closed: int, tmp_path_factory: pytest.TempPathFactory) -> Done:
    root = tmp_path_factory.mktemp("night")
    wrong_password = {"method": "ntlm", "user": "CONTOSO\\muster", "secret": "env:MUSTER_WRONG"}
    ldap_password = {"method": "simple", "user": "muster@contoso.local", "secret": "env:MUSTER_WRONG"}
    other_root = _another_root(root)
    broken: Broken = {
        ("windows", "ex01"): {"port": closed},
        ("exchange", "ex01"): {"port": closed},
        ("windows", "ex02"): {"port": silent},
        ("exchange", "ex02"): {"port": silent},
        ("exchange", "ex03"): {"ca_file": str(other_root)},
        ("windows", "ex04"): {"authentication": wrong_password},
        ("windows", "ex05"): {"address": "ex05.nowhere.invalid"},
        ("ldap", "dc2"): {"authentication": ldap_password},
    }
    write_inventory(root / "inventory" / "night", living, broken)
    return run_pytest(
        root / "reports",
        *CHECKS,
        "--env=night",
        f"--inventory={root / 'inventory'}",
        "--deadline=4",
        "-q",
        variables={"MUSTER_WRONG": "wrong"},
    )


def _another_root(folder: Path) -> Path:
    """A root certificate that signed nothing here."""
    (folder / "other").mkdir()
    authority = Authority(folder / "other", datetime.now(UTC))
    return Path(authority.root_file)


CAUSES = {
    ("build.known", "ex01"): "refuses connections",
    ("build.known", "ex02"): "did not answer|no answer|within",
    ("build.known", "ex04"): "log ?in|401|accept",
    ("build.known", "ex05"): "resolve|not known|name",
    ("directory.schema-level", "dc2"): "52e|invalidCredentials|password",
}


@pytest.mark.parametrize(("control", "subject"), CAUSES)
def test_who_cannot_be_asked_is_undetermined_with_cause_and_cure(control: str, subject: str, night: Done) -> None:
    verdict = night.of(control, subject)
    assert verdict["outcome"] == "undetermined"
    assert re.search(CAUSES[control, subject], verdict["reason"], re.IGNORECASE), verdict["reason"]
    assert len(verdict["reason"].split(". ")) >= 2, f"no cure in: {verdict['reason']}"


@pytest.mark.parametrize("subject", ["ex03", "ex06", "edge01"])
def test_every_other_server_is_judged(subject: str, night: Done) -> None:
    assert night.of("build.known", subject)["outcome"] == "pass"
    assert night.of("services.running", subject)["outcome"] == "pass"


def test_exchange_is_asked_through_the_peers_that_answer(night: Done) -> None:
    assert night.of("build.matches-directory", "ex06")["outcome"] == "pass"
    assert night.of("directory.schema-level", "dc1")["outcome"] == "pass"


def test_nothing_passes_unseen_and_the_exit_status_says_so(night: Done) -> None:
    down = {"ex01", "ex02", "ex04", "ex05"}
    unseen = [v for v in night.verdicts if v["subject"] in down and v["control"].startswith("build.")]
    assert {v["outcome"] for v in unseen} == {"undetermined"}
    assert not [v for v in night.verdicts if v["outcome"] == "fail"]
    assert night.status == 1


def test_one_dead_server_is_one_cause_on_the_screen(night: Done) -> None:
    screen = night.output.partition("by cause")[2]
    assert screen.count("ex01") <= 1, screen


def test_ctrl_c_leaves_what_it_had_marked_incomplete(living: Environment, silent: int, tmp_path: Path) -> None:
    broken: Broken = {("windows", name): {"port": silent} for name in ("ex01", "ex02", "ex03")}
    write_inventory(tmp_path / "inventory" / "stuck", living, broken)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *CHECKS, "--env=stuck"]
    command += [f"--inventory={tmp_path / 'inventory'}", f"--reports={tmp_path / 'reports'}", "--deadline=60"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        time.sleep(6)  # long enough for all but the silent servers to answer, far shorter than the deadline
        running.send_signal(signal.SIGINT)
        output, _ = running.communicate(timeout=40)
    assert running.returncode == pytest.ExitCode.INTERRUPTED, output
    folder = run_in(tmp_path / "reports")
    done = Done(running.returncode, output, folder)
    assert set(done.count()) == {"undetermined"}
    assert all("not run" in verdict["reason"] for verdict in done.verdicts)
    assert folder is not None
    assert '"complete": false' in (folder / "run.json").read_text("utf-8")
    assert "ex06" in {file.stem for file in (folder / "answers").iterdir()}, "what it had is kept"
