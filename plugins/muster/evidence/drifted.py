"""Drift in words: what the console says of it, and how the report groups it."""

from dataclasses import dataclass
from pathlib import Path

from muster.evidence.drift_json import PUT_BACK
from muster.evidence.headline import counted
from muster.model import SORTS, Drifted, DriftSeen

MEANINGS = {
    "lost": "An update is known to reset or lose these. Each has the command that puts it back.",
    "leftover": "State of the work around the update that should not have stayed.",
    "unexplained": "No source says that anybody meant these: find out who changed them, put back or accept.",
    "accepted": "Somebody accepted these against the baseline, with a reason.",
    "expected": "What was installed does this by design.",
}
STYLES = {"lost": "bold red", "leftover": "yellow", "unexplained": "bold magenta"}
_FEW = 3
_TONES = {"lost": "fail", "leftover": "fail", "unexplained": "undetermined", "accepted": "waived", "expected": "pass"}


@dataclass(frozen=True, slots=True)
class Sorted:
    """The differences of one sort, for the report: on their own, and by what they follow from those that follow."""

    sort: str
    tone: str
    meaning: str
    rows: tuple[Drifted, ...]
    following: tuple[tuple[str, tuple[Drifted, ...]], ...] = ()

    @property
    def followers(self) -> int:
        """How many follow."""
        return sum(len(rows) for _, rows in self.following)


def groups(seen: DriftSeen) -> tuple[Sorted, ...]:
    """The sorts that there are, the lost first."""
    return tuple(
        Sorted(sort, _TONES[sort], MEANINGS[sort], seen.on_its_own(sort), _followers(seen, sort))
        for sort in SORTS
        if seen.of(sort)
    )


def _followers(seen: DriftSeen, sort: str) -> tuple[tuple[str, tuple[Drifted, ...]], ...]:
    found: dict[str, list[Drifted]] = {}
    for row in seen.of(sort):
        if row.follows:
            found.setdefault(f"{row.subject}: {row.follows}", []).append(row)
    return tuple((cause, tuple(rows)) for cause, rows in found.items())


def counts_line(seen: DriftSeen) -> str:
    """How much of each sort there is; what was preserved is told where something was."""
    many = len(seen.strangers) > _FEW
    parts = [counted(len(seen.strangers), "new or gone subject")] if many else list(seen.strangers)
    parts += [_counted(seen, sort) for sort in SORTS if seen.of(sort)]
    if not parts:
        parts = ["what was compared is as it was" if seen.unknown or seen.incomparable else "everything is as it was"]
    parts += [f"{seen.preserved} preserved"] if seen.preserved else []
    parts += [f"{len(seen.incomparable)} not comparable"] if seen.incomparable else []
    parts += [f"{counted(len(seen.unknown), 'answer')} not had"] if seen.unknown else []
    return ", ".join(parts)


def _counted(seen: DriftSeen, sort: str) -> str:
    own, every = len(seen.on_its_own(sort)), len(seen.of(sort))
    return f"{own} {sort}" + (f" ({every - own} more follow from others)" if every > own else "")


def drift_lines(seen: DriftSeen, report: Path) -> list[tuple[str, str]]:
    """The console's lines with their styles: the counts, what crossed, and where the plan is."""
    worst = next((sort for sort in SORTS if seen.of(sort)), "")
    since = f"Since baseline {seen.baseline} ({seen.made:%Y-%m-%d %H:%M} UTC): {counts_line(seen)}"
    whole = not (seen.unknown or seen.strangers or seen.incomparable)
    lines = [(since, STYLES.get(worst, "green" if whole else "yellow"))]
    lines += [(crossing, "") for crossing in seen.crossings[:2]]
    if len(seen.crossings) > 2:  # noqa: PLR2004 - the two just shown
        lines.append((f"and {counted(len(seen.crossings) - 2, 'more server')} crossed releases", ""))
    lines += [(line, "") for line in seen.carried_out[:1]]
    if seen.put_back:
        lines.append((f"Put back with: {report.parent / PUT_BACK} (read it first; muster runs nothing)", "bold"))
    return lines
