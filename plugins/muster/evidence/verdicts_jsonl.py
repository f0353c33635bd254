"""``verdicts.jsonl``: one verdict per line, in the account's order."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from muster.evidence.account import UnreadableRun, severity_of
from muster.model import OUTCOMES, Control, ObjectVerdict, Verdict

_LINE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False, check_circular=False)
# printable text has no lone surrogates, so UTF-8 takes every line


def lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Each verdict as a line with its line feed."""
    for verdict in verdicts:
        yield _LINE.encode(as_data(verdict)) + "\n"


def as_data(verdict: Verdict) -> dict[str, object]:
    """One verdict as JSON data. What belongs to the control alone (remedy, references) is in ``run.json``."""
    return {
        "control": verdict.control.id,
        "title": verdict.control.title,
        "severity": str(verdict.control.severity),
        "subject": verdict.subject,
        "subject_kind": verdict.subject_kind,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "objects": [{"object": one.object, "outcome": one.outcome, "reason": one.reason} for one in verdict.objects],
        "held": verdict.held,
        "questions": verdict.questions,
    }


def load(text: str, controls: Mapping[str, tuple[Control, str]]) -> tuple[Verdict, ...]:
    """Read verdicts back; ``controls`` (id → control and docstring) completes what a line does not carry.

    A last line without its line feed was being written when the run ended: it is left out. Raises
    ``UnreadableRun``.
    """
    whole = text if text.endswith("\n") else text[: text.rfind("\n") + 1]
    return tuple(_verdict(number, line, controls) for number, line in enumerate(whole.splitlines(), 1) if line)


def _verdict(number: int, line: str, controls: Mapping[str, tuple[Control, str]]) -> Verdict:
    try:
        return _read(json.loads(line), controls)
    except KeyError as missing:
        raise UnreadableRun(f"verdicts.jsonl, line {number}", f"{missing} is missing") from missing
    except (TypeError, AttributeError, ValueError) as wrong:  # JSON and severities raise ValueError
        raise UnreadableRun(f"verdicts.jsonl, line {number}", f"not a verdict as JSON ({wrong})") from wrong


def _read(data: dict[str, Any], controls: Mapping[str, tuple[Control, str]]) -> Verdict:
    if data["outcome"] not in OUTCOMES:
        raise ValueError(f"outcome '{data['outcome']}' is none of {', '.join(OUTCOMES)}")
    bare = Control(data["control"], data["title"], severity_of(data["severity"]))
    known, doc = controls.get(bare.id, (bare, ""))
    return Verdict(
        known,
        data["subject"],
        data.get("subject_kind", ""),
        data["outcome"],
        data["reason"],
        tuple(ObjectVerdict(one["object"], one["outcome"], one["reason"]) for one in data.get("objects", ())),
        tuple(data.get("held", ())),
        tuple(data.get("questions", ())),
        doc=doc,
    )
