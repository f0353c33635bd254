"""What an unchanged system shows when it is asked repeatedly: which properties change by themselves, and how."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from muster.drift.identity import pairs
from muster.drift.sentences import LONGEST, shown
from muster.drift.terms import OF_THE_WIRE, terms_of
from muster.drift.unlike import Unlike, unlike
from muster.model import Answer, Object, Shape, Value

KINDS = ("volatile", "unordered", "comes and goes", "rows come and go", "declared and changed", "declared and still")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was seen of one property over ``times`` answers, summed over all objects.

    ``kind``: ``volatile`` (its value changed; declare it, or find out who changes it), ``unordered`` (only the order
    of its elements changed), ``comes and goes`` (it was not always sent), ``rows come and go`` (``name`` is ``""``:
    objects were not always there), and of those that the shape names ``declared and changed`` or ``declared and
    still``. ``objects`` of all ``of`` showed it; ``seen`` are values of the first of them, in the order they came.
    """

    kind: str
    name: str
    objects: int
    of: int
    times: int
    seen: tuple[Value, ...] = ()
    example: str = ""

    @property
    def flickers(self) -> bool:
        """Whether an unchanged system would be reported as drifted."""
        return not self.kind.startswith("declared")


def calibrate(answers: Sequence[Answer], shape: Shape) -> tuple[Proposal, ...]:
    """What N answers to one question, of a system that nobody changed meanwhile, say of the fact's shape.

    Those that flicker come first. Raises ``ValueError`` for fewer than two answers.
    """
    if len(answers) < 2:  # noqa: PLR2004 - one answer shows no change
        raise ValueError(f"{len(answers)} answer shows no change: at least two are needed")
    histories = _histories(answers, shape)
    names = list(dict.fromkeys(name for one in histories for item in one.items if item for name in item.properties))
    found = [one for name in names if (one := _of_property(name, histories, answers, shape)) is not None]
    unstable = [one for one in histories if None in one.items]
    if unstable:
        seen = tuple("there" if item else "not there" for item in unstable[0].items)
        found.insert(
            0,
            Proposal("rows come and go", "", len(unstable), len(histories), len(answers), seen, unstable[0].name),
        )
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


@dataclass(frozen=True, slots=True)
class _History:
    """One object through all answers, ``None`` where it did not come."""

    name: str
    items: tuple[Object | None, ...]


def _histories(answers: Sequence[Answer], shape: Shape) -> list[_History]:
    rows: list[tuple[str, list[Object | None]]] = []
    for count, answer in enumerate(answers):
        latest = [next(item for item in reversed(items) if item is not None) for _, items in rows]
        found = pairs(latest, answer.objects, shape)  # those of the older side first, in their order
        for (_, items), pair in zip(rows, found, strict=False):
            items.append(pair.after)
        for pair in found[len(latest) :]:
            earlier: list[Object | None] = [None] * count
            rows.append((pair.name, [*earlier, pair.after]))
    return [_History(name, tuple(items)) for name, items in rows]


def _of_property(
    name: str, histories: Sequence[_History], answers: Sequence[Answer], shape: Shape
) -> Proposal | None:
    declared = {each.casefold() for each in shape.volatile}
    if name.casefold() in {each.casefold() for each in OF_THE_WIRE} - declared:
        return None
    kinds: Counter[str] = Counter()
    first: dict[str, tuple[_History, tuple[Value, ...]]] = {}
    owners = 0
    for history in histories:
        came = [item for item in history.items if item is not None]
        values = tuple(item.properties[name] for item in came if name in item.properties)
        owners += bool(values)
        kind = _kind_of(name, values, sent_always=len(values) in {0, len(came)}, terms_from=answers, shape=shape)
        if kind:
            kinds[kind] += 1
            first.setdefault(kind, (history, values))
    kind = next((each for each in ("volatile", "comes and goes", "unordered") if each in kinds), None)
    if name.casefold() in declared:
        label = "declared and changed" if kind else "declared and still"
    elif kind is None:
        return None
    else:
        label = kind
    if kind is None:
        return Proposal(label, name, 0, owners, len(answers))
    history, values = first[kind]
    return Proposal(label, name, kinds[kind], owners, len(answers), values, history.name)


def _kind_of(
    name: str, values: tuple[Value, ...], *, sent_always: bool, terms_from: Sequence[Answer], shape: Shape
) -> str | None:
    terms = terms_of(terms_from[0], terms_from[0], Shape(unordered=shape.unordered))
    changed = reordered = False
    for was, now in pairwise(values):
        if any(unlike((name,), was, now, terms)):
            same_set = not any(isinstance(one, Unlike) for one in unlike((name,), was, now, terms, is_set=True))
            reordered, changed = reordered or same_set, changed or not same_set
    if changed:
        return "volatile"
    if not sent_always:
        return "comes and goes"
    return "unordered" if reordered else None


def told_of_calibration(fact: str, proposals: Sequence[Proposal]) -> Iterator[str]:
    """The lines that people read: what to declare first, then what is declared already."""
    if not any(one.flickers for one in proposals):
        yield f"{fact}: nothing flickers that is not declared"
    for one in proposals:
        yield f"{fact}.{one.name}: {_told(one)}" if one.name else f"{fact}: {_told(one)}"


def _told(one: Proposal) -> str:
    where = f"{one.objects} of {one.of} objects"
    example = f"; {one.example}: {_seen(one.seen)}" if one.example else f": {_seen(one.seen)}"
    match one.kind:
        case "volatile":
            return f"changed in {where}{example}. Declare it volatile with a reason, or find out who changes it"
        case "unordered":
            return f"only its order changed in {where}{example}. Declare it unordered"
        case "comes and goes":
            return f"was not always sent, in {where}. Find out why, or declare it volatile"
        case "rows come and go":
            return f"{where} were not always there{example}. Each would be told as gone or new"
        case "declared and changed":
            return f"declared volatile, and it changed in {where}"
        case _:
            return f"declared volatile, and it did not change in {one.times} answers"


def _seen(values: Sequence[Value]) -> str:
    texts = [text if len(text) <= LONGEST else f"{text[:LONGEST]}…" for text in map(shown, values)]
    return ", then ".join(texts[:_SHOWN]) + (f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else "")
