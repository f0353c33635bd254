"""A lab in a process of its own: started, waited for, ended by its process id."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from muster.lab.addresses import Addresses

PASSWORD = "MUSTER_LAB_PASSWORD"  # noqa: S105 - the variable's name, not a password
_END_SECONDS = 10.0


class LabDidNotStart(RuntimeError):  # noqa: N818 - a word of its own, as everywhere in muster
    """The lab's process ended before it was ready: what was asked for, and what it said."""

    def __init__(self, description: str, status: int | None, said: str) -> None:
        super().__init__(description, status, said)
        self.description = description
        self.status = status
        self.said = said

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"The lab did not start ({self.description}, exit status {self.status}): {self.said.strip() or 'no word'}"
        )


@dataclass(frozen=True, slots=True)
class Lab:
    """A running lab: which description it plays, where it is, which process it is."""

    description: str
    addresses: Addresses
    pid: int


@contextmanager
def start(
    description: str | Path,
    *,
    latency: float = 0.0,
    faults: tuple[str, ...] | None = None,
    folder: Path | None = None,
) -> Iterator[Lab]:
    """Run a lab while the context lasts; raises ``LabDidNotStart``.

    ``latency`` (seconds) delays every answer; ``faults`` plants only those of the description; ``folder`` is the
    environment's, whose ``played.yaml`` is played on top. The account's password is made up, and stands in this
    process's environment variable MUSTER_LAB_PASSWORD as long as the lab runs.
    """
    before = os.environ.get(PASSWORD)
    os.environ[PASSWORD] = secrets.token_urlsafe(18)
    try:
        with _process(description, latency, faults, folder) as lab:
            yield lab
    finally:
        if before is None:
            del os.environ[PASSWORD]
        else:
            os.environ[PASSWORD] = before


@contextmanager
def _process(
    description: str | Path, latency: float, faults: tuple[str, ...] | None, folder: Path | None
) -> Iterator[Lab]:
    command = [sys.executable, "-m", "muster.lab", str(description), "--latency", str(latency)]
    command += [part for key in faults or () for part in ("--fault", key)]
    command += ["--environment", str(folder)] if folder else []
    plugins = str(Path(__file__).parents[2])
    path = os.pathsep.join([plugins, *filter(None, [os.environ.get("PYTHONPATH")])])
    running = subprocess.Popen(  # noqa: S603 - our own module, arguments as a list
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    with running:
        try:
            yield Lab(str(description), _ready(running, str(description)), running.pid)
        finally:
            _end(running)


def _ready(running: "subprocess.Popen[str]", description: str) -> Addresses:
    """Wait for the line that says where everything is."""
    line = _of(running.stdout).readline()
    if not line:
        status = running.wait(_END_SECONDS)
        raise LabDidNotStart(description, status, _of(running.stderr).read())
    return Addresses.from_json(json.loads(line))


def _end(running: "subprocess.Popen[str]") -> None:
    """End this very process: its input ends; if that is not enough, a signal to its id."""
    _of(running.stdin).close()
    try:
        running.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


def _of(stream: IO[str] | None) -> IO[str]:
    if stream is None:  # Popen was told to make all three
        raise TypeError("the process has no such stream")
    return stream
