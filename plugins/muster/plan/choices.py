"""What the organisation decided about upgrades, as a plan needs it: the one place that knows how policy says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from muster.model import Server
from muster.plan.situation import Situation, known
from muster.policy import Policy


@dataclass(frozen=True, slots=True)
class Choices:
    """``methods``: server → ``in-place`` or ``legacy``, where that was decided. ``beside``: the products that may
    stand side by side, ``None`` where nothing was decided; ``esu``: the ESU periods that were bought.
    """  # noqa: D205 - the two fields are the summary

    methods: Mapping[str, str] = field(default_factory=dict)
    beside: frozenset[str] | None = None
    esu: frozenset[int] = frozenset()


def choices_of(policy: Policy, situation: Situation, members: tuple[Server, ...], on: date) -> Choices:
    """The decisions of a policy that counts on a day; none where this muster's policy has no such keys yet."""
    ask = getattr(policy, "upgrade_method", None)
    methods: dict[str, str] = {}
    for member in members if callable(ask) else ():
        pair = known(situation.server(member.name).cumulative_update) or (None, None)
        method = ask(member, *pair)
        if method:
            methods[member.name] = str(method)
    coexistence = getattr(policy, "coexistence", None)
    counts = coexistence is not None and coexistence.counts_on(on)
    return Choices(methods, coexistence.allowed if counts else None, getattr(policy, "esu", frozenset()))
