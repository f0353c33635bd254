"""A baseline of the lab's organisation in order, saved once by ``--save-baseline``, and other states made of it."""

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kit.running import CHECKOUT, Done, run_pytest
from muster.evidence import manifest_json
from muster.model import Environment, Observation, Problem, Question, Subject
from muster.pytest.drifting import Drifting, Found, Group, open_baseline
from muster.pytest.store import FactStore
from muster.resolve import book_of
from muster.transport.old import replay

ENVIRONMENT, NAME = "demo-clean", "before"

Leaf = dict[str, Any]


def inventory_in(folder: Path, name: str = ENVIRONMENT) -> Path:
    """A copy of one environment without baselines; the folder of inventories."""
    source = CHECKOUT / "inventory" / name
    shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("baselines", "played.yaml"))
    return folder


@cache
def saved() -> tuple[Done, Path]:
    """The run that saved the baseline, and the environment's folder that holds it; never write there."""
    folder = Path(tempfile.mkdtemp(prefix="muster-saved-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    inventories = inventory_in(folder / "inventory")
    done = run_pytest(
        folder / "reports", "--env", ENVIRONMENT, f"--inventory={inventories}", f"--save-baseline={NAME}"
    )
    return done, inventories / ENVIRONMENT


def copied(folder: Path) -> Path:
    """The environment with its baseline, to be changed; its folder."""
    return Path(shutil.copytree(saved()[1], folder / "inventory" / ENVIRONMENT))


def another(environment: Path, name: str, edit: Callable[[Path], None]) -> Path:
    """Another state beside the baseline, as a baseline whose manifest holds; its folder."""
    place = Path(shutil.copytree(environment / "baselines" / NAME, environment / "baselines" / name))
    rewrite(place / "run.json", lambda head: head.update(baseline=name))
    edit(place)
    (place / manifest_json.NAME).write_text(manifest_json.dump(place), "utf-8")
    return place


def rewrite(path: Path, edit: Callable[[Any], None]) -> None:
    """Read a JSON file, change it, write it."""
    data = json.loads(path.read_text("utf-8"))
    edit(data)
    path.write_text(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False), "utf-8")


def objects_of(data: Mapping[str, Any], cmdlet: str) -> Iterator[Leaf]:
    """The objects that a cmdlet's answers hold, in one file of answers."""
    for observation in data["observations"]:
        pipeline = observation["question"].get("pipeline") or []
        if pipeline and pipeline[0]["cmdlet"] == cmdlet and observation.get("answer"):
            yield from observation["answer"]["objects"]


def opened(environment: Path, now: Environment | None = None) -> Drifting:
    """What ``--against`` opens."""
    then = replay.load(environment / "baselines" / NAME).environment
    return open_baseline(NAME, now or then, environment)


def store_of(folder: Path) -> FactStore:
    """The answers of a folder, as a replay has them."""
    look_up = book_of({seen.question.key: seen for seen in replay.load(folder).observations})

    def old(question: Question, subject: Subject) -> Observation:
        problem = Problem("not captured", f"not captured: {question.key}")
        return look_up(question, subject) or Observation(question, subject.name, None, 0.0, "", problem=problem)

    return FactStore(old)


def found(environment: Path, other: Path) -> dict[tuple[str, str], tuple[Group, Found]]:
    """What ``--against`` finds in another state, by subject and fact."""
    drifting, store = opened(environment), store_of(other)
    return {
        (group.subject.name, group.fact.__name__): (group, drifting.found(group, store))
        for group in drifting.groups.values()
    }
