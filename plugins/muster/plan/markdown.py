"""The plan as Markdown, for a change ticket: the same data as on the terminal, with boxes to tick."""

import re
from collections.abc import Iterator

from muster.evidence.printable import one_line
from muster.plan.commands import NEVER_RUN_BY_MUSTER
from muster.plan.steps import Note, Plan, Step

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_STARTS = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=])(?=\s|$|[-=])")


def text(plan: Plan) -> str:
    """The whole page."""
    return "\n".join(_lines(plan)) + "\n"


def escaped(said: str) -> str:
    """Text on one line in which Markdown and HTML see nothing but text."""
    plain = _SPECIAL.sub(r"\\\1", one_line(said))
    return _STARTS.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", plain)


def _lines(plan: Plan) -> Iterator[str]:
    yield f"# Upgrade of {escaped(plan.organization)} to {escaped(plan.target.update.name)}"
    yield ""
    yield f"- Environment: {escaped(plan.environment)}"
    yield f"- Target: {escaped(str(plan.target.update))}"
    yield f"- Facts of {plan.source.taken:%Y-%m-%d %H:%M} UTC, from {_code(plan.source.folder)}"
    if plan.source.catalogue:
        yield f"- {plan.source.catalogue}"
    yield from (f"- **Careful:** {escaped(one)}" for one in plan.source.warnings)
    yield from _notes(plan.notes)
    yield ""
    yield "| Server | Installed | Way | Why |"
    yield "| --- | --- | --- | --- |"
    for path in plan.paths:
        do = f". To do: {path.do}" if path.do else ""
        weak = " (unverified)" if path.unverified else ""
        cells = (path.server.name, path.server.installed, path.kind + weak, path.why + do)
        yield f"| {' | '.join(map(escaped, cells))} |"
    for phase, steps in plan.numbered():
        yield from ("", f"## {escaped(phase.title)}")
        if phase.notes:
            yield ""
            yield from _notes(phase.notes)
        for number, step in steps:
            yield from _step(number, step)
    if plan.irreversible:
        yield from ("", "## What cannot be undone", "")
        for number, step in plan.irreversible:
            yield f"- Step {number}, {escaped(step.title)}: {escaped(step.cannot_undo)}"
    if plan.steps:
        yield from ("", escaped(NEVER_RUN_BY_MUSTER))


def _step(number: int, step: Step) -> Iterator[str]:
    yield from ("", f"### {number}. {escaped(step.title)}", "")
    yield "- [ ] done by, at:"
    if step.where:
        yield f"- Where: {escaped(step.where)}"
    if step.who:
        yield f"- Rights: {escaped(', '.join(step.who))}"
    if step.cannot_undo:
        yield f"- **Cannot be undone:** {escaped(step.cannot_undo)}"
    if step.reboot:
        yield "- **Restart**"
    if step.unverified:
        yield f"- *Unverified:* {escaped(step.unverified)}"
    yield from _notes(step.notes)
    if step.commands:
        lines = [one_line(command) for command in step.commands]
        fence = "`" * max(3, 1 + max((len(run) for line in lines for run in re.findall("`+", line)), default=0))
        yield from ("", f"{fence}powershell", *lines, fence)


def _notes(notes: tuple[Note, ...]) -> Iterator[str]:
    for note in notes:
        yield f"- {escaped(note.text)}" + (" *(unverified)*" if note.unverified else "")


def _code(said: str) -> str:
    line = one_line(said)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"
