"""The main job as a user runs it: the lab's three organisations, from inventory to evidence on real protocols."""

import subprocess
import sys
from pathlib import Path

import pytest

from kit.running import CHECKOUT, Done, run_pytest
from muster import evidence
from muster.evidence.expected import compare
from muster.lab.description import load_description


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Done:
    return run_pytest(tmp_path_factory.mktemp("demo"), "--env", "demo", "-q")


def test_demo_finds_what_was_planted_and_nothing_else(demo: Done) -> None:
    assert demo.folder is not None, demo.output
    comparison = compare(load_description("demo").expected, evidence.read(demo.folder).verdicts)
    assert comparison.exact, comparison
    assert demo.status == 1
    assert "does not pass muster" in demo.output


def test_every_question_of_the_demo_was_answered(demo: Done) -> None:
    assert demo.count()["undetermined"] == 0


def test_demo_clean_finds_nothing(tmp_path: Path) -> None:
    clean = run_pytest(tmp_path, "--env", "demo-clean", "-q")
    assert clean.status == 0, clean.output
    assert set(clean.count()) == {"pass", "not applicable"}


def test_demo_restricted_does_not_take_what_it_cannot_see_for_nothing(tmp_path: Path, demo: Done) -> None:
    restricted = run_pytest(tmp_path, "--env", "demo-restricted", "-q")
    assert restricted.status == 1
    assert set(restricted.count()) == {"pass", "not applicable", "undetermined"}
    undetermined = {v["control"] for v in restricted.verdicts if v["outcome"] == "undetermined"}
    judged = [v for v in demo.verdicts if v["outcome"] != "not applicable"]
    needing = {v["control"] for v in judged if any("Get-ReceiveConnector" in q for q in v["questions"])}
    assert undetermined == needing
    assert len(needing) >= 5
    reasons = {v["reason"] for v in restricted.verdicts if v["outcome"] == "undetermined"}
    assert all("permission" in reason for reason in reasons), reasons


def test_explain_asks_nothing_and_only_about_what_is_selected(tmp_path: Path) -> None:
    explained = run_pytest(tmp_path, "--env", "demo", "-k", "connectors", "--explain")
    assert explained.status == 0
    assert explained.folder is None
    asked = [line.strip() for line in explained.output.splitlines() if line.startswith("  ")]
    assert any("Get-ReceiveConnector" in line for line in asked)
    assert any("nTSecurityDescriptor" in line for line in asked)
    others = (
        "VirtualDirectory",
        "Win32_Service",
        "Get-ServerComponentState",
        "Get-MailboxDatabase",
        "Get-AuthConfig",
    )
    assert not [line for line in asked if any(other in line for other in others)]


def test_collecting_and_explaining_never_open_a_socket(tmp_path: Path) -> None:
    (tmp_path / "nonet.py").write_text(
        "import socket\n"
        "def refuse(*args, **more):\n    raise RuntimeError('the network was touched')\n"
        "socket.socket.connect = refuse\nsocket.getaddrinfo = refuse\n",
        "utf-8",
    )
    blocked = {"PYTHONPATH": str(tmp_path), "PYTEST_ADDOPTS": "-p nonet"}
    for option in ("--collect-only", "--explain"):
        done = run_pytest(tmp_path, "--env", "demo", option, "-q", variables=blocked)
        assert done.status == 0, done.output
        assert "the network was touched" not in done.output
    assert "check_no_anonymous_relay" in run_pytest(tmp_path, "--env", "demo", "--collect-only", "-q").output


@pytest.mark.parametrize("arguments", [("--env", "prod"), ()])
def test_a_missing_environment_lists_those_that_exist(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = run_pytest(tmp_path, *arguments)
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert "demo, demo-clean, demo-maintenance, demo-restricted, example" in done.output


def test_own_checks_elsewhere_find_every_fixture(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "check_house_rules.py").write_text(
        "from muster import Server, Severity, control\n"
        "from muster.facts.mailflow.receive_connectors import ReceiveConnectors\n\n"
        "@control('house.connectors', title='Ours', severity=Severity.MEDIUM, roles={'Mailbox'})\n"
        "def check_connectors(server: Server, receive_connectors: ReceiveConnectors, policy, environment) -> None:\n"
        "    assert len(receive_connectors) >= 5, 'a default connector is missing'\n",
        "utf-8",
    )
    done = run_pytest(tmp_path / "reports", str(own), "--env", "demo-clean", "-q")
    assert done.status == 0, done.output
    assert done.count() == {"pass": 6, "not applicable": 1}


def test_fixtures_are_the_catalogue_of_facts() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "pytest", "--fixtures", "--env", "demo", "checks/check_builds.py"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "receive_connectors" in shown.stdout
    assert "Receive connectors of one Exchange server" in shown.stdout
