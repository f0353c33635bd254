"""What a run says whose answers were changed as an upgrade would change them: flat values for evidence."""

from dataclasses import dataclass

from muster.model.controls import Severity


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One check on one subject: its outcome on the answers as they are, on the changed ones, and why.

    ``reason`` belongs to ``after``; of what stands in the way of Setup, to ``before``, and ``after`` is ``""``.
    """

    control: str
    title: str
    severity: Severity
    subject: str
    subject_kind: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Which upgrade was imagined, and what would be another then.

    ``sentence`` names the release, the servers and where the answers are from; ``told`` says what was changed and
    what was left, a sentence each. ``rows`` are the verdicts that would be others. ``stops`` are the checks of the
    gate before an upgrade that fail on the answers as they are, ``unknown`` those that these answers cannot decide.
    """

    sentence: str
    told: tuple[str, ...] = ()
    rows: tuple[Otherwise, ...] = ()
    stops: tuple[Otherwise, ...] = ()
    unknown: tuple[Otherwise, ...] = ()

    def becoming(self, outcome: str) -> tuple[Otherwise, ...]:
        """Those whose outcome would be this one."""
        return tuple(row for row in self.rows if row.after == outcome)
