"""``drift.json`` and ``put-back.ps1``: what is not as it was in the baseline, of which sort, and how to undo it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from muster.evidence.account import UnreadableRun
from muster.evidence.printable import printable
from muster.model import Drifted, DriftSeen
from muster.snapshot import Json, dumps

NAME, PUT_BACK, PLAN = "drift.json", "put-back.ps1", "put-back.json"
FORMAT = 1


def clean(seen: DriftSeen) -> DriftSeen:
    """The same with text that can be printed: names and values come from servers."""
    return replace(
        seen,
        rows=tuple(map(_clean_row, seen.rows)),
        crossings=tuple(map(printable, seen.crossings)),
        incomparable=tuple(map(printable, seen.incomparable)),
        carried_out=tuple(map(printable, seen.carried_out)),
        looked_up=tuple(map(printable, seen.looked_up)),
        unknown=tuple(map(printable, seen.unknown)),
        strangers=tuple(map(printable, seen.strangers)),
    )


def _clean_row(row: Drifted) -> Drifted:
    return replace(
        row,
        name=printable(row.name),
        subject=printable(row.subject),
        fact=printable(row.fact),
        object=printable(row.object),
        told=printable(row.told),
        why=printable(row.why),
        changed=printable(row.changed),
        follows=printable(row.follows),
        put_back=tuple(map(printable, row.put_back)),
    )


def dump(seen: DriftSeen) -> str:
    """The file's text."""
    plain: dict[str, Any] = asdict(replace(seen, plan=None))
    del plain["plan"]  # it has a file of its own
    plain["made"] = seen.made.isoformat()
    plain["format"] = FORMAT
    data: Json = plain
    return dumps(data)


def _compared(runs: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The runs of an environment that were compared with a baseline, the newest first, with what each says of drift.

    One that cannot be read is left out: a report on it says what is wrong with it.
    """
    for path in sorted(runs.glob(f"*/{NAME}"), key=lambda file: file.parent.name, reverse=True):
        try:
            said = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(said, dict):
            yield path.parent, said


def newest_against(runs: Path, baseline: str) -> Path | None:
    """The folder of the newest run of an environment that was compared with a baseline; ``None`` for none."""
    return next((folder for folder, said in _compared(runs) if said.get("baseline") == baseline), None)


def last_plan(runs: Path, baseline: str, made: datetime) -> tuple[str, object] | None:
    """The newest plan that a run of an environment made against a baseline: the run's name, and the plan.

    A later run against the same baseline that had nothing to put back ends it. Another baseline that had this name
    before is not the same.
    """
    for folder, said in _compared(runs):
        if (said.get("baseline"), said.get("made")) == (baseline, made.isoformat()):
            try:
                plan = folder / PLAN
                return (folder.name, json.loads(plan.read_text("utf-8"))) if plan.is_file() else None
            except (OSError, ValueError):
                continue
    return None


def load(text: str) -> DriftSeen:
    """Read the file back; raises ``UnreadableRun``."""
    try:
        return _read(json.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise UnreadableRun(NAME, f"not in its form ({wrong})") from wrong


def _read(data: Mapping[str, Any]) -> DriftSeen:
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}, where this version of muster reads format {FORMAT}")
    return DriftSeen(
        baseline=data["baseline"],
        made=datetime.fromisoformat(data["made"]),
        rows=tuple(
            Drifted(**{**row, "sources": tuple(row["sources"]), "put_back": tuple(row["put_back"])})
            for row in data["rows"]
        ),
        crossings=tuple(data["crossings"]),
        compared=data["compared"],
        preserved=data["preserved"],
        incomparable=tuple(data["incomparable"]),
        put_back=data["put_back"],
        carried_out=tuple(data["carried_out"]),
        looked_up=tuple(data["looked_up"]),
        unknown=tuple(data.get("unknown", ())),
        strangers=tuple(data.get("strangers", ())),
    )
