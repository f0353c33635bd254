"""Where things are, and how a command ends with a sentence."""

from pathlib import Path

import typer

import muster
from muster.model import Environment


def root() -> Path:
    """Where checks and inventory are: here, else the checkout that muster is installed from."""
    here = Path.cwd()
    checkout = Path(muster.__file__).resolve().parents[2]
    return checkout if not (here / "inventory").is_dir() and (checkout / "inventory").is_dir() else here


def checks_folder() -> Path:
    """The checks that come with muster: of the checkout, else of the installed package."""
    own, packaged = root() / "checks", Path(muster.__file__).parent / "checks"
    return own if own.is_dir() else packaged


def stop(sentence: str) -> typer.Exit:
    """What to raise so that a sentence is the last thing said; exit status 2."""
    typer.echo(f"muster: {sentence}", err=True)
    return typer.Exit(2)


def folder_of(name: str) -> Path:
    """The folder of an environment; raises ``typer.Exit`` naming those there are."""
    from muster import inventory  # noqa: PLC0415 - reads YAML by its models: not every command does

    folder = root() / "inventory"
    known = inventory.environments(folder)
    if name not in known:
        raise stop(f"there is no environment '{name}' in {folder}. There are: {', '.join(known) or 'none'}")
    return folder / name


def environment(name: str) -> Environment:
    """An environment of this checkout; raises ``typer.Exit`` with the reason where there is none that can be read."""
    from muster import inventory  # noqa: PLC0415 - as above

    folder = folder_of(name)
    try:
        return inventory.load(folder)
    except inventory.InventoryMistakes as mistakes:
        raise stop(str(mistakes)) from None
