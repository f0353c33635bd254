"""Who answered, how many questions, and where the time went."""

from collections.abc import Callable
from dataclasses import dataclass

from muster.evidence.account import Account, Asked

MOST = 12


@dataclass(frozen=True, slots=True)
class Spent:
    """What was asked of one endpoint or about one subject: sum of seconds, and the ``slowest`` question's."""

    name: str
    questions: int
    problems: int
    seconds: float
    slowest: float
    serialization: str
    share: float
    """Of the longest sum in the same table, 0 to 1: the length of its bar."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The three tables; each holds at most ``MOST`` rows, ``more_…`` counts the rest."""

    answered: tuple[Spent, ...]
    more_answered: int
    subjects: tuple[Spent, ...]
    more_subjects: int
    slowest: tuple[Asked, ...]
    questions: int
    seconds: float


def timing(account: Account) -> Timing:
    """Sums over every observation of the run."""
    answered = _spent(account.asked, lambda one: one.answered_by or "nobody")
    subjects = _spent(account.asked, lambda one: one.subject)
    slowest = sorted(account.asked, key=lambda one: (-one.seconds, one.question))
    return Timing(
        answered[:MOST],
        max(0, len(answered) - MOST),
        subjects[:MOST],
        max(0, len(subjects) - MOST),
        tuple(one for one in slowest[:MOST] if one.seconds > 0),
        len(account.asked),
        sum(one.seconds for one in account.asked),
    )


def _spent(asked: tuple[Asked, ...], name: Callable[[Asked], str]) -> tuple[Spent, ...]:
    groups: dict[str, list[Asked]] = {}
    for one in asked:
        groups.setdefault(name(one), []).append(one)
    longest = max((sum(one.seconds for one in group) for group in groups.values()), default=0) or 1
    made = [
        Spent(
            who,
            len(group),
            sum(1 for one in group if one.problem),
            sum(one.seconds for one in group),
            max(one.seconds for one in group),
            ", ".join(sorted({one.serialization for one in group} - {"", "none"})),
            sum(one.seconds for one in group) / longest,
        )
        for who, group in groups.items()
    ]
    return tuple(sorted(made, key=lambda spent: (-spent.seconds, spent.name)))
