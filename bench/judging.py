"""CPU time of judging 20,000 verdicts from a replay, as a ratio to 20,000 empty parametrized tests in plain pytest.

Run: ``python bench/judging.py``. The two are run in turn, three times; what is printed is each pair's ratio and the
median. The bad night has half of the verdicts undetermined (servers that do not answer) and 4 % failing.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from importlib.metadata import entry_points
from pathlib import Path

from muster import evidence
from muster.model import (
    Answer,
    Environment,
    ExchangeCmdlet,
    Forest,
    Object,
    Observation,
    Organization,
    Problem,
    Run,
    Server,
)

SERVERS, CHECKS = 500, 40
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
INI = "[pytest]\nenable_assertion_pass_hook = true\npython_files = check_*.py\npython_functions = check_*\n"

FACTS = '''
import pytest
from muster.reading.values import Flag, Number, Text
from muster.reading.records import Record, Records
from muster.model import ExchangeCmdlet, Facts, Server, need


class Box(Record):
    name: Text
    locked: Flag
    size: Number


class Boxes(Records[Box]):
    record = Box
    needs = {"boxes": need(ExchangeCmdlet("Get-Box", Server="{name}"))}


@pytest.fixture
def boxes(server: Server, facts: Facts) -> Boxes:
    """Boxes of a server."""
    return facts.get(Boxes, server)
'''

CHECK = '''
@control("area{area}.control-{index}", title="Control {index}", severity=Severity.MEDIUM, remediation="Lock it.")
def check_{index}(server, boxes):
    """Every box is locked and not too large."""
    for box in boxes:
        with about(box):
            assert box.locked, "not locked"
            assert box.size != {index}, "too large"
'''


def write_checks(folder: Path) -> None:
    """40 checks that look at three objects each, and the fact that they share."""
    folder.mkdir()
    (folder / "pytest.ini").write_text(INI, "utf-8")
    (folder / "conftest.py").write_text(FACTS, "utf-8")
    head = "from muster import Severity, about, control\n"
    body = "".join(CHECK.format(area=index % 8, index=index) for index in range(CHECKS))
    (folder / "check_boxes.py").write_text(head + body, "utf-8")


def write_plain(folder: Path) -> None:
    """The floor: as many empty tests, parametrized alike."""
    folder.mkdir()
    (folder / "pytest.ini").write_text(INI, "utf-8")
    body = "".join(
        f'\n@pytest.mark.parametrize("server", NAMES)\ndef check_{index}(server):\n    pass\n'
        for index in range(CHECKS)
    )
    names = f"NAMES = [f'EX{{n:03}}' for n in range({SERVERS})]\n"
    (folder / "check_empty.py").write_text("import pytest\n" + names + body, "utf-8")


def write_run(folder: Path, *, bad: bool) -> Path:
    """A run folder of 500 servers; on the bad night every second does not answer, and boxes of control 4 % fail."""
    servers = tuple(Server(f"EX{number:03}", f"ex{number:03}.contoso.local") for number in range(SERVERS))
    environment = Environment("bench", Organization("Contoso", servers), Forest("contoso.local"))
    observations = []
    for number, server in enumerate(servers):
        question = ExchangeCmdlet("Get-Box", Server=server.name, about=server.name)
        if bad and number % 2:
            problem = Problem("timeout", f"{server.name} did not answer within 60 s", "it is down", "start it")
            observations.append(Observation(question, server.name, NOON, 60.0, "", problem=problem))
            continue
        # Each size fails one of the 40 controls: 3.2 of them on each server that answers, 4 % of all verdicts.
        sizes = ((0, 1, 2, 3) if number % 10 == 0 else (0, 1, 2)) if bad else (100, 101, 102)
        objects = tuple(
            Object("Box", f"{server.name}\\box{size}", {"Name": f"box{size}", "Locked": True, "Size": size})
            for size in sizes
        )
        observations.append(Observation(question, server.name, NOON, 0.1, server.name, Answer(objects, "partial")))
    run = Run("bench", "Contoso", NOON, NOON, date(2026, 1, 15), (), tuple(observations))
    return evidence.write(run, environment, folder)


def cpu_seconds(command: list[str], folder: Path) -> float:
    """User and system time of one whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    print("   ", done.stdout.strip().splitlines()[-1])
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure both nights."""
    options = ["-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:html", "-p", "no:metadata", "-p", "no:xdist"]
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        write_checks(root / "checks")
        write_plain(root / "plain")
        for night in sys.argv[1:] or ("quiet night", "bad night"):
            run = write_run(root / night.replace(" ", "-"), bad=night == "bad night")
            pytest = [sys.executable, "-m", "pytest", *options]
            judge = [*pytest, *_plugin(), "--facts", str(run), "--reports", str(root / "out")]
            plain = [*pytest, "-p", "no:muster.pytest"]
            ratios = []
            for _ in range(3):
                floor = cpu_seconds(plain, root / "plain")
                ours = cpu_seconds(judge, root / "checks")
                ratios.append(ours / floor)
                print(f"{night}: {ours:.1f} s against {floor:.1f} s of plain pytest: {ratios[-1]:.2f}")
            print(f"{night}: median ratio {statistics.median(ratios):.2f}")


def _plugin() -> list[str]:
    """Installed, the entry point loads the plugin; from a bare checkout it must be named."""
    known = any(point.value == "muster.pytest" for point in entry_points(group="pytest11"))
    return [] if known and not os.environ.get("MUSTER_BARE") else ["-p", "muster.pytest"]


if __name__ == "__main__":
    main()
