"""One entry of the read-only list: a way to use a cmdlet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from muster.transport.readonly.argument_rules import OneOf, Rule


@dataclass(frozen=True, slots=True)
class Allowed:
    """One way to use a cmdlet: its parameters with their rules, and which of them it must have.

    A cmdlet with several entries may be used in each of these ways. ``one_of``: at least one of these.
    """

    cmdlet: str
    parameters: Mapping[str, Rule] = field(default_factory=dict)
    must: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()


STOP: dict[str, Rule] = {
    "ErrorAction": OneOf(("Stop", "Continue"))
}  # never SilentlyContinue: it hides that something is missing
