"""Two baselines compared file by file: what is the same there is never made into values.

Each baseline says of every question which fact speaks for its answer, in which shape: the word of the newer counts.
So no fact has to be imported, but for answers that only their fact can prepare, and for what no run recorded.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from muster.baseline.folder import RUN, BaselineMistake
from muster.baseline.speaking import Speakers
from muster.drift import Asked, Comparison, Incomparable, Place, comparable, compare, compare_json, matched
from muster.evidence import answers_json
from muster.model import Fact, Shape
from muster.snapshot import UnreadableSnapshot, load_answer, load_question

Row = tuple[Place, Comparison]
Facts = Callable[[], Iterable[type[Fact]]]
"""Every fact, imported when it is called."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A fact's name and shape, as a baseline recorded them or as the fact itself says."""

    name: str
    shape: Shape


class _Speaking:
    """Who speaks for the answer to a question."""

    def __init__(self, folders: tuple[Path, ...], facts: Facts) -> None:
        self._recorded: dict[tuple[str, str], str] = {}
        self._shapes: dict[str, Mapping[str, object]] = {}
        for folder in folders:
            head = json.loads((folder / RUN).read_bytes())
            self._shapes |= head.get("facts", {})
            self._recorded |= {
                (one["question"], one["subject"]): one["fact"] for one in head["observations"] if one.get("fact")
            }
        self._facts = cache(lambda: {fact.__name__: fact for fact in facts()})
        self._speakers = cache(lambda: Speakers(self._facts().values()))

    def of(self, question: object, subject: str) -> Spoken | None:
        """The fact of a question in the snapshot form; ``None`` where no fact asks it, or only for a moment."""
        name = self._recorded.get((load_question(question).key, subject)) if self._recorded else None
        told = self._shapes.get(name) if name else None
        if name and told and not told["compared"]:
            return Spoken(name, _shape(told))
        fact = self._facts().get(name) if name else self._speakers().of(question)
        return Spoken(fact.__name__, fact.shape) if fact is not None else None

    def knows(self, question: object) -> bool:
        """Whether some fact asks a question, be it only for a moment."""
        return self._speakers().know(question)


def _shape(told: Mapping[str, object]) -> Shape:
    identity, unordered, volatile, only = (told[name] for name in ("identity", "unordered", "volatile", "only"))
    if not (isinstance(identity, list) and isinstance(unordered, list) and isinstance(only, list)):
        raise BaselineMistake("a recorded shape is not in its form")
    said = volatile if isinstance(volatile, dict) else {}
    return Shape(tuple(identity), frozenset(unordered), said, only=frozenset(only))


def between(before: Path, after: Path, facts: Facts, *, blank_is_blank: bool = False) -> Iterator[Row]:
    """Subject by subject what is not as it was; raises ``BaselineMistake`` for a file that cannot be read.

    Files with the same bytes are not even parsed. A subject that only one of them has is told as incomparable.
    """
    speaking = _Speaking((before, after), facts)
    ours, theirs = (_files(folder) for folder in (before, after))
    for name in sorted(ours.keys() | theirs.keys()):
        if name in ours and name in theirs and ours[name].read_bytes() == theirs[name].read_bytes():
            continue
        then, now = (_observations(files.get(name)) for files in (ours, theirs))
        yield from _of_file(then, now, speaking, blank_is_blank=blank_is_blank)


def _files(folder: Path) -> Mapping[str, Path]:
    return {path.name: path for path in (folder / answers_json.FOLDER).glob("*.json")}


def _observations(path: Path | None) -> list[object]:
    if path is None:
        return []
    try:
        found = json.loads(path.read_bytes())["observations"]
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise BaselineMistake(f"{path} cannot be read: {wrong}") from None
    if not isinstance(found, list):
        raise BaselineMistake(f"{path} holds no list of observations")
    return found


def _of_file(then: list[object], now: list[object], speaking: _Speaking, *, blank_is_blank: bool) -> Iterator[Row]:
    try:
        for asked in matched(then, now):
            there = asked.before or asked.after or {}
            spoken = speaking.of(there["question"], asked.subject)
            if spoken is None:
                if not _same(asked) and not speaking.knows(there["question"]):
                    yield _unread(asked)
                continue
            place = Place(asked.subject, "", spoken.name, "")
            found = _compared(asked.before, asked.after, spoken.shape, place, blank_is_blank=blank_is_blank)
            if found.differences or found.incomparable:
                key = load_question(there["question"]).key
                yield _keyed(place, found, key)
    except UnreadableSnapshot as wrong:
        raise BaselineMistake(str(wrong)) from None


def _same(asked: Asked) -> bool:
    before, after = asked.before, asked.after
    return before is not None and after is not None and before.get("answer") == after.get("answer")


def _unread(asked: Asked) -> Row:
    """An answer that is not as it was, to a question that another muster asked."""
    key = asked.question.key
    place = Place(asked.subject, "", "no fact of this muster", key)
    return place, Comparison(incomparable=(Incomparable(place, "", (), f"nothing here reads the answer to {key}"),))


def _compared(
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
    shape: Shape,
    place: Place,
    *,
    blank_is_blank: bool,
) -> Comparison:
    if all(one is None or one.get("answer") is None for one in (before, after)):
        return Comparison()  # neither of them holds it
    answers: list[object] = []
    for observation, when in ((before, "before"), (after, "after")):
        answer = None if observation is None else observation.get("answer")
        if answer is None:
            why = f"it was not asked {when}" if observation is None else f"no answer came {when}"
            return Comparison(incomparable=(Incomparable(place, "", (), why),))
        answers.append(answer)
    if shape.compared is None and not shape.only:
        return compare_json(answers[0], answers[1], shape, place, blank_is_blank=blank_is_blank)
    if answers[0] == answers[1]:
        return Comparison()
    try:
        then, now = (comparable(load_answer(answer), shape) for answer in answers)
    except ValueError as unreadable:
        return Comparison(incomparable=(Incomparable(place, "", (), str(unreadable)),))
    return compare(then, now, shape, place, blank_is_blank=blank_is_blank)


def _keyed(place: Place, found: Comparison, key: str) -> Row:
    keyed = replace(place, question=key)
    return keyed, Comparison(
        tuple(replace(one, place=keyed) for one in found.differences),
        tuple(replace(one, place=keyed) for one in found.incomparable),
        found.compared,
    )
