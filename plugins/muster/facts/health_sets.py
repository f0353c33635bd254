"""What managed availability thinks of a server: its health sets. Slow, and about eighty rows."""

from typing import Annotated, ClassVar, Literal

import pytest
from pydantic import BeforeValidator

from muster.model import ExchangeCmdlet, Facts, Server, Shape, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Word, read_text

AlertValue = Annotated[
    Literal["Healthy", "Degraded", "Unhealthy", "Repairing", "Disabled", "Unavailable"],
    BeforeValidator(read_text),
]
"""Source: "Manage health sets and server health". ``Unknown`` is left out: it says that nothing was measured yet."""


class HealthSet(Record):
    """One health set. ``alert_value`` sums up its monitors; ``state`` is ``Online``, ``Offline``, ``NotApplicable``
    or the like.
    """  # noqa: D205 - one sentence

    health_set: Word
    alert_value: AlertValue
    state: Word

    @property
    def identity(self) -> str:
        """The health set's name."""
        return self.health_set


class HealthSets(Records[HealthSet]):
    """Every health set of one server, as its health manager sees them."""

    record = HealthSet
    needs: ClassVar[Needs] = {
        "report": need(ExchangeCmdlet("Get-HealthReport", Identity="{name}", about="{name}")),
    }
    shape = Shape(
        momentary="how it is just now; what it follows from is compared by itself",
        identity=("HealthSet",),
        unordered=frozenset({"Entries"}),
        volatile={
            "RunspaceId": "a new one in every session",
            "LastTransitionTime": "moves with every restart",
            "Entries": "the monitors' own times and counters",
        },
    )


@pytest.fixture
def health_sets(server: Server, facts: Facts) -> HealthSets:
    """What managed availability thinks of one server, by health set."""
    return facts.get(HealthSets, server)
