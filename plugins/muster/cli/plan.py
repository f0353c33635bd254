"""``muster plan``: the way of every server to a release, from the facts of a run."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from muster import inventory
from muster import plan as planning
from muster.cli import where
from muster.evidence.places import put, reason_of
from muster.model import FactUnavailable
from muster.plan import markdown, printed
from muster.plan.steps import Plan
from muster.transport.old.replay import ReplayMistakes


def plan(
    to: Annotated[str, typer.Option("--to", help="'SE RTM', '2019 CU15', '2016 CU23', or a build.")],
    environment: Annotated[str, typer.Option("--env", help="The environment whose last run is planned from.")] = "",
    run: Annotated[Path | None, typer.Option("--run", help="Another run: reports/<environment>/<time>.")] = None,
    file: Annotated[
        Path | None, typer.Option("--markdown", "-o", help="Also write the plan as Markdown, for a change ticket.")
    ] = None,
) -> None:
    """Print the steps to a release, in order, with rights, commands and what cannot be undone. Asks no server."""
    if run is None and not environment:
        raise where.stop("name an environment with --env, or a run's folder with --run")
    try:
        made = _made(to, run or planning.newest(where.root() / "reports", _known(environment)))
    except planning.NoRun as none:
        raise where.stop(f"{none}; or name one with --run FOLDER") from None
    except (planning.UnknownTarget, ReplayMistakes, FactUnavailable) as wrong:
        raise where.stop(str(wrong)) from None
    if environment and made.environment != environment:
        raise where.stop(f"{run} is a run of '{made.environment}', not of '{environment}'")
    for line in printed.lines(made):
        typer.echo(line)
    if file is not None:
        try:
            put(file, [markdown.text(made)])
        except OSError as error:
            raise where.stop(f"the plan cannot be written to {file}: {reason_of(error)}") from None
        typer.echo(f"Written: {file}")


def _known(environment: str) -> str:
    """The name of an environment; its inventory itself is not read: the run has the one that it was made with."""
    folder = where.root() / "inventory"
    known = inventory.environments(folder)
    if environment not in known:
        raise where.stop(
            f"there is no environment '{environment}' in {folder}. There are: {', '.join(known) or 'none'}"
        )
    return environment


def _shown(folder: Path) -> Path:
    """The folder as it is written from here, where it is below."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _made(to: str, folder: Path) -> Plan:
    now = datetime.now(UTC)
    last = planning.open_run(_shown(folder))
    day = planning.day_of(last, now)
    target = planning.read_target(to, last.catalogue, day)
    situation = planning.gather(last.replay.environment, last.replay.observations, last.catalogue)
    choices = planning.choices_of(last.policy, situation, last.replay.environment.servers, day)
    case = planning.Case(situation, target, last.catalogue, day, choices)
    return planning.make(case, planning.source_of(last, now))
