"""``muster baseline``: what was accepted under a name; listed, shown, compared, accepted, imported, taken away."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from muster import baseline
from muster.baseline import Baseline, BaselineMistake, differing
from muster.cli import where
from muster.drift import told_of, why_not
from muster.evidence.drift_json import newest_against
from muster.model import Fact

if TYPE_CHECKING:
    from muster.pytest.drifting import Found, Strangers

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


def _leaves() -> Iterable[type[Fact]]:
    from muster.pytest import kinds  # noqa: PLC0415 - imports every fact, which a comparison of files seldom needs

    return kinds.leaves()


def _newest(environment: str, name: str, run: Path | None) -> Path:
    """The run to compare with: the one that is named, else the newest that was compared with this baseline."""
    if run is not None:
        return run
    found = newest_against(where.root() / "reports" / environment, name)
    if found is None:
        raise where.stop(
            f"no run of '{environment}' was compared with '{name}' yet: pytest --env {environment} --against {name}; "
            "or name a run with --run FOLDER"
        )
    return found


def _compared(found: Baseline, environment: str, other: Path) -> "tuple[list[Found], Strangers]":
    """What is not in ``other`` (a run's folder, or another baseline's) as it is in a baseline."""
    import pytest  # noqa: PLC0415 - the plugin and every fact: only where answers are judged

    from muster.model import Observation, Problem, Question, Subject  # noqa: PLC0415
    from muster.pytest.drifting import open_baseline  # noqa: PLC0415
    from muster.pytest.store import FactStore  # noqa: PLC0415
    from muster.resolve import book_of  # noqa: PLC0415
    from muster.transport.old import replay  # noqa: PLC0415

    try:
        run = replay.load(other)
        drifting = open_baseline(f"{found.folder}/", run.environment, _folder(environment))
    except (replay.ReplayMistakes, pytest.UsageError) as wrong:
        raise where.stop(str(wrong)) from None
    if run.environment.name != environment:
        raise where.stop(f"{other} is of '{run.environment.name}', not of '{environment}'")
    look_up = book_of({seen.question.key: seen for seen in run.observations})

    def old(question: Question, subject: Subject) -> Observation:
        seen = look_up(question, subject)
        problem = Problem("not captured", f"{other} does not hold: {question.key}")
        return seen or Observation(question, subject.name, None, 0.0, "", problem=problem)

    store = FactStore(old)
    return [drifting.found(group, store) for group in drifting.groups.values()], drifting.strangers()


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="A baseline's name.")],
    after: Annotated[str, typer.Argument(help="Another baseline's name, or the folder of one or of a run.")],
    environment: Environment,
) -> None:
    """What is not in one baseline as it is in another; exit status 1 where anything is not."""
    then, now = (_folder_called(environment, name) for name in (before, after))
    told = unlike = 0
    try:
        imported = baseline.is_imported(then) or baseline.is_imported(now)
        for place, found in differing.between(then, now, _leaves, blank_is_blank=imported):
            if found.differences or found.incomparable:
                typer.echo(f"{place.subject}, {place.fact}:")
            for one in found.differences:
                typer.echo(f"  {told_of(one)}")
            for other in found.incomparable:
                typer.echo(f"  not compared: {why_not(other)}")
            told += len(found.differences)
            unlike += len(found.incomparable)
    except BaselineMistake as wrong:
        raise where.stop(str(wrong)) from None
    more = f", {unlike} could not be compared" if unlike else ""
    typer.echo(f"{told} differences between {before} and {after} of {environment}{more}.")
    if told or unlike:
        raise typer.Exit(1)


def _folder_called(environment: str, name: str) -> Path:
    """A baseline's folder by its name, or the folder itself; raises ``typer.Exit`` where it is altered or absent."""
    try:
        place = Path(name) if "/" in name else baseline.folder_of(_folder(environment), name)
        baseline.readable(place, environment)
    except BaselineMistake as wrong:
        raise where.stop(str(wrong)) from None
    return place


@app.command()
def accept(  # noqa: PLR0917 - typer hands options over by name
    name: Name,
    environment: Environment,
    reason: Annotated[str, typer.Option("--reason", help="Why it is right that this is so now.")],
    by: Annotated[str, typer.Option("--by", help="Who accepts it.")],
    difference: Annotated[
        str, typer.Option("--difference", help="One difference, or a pattern: 'ex01/ReceiveConnectors/*/Bindings'.")
    ] = "",
    subject: Annotated[str, typer.Option("--subject", help="Every difference of one subject.")] = "",
    run: Annotated[
        Path | None, typer.Option("--run", help="Another run than the newest one against this baseline.")
    ] = None,
) -> None:
    """Accept differences that the newest run against a baseline found; the others go on failing."""
    if not (difference or subject):
        raise where.stop("say which: --difference NAME (or a pattern), or --subject NAME")
    found = _load(environment, name)
    compared, _ = _compared(found, environment, _newest(environment, name, run))
    differences = [one for each in compared for one in each.comparison.differences]
    try:
        accepted = baseline.accept(
            found, differences, reason=reason, by=by, on=datetime.now(UTC), subject=subject, pattern=difference
        )
    except BaselineMistake as wrong:
        raise where.stop(str(wrong)) from None
    for one in accepted:
        typer.echo(f"accepted: {one.difference}")
    typer.echo(f"{len(accepted)} of {len(differences)} differences accepted by {by}: {reason}")


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="Format-List text dumps and Export-Clixml files.")],
    environment: Environment,
    name: Annotated[str, typer.Option("--as", help="The baseline's name.")],
    taken: Annotated[
        datetime | None, typer.Option("--taken", help="When the dumps were made, in UTC; else nobody knows.")
    ] = None,
) -> None:
    """Make a baseline of dumps made by hand. What was damaged is said and never repaired by guessing."""
    from muster.transport.old import format_list  # noqa: PLC0415 - only here

    read = where.environment(environment)
    when = taken.replace(tzinfo=UTC) if taken else None
    imported = format_list.read_files(files, read, taken=when)
    for note in imported.notes:
        typer.echo(str(note))
    try:
        place = baseline.save(
            read,
            name,
            imported.observations,
            {},
            when or datetime.now(UTC),
            source=f"{len(files)} dumps: {', '.join(sorted(path.name for path in files)[:6])}",
        )
    except BaselineMistake as wrong:
        raise where.stop(str(wrong)) from None
    objects = sum(len(seen.answer.objects) for seen in imported.observations if seen.answer)
    typer.echo(
        f"Baseline '{name}' of {environment}: {objects} objects of {len(imported.observations)} questions, in {place}"
    )


@app.command()
def calibrate(
    environment: Environment,
    times: Annotated[int, typer.Option("--times", min=2, max=50, help="How often everything is asked.")] = 5,
    deadline: Annotated[float, typer.Option("--deadline", help="Longest wait for one answer, in seconds.")] = 60.0,
) -> None:
    """Ask an unchanged system several times: what changes by itself, what comes in any order, what flickers."""
    from muster.baseline import calibrating  # noqa: PLC0415 - asks: everything that asking needs
    from muster.listing import controls_in  # noqa: PLC0415
    from muster.model import SUBJECT_FIXTURES  # noqa: PLC0415
    from muster.observe import Doors, Observing  # noqa: PLC0415
    from muster.pytest import asking, kinds  # noqa: PLC0415
    from muster.transport import doors  # noqa: PLC0415

    read = where.environment(environment)
    checks = [listed.check for listed in controls_in(where.checks_folder())]
    subjects = [one for kind in SUBJECT_FIXTURES.values() for one in read.subjects(kind)]
    wants = list(baseline.leaf_wants(kinds.wants(subjects, checks, read)))
    rounds = []
    with asking.playing(read) as asked:
        for number in range(times):
            observing = Observing(asked, Doors(doors.connect, doors.probe), deadline=deadline)
            rounds.append(observing.run(wants))
            typer.echo(f"asked {number + 1} of {times} times", err=True)
    for line in calibrating.lines(wants, rounds):
        typer.echo(line)
