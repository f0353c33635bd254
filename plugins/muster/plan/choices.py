"""What the organisation decided about upgrades, as a plan needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from muster.model import Server
from muster.plan.situation import Situation, known
from muster.policy import Policy


@dataclass(frozen=True, slots=True)
class Choices:
    """``methods``: server → ``in-place`` or ``legacy``, where that was decided. ``beside``: the products that may
    stand side by side, ``None`` where nothing was decided. ``esu``: the ESU periods that were bought.
    """  # noqa: D205 - the fields are the summary

    methods: Mapping[str, str] = field(default_factory=dict)
    beside: frozenset[str] | None = None
    esu: frozenset[int] = frozenset()


NOTHING_DECIDED = Choices()


def choices_of(policy: Policy, situation: Situation, members: tuple[Server, ...], on: date) -> Choices:
    """The decisions of a policy that count on a day."""
    methods: dict[str, str] = {}
    for member in members:
        product, cu = known(situation.server(member.name).cumulative_update) or (None, None)
        method = policy.upgrade_method(member, product, cu)
        if method is not None:
            methods[member.name] = method
    counts = policy.coexistence.counts_on(on)
    return Choices(methods, policy.coexistence.allowed if counts else None, policy.esu)
