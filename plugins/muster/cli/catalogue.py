"""``muster catalogue``: what is known of a build, whether the tables hold together, an environment's own rows."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from muster import overlay, policy
from muster.catalogue import Catalogue, Unpublished, published, read_build
from muster.catalogue.checking import invariants
from muster.cli import where
from muster.cli.release_sheet import sheet
from muster.evidence.headline import counted
from muster.overlay.comparing import compare

app = typer.Typer(help="What Microsoft publishes: releases, support, CVEs; and your own rows.", no_args_is_help=True)

_EAST = timedelta(hours=14)
Environment = Annotated[str | None, typer.Option("--env", help="With the rows and the policy of this environment.")]


def _now() -> date:
    """The day that it is somewhere already."""
    return (datetime.now(UTC) + _EAST).date()


def _catalogue(name: str | None) -> Catalogue:
    if name is None:
        return published()
    try:
        own = overlay.load(where.folder_of(name), published(), _now())
    except overlay.CatalogueMistakes as mistakes:
        raise where.stop(str(mistakes)) from None
    return Catalogue(own) if own.names else published()


def _bought(name: str | None, catalogue: Catalogue) -> frozenset[int]:
    """The ESU periods of an environment's policy."""
    if name is None:
        return frozenset()
    try:
        return policy.load(where.folder_of(name), catalogue=catalogue).esu
    except policy.PolicyMistakes as mistakes:
        raise where.stop(str(mistakes)) from None


@app.command()
def show(
    build: Annotated[
        str, typer.Argument(help="As it is printed anywhere: 15.2.1748.37, 'Version 15.2 (Build 1748.37)'.")
    ],
    env: Environment = None,
    at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to judge at.")] = None,
) -> None:
    """Say everything that is known of a build; exit 1 where nobody released it, 2 where the text is no build."""
    try:
        version = read_build(build)
    except ValueError as wrong:
        raise where.stop(f"{wrong}") from None
    catalogue = _catalogue(env)
    found = catalogue.release_of(version)
    if isinstance(found, Unpublished):
        typer.echo(f"{version} {found}.")
        why = catalogue.circulating(version)
        if why:
            typer.echo(f"Careful: {why}.")
        raise typer.Exit(1)
    lines = tuple(sheet(catalogue, found, at.date() if at else datetime.now(UTC).date(), _bought(env, catalogue)))
    widest = max(len(label) for label, _ in lines)
    for label, said in lines:
        typer.echo(f"{label:<{widest}}  {said}")
    typer.echo(f"Catalogue of {catalogue.as_of}; releases read until {catalogue.read_until}.")


@app.command()
def check(env: Environment = None) -> None:
    """Check that the tables hold together; exit 1 where something is wrong."""
    catalogue = _catalogue(env)
    wrong = 0
    for words, findings in invariants(catalogue):
        found = tuple(findings())
        wrong += len(found)
        typer.echo(f"{'not so' if found else 'ok':<6}  {words}")
        for one in found:
            typer.echo(f"        {one}")
    if env is not None:
        rows, files = counted(catalogue.overlay.size, "row"), ", ".join(catalogue.overlay.names) or "no file"
        typer.echo(f"ok      {rows} of {env}'s own ({files}), each judged when it was read")
    typer.echo(counted(wrong, "finding") if wrong else "Nothing wrong.")
    raise typer.Exit(1 if wrong else 0)


@app.command()
def diff(
    file: Annotated[Path, typer.Argument(help="Rows of an environment, or a whole table of another muster.")],
    env: Environment = None,
) -> None:
    """Compare a file with the catalogue: + it has more, ~ it says otherwise, - it lacks; exit 1 where it differs."""
    try:
        found = compare(file, _catalogue(env))
    except overlay.CatalogueMistakes as mistakes:
        raise where.stop(str(mistakes)) from None
    for sign, lines in (("+", found.added), ("~", found.changed), ("-", found.lacking)):
        for line in lines:
            typer.echo(f"{sign} {line}")
    typer.echo(f"= {counted(found.equal, 'row')} equal")
    raise typer.Exit(0 if found.same else 1)


@app.command("import")
def take(
    file: Annotated[Path, typer.Argument(help="Rows in the shape of the bundled tables.")],
    env: Annotated[str, typer.Option("--env", help="The environment that gets them.")],
) -> None:
    """Add rows to an environment, all or none; exit 1 with every reason where a row is refused."""
    folder = where.folder_of(env)
    place = folder / overlay.FOLDER
    target = place / f"{file.stem}.yaml"
    content = _content(file)
    if target.exists():
        if target.read_bytes() == content:
            typer.echo(f"{target} is there already, with the same content.")
            return
        typer.echo(f"{target} is there already, with other content. Give the file another name.", err=True)
        raise typer.Exit(1)
    try:
        before = overlay.load(folder, published(), _now())
        after = overlay.load(folder, published(), _now(), also=file)
    except overlay.CatalogueMistakes as mistakes:
        typer.echo(str(mistakes), err=True)
        typer.echo(f"{counted(len(mistakes.mistakes), 'mistake')}: nothing was written.", err=True)
        raise typer.Exit(1) from None
    added = after.size - before.size
    if not added:
        typer.echo("Every row is known already: nothing was written.")
        return
    try:
        place.mkdir(exist_ok=True)
        aside = place / f".{target.name}.part"
        aside.write_bytes(content)
        os.replace(aside, target)  # noqa: PTH105 - the name says what happens to a file that came in between
    except OSError as error:
        raise where.stop(f"nothing can be written to {place}: {error.strerror}") from None
    typer.echo(f"{counted(added, 'row')} added: {target}")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise where.stop(f"{file} cannot be read: {error.strerror}") from None
