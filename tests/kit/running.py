"""Run pytest or muster as a user does: a process of its own, in the checkout, and what it left."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    """A finished run. ``folder`` is its run folder, where it left one."""

    status: int
    output: str
    folder: Path | None

    @property
    def verdicts(self) -> list[dict[str, Any]]:
        """The lines of verdicts.jsonl."""
        assert self.folder is not None, self.output
        return [json.loads(line) for line in (self.folder / "verdicts.jsonl").read_text("utf-8").splitlines()]

    def count(self) -> Counter[str]:
        """How many verdicts of each outcome."""
        return Counter(verdict["outcome"] for verdict in self.verdicts)

    def of(self, control: str, subject: str) -> dict[str, Any]:
        """One verdict."""
        return next(v for v in self.verdicts if v["control"] == control and v["subject"] == subject)


def run_pytest(
    reports: Path, *arguments: str, cwd: Path = CHECKOUT, variables: Mapping[str, str] | None = None
) -> Done:
    """``pytest ARGUMENTS --reports REPORTS`` in the checkout; reports must not hold a run yet."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments, f"--reports={reports}"]
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Done(done.returncode, done.stdout + done.stderr, run_in(reports))


def run_in(reports: Path) -> Path | None:
    """The only run folder below ``reports``; ``None`` where there is none."""
    found = [file.parent for file in reports.glob("*/*/verdicts.jsonl")]
    assert len(found) <= 1, found
    return found[0] if found else None
