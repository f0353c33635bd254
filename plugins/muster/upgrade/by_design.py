"""What releases change by design, apart from builds and the directory's versions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from packaging.version import Version

from muster.catalogue.rows import Row, doubtful, maybe, text, texts
from muster.drift import Difference
from muster.upgrade.crossing import Step
from muster.upgrade.judged import Because
from muster.upgrade.seen import Seen, seen_from
from muster.upgrade.tables import first_builds, rows

_LINE, _GENERATION = 3, 2


@dataclass(frozen=True, slots=True)
class ByDesign:
    """One thing that releases change.

    ``crosses``: product and CU → the first build that has it. ``applied_by``: ``setup``, or who does it otherwise
    (then no update explains it). ``every_cu``: Setup does it again with every CU from then on. ``where``, ``before``
    and ``after`` are words for people; ``seen`` says how a fact shows it (empty where none does).
    """

    id: str
    release: str
    category: str
    applied_by: str
    where: str
    before: str
    after: str
    crosses: Mapping[str, Version] = field(hash=False)
    every_cu: bool
    seen: tuple[Seen, ...]
    sources: tuple[str, ...]
    unverified: bool = False
    reason: str = ""

    def applies(self, step: Step) -> bool:
        """Whether this server's step brought it."""
        if not self.crosses or self.applied_by != "setup" or not step.crossed or not self._has(step.new):
            return False
        return not self._has(step.old) or (self.every_cu and step.another_cu)

    def _has(self, build: Version) -> bool:
        """Whether a build has it: from the first build of its own CU on, and in every CU later than all of these."""
        same = [
            first for first in self.crosses.values() if first.release[:_GENERATION] == build.release[:_GENERATION]
        ]
        own = [first for first in same if first.release[:_LINE] == build.release[:_LINE]]
        return build >= own[0] if own else bool(same) and build > max(same)

    def by_date_only(self, build: Version) -> bool:
        """Whether no source names this build's CU: that the CU has it follows from its date."""
        lines = {first.release[:_LINE] for first in self.crosses.values()}
        return len(lines) > 1 and build.release[:_LINE] not in lines


def design_from(row: Row) -> ByDesign:
    """One row; raises ``ValueError`` for one that cannot be read."""
    return ByDesign(
        id=text(row, "id"),
        release=text(row, "release"),
        category=text(row, "category"),
        applied_by=text(row, "applied_by"),
        where=text(row, "where"),
        before=text(row, "before"),
        after=text(row, "after"),
        crosses=first_builds(row, "crosses"),
        every_cu=row.get("every_cu") is True,
        seen=seen_from(row),
        sources=texts(row, "source"),
        unverified=doubtful(row),
        reason=maybe(row, "reason") or "",
    )


@cache
def designs() -> tuple[ByDesign, ...]:
    """Every row of ``by_design.yaml``."""
    return tuple(design_from(row) for row in rows("by_design"))


def by_design(difference: Difference, step: Step) -> Because | None:
    """The row that says that this server's update does so."""
    for row in designs():
        if row.applies(step) and any(seen.fits(difference) for seen in row.seen):
            guessed = row.by_date_only(step.new)
            why = f"{row.release} does so: {row.where}: {row.after}"
            return Because(row.id, why, row.sources, row.unverified or guessed)
    return None
