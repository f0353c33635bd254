"""A replay is a proof: the same verdicts, whoever judges them, in whatever order, wherever, without a network."""

import json
import shutil
from pathlib import Path

import pytest

from kit.running import Done, run_pytest


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Done:
    return run_pytest(tmp_path_factory.mktemp("first"), "--env", "demo", "-q")


def told(done: Done) -> list[str]:
    """The verdicts, byte for byte, without what is only for reading."""
    lines = []
    for verdict in done.verdicts:
        verdict.pop("held")
        lines.append(json.dumps(verdict, sort_keys=True))
    return lines


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
    return {"PYTHONPATH": str(tmp_path), "PYTEST_ADDOPTS": "-p nonet"}


def test_a_replay_of_a_replay_says_the_same_without_a_network(
    first: Done, tmp_path: Path, offline: dict[str, str]
) -> None:
    second = run_pytest(tmp_path / "second", "--facts", str(first.folder), "-q", variables=offline)
    assert second.folder is not None, second.output
    third = run_pytest(tmp_path / "third", "--facts", str(second.folder), "-q", variables=offline)
    assert told(second) == told(first)
    assert told(third) == told(first)
    assert (second.status, third.status) == (first.status, first.status)


def test_shuffled_and_by_two_workers_from_another_folder(
    first: Done, tmp_path: Path, offline: dict[str, str]
) -> None:
    moved = tmp_path / "elsewhere" / "old run"
    shutil.copytree(str(first.folder), moved)
    (tmp_path / "shuffle.py").write_text(
        "import random\ndef pytest_collection_modifyitems(items):\n    random.Random(7).shuffle(items)\n",
        "utf-8",
    )
    shuffled = run_pytest(tmp_path / "a", "--facts", str(moved), "-q", "-p", "shuffle", variables=offline)
    assert told(shuffled) == told(first)
    workers = run_pytest(tmp_path / "b", "--facts", str(moved), "-q", "-n", "2", variables=offline)
    assert told(workers) == told(first), workers.output
    assert workers.status == first.status


def test_workers_are_refused_where_servers_would_be_asked(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--env", "demo", "-n", "2")
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert "would ask every server once per worker" in done.output


def test_a_changed_answer_is_named(first: Done, tmp_path: Path) -> None:
    moved = tmp_path / "changed"
    shutil.copytree(str(first.folder), moved)
    answers = moved / "answers" / "organization.json"
    answers.write_text(answers.read_text("utf-8").replace("Scanner Relay", "Printer Relay"), "utf-8")
    done = run_pytest(tmp_path / "out", "--facts", str(moved))
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert "organization.json" in done.output
