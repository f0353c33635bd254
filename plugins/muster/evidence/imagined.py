"""A run whose answers were changed (``--what-if``): what the console says of it, and how the report groups it."""

from dataclasses import dataclass

from muster.evidence.headline import counted
from muster.model import Otherwise, Severity, WhatIf

_HEADINGS = (
    ("fail", "Would newly fail"),
    ("undetermined", "Would no longer be known"),
    ("pass", "Would newly pass"),
    ("not applicable", "Would no longer apply"),
    ("waived", "Would be waived"),
)
STOPS = "Would stop Setup, or should stop you before it"
NOTES = "Worth a look before Setup"
UNKNOWN = "Might stop Setup: these answers do not say"
ASK = "A baseline holds what they need: --save-baseline NAME, then --facts its folder."


@dataclass(frozen=True, slots=True)
class Becoming:
    """Rows under one heading; ``outcome`` gives them their colour."""

    heading: str
    outcome: str
    rows: tuple[Otherwise, ...]


def groups(seen: WhatIf, threshold: Severity) -> tuple[Becoming, ...]:
    """What stands in the way first, then what would be another verdict; headings without rows are left out.

    Below the ``threshold`` nothing stops anybody, as nothing below it fails a run.
    """
    every = (
        Becoming(STOPS, "fail", tuple(row for row in seen.stops if row.severity >= threshold)),
        Becoming(NOTES, "waived", tuple(row for row in seen.stops if row.severity < threshold)),
        *(Becoming(heading, outcome, seen.becoming(outcome)) for outcome, heading in _HEADINGS),
        Becoming(UNKNOWN, "undetermined", seen.unknown),
    )
    return tuple(each for each in every if each.rows)


def lines(seen: WhatIf, threshold: Severity, *, screen: bool) -> list[tuple[str, str]]:
    """The console's lines with their styles: one for each group, the controls with whom they are about.

    On a ``screen`` there is no room for what was changed and what was not: the report tells it. Nothing is said where
    a what-if run is only judged again: what would be another stands in that run.
    """
    if not seen.told:
        return []
    told = [(_line(group), "bold red" if group.outcome == "fail" else "") for group in groups(seen, threshold)]
    if not seen.rows:
        told.append(("No verdict would be another.", "bold green"))
    return told if screen else [*told, *((f"{line}.", "") for line in seen.told)]


def _line(group: Becoming) -> str:
    if group.heading == UNKNOWN:
        return f"{UNKNOWN}: {counted(len(group.rows), 'verdict')}. {ASK}"
    controls: dict[str, list[str]] = {}
    for row in group.rows:
        controls.setdefault(row.control, []).append(row.subject)
    listed = "; ".join(f"{control} ({', '.join(subjects)})" for control, subjects in controls.items())
    return f"{group.heading}: {len(group.rows)}: {listed}"
