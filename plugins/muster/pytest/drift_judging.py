"""How a generated check ends: differences fail unless they were expected or accepted, gaps leave it undetermined."""

from collections.abc import Callable, Iterable, Sequence

from muster.baseline import name_of
from muster.drift import Difference, told, why_not
from muster.model import FactUnavailable, Problem, about, because
from muster.pytest.drifting import Found, Strangers

_FEW = 3

Sorts = Callable[[Difference], str]
"""What a difference is: lost, leftover, unexplained."""
Explained = Callable[[Difference], str | None]
"""Why a difference is meant to be; ``None`` where it is not."""


def judge(found: Found, sort_of: Sorts, explained: Explained, held: Callable[[str], None]) -> None:
    """Judge one group. ``held`` is told of what is as it was, as an assertion that holds would be."""
    expected: list[str] = []
    by_object: dict[str, list[str]] = {}
    for difference in found.comparison.differences:
        why = explained(difference)
        if why is None:
            by_object.setdefault(_object(difference), []).append(f"{told(difference)} ({sort_of(difference)})")
        else:
            expected.append(f"{told(difference)}: {why}")
    for name, sentences in by_object.items():
        with about(name):
            raise AssertionError(_joined(sentences))
    if found.gaps:
        raise found.gaps[0]
    if found.comparison.incomparable and not found.comparison.compared:
        raise _nothing_compared(found)
    held(f"{found.comparison.compared} values compared with the baseline")
    if expected:
        because(f"{len(expected)} expected: {_joined(expected)}")
    if found.accepted:
        who = ", ".join(dict.fromkeys(f"{yes.by} ({yes.reason})" for _, yes in found.accepted))
        names = _joined([name_of(one) for one, _ in found.accepted])
        because(f"{len(found.accepted)} accepted by {who}: {names}")
    if found.comparison.incomparable:
        first = found.comparison.incomparable[0]
        where = ".".join((first.object, *first.path)).strip(".")
        because(f"{len(found.comparison.incomparable)} could not be compared, {where}: {first.why}")


def judge_strangers(strangers: Strangers, held: Callable[[str], None]) -> None:
    """Who is new and who is gone: of neither anybody can say that nothing changed."""
    for kind, name in strangers.new:
        with about(f"{kind} {name}"):
            raise AssertionError("is new: the baseline knows nothing of it. Make a new baseline when it is in order")
    for kind, name in strangers.gone:
        with about(f"{kind} {name}"):
            raise AssertionError("is gone: the baseline has it, the inventory does not")
    for kind, name in strangers.silent:
        because(f"of {kind} {name} nothing is compared: nothing was answered when the baseline was made")
    held(f"{strangers.known} subjects are in the baseline")
    if strangers.not_recorded:
        names = _joined([name for _, name in strangers.not_recorded])
        because(f"{len(strangers.not_recorded)} subjects were left out when the baseline was made: {names}")


def _nothing_compared(found: Found) -> FactUnavailable:
    """Where nothing at all could be compared nobody may say that nothing changed."""
    first = found.comparison.incomparable[0]
    return FactUnavailable(first.place.subject, first.place.fact, Problem("not comparable", why_not(first)))


def _object(difference: Difference) -> str:
    return difference.object or difference.place.fact


def _joined(sentences: Sequence[str] | Iterable[str]) -> str:
    everything = list(sentences)
    more = f"; and {len(everything) - _FEW} more" if len(everything) > _FEW else ""
    return "; ".join(everything[:_FEW]) + more
