"""What ``run.json`` keeps of a run whose answers were changed (``--what-if``)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from muster.evidence.printable import one_line, printable
from muster.model import Otherwise, Severity, WhatIf
from muster.snapshot import Json


def clean(seen: WhatIf) -> WhatIf:
    """The same in text that is fit to print."""
    return replace(
        seen,
        sentence=one_line(seen.sentence),
        told=tuple(map(one_line, seen.told)),
        rows=tuple(map(_clean, seen.rows)),
        stops=tuple(map(_clean, seen.stops)),
        unknown=tuple(map(_clean, seen.unknown)),
    )


def _clean(row: Otherwise) -> Otherwise:
    return replace(row, title=printable(row.title), subject=printable(row.subject), reason=printable(row.reason))


def dump(seen: WhatIf) -> dict[str, Json]:
    """What ``run.json`` keeps under ``what_if``."""
    return {
        "sentence": seen.sentence,
        "told": [*seen.told],
        "rows": [_dump(row) for row in seen.rows],
        "stops": [_dump(row) for row in seen.stops],
        "unknown": [_dump(row) for row in seen.unknown],
    }


def _dump(row: Otherwise) -> dict[str, Json]:
    return {
        "control": row.control,
        "title": row.title,
        "severity": str(row.severity),
        "subject": row.subject,
        "subject_kind": row.subject_kind,
        "before": row.before,
        "after": row.after,
        "reason": row.reason,
    }


def load(data: Mapping[str, Any]) -> WhatIf:
    """Read it back; raises ``KeyError``, ``TypeError`` or ``ValueError`` for what is not in its form."""
    return WhatIf(
        data["sentence"],
        tuple(data["told"]),
        tuple(_load(row) for row in data["rows"]),
        tuple(_load(row) for row in data["stops"]),
        tuple(_load(row) for row in data["unknown"]),
    )


def _load(row: Mapping[str, Any]) -> Otherwise:
    return Otherwise(
        row["control"],
        row["title"],
        Severity[row["severity"].upper()],
        row["subject"],
        row["subject_kind"],
        row["before"],
        row["after"],
        row["reason"],
    )
