"""A plan as data, and whether it was carried out: the next run's question."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from muster.drift import Difference, Place
from muster.snapshot.text import Json
from muster.upgrade.put_back.steps import PutBack

FORM = 1
"""The form of a remembered plan."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a difference was: enough to see whether it is still there."""

    place: Place
    object: str
    path: tuple[str, ...]

    def holds(self, difference: Difference) -> bool:
        """Whether a difference is this one, or one of the object or property around it, or inside it."""
        if (difference.place.subject, difference.place.subject_kind, difference.place.fact) != (
            self.place.subject,
            self.place.subject_kind,
            self.place.fact,
        ):
            return False
        shorter = min(len(self.path), len(difference.path))
        return difference.object == self.object and difference.path[:shorter] == self.path[:shorter]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A step as it was printed: its key, kind, title and command, and the spots that must be clean."""

    key: str
    kind: str
    title: str
    command: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """Which steps of a plan are carried out, which are open, and of which nobody knows (it was not compared)."""

    done: tuple[Remembered, ...]
    open: tuple[Remembered, ...]
    unknown: tuple[Remembered, ...]


def dump_plan(steps: Iterable[PutBack]) -> Json:
    """The steps as JSON data; those told and not put back are left out."""
    return {
        "form": FORM,
        "steps": [
            {
                "key": step.key,
                "kind": step.kind,
                "title": step.title,
                "command": step.command,
                "spots": [
                    {
                        "subject": one.place.subject,
                        "subject_kind": one.place.subject_kind,
                        "fact": one.place.fact,
                        "question": one.place.question,
                        "object": one.object,
                        "path": list(one.path),
                    }
                    for one in step.differences
                ],
            }
            for step in steps
            if step.kind != "separate"
        ],
    }


def load_plan(data: object) -> tuple[Remembered, ...]:
    """A plan back from JSON data; raises ``ValueError`` with what is wrong with it."""
    if not isinstance(data, dict) or data.get("form") != FORM:
        raise ValueError(f"a remembered plan of form {FORM} was expected; write it again with this muster")
    steps = data.get("steps")
    if not isinstance(steps, list):
        raise ValueError("a remembered plan has no list of steps")  # noqa: TRY004 - its content is wrong, not its type
    return tuple(_step(each) for each in steps)


def progress(
    remembered: Iterable[Remembered], differences: Iterable[Difference], compared: Iterable[tuple[str, str, str]]
) -> Progress:
    """What a new comparison with the same baseline says of a plan.

    ``compared`` are the subjects' kinds and names with their facts that the comparison covers; a step about anything
    else is unknown: that no difference was seen there says nothing.
    """
    found, covered = tuple(differences), set(compared)
    done, still, unknown = [], [], []
    for step in remembered:
        where = {(spot.place.subject_kind, spot.place.subject, spot.place.fact) for spot in step.spots}
        if any(spot.holds(one) for spot in step.spots for one in found):
            still.append(step)
        elif where <= covered and where:
            done.append(step)
        else:
            unknown.append(step)
    return Progress(tuple(done), tuple(still), tuple(unknown))


def _step(data: object) -> Remembered:
    row = _mapping(data)
    spots = row.get("spots")
    if not isinstance(spots, list):
        raise ValueError(f"the step {row.get('key')!r} has no list of spots")  # noqa: TRY004 - content, not type
    return Remembered(
        _text(row, "key"), _text(row, "kind"), _text(row, "title"), _text(row, "command"), tuple(map(_spot, spots))
    )


def _spot(data: object) -> Spot:
    row = _mapping(data)
    path = row.get("path")
    if not isinstance(path, list):
        raise ValueError(f"a spot has no path: {row}")  # noqa: TRY004 - content, not type
    place = Place(_text(row, "subject"), _text(row, "subject_kind"), _text(row, "fact"), _text(row, "question"))
    return Spot(place, _text(row, "object"), tuple(str(each) for each in path))


def _mapping(data: object) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise ValueError(f"'{str(data)[:60]}' where a mapping was expected")  # noqa: TRY004 - content, not type
    return data


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise ValueError(f"'{name}' is missing in a remembered plan: {dict(row)}")  # noqa: TRY004 - content, not type
    return value
