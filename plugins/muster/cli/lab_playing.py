"""``muster lab upgrade|losses|apply|played|reset``: what happens in an environment's lab, for its next starts."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli import where
from muster.model import Environment

if TYPE_CHECKING:
    from muster.lab.changes import Line
    from muster.lab.played import Event
    from muster.lab.world.making import World

_ENV = Annotated[str, typer.Option("--env", help="An environment that a lab plays.")]
_Name = Annotated[str, typer.Argument(help="An environment that a lab plays.")]
_ASK = frozenset({"?", "help"})


def lab_upgrade(
    server: Annotated[str, typer.Argument(help="The server that Setup runs on.")],
    to: Annotated[str, typer.Option("--to", help='A release ("2019 CU15", SE) or a build.')],
    environment: _ENV = "demo-clean",
    lose: Annotated[
        list[str] | None,
        typer.Option(
            "--lose",
            help="What is lost, names with commas between; 'all' is what a source tells of, 'everything' also what "
            "no source does, '?' lists them.",
        ),
    ] = None,
    switches: Annotated[
        list[str] | None, typer.Option("--switch", help="Setup's switch: /DoNotEnableEP, /DoNotEnableEP_FEEWS.")
    ] = None,
) -> None:
    """Upgrade a server of the lab as Setup does; it stays so for every later start, until 'muster lab reset'."""
    from muster.lab.played import UpgradeEvent  # noqa: PLC0415 - needs the extra of the same name
    from muster.lab.upgrading import LOSSES, UpgradeRefused, chosen, read_target  # noqa: PLC0415 - likewise

    names = [name.strip() for part in lose or () for name in part.split(",") if name.strip()]
    if _ASK & set(names):
        lab_losses()
        return
    read, folder = _played_by_lab(environment)
    try:
        target = read_target(to)
        lost = [loss.name for loss in chosen(names)]
        event = UpgradeEvent(_now(), server, to, tuple(lost), tuple(switches or ()))
        _happen(read, folder, event)
    except UpgradeRefused as why:
        raise where.stop(str(why)) from None
    _keep(folder, event)
    typer.echo(f"{server} of {environment} runs {target.product} ({target.build}) from the next start of its lab on.")
    for name in lost:
        typer.echo(f"lost: {name}: {LOSSES[name].what}")
    typer.echo(f"'muster lab reset {environment}' undoes it.")


def lab_losses() -> None:
    """List what an upgrade in the lab can lose, with who says that it does."""
    from muster.lab.upgrading import LOSSES  # noqa: PLC0415 - needs the extra of the same name

    titles = {
        "lost": "Lost in real upgrades (--lose all):",
        "unsourced": "No source says that an update changes it (--lose everything takes both):",
        "by-design": "Meant so, by name only:",
    }
    widest = max(map(len, LOSSES))
    for group, title in titles.items():
        own = [loss for loss in LOSSES.values() if loss.group == group]
        if own:
            typer.echo(title)
        for loss in own:
            typer.echo(f"  {loss.name:<{widest}}  {loss.what}")
            if group != "unsourced":
                typer.echo(f"  {'':<{widest}}  source: {loss.source}")


def lab_apply(
    environment: _Name,
    file: Annotated[Path, typer.Argument(help="PowerShell text, such as put-back plans.")],
    on: Annotated[str, typer.Option("--on", help="The server whose own PowerShell runs it.")] = "",
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Run the rest after a command that fails; nothing is kept then.")
    ] = False,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="Also do what 'Edit:' remarks tell a person to write into files.")
    ] = False,
) -> None:
    """Run commands in the lab: this text, and nothing else. It is kept only where every command succeeded.

    A wrong parameter, an unknown cmdlet or a missing object fails as in PowerShell: exit status 1.
    """
    from muster.lab.changes import Session, try_text  # noqa: PLC0415 - needs the extra of the same name
    from muster.lab.played import RunEvent  # noqa: PLC0415 - likewise

    read, folder = _played_by_lab(environment)
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise where.stop(f"{file} cannot be read: {error}") from None
    at = _now()
    with TemporaryDirectory(prefix="muster-lab-") as keys:
        world = _world(read, folder, Path(keys))
        ran = try_text(Session(world, at, on, by_hand=by_hand), text, keep_going=keep_going)
    for line in ran.lines:
        typer.echo(_told(line))
    failed = sum(1 for line in ran.lines if line.refused)
    if failed:
        typer.echo(f"{failed} of {len(ran.lines)} commands failed; nothing of it is kept.", err=True)
        raise typer.Exit(1)
    if not ran.lines:
        typer.echo("The text holds no command.")
        return
    _keep(folder, RunEvent(at, text, on, by_hand))
    typer.echo(f"{len(ran.lines)} commands; kept for the next starts of {environment}'s lab.")


def lab_played(environment: _Name = "demo-clean") -> None:
    """Show what has happened in an environment's lab since it was as described."""
    from muster.lab.played import PlayedMistake, RunEvent  # noqa: PLC0415 - needs the extra of the same name
    from muster.lab.played import read as read_played  # noqa: PLC0415 - likewise

    _, folder = _played_by_lab(environment)
    try:
        events = read_played(folder)
    except PlayedMistake as why:
        raise where.stop(str(why)) from None
    if not events:
        typer.echo(f"Nothing: {environment}'s lab is as described.")
    for number, event in enumerate(events, start=1):
        at = event.at.strftime("%Y-%m-%d %H:%M UTC")
        if isinstance(event, RunEvent):
            place = f" on {event.on}" if event.on else ""
            typer.echo(f"{number}. {at}: ran{place} {len(event.text.splitlines())} lines of PowerShell")
        else:
            lost = f", losing {', '.join(event.lose)}" if event.lose else ""
            typer.echo(f"{number}. {at}: {event.server} upgraded to {event.to}{lost}")


def lab_reset(environment: _Name = "demo-clean") -> None:
    """Forget what has happened: the lab is as described again."""
    from muster.lab.played import remove  # noqa: PLC0415 - needs the extra of the same name

    _, folder = _played_by_lab(environment)
    count = remove(folder)
    said = {0: "nothing had happened", 1: "one event is forgotten", -1: "a file that could not be read is removed"}
    typer.echo(f"{environment}: {said.get(count, f'{count} events are forgotten')}.")


def _told(line: "Line") -> str:
    place = f"line {line.line}: {line.command}"
    if line.refused:
        return f"{place} FAILED: {line.refused.said}"
    if line.what_if:
        return f"{place}: what if: {'; '.join(line.targets) or 'nothing'}"
    return f"{place}: {'; '.join(line.targets)}" if line.targets else place


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _played_by_lab(name: str) -> tuple[Environment, Path]:
    from muster.cli.lab import needs_lab  # noqa: PLC0415 - it adds these commands

    read = where.environment(name)
    if read.lab is None or read.folder is None:
        raise where.stop(
            f"'{name}' is a real environment: its inventory names no lab, and nothing can be played there"
        )
    with needs_lab():
        from muster import lab  # noqa: F401, PLC0415 - whether the extra is there
    return read, read.folder


def _world(read: Environment, folder: Path, keys: Path) -> "World":
    """The organisation as it is after everything that happened, ready for more."""
    from muster.lab.certificates import Authority  # noqa: PLC0415 - needs the extra of the same name
    from muster.lab.description import DescriptionMistake, load_description  # noqa: PLC0415 - likewise
    from muster.lab.played import PlayedMistake  # noqa: PLC0415 - likewise
    from muster.lab.played import read as read_played  # noqa: PLC0415 - likewise
    from muster.lab.world.playing import NotPlayed, anchor, unsettled  # noqa: PLC0415 - likewise

    try:
        played = read_played(folder)
        authority = Authority(keys, anchor(played), lasting=True)
        return unsettled(load_description(read.lab or ""), authority, played)
    except (DescriptionMistake, PlayedMistake, NotPlayed) as why:
        raise where.stop(str(why)) from None


def _happen(read: Environment, folder: Path, event: "Event") -> None:
    """Try an event on a world that is thrown away; raises what refuses it."""
    from muster.lab.world.playing import happen  # noqa: PLC0415 - needs the extra of the same name

    with TemporaryDirectory(prefix="muster-lab-") as keys:
        happen(_world(read, folder, Path(keys)), event)


def _keep(folder: Path, event: "Event") -> None:
    from muster.lab.played import append  # noqa: PLC0415 - needs the extra of the same name

    try:
        append(folder, event)
    except OSError as error:
        raise where.stop(f"nothing can be written to {folder}: {error.strerror}") from None
