"""``muster baseline``: what was accepted under a name; listed, shown, compared, accepted, imported, taken away."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from muster import baseline, inventory
from muster.baseline import Baseline, BaselineMistake
from muster.cli import where
from muster.drift import Comparison, told

app = typer.Typer(help="What was accepted under a name, and what is not as it was.", no_args_is_help=True)

Environment = Annotated[str, typer.Option("--env", help="The environment that the baselines are of.")]
Name = Annotated[str, typer.Argument(help="A baseline's name.")]


def _folder(environment: str) -> Path:
    return where.folder_of(environment)


def _load(environment: str, name: str) -> Baseline:
    try:
        return baseline.load(_folder(environment), name, environment)
    except BaselineMistake as wrong:
        raise where.stop(str(wrong)) from None


@app.command("list")
def list_baselines(environment: Environment) -> None:
    """What baselines there are, when each was made, and how much it holds."""
    found = baseline.listed(_folder(environment))
    if not found:
        typer.echo(f"'{environment}' has no baseline. Make one: pytest --env {environment} --save-baseline NAME")
    for one in found:
        when = f"{one.started:%Y-%m-%d %H:%M} UTC" if one.started else "unknown time"
        parts = [f"{one.answered} answers"]
        parts += [f"{one.unanswered} questions not answered"] if one.unanswered else []
        parts += [f"{one.accepted} differences accepted"] if one.accepted else []
        parts += [f"from {one.source}"] if one.source else []
        typer.echo(f"{one.name}  {when}  {', '.join(parts)}")
        if one.problem:
            typer.echo(f"  not as it was written: {one.problem}")


@app.command()
def show(name: Name, environment: Environment) -> None:
    """What one baseline holds: subjects, questions, what was not answered, what was accepted."""
    found = _load(environment, name)
    seen = found.replay.observations
    typer.echo(f"{found.name} of {environment}, {found.replay.started:%Y-%m-%d %H:%M} UTC, in {found.folder}")
    if found.source:
        typer.echo(f"From {found.source}")
    by_subject: dict[str, list[str]] = {}
    for one in seen:
        count = len(one.answer.objects) if one.answer is not None else None
        said = f"{count} object{'' if count == 1 else 's'}" if count is not None else f"not answered: {one.problem}"
        by_subject.setdefault(one.subject, []).append(f"{one.question.key}: {said}")
    for subject, lines in sorted(by_subject.items()):
        typer.echo(f"{subject}:")
        for line in sorted(lines):
            typer.echo(f"  {line}")
    for yes in baseline.acceptances(found):
        typer.echo(f"accepted: {yes.difference}, by {yes.by} on {yes.on[:10]}: {yes.reason}")


@app.command()
def verify(name: Name, environment: Environment) -> None:
    """Whether a baseline's files are those that were written; exit status 1 where they are not."""
    try:
        place = baseline.folder_of(_folder(environment), name)
        wrong = baseline.verify(place) if place.is_dir() else [f"{place} is not there"]
    except BaselineMistake as mistake:
        raise where.stop(str(mistake)) from None
    for line in wrong:
        typer.echo(line)
    if wrong:
        raise typer.Exit(1)
    _load(environment, name)
    typer.echo(f"{name} is as it was written: every file has the SHA-256 of its manifest.")


@app.command()
def delete(name: Name, environment: Environment) -> None:
    """Take a baseline away."""
    try:
        place = baseline.delete(_folder(environment), name)
    except BaselineMistake as wrong:
        raise where.stop(str(wrong)) from None
    typer.echo(f"Deleted: {place}")
