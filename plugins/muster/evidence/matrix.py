"""The table of subjects × areas, and where servers differ: what a reader sees at a glance."""

from collections.abc import Iterable
from dataclasses import dataclass

from muster.evidence.account import Account, Member
from muster.model import OUTCOMES, Control, Verdict

RANK = {outcome: place for place, outcome in enumerate(("fail", "undetermined", "waived", "pass", "not applicable"))}
"""Worst first."""

MOST_ROWS = 40
"""More rows than these are drawn by the page when somebody wants them."""

KINDS = {
    "Server": "Servers",
    "DatabaseAvailabilityGroup": "Database availability groups",
    "Organization": "Organization",
    "Site": "Sites",
    "PublicName": "Public names",
    "Forest": "Forest",
    "Domain": "Domains",
    "DomainController": "Domain controllers",
}


@dataclass(slots=True)
class Cell:
    """What one subject's verdicts in one area came to: the worst outcome, and how many of each."""

    counts: dict[str, int]

    @property
    def worst(self) -> str:
        """The worst outcome; ``""`` where nothing was judged."""
        return next((outcome for outcome in RANK if self.counts.get(outcome)), "")

    @property
    def number(self) -> int:
        """How many verdicts have the worst outcome."""
        return self.counts.get(self.worst, 0)

    @property
    def shown(self) -> tuple[tuple[str, int], ...]:
        """What the cell counts: what failed and what stayed open, or else the worst outcome alone."""
        both = tuple(
            (outcome, self.counts[outcome]) for outcome in ("fail", "undetermined") if self.counts.get(outcome)
        )
        return both or (((self.worst, self.number),) if self.worst else ())

    @property
    def told(self) -> str:
        """``2 fail, 3 pass``."""
        return ", ".join(f"{self.counts[outcome]} {outcome}" for outcome in OUTCOMES if self.counts.get(outcome))


@dataclass(frozen=True, slots=True)
class Row:
    """One subject: a cell per area, in the order of the areas."""

    member: Member
    cells: tuple[Cell, ...]
    whole: Cell


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows under their kind's heading. ``more`` counts rows left out.

    ``unjudged`` names the subjects without any verdict: ``site`` or ``sites``, and their names.
    """

    areas: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    more: int
    unjudged: tuple[tuple[str, tuple[str, ...]], ...]


def matrix(account: Account) -> Matrix:
    """Every judged subject in inventory order; of many, the worst first and only the first forty."""
    areas = tuple(sorted({verdict.control.area for verdict in account.verdicts}))
    place = {area: index for index, area in enumerate(areas)}
    cells: dict[tuple[str, str], list[Cell]] = {}
    for verdict in account.verdicts:
        key = (verdict.subject_kind, verdict.subject)
        mine = cells.get(key)
        if mine is None:
            mine = cells[key] = [Cell({}) for _ in range(len(areas) + 1)]
        for cell in (mine[place[verdict.control.area]], mine[-1]):
            cell.counts[verdict.outcome] = cell.counts.get(verdict.outcome, 0) + 1
    known = {(member.kind, member.name): member for member in account.members}
    missing = [Member(kind, name) for kind, name in cells if (kind, name) not in known]
    rows = [
        Row(member, tuple(cells[member.kind, member.name][:-1]), cells[member.kind, member.name][-1])
        for member in (*account.members, *missing)
        if (member.kind, member.name) in cells
    ]
    shown = rows
    if len(rows) > MOST_ROWS:
        shown = sorted(rows, key=lambda row: (RANK[row.whole.worst], -row.whole.number))[:MOST_ROWS]
    silent = [member for member in account.members if (member.kind, member.name) not in cells]
    return Matrix(areas, tuple(_by_kind(shown)), len(rows) - len(shown), tuple(_named(silent)))


def _named(members: Iterable[Member]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The members by kind, each kind called once: ``sites``, with two names."""
    groups: dict[str, list[str]] = {}
    for member in members:
        groups.setdefault(member.kind, []).append(member.name)
    for kind, names in groups.items():
        called = KINDS.get(kind, kind).lower()
        yield called.removesuffix("s") if len(names) == 1 else called, tuple(names)


def _by_kind(rows: Iterable[Row]) -> Iterable[tuple[str, tuple[Row, ...]]]:
    groups: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    for row in rows:
        groups.setdefault(row.member.kind, []).append(row)
    for kind, members in groups.items():
        if members:
            yield KINDS.get(kind, kind), tuple(members)


@dataclass(frozen=True, slots=True)
class Difference:
    """A control that fails on some servers and holds on others; names by outcome, fail first."""

    control: Control
    servers: dict[str, tuple[str, ...]]

    def on(self, server: str) -> str:
        """The outcome on one server; ``""`` where it was not judged."""
        return next((outcome for outcome, names in self.servers.items() if server in names), "")


def differences(verdicts: Iterable[Verdict]) -> tuple[Difference, ...]:
    """Controls on which servers of this run differ, the gravest first."""
    found: dict[str, tuple[Control, dict[str, list[str]]]] = {}
    for verdict in verdicts:
        if verdict.subject_kind == "Server":
            _, names = found.setdefault(verdict.control.id, (verdict.control, {outcome: [] for outcome in RANK}))
            names[verdict.outcome].append(verdict.subject)
    made = (
        Difference(control, {outcome: tuple(group) for outcome, group in names.items() if group})
        for control, names in found.values()
        if names["fail"] and names["pass"]
    )
    return tuple(sorted(made, key=lambda one: (-one.control.severity, one.control.id)))
