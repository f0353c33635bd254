"""An earlier run's folder: what it saw, so that it can be judged again without asking anybody.

``run.json`` says when, how long and who answered, and holds the environment under ``inventory``; ``answers/*.json``
hold questions and answers; ``manifest.json``, where it is, vouches for both.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from muster.model import Environment, Observation
from muster.snapshot import (
    FORMAT,
    UnreadableSnapshot,
    load_environment,
    load_observation,
    load_question,
    loads,
)

RUN, ANSWERS, MANIFEST = "run.json", "answers", "manifest.json"


class ReplayMistakes(Exception):  # noqa: N818 - a list of what is wrong with a folder
    """Everything that keeps a folder from being replayed, a sentence each."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__(mistakes)
        self.mistakes = mistakes

    def __str__(self) -> str:
        """One line each."""
        return "\n".join(self.mistakes)


@dataclass(frozen=True, slots=True)
class Replay:
    """An earlier run. ``today`` is the day it was judged at, ``None`` where it had none; ``vouched`` says that a
    manifest was there and held. ``left_out`` and ``selection`` say what that run had not asked for. ``what_if`` is
    the sentence of a run whose answers were changed (``--what-if``); ``""`` for answers as they were seen.
    """  # noqa: D205

    environment: Environment
    observations: tuple[Observation, ...]
    started: datetime
    today: date | None
    complete: bool
    vouched: bool
    left_out: int = 0
    selection: str = ""
    decisions: object = None
    what_if: str = ""


def load(folder: Path) -> Replay:
    """Read a run's folder; raises ``ReplayMistakes`` for what is missing, changed or broken."""
    changed, vouched = _changed(folder)
    if changed:
        raise ReplayMistakes(tuple(changed))
    run = _json(folder / RUN)
    mistakes: list[str] = []
    observations: list[Observation] = []
    try:
        when = _when(run)
        environment = load_environment(_of(run, "inventory"))
        started = datetime.fromisoformat(str(_of(run, "started")))
        today = _of(run, "today")
        complete = _of(run, "complete")
        left_out, selection = _part(run)
        judged_at = date.fromisoformat(str(today)) if today is not None else None
    except (UnreadableSnapshot, ValueError) as error:
        raise ReplayMistakes((f"{folder / RUN}: {error}",)) from None
    files = sorted((folder / ANSWERS).glob("*.json"))
    for path in files:
        try:
            observations.extend(_observations(path, when))
        except UnreadableSnapshot as error:
            mistakes.append(f"{path}: {error}")
        except ReplayMistakes as error:
            mistakes.extend(error.mistakes)
    told = {(each.question.key, each.subject) for each in observations}
    lacking = sorted(subject for key, subject in when if (key, subject) not in told)
    if lacking and not mistakes:
        names = ", ".join(dict.fromkeys(lacking))
        mistakes.append(f"{folder / ANSWERS} lacks {len(lacking)} of the answers that {RUN} lists (about {names})")
    if mistakes:
        raise ReplayMistakes(tuple(mistakes))
    return Replay(
        environment,
        tuple(observations),
        started,
        judged_at,
        complete is True,
        vouched,
        left_out,
        selection,
        _fields(run).get("decisions"),
        _imagined(run),
    )


def _imagined(run: object) -> str:
    """The sentence of a run whose answers were changed."""
    said = _fields(run).get("what_if")
    return str(_of(said, "sentence")) if said else ""


def _part(run: object) -> tuple[int, str]:
    """How much had been left out, and by which words; older runs do not say."""
    fields = _fields(run)
    left_out, selection = fields.get("left_out", 0), fields.get("selection", "")
    if not (isinstance(left_out, int) and isinstance(selection, str)):
        raise UnreadableSnapshot("a number and words", f"{left_out!r}, {selection!r}", "$.left_out, $.selection")
    return left_out, selection


_When = Mapping[tuple[str, str], Mapping[str, object]]


def _when(run: object) -> _When:
    """What ``run.json`` says about each observation, by question and subject."""
    listed = _of(run, "observations")
    if not isinstance(listed, list):
        raise UnreadableSnapshot("a list", type(listed).__name__, "$.observations")
    return {(str(_of(item, "question")), str(_of(item, "subject"))): _fields(item) for item in listed}


def _observations(path: Path, when: _When) -> Iterator[Observation]:
    data = _json(path)
    if _of(data, "format") != FORMAT:
        raise UnreadableSnapshot(f"format {FORMAT}", f"format {_of(data, 'format')}", "$.format")
    listed = _of(data, "observations")
    if not isinstance(listed, list):
        raise UnreadableSnapshot("a list", type(listed).__name__, "$.observations")
    for place, item in enumerate(listed):
        fields = _fields(item)
        try:
            key, subject = load_question(fields.get("question")).key, str(fields.get("subject"))
            told = when.get((key, subject))
            if told is None:
                raise ReplayMistakes((f"{path}: {RUN} does not list the answer to {key} about {subject}",))
            whole = {**fields, **{name: told.get(name) for name in ("taken", "seconds", "answered_by")}}
            yield load_observation(whole)
        except UnreadableSnapshot as error:
            at = f"$.observations[{place}]{error.at.removeprefix('$')}"
            raise UnreadableSnapshot(error.expected, error.came, at) from None


def _changed(folder: Path) -> tuple[list[str], bool]:
    """The files that a replay reads and the manifest does not vouch for, and whether there is a manifest."""
    if not folder.is_dir():
        return [f"the folder {folder} does not exist"], False
    if not (folder / RUN).is_file():
        return [
            f"{folder} holds no {RUN}: it is no run's folder, or the run was interrupted before it was written"
        ], False
    path = folder / MANIFEST
    if not path.is_file():
        return [], False
    vouched = _fields(_of(_json(path), "files"))
    there = {RUN, *(f"{ANSWERS}/{file.name}" for file in (folder / ANSWERS).glob("*.json"))}
    found: list[str] = []
    for name in sorted(there | {name for name in vouched if name.startswith(f"{ANSWERS}/")}):
        if name not in vouched:
            found.append(f"{folder / name} is not in the manifest: it was added after the run")
        elif name not in there:
            found.append(f"{folder / name} is missing: the manifest lists it")
        elif _hash(folder / name) != vouched[name]:
            found.append(f"{folder / name} was changed after the run: its SHA-256 is not the manifest's")
    return found, True


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(path: Path) -> object:
    try:
        return loads(path.read_text("utf-8"))
    except (UnreadableSnapshot, UnicodeDecodeError) as error:
        raise ReplayMistakes((f"{path} cannot be read: {error}",)) from None
    except OSError as error:
        raise ReplayMistakes((f"{path} cannot be read: {error.strerror}",)) from None


def _fields(data: object) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise UnreadableSnapshot("an object", type(data).__name__)
    return data


def _of(data: object, name: str) -> object:
    fields = _fields(data)
    if name not in fields:
        raise UnreadableSnapshot("a value", "nothing", f"$.{name}")
    return fields[name]
