"""A server in maintenance is left alone, really: its own endpoints count who comes, and nobody does."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kit.recorded import INVENTORIES, every_want
from muster import inventory, lab
from muster.lab.description import load_description
from muster.lab.process import PASSWORD
from muster.lab.serving import Running, serving
from muster.model import Environment, ExchangeCmdlet, Observation, WindowsCmdlet
from muster.observe import Doors, Observing
from muster.transport import doors

EX01 = frozenset({"ex01"})


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv(PASSWORD, "correct horse")
    with serving(load_description("demo-maintenance"), os.environ[PASSWORD], tmp_path) as found:
        yield found


def asked(running: Running, **how: frozenset[str]) -> dict[str, Observation]:
    """Ask everything that the during gate reads."""
    environment: Environment = lab.attach(inventory.load(INVENTORIES / "demo-maintenance"), running.addresses)
    environment = replace(environment, **how)  # type: ignore[arg-type] # only sets of names are given
    wants = list(every_want(environment, "maintenance"))
    return Observing(environment, Doors(doors.connect, doors.probe)).run(wants)


def visits(running: Running, name: str) -> int:
    return sum(running.endpoints[kind, name].visits for kind in ("exchange", "windows"))


def unanswered(found: dict[str, Observation]) -> set[str]:
    """What nobody answered; of the groups' nodes every member but the first is asked only in its place."""
    return {key for key, one in found.items() if one.answer is None}


def test_no_session_is_opened_on_it_and_its_peers_tell_everything(running: Running) -> None:
    found = asked(running, quiet=EX01)
    assert visits(running, "ex01") == 0
    assert visits(running, "ex02") > 0
    own = {key for key in unanswered(found) if isinstance(found[key].question, WindowsCmdlet)}
    assert own == unanswered(found), "a peer could have told it"
    assert all(key.startswith("windows ex01: ") for key in own)
    assert any(key.startswith("windows ex02: ") and "MSCluster" in key and found[key].answer for key in found)


def test_otherwise_it_is_visited(running: Running) -> None:
    found = asked(running)
    assert visits(running, "ex01") > 0
    assert not any(key.startswith("windows ex02: ") and "MSCluster" in key for key in found)


def test_while_setup_runs_not_even_peers_are_asked_about_it(running: Running) -> None:
    found = asked(running, quiet=EX01, in_setup=EX01)
    assert visits(running, "ex01") == 0
    about = [
        one for one in found.values() if isinstance(one.question, ExchangeCmdlet) and one.question.about == "ex01"
    ]
    assert about
    assert all(one.problem is not None and "Setup is running on ex01" in one.problem.message for one in about)
