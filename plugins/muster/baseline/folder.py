"""Baselines as folders: written aside and then renamed, so that a half-written one is never there."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from muster.baseline.canonical import canonical
from muster.evidence import answers_json, manifest_json
from muster.evidence.account import UnreadableRun
from muster.model import Environment, Fact, Observation, Shape, Subject
from muster.snapshot import Json, dump_environment, dump_problem, dumps
from muster.snapshot.values import dump_time
from muster.transport.old import replay
from muster.transport.old.replay import Replay, ReplayMistakes

FOLDER, RUN, ACCEPTED = "baselines", "run.json", "accepted.json"
FORMAT = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class BaselineMistake(ValueError):  # noqa: N818 - says what it is about
    """What keeps a baseline from being written, read or used, as a sentence."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """One baseline, read: its name, folder, the environment it is of, and what was seen."""

    name: str
    folder: Path
    replay: Replay
    source: str = ""
    recorded: frozenset[tuple[str, str]] = frozenset()
    """Kind and name of the subjects it was made of; an environment's other subjects it does not know."""

    @property
    def environment(self) -> Environment:
        """The environment as it was when the baseline was made."""
        return self.replay.environment

    @property
    def is_imported(self) -> bool:
        """Whether it was made of dumps, which cannot tell null, an empty text and an empty list apart."""
        return bool(self.source)

    @property
    def observations(self) -> Mapping[str, Observation]:
        """What was seen, by question."""
        return {seen.question.key: seen for seen in self.replay.observations}


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of baselines says of one."""

    name: str
    started: datetime | None
    answered: int
    unanswered: int
    accepted: int
    source: str
    problem: str = ""


def folder_of(environment: Path, name: str) -> Path:
    """Where a baseline of an environment lies, whether it is there or not; raises for a name that cannot be."""
    if not _NAME.fullmatch(name):
        raise BaselineMistake(
            f"'{name}' is no name for a baseline: small letters, digits, dots, hyphens and underscores make one, "
            "such as pre-cu15"
        )
    return environment / FOLDER / name


def names(environment: Path) -> tuple[str, ...]:
    """The baselines of an environment's folder, by name."""
    place = environment / FOLDER
    return tuple(sorted(file.parent.name for file in place.glob("*/run.json") if _NAME.fullmatch(file.parent.name)))


def save(
    environment: Environment,
    name: str,
    observations: Iterable[Observation],
    speakers: Mapping[str, type[Fact]],
    started: datetime,
    *,
    recorded: Iterable[Subject] = (),
    source: str = "",
    versions: Mapping[str, str] | None = None,
) -> Path:
    """Write a baseline; its folder. ``speakers`` says, by question, which fact speaks for its answer.

    Raises ``BaselineMistake`` where it exists already, where nothing was answered, or where it cannot be written.
    """
    if environment.folder is None:
        raise BaselineMistake(f"'{environment.name}' is no folder of an inventory, so it has no place for baselines")
    place = folder_of(environment.folder, name)
    if place.exists():
        raise BaselineMistake(
            f"the baseline '{name}' of '{environment.name}' is there already, and a baseline is never written over: "
            f"take another name, or muster baseline delete {name} --env {environment.name}"
        )
    kept = [canonical(seen, _shape_for(seen, speakers)) for seen in observations]
    kept.sort(key=lambda seen: (seen.question.key, seen.subject))
    if not any(seen.answer is not None for seen in kept):
        why = next((str(seen.problem) for seen in kept if seen.problem), "nothing was asked")
        raise BaselineMistake(f"nothing was answered, so there is nothing to keep: {why}")
    try:
        _write(
            place, _head(environment, name, kept, started, tuple(recorded), speakers, source, versions or {}), kept
        )
    except OSError as error:
        raise BaselineMistake(f"the baseline cannot be written to {place}: {error.strerror or error}") from error
    return place


def _head(  # noqa: PLR0917 - the parts of the file
    environment: Environment,
    name: str,
    kept: list[Observation],
    started: datetime,
    recorded: tuple[Subject, ...],
    speakers: Mapping[str, type[Fact]],
    source: str,
    versions: Mapping[str, str],
) -> Json:
    return {
        "format": FORMAT,
        "baseline": name,
        "source": source,
        "environment": environment.name,
        "organization": environment.organization.name,
        "started": dump_time(started),
        "today": started.date().isoformat(),
        "complete": True,
        "versions": dict(versions),
        "facts": {fact.__name__: _shape(fact.shape) for fact in sorted(set(speakers.values()), key=_named)},
        "subjects": [{"kind": type(one).__name__, "name": one.name} for one in recorded],
        "inventory": dump_environment(environment),
        "observations": [
            {
                "question": seen.question.key,
                "subject": seen.subject,
                "fact": speakers[seen.question.key].__name__ if seen.question.key in speakers else None,
                "answered_by": seen.answered_by,
                "taken": dump_time(seen.taken) if seen.taken else None,
                "seconds": round(seen.seconds, 3),
                "problem": dump_problem(seen.problem) if seen.problem else None,
            }
            for seen in kept
        ],
    }


def _named(fact: type[Fact]) -> str:
    return fact.__name__


def _shape_for(seen: Observation, speakers: Mapping[str, type[Fact]]) -> Shape:
    fact = speakers.get(seen.question.key)
    return fact.shape if fact is not None else Shape()


def _shape(shape: Shape) -> Json:
    """What a later comparison must know; ``compared`` says that only the fact itself can prepare its objects."""
    return {
        "identity": [*shape.identity],
        "unordered": [*sorted(shape.unordered)],
        "volatile": dict(shape.volatile),
        "only": [*sorted(shape.only)],
        "compared": shape.compared is not None,
    }


def _write(place: Path, head: Json, kept: list[Observation]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=place.parent))
    try:
        (aside / answers_json.FOLDER).mkdir()
        for name, text in answers_json.dump(kept):
            _put(aside / name, text)
        _put(aside / RUN, dumps(head))
        _put(aside / manifest_json.NAME, manifest_json.dump(aside))
        aside.chmod(0o755)
        aside.rename(place)  # the one moment at which it begins to be there
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _put(path: Path, text: str) -> None:
    with path.open("wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def load(environment: Path, name: str, expected: str = "") -> Baseline:
    """Read a baseline; raises ``BaselineMistake`` where it is missing, altered, of another environment or form."""
    place = Path(name) if _is_path(name) else folder_of(environment, name)
    head = readable(place, expected)
    try:
        found = replay.load(place)
    except ReplayMistakes as mistakes:
        raise BaselineMistake(str(mistakes)) from None
    subjects = head.get("subjects")
    recorded = frozenset(
        (str(one.get("kind")), str(one.get("name")))
        for one in (subjects if isinstance(subjects, list) else [])
        if isinstance(one, dict)
    )
    return Baseline(str(head.get("baseline") or place.name), place, found, str(head.get("source") or ""), recorded)


def readable(place: Path, expected: str = "") -> dict[str, object]:
    """What a baseline's folder says of itself; raises ``BaselineMistake`` where nothing may be compared with it.

    The folder of a run is taken too: it holds answers in the same form.
    """
    if not (place / RUN).is_file():
        known = ", ".join(names(place.parent.parent)) or "none"
        raise BaselineMistake(f"there is no baseline '{place.name}' in {place.parent}. There are: {known}")
    head = _read_head(place)
    owner = str(head.get("environment"))
    if expected and owner != expected:
        raise BaselineMistake(
            f"{place} is a baseline of '{owner}', not of '{expected}': what is so there says nothing of here"
        )
    if head.get("format") != FORMAT:
        raise BaselineMistake(
            f"{place} is in form {head.get('format')!r}; this muster reads form {FORMAT}. Make it anew with "
            "--save-baseline, or read it with the muster that wrote it"
        )
    wrong = verify(place)
    if wrong:
        raise BaselineMistake(f"{place} is not as it was written: {'; '.join(wrong)}. Nothing is compared with it")
    return head


def is_imported(place: Path) -> bool:
    """Whether a baseline was made of dumps."""
    return bool(_read_head(place).get("source"))


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name


def _read_head(place: Path) -> dict[str, object]:
    try:
        said = json.loads((place / RUN).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BaselineMistake(f"{place / RUN} cannot be read: {error}") from None
    if not isinstance(said, dict):
        raise BaselineMistake(f"{place / RUN} is no object")
    return said


def verify(place: Path) -> list[str]:
    """What is not as the manifest vouches for; a baseline without a manifest is not vouched for at all."""
    try:
        differences = manifest_json.differences(place)
    except UnreadableRun as wrong:
        return [str(wrong)]
    if differences is None:
        return [f"{manifest_json.NAME} is missing"]
    return [str(one) for one in differences]


def listed(environment: Path) -> tuple[Listed, ...]:
    """What there is, each with when and how much, or with what is wrong with it."""
    return tuple(_listed(environment / FOLDER / name) for name in names(environment))


def _listed(place: Path) -> Listed:
    try:
        head = _read_head(place)
        seen = head.get("observations")
        asked = seen if isinstance(seen, list) else []
        unanswered = sum(1 for one in asked if isinstance(one, dict) and one.get("problem"))
        wrong = verify(place)
        return Listed(
            place.name,
            datetime.fromisoformat(str(head["started"])),
            len(asked) - unanswered,
            unanswered,
            _count_accepted(place),
            str(head.get("source") or ""),
            "; ".join(wrong),
        )
    except (BaselineMistake, KeyError, ValueError) as wrong:
        return Listed(place.name, None, 0, 0, 0, "", str(wrong))


def _count_accepted(place: Path) -> int:
    path = place / ACCEPTED
    if not path.is_file():
        return 0
    said = json.loads(path.read_text("utf-8"))
    return len(said.get("accepted", [])) if isinstance(said, dict) else 0


def delete(environment: Path, name: str) -> Path:
    """Take a baseline away; raises ``BaselineMistake`` where there is none."""
    place = folder_of(environment, name)
    if not place.is_dir():
        raise BaselineMistake(
            f"there is no baseline '{name}' in {environment / FOLDER}. "
            f"There are: {', '.join(names(environment)) or 'none'}"
        )
    try:
        aside = Path(tempfile.mkdtemp(prefix=".deleted-", dir=place.parent))
        place.rename(aside / name)  # it is gone at once, and never half there
        shutil.rmtree(aside)
    except OSError as error:
        raise BaselineMistake(f"{place} cannot be taken away: {error.strerror or error}") from error
    return place
