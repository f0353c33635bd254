"""The same on the snapshot form: what is equal there is never made into values.

Two baselines of an unchanged organisation are the same JSON but for what changes by itself, and comparing
dictionaries is the cheapest thing that can be done with them. Only objects that differ elsewhere are loaded.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from muster.drift.comparing import compare_objects
from muster.drift.terms import OF_THE_WIRE, Hook, Terms, terms_of
from muster.drift.unread import unread_object
from muster.drift.values import Comparison, Incomparable, Place
from muster.model import Answer, Object, Question, Shape
from muster.snapshot import UnreadableSnapshot, load_problem, load_question, load_value

Item = Mapping[str, object]
"""One object in the snapshot form, not loaded."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What part of an answer is compared as whose: ``owns`` picks the objects, ``None`` takes them all."""

    place: Place
    shape: Shape
    owns: Callable[[Item], bool] | None = None
    hooks: Mapping[str, Hook] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of two files and what came each time: an observation as JSON, ``None`` where it was not asked."""

    before: Mapping[str, object] | None
    after: Mapping[str, object] | None

    @property
    def question(self) -> Question:
        """The question; loading it takes time, so keep it."""
        return load_question((self.before or self.after or {})["question"])

    @property
    def subject(self) -> str:
        """Whose file it stands in."""
        return str((self.before or self.after or {})["subject"])


def matched(before: Iterable[object], after: Iterable[object]) -> Iterator[Asked]:
    """The ``observations`` of two files by their questions: each of either once, those of the older file first."""
    theirs: dict[str, list[Mapping[str, object]]] = {}
    for each in map(_mapping, after):
        theirs.setdefault(_key_of(each), []).append(each)
    for ours in map(_mapping, before):
        same = theirs.get(_key_of(ours))
        yield Asked(ours, same.pop(0) if same else None)
    for rest in theirs.values():
        for each in rest:
            yield Asked(None, each)


def compare_observations(
    before: Iterable[object],
    after: Iterable[object],
    portions: Callable[[Asked], Iterable[Portion]],
    *,
    blank_is_blank: bool = False,
) -> Iterator[tuple[Place, Comparison]]:
    """Compare the ``observations`` of one subject's file of two baselines, as ``json.load`` gave them.

    ``portions`` says of each question whose facts its answer holds. A question without an answer on one side is
    incomparable with the problem that came. Raises ``UnreadableSnapshot``.
    """
    for asked in matched(before, after):
        for portion in portions(asked):
            yield portion.place, _compare_portion(asked, portion, blank_is_blank=blank_is_blank)


def _compare_portion(asked: Asked, portion: Portion, *, blank_is_blank: bool) -> Comparison:
    answers: list[object] = []
    for observation, when in ((asked.before, "before"), (asked.after, "now")):
        if observation is None:
            return _incomparable(portion.place, f"it was not asked {when}")
        answer = observation.get("answer")
        if answer is None:
            problem = load_problem(observation.get("problem"))
            return _incomparable(portion.place, f"no answer came {when}: {problem}")
        answers.append(answer)
    return compare_json(
        answers[0],
        answers[1],
        portion.shape,
        portion.place,
        owns=portion.owns,
        hooks=portion.hooks,
        blank_is_blank=blank_is_blank,
    )


def _incomparable(place: Place, why: str) -> Comparison:
    return Comparison(incomparable=(Incomparable(place, "", (), why),))


def compare_json(
    before: object,
    after: object,
    shape: Shape,
    place: Place,
    *,
    owns: Callable[[Item], bool] | None = None,
    blank_is_blank: bool = False,
    across: bool | None = None,
    hooks: Mapping[str, Hook] | None = None,
) -> Comparison:
    """``compare`` for two answers in the snapshot form, of which ``owns`` picks the objects.

    With ``blank_is_blank`` every object is loaded, because equal ones may hold what their door could not tell.
    """
    ours, theirs = (_objects(answer, owns) for answer in (before, after))
    terms = terms_of(_empty(before), _empty(after), shape, blank_is_blank=blank_is_blank, across=across, hooks=hooks)
    if blank_is_blank:
        return compare_objects(_loaded(ours), _loaded(theirs), shape, place, terms)
    skipped, left, rest = _without_equal(ours, theirs, shape, terms)
    if not left and not rest:
        return Comparison(compared=skipped)
    if not shape.identity:  # then which object is which depends on how many there are, and where they stand
        return compare_objects(_unread(ours), _unread(theirs), shape, place, terms)
    found = compare_objects(_unread(left), _unread(rest), shape, place, terms)
    return replace(found, compared=found.compared + skipped)


def _without_equal(
    ours: Sequence[Item], theirs: Sequence[Item], shape: Shape, terms: Terms
) -> tuple[int, Sequence[Item], Sequence[Item]]:
    """What is left when equal objects have cancelled each other, and how many values those held."""
    ignored = frozenset(shape.volatile) | frozenset(OF_THE_WIRE)
    skipped = 0
    left: list[Item] = []
    waiting: dict[str, list[Item]] = {}
    rest: list[Item] = []
    for one, other in zip(ours, theirs, strict=False):  # they mostly come in the same order
        if _equal(one, other, ignored, terms):
            skipped += _values_in(one, ignored)
        else:
            left.append(one)
            rest.append(other)
    short = min(len(ours), len(theirs))
    left.extend(ours[short:])
    rest.extend(theirs[short:])
    if not left or not rest:
        return skipped, left, rest
    for other in rest:
        waiting.setdefault(_name(other, shape), []).append(other)
    kept: list[Item] = []
    for one in left:
        candidates = waiting.get(_name(one, shape), [])
        twin = next((at for at, other in enumerate(candidates) if _equal(one, other, ignored, terms)), None)
        if twin is None:
            kept.append(one)
        else:
            skipped += _values_in(one, ignored)
            del candidates[twin]
    return skipped, kept, [other for others in waiting.values() for other in others]


def _values_in(item: Item, ignored: frozenset[str]) -> int:
    return len(item) - 2 - sum(1 for name in ignored if name in item)  # without its type and its text


def _equal(one: Item, other: Item, ignored: frozenset[str], terms: Terms) -> bool:
    """Whether two objects are the same but for what changes by itself."""
    if one == other:
        return True
    if one.keys() == other.keys():
        unequal = [name for name, value in one.items() if value != other[name]]
    else:
        unequal = [name for name in one.keys() | other.keys() if one.get(name, _ABSENT) != other.get(name, _ABSENT)]
    return all(name in ignored or terms.is_volatile((name,)) for name in unequal)


_ABSENT = object()


def _name(item: Item, shape: Shape) -> str:
    text = item.get("$text")
    return repr([item.get(name) for name in shape.identity] or text)


def _objects(answer: object, owns: Callable[[Item], bool] | None) -> Sequence[Item]:
    found = _mapping(answer).get("objects")
    if not isinstance(found, list):
        raise UnreadableSnapshot("a list", type(found).__name__, "$.objects")
    return found if owns is None else [item for item in found if owns(item)]


def _empty(answer: object) -> Answer:
    data = _mapping(answer)
    shortfalls = data.get("shortfalls")
    if not isinstance(shortfalls, list):
        raise UnreadableSnapshot("a list", type(shortfalls).__name__, "$.shortfalls")
    return Answer((), str(data.get("serialization")), tuple(map(load_problem, shortfalls)))


def _loaded(items: Iterable[Item]) -> tuple[Object, ...]:
    found = []
    for item in items:
        value = load_value(item)
        if not isinstance(value, Object):
            raise UnreadableSnapshot("an object of an answer", type(value).__name__)
        found.append(value)
    return tuple(found)


def _unread(items: Iterable[Item]) -> tuple[Object, ...]:
    return tuple(map(unread_object, items))


def _mapping(data: object) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise UnreadableSnapshot("an object", type(data).__name__)
    return data


def _key_of(observation: Mapping[str, object]) -> str:
    return json.dumps(observation.get("question"), sort_keys=True)
