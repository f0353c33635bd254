"""Commands that write or list something of muster's own: reports, pages, the schema of inventories, the checks."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from muster import evidence, inventory, policy
from muster.cli import where
from muster.evidence import manifest_json
from muster.evidence.headline import counted
from muster.evidence.printable import one_line
from muster.listing import controls_in


def report(
    run: Annotated[Path, typer.Argument(help="Folder of one run: reports/<environment>/<time>.")],
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also where files were changed after the run; the page says so.")
    ] = False,
) -> None:
    """Write report.html of a run anew from its run.json and verdicts.jsonl."""
    try:
        page = evidence.rewrite_report(run, anyway=anyway)
        changed = manifest_json.differences(run)
    except evidence.Tampered as wrong:
        raise where.stop(f"{wrong}. Its report is not written anew; --anyway does it, with a warning in it") from None
    except (evidence.NothingThere, evidence.UnreadableRun, evidence.NotWritable) as wrong:
        raise where.stop(str(wrong)) from None
    if changed is None:
        typer.echo("There is no manifest: this run was not finished.")
    for one in changed or ():
        typer.echo(f"Careful: {one}")
    typer.echo(f"Report: {page}")


class _WithSchema(StrEnum):
    """The files that editors can check."""

    INVENTORY = "inventory"
    POLICY = "policy"


def schema(
    file: Annotated[_WithSchema, typer.Argument(help="Of which file.")] = _WithSchema.INVENTORY,
) -> None:
    """Print the JSON Schema of inventory or policy files, for editors."""
    made = inventory.schema() if file is _WithSchema.INVENTORY else policy.schema()
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))


def docs(
    folder: Annotated[Path | None, typer.Argument(help="Where the pages go (default: docs/).")] = None,
) -> None:
    """Write the pages of docs/ that are made from the code: checks, questions, what was never seen, recording."""
    from muster import documentation  # noqa: PLC0415 - imports every fact, which no other command needs

    for page in documentation.write(where.checks_folder(), folder or where.root() / "docs"):
        typer.echo(f"Written: {page}")


def checks(
    folder: Annotated[Path | None, typer.Argument(help="Folder of checks (default: checks/).")] = None,
) -> None:
    """List every control: severity, id, title; tab-separated where no terminal reads it."""
    place = folder or where.checks_folder()
    listed = controls_in(place)
    if not listed:
        raise where.stop(f"there are no checks in {place}: no check_*.py holds a function with a control")
    number = counted(len(listed), "control")
    if not sys.stdout.isatty():  # for other programs: nothing is cut, folded or coloured
        for one in listed:
            typer.echo(f"{one.control.severity}\t{one.control.id}\t{one_line(one.control.title)}")
        typer.echo(f"{number} in {place}", err=True)
        return
    console = Console()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("severity", "control", "title"):
        table.add_column(heading, overflow="fold", no_wrap=heading != "title")
    for one in listed:
        table.add_row(str(one.control.severity), Text(one.control.id), Text(one_line(one.control.title)))
    console.print(table)
    console.print(f"{number} in {place}", highlight=False, soft_wrap=True)
