"""What updates lose, what the work around them leaves behind, and what no source says that they change."""

from dataclasses import dataclass
from functools import cache

from muster.catalogue.rows import Row, doubtful, maybe, text, texts
from muster.drift import Difference
from muster.upgrade.seen import Seen, seen_from
from muster.upgrade.tables import rows

EVIDENCE = ("documented", "inferred", "no_source")


@dataclass(frozen=True, slots=True)
class Loss:
    """One row of ``lost.yaml``.

    ``kind`` is what a difference is that it speaks of: ``lost``, ``leftover``, ``unexplained`` (``no_source``) or
    ``expected``. ``any_value``: what is expected is meant whatever it is now. ``any_update``: security and
    hotfix updates do it too, not only another CU. ``of_files`` says in which releases it is about configuration
    files, ``""`` for no file. ``follows``: it goes
    away with what it follows from, and has no step of its own. ``put_back``: what to do, by hand, in words.
    """

    id: str
    kind: str
    category: str
    evidence: str
    what: str
    symptom: str
    any_update: bool
    of_files: str
    seen: tuple[Seen, ...]
    put_back: tuple[str, ...]
    note: str
    follows: bool
    sources: tuple[str, ...]
    any_value: bool = False
    unverified: bool = False
    reason: str = ""


def loss_from(row: Row) -> Loss:
    """One row; raises ``ValueError`` for one that cannot be read."""
    return Loss(
        id=text(row, "id"),
        kind=text(row, "kind"),
        category=text(row, "category"),
        evidence=text(row, "evidence"),
        what=text(row, "what"),
        symptom=text(row, "symptom"),
        any_update=row.get("by") == "any",
        of_files=maybe(row, "of_files") or "",
        seen=seen_from(row),
        put_back=texts(row, "put_back"),
        note=maybe(row, "note") or "",
        follows=row.get("follows") is True,
        sources=texts(row, "source"),
        any_value=row.get("any_value") is True,
        unverified=doubtful(row),
        reason=maybe(row, "reason") or "",
    )


@cache
def losses() -> tuple[Loss, ...]:
    """Every row, in the order in which they are tried."""
    return tuple(loss_from(row) for row in rows("lost"))


@cache
def loss_called(identifier: str) -> Loss | None:
    """The row with this id; ``None`` for none."""
    return next((row for row in losses() if row.id == identifier), None)


def loss_of(difference: Difference) -> Loss | None:
    """The first row that speaks of this difference; ``None`` for none."""
    return next((row for row in losses() if any(seen.fits(difference) for seen in row.seen)), None)
