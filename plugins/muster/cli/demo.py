"""``muster demo``: every check against the lab, and whether exactly what was planted is found."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from muster import evidence
from muster.cli import where
from muster.cli.lab import needs_lab
from muster.evidence.expected import Comparison, Planted, compare
from muster.evidence.headline import counted

_MOST = 40


def demo(
    environment: Annotated[str, typer.Argument(help="An environment that a lab plays.")] = "demo",
) -> None:
    """Run every check against the lab; exit 0 only when exactly what was planted is found."""
    read = where.environment(environment)
    if read.lab is None:
        raise where.stop(f"'{environment}' is a real environment: use pytest --env {environment}")
    expected = _expected(read.lab)
    reports = where.root() / "reports" / environment
    before = _runs(reports)
    # the same interpreter, our own arguments, no shell
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "--env", environment], cwd=where.root(), check=False
    )
    fresh = sorted(_runs(reports) - before)
    if not fresh:
        raise where.stop(f"pytest left no run in {reports} (its exit status is {done.returncode})")
    account = evidence.read(fresh[-1])
    comparison = compare(expected, account.verdicts)
    typer.echo("")
    for line in _compared(comparison):
        typer.echo(line)
    if not account.complete:
        typer.echo("The run is incomplete.")
    typer.echo(f"Report: {fresh[-1] / 'report.html'}")
    raise typer.Exit(0 if comparison.exact and account.complete else 1)


def _expected(description: str) -> tuple[Planted, ...]:
    """What a description of the lab expects to be found."""
    with needs_lab():
        from muster.lab.description import load_description  # noqa: PLC0415 - needs the extra of the same name
    return load_description(description).expected


def _runs(folder: Path) -> set[Path]:
    return {path for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()


def _compared(comparison: Comparison) -> Iterator[str]:
    if comparison.exact:
        exactly = f"Found exactly what was planted: {comparison.expected} of {comparison.expected}, and nothing else"
        if comparison.beside:
            yield f"{exactly} of severity medium or higher."
            are, follow = ("is", "follows") if comparison.beside == 1 else ("are", "follow")
            more = counted(comparison.beside, "more finding")
            yield f"{more} {are} low or info, and {follow} from the same faults."
        else:
            yield f"{exactly}."
        return
    yield "Not exactly what was planted was found."
    for title, sentences in (
        ("planted and not found", comparison.missing),
        ("found and not planted", comparison.surplus),
        ("undetermined", comparison.undetermined),
    ):
        if sentences:
            yield f"{len(sentences)} {title}:"
            yield from (f"  {sentence}" for sentence in sentences[:_MOST])
            if len(sentences) > _MOST:
                yield f"  and {len(sentences) - _MOST} more"
