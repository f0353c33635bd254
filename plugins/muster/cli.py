"""``muster``: everything that is not running checks. Checks are run by pytest."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

import muster
from muster import evidence, inventory, policy
from muster.evidence import manifest_json
from muster.evidence.expected import Comparison, Planted, compare
from muster.evidence.headline import counted
from muster.evidence.printable import one_line
from muster.listing import controls_in
from muster.model import Environment

app = typer.Typer(
    help="Does your Exchange pass muster? Checks are run by pytest: pytest --env NAME.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
lab_app = typer.Typer(help="The simulated organisation on loopback.", no_args_is_help=True)
app.add_typer(lab_app, name="lab")

_MOST = 40


def _root() -> Path:
    """Where checks and inventory are: here, else the checkout that muster is installed from."""
    here = Path.cwd()
    checkout = Path(muster.__file__).resolve().parents[2]
    return checkout if not (here / "inventory").is_dir() and (checkout / "inventory").is_dir() else here


def _checks_folder() -> Path:
    """The checks that come with muster: of the checkout, else of the installed package."""
    own, packaged = _root() / "checks", Path(muster.__file__).parent / "checks"
    return own if own.is_dir() else packaged


def _stop(sentence: str) -> typer.Exit:
    typer.echo(f"muster: {sentence}", err=True)
    return typer.Exit(2)


def _environment(name: str) -> Environment:
    folder = _root() / "inventory"
    known = inventory.environments(folder)
    if name not in known:
        raise _stop(f"there is no environment '{name}' in {folder}. There are: {', '.join(known) or 'none'}")
    try:
        return inventory.load(folder / name)
    except inventory.InventoryMistakes as mistakes:
        raise _stop(str(mistakes)) from None


@contextmanager
def _lab_extra() -> Iterator[None]:
    """Turns the missing extra into a sentence."""
    try:
        yield
    except ModuleNotFoundError as missing:
        raise _stop(f"the lab needs {missing.name}: pip install 'muster[lab]'") from None


@lab_app.command("up")
def lab_up(
    environment: Annotated[str, typer.Argument(help="An environment that a lab plays.")] = "demo",
    folder: Annotated[
        Path | None,
        typer.Option(
            "--inventory", help="Write an environment 'lab' into this folder of inventories, to ask the lab."
        ),
    ] = None,
) -> None:
    """Start the lab, say where it listens, and keep it running until Ctrl-C."""
    read = _environment(environment)
    if read.lab is None:
        raise _stop(f"'{environment}' is a real environment: its inventory names no lab")
    with _lab_extra():
        from muster import lab  # noqa: PLC0415 - needs the extra of the same name
    try:
        with lab.start(read.lab) as running:
            attached = lab.attach(read, running)
            _say_where(attached)
            if folder is not None:
                _write_inventory(attached, folder)
            _wait()
    except lab.LabDidNotStart as why:
        raise _stop(str(why)) from None
    except KeyboardInterrupt:
        typer.echo("Stopped.")


def _wait() -> None:
    """Until Ctrl-C, without using the processor."""
    threading.Event().wait()


def _say_where(environment: Environment) -> None:
    """Every port, and how to log in there: an invented account whose password lasts as long as the lab."""
    rows = [
        (
            endpoint.kind,
            endpoint.name,
            f"{endpoint.address}:{endpoint.port}",
            endpoint.tls,
            f"{endpoint.authentication.method} as {endpoint.authentication.user}",
        )
        for endpoint in environment.endpoints
    ]
    rows += [("probe", name, ports, "", "") for name, ports in _probes(environment).items()]
    widest = max((len(name) for _, name, *_ in rows), default=0)
    for kind, name, address, tls, login in rows:
        typer.echo(f"{kind:<9} {name:<{widest}}  {address:<16} {tls:<9} {login}".rstrip())
    for variable in _variables(environment):
        typer.echo(f"Password: export {variable}={os.environ.get(variable, '')}")
    for authority in sorted({one.ca_file for one in environment.endpoints if one.ca_file}):
        typer.echo(f"Certificates are signed by {authority}")
    typer.echo(
        "Ctrl-C stops it. pytest --env starts a lab of its own; --inventory DIR writes one that asks this lab."
    )


_LAB = "lab"
_WRITTEN = "Written by muster lab up: it leads to a lab, as long as that one runs."


def _write_inventory(environment: Environment, folder: Path) -> None:
    """An environment that asks this very lab, judged by what was decided for the one that it plays."""
    place = folder / _LAB
    path = place / "inventory.yaml"
    if path.exists() and not path.read_text("utf-8").startswith(f"# {_WRITTEN}"):
        raise _stop(f"{path} is not from muster lab up, and stays as it is. Name another folder")
    try:
        inventory.write(environment, place, _WRITTEN)
        for name in ("policy.yaml", "waivers.yaml"):
            decided = environment.folder / name if environment.folder else None
            if decided and decided.is_file():
                (place / name).write_bytes(decided.read_bytes())
    except OSError as error:
        raise _stop(f"nothing can be written to {place}: {error.strerror}") from None
    passwords = " ".join(f"{name}={os.environ.get(name, '')}" for name in _variables(environment))
    typer.echo(f"In another terminal: {passwords} pytest --env {_LAB} --inventory {folder}")


def _variables(environment: Environment) -> list[str]:
    """The environment variables that hold the passwords of the lab's accounts."""
    references = {one.authentication.secret or "" for one in environment.endpoints}
    return sorted(one.removeprefix("env:") for one in references if one.startswith("env:"))


def _probes(environment: Environment) -> dict[str, str]:
    """Name → ``25 at 127.0.0.1:40025, …``; a short name whose full name is there too is left out."""
    names = {name for name, _ in environment.relocated}
    ports: dict[str, list[str]] = {}
    for (name, port), (address, at) in sorted(environment.relocated.items()):
        if not any(other.startswith(f"{name}.") for other in names):
            ports.setdefault(name, []).append(f"{port} at {address}:{at}")
    return {name: ", ".join(found) for name, found in ports.items()}


@app.command()
def demo(
    environment: Annotated[str, typer.Argument(help="An environment that a lab plays.")] = "demo",
) -> None:
    """Run every check against the lab; exit 0 only when exactly what was planted is found."""
    read = _environment(environment)
    if read.lab is None:
        raise _stop(f"'{environment}' is a real environment: use pytest --env {environment}")
    expected = _expected(read.lab)
    reports = _root() / "reports" / environment
    before = _runs(reports)
    # the same interpreter, our own arguments, no shell
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "--env", environment], cwd=_root(), check=False
    )
    fresh = sorted(_runs(reports) - before)
    if not fresh:
        raise _stop(f"pytest left no run in {reports} (its exit status is {done.returncode})")
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
    with _lab_extra():
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


@app.command()
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
        raise _stop(f"{wrong}. Its report is not written anew; --anyway does it, with a warning in it") from None
    except (evidence.NothingThere, evidence.UnreadableRun, evidence.NotWritable) as wrong:
        raise _stop(str(wrong)) from None
    if changed is None:
        typer.echo("There is no manifest: this run was not finished.")
    for one in changed or ():
        typer.echo(f"Careful: {one}")
    typer.echo(f"Report: {page}")


class _WithSchema(StrEnum):
    """The files that editors can check."""

    INVENTORY = "inventory"
    POLICY = "policy"


@app.command()
def schema(
    file: Annotated[_WithSchema, typer.Argument(help="Of which file.")] = _WithSchema.INVENTORY,
) -> None:
    """Print the JSON Schema of inventory or policy files, for editors."""
    made = inventory.schema() if file is _WithSchema.INVENTORY else policy.schema()
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))


@app.command()
def docs(
    folder: Annotated[Path | None, typer.Argument(help="Where the pages go (default: docs/).")] = None,
) -> None:
    """Write the pages of docs/ that are made from the code: checks, questions, what was never seen, recording."""
    from muster import documentation  # noqa: PLC0415 - imports every fact, which no other command needs

    for page in documentation.write(_checks_folder(), folder or _root() / "docs"):
        typer.echo(f"Written: {page}")


@app.command()
def checks(
    folder: Annotated[Path | None, typer.Argument(help="Folder of checks (default: checks/).")] = None,
) -> None:
    """List every control: severity, id, title; tab-separated where no terminal reads it."""
    where = folder or _checks_folder()
    listed = controls_in(where)
    if not listed:
        raise _stop(f"there are no checks in {where}: no check_*.py holds a function with a control")
    number = counted(len(listed), "control")
    if not sys.stdout.isatty():  # for other programs: nothing is cut, folded or coloured
        for one in listed:
            typer.echo(f"{one.control.severity}\t{one.control.id}\t{one_line(one.control.title)}")
        typer.echo(f"{number} in {where}", err=True)
        return
    console = Console()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("severity", "control", "title"):
        table.add_column(heading, overflow="fold", no_wrap=heading != "title")
    for one in listed:
        table.add_row(str(one.control.severity), Text(one.control.id), Text(one_line(one.control.title)))
    console.print(table)
    console.print(f"{number} in {where}", highlight=False, soft_wrap=True)
