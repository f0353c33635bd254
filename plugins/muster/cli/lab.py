"""``muster lab``: the simulated organisation, kept running for a person."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from muster import inventory
from muster.cli import lab_dump, lab_playing, where
from muster.model import Environment

app = typer.Typer(help="The simulated organisation on loopback.", no_args_is_help=True)
app.command("dump")(lab_dump.dump)
app.command("upgrade")(lab_playing.lab_upgrade)
app.command("losses")(lab_playing.lab_losses)
app.command("apply")(lab_playing.lab_apply)
app.command("played")(lab_playing.lab_played)
app.command("reset")(lab_playing.lab_reset)


@contextmanager
def needs_lab() -> Iterator[None]:
    """Turns the missing extra into a sentence."""
    try:
        yield
    except ModuleNotFoundError as missing:
        raise where.stop(f"the lab needs {missing.name}: pip install 'muster[lab]'") from None


@app.command("up")
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
    read = where.environment(environment)
    if read.lab is None:
        raise where.stop(f"'{environment}' is a real environment: its inventory names no lab")
    with needs_lab():
        from muster import lab  # noqa: PLC0415 - needs the extra of the same name
    try:
        with lab.start(read.lab, folder=read.folder) as running:
            attached = lab.attach(read, running)
            _say_where(attached)
            if folder is not None:
                _write_inventory(attached, folder)
            _wait()
    except lab.LabDidNotStart as why:
        raise where.stop(str(why)) from None
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
        raise where.stop(f"{path} is not from muster lab up, and stays as it is. Name another folder")
    try:
        inventory.write(environment, place, _WRITTEN)
        for name in ("policy.yaml", "waivers.yaml"):
            decided = environment.folder / name if environment.folder else None
            if decided and decided.is_file():
                (place / name).write_bytes(decided.read_bytes())
    except OSError as error:
        raise where.stop(f"nothing can be written to {place}: {error.strerror}") from None
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
