"""Two baselines compared file by file: what is the same there is never made into values."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from muster.baseline.folder import Baseline, BaselineMistake
from muster.baseline.speaking import Speakers
from muster.drift import Asked, Comparison, Incomparable, Place, comparable, compare, compare_json, matched
from muster.evidence import answers_json
from muster.model import Fact
from muster.snapshot import UnreadableSnapshot, load_answer, load_question

Row = tuple[Place, Comparison]


def between(before: Path, after: Path, facts: Iterable[type[Fact]], *, blank_is_blank: bool = False) -> Iterator[Row]:
    """Subject by subject what is not as it was; raises ``BaselineMistake`` for a file that cannot be read.

    Files with the same bytes are not even parsed. A subject that only one of them has is told as incomparable.
    """
    speakers = Speakers(facts)
    ours, theirs = (_files(folder) for folder in (before, after))
    for name in sorted(ours.keys() | theirs.keys()):
        if name in ours and name in theirs and ours[name].read_bytes() == theirs[name].read_bytes():
            continue
        then, now = (_observations(files.get(name)) for files in (ours, theirs))
        yield from _of_file(then, now, speakers, blank_is_blank=blank_is_blank)


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


def _of_file(then: list[object], now: list[object], speakers: Speakers, *, blank_is_blank: bool) -> Iterator[Row]:
    try:
        for asked in matched(then, now):
            there = asked.before or asked.after or {}
            fact = speakers.of(there["question"])
            if fact is None:
                if not speakers.know(there["question"]) and not _same(asked):
                    yield _unread(asked)
                continue
            place = Place(asked.subject, "", fact.__name__, "")
            found = _compared(asked.before, asked.after, fact, place, blank_is_blank=blank_is_blank)
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
    fact: type[Fact],
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
    shape = fact.shape
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


def of(baseline: Baseline, other: Path, facts: Iterable[type[Fact]]) -> Iterator[Row]:
    """What is not in ``other``, a baseline's or a run's folder, as it is in a baseline."""
    return between(baseline.folder, other, facts, blank_is_blank=baseline.is_imported)
