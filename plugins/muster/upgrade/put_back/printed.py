"""A plan as text: PowerShell with nothing but comments and commands, and Markdown."""

from collections.abc import Iterable, Iterator, Mapping

from muster.upgrade.put_back.literals import quoted, remark
from muster.upgrade.put_back.steps import HAND, SERVER, PutBack

HEADINGS = {
    "lost": "Lost",
    "leftover": "Left over from the work around the update",
    "unexplained": "Unexplained: find out first who changed it",
    "separate": "Told, and not put back",
}
_WARNING = "Read it before you run it; muster never does. Each command stands there twice: -WhatIf, then for real."


def script(steps: Iterable[PutBack], *, place: str | None = None) -> str:
    """The whole plan in order, or one place's part: ``""`` is the Exchange Management Shell, else a server's name.

    The whole plan is for the Exchange Management Shell: it reaches the servers' own PowerShell by ``Invoke-Command``.
    In a part what is for another place stands in comments. What is to be done by hand always does.
    """
    lines = [remark("Put it back: the values of the baseline."), remark(_WARNING), ""]
    for number, step in enumerate(steps, 1):
        lines += [*_step(number, step, place), ""]
    return "\n".join(lines)


def scripts(steps: Iterable[PutBack]) -> Mapping[str, str]:
    """One text per place where commands run: ``""`` is the Exchange Management Shell, else a server's PowerShell."""
    told = tuple(steps)
    places = dict.fromkeys(place_of(step) for step in told if step.command)
    return {place: script(told, place=place) for place in places}


def place_of(step: PutBack) -> str:
    """Where a step's command runs: ``""`` for the Exchange Management Shell, else the server's name."""
    return step.server if step.where == SERVER else ""


def _step(number: int, step: PutBack, place: str | None) -> Iterator[str]:
    yield remark(f"{number}. {HEADINGS[step.kind]}: {step.title}")
    yield remark(f"Where: {_where(step)}")
    yield from (remark(f"Edit: {line}") for line in step.edit)
    yield from (remark(f"Note: {note}") for note in _notes(step))
    runs_here = place is None or place_of(step) == place
    for line in filter(None, (step.what_if, step.command)):
        if not runs_here:
            yield remark(f"Elsewhere: {line}")
        elif place is None and place_of(step):
            yield f"Invoke-Command -ComputerName {quoted(step.server)} -ScriptBlock {{ {line} }}"
        else:
            yield line
    yield from (remark(f"Afterwards{f', on {step.server}' if step.server else ''}: {hint}") for hint in step.hints)


def _where(step: PutBack) -> str:
    if step.where == SERVER:
        return f"{step.where} {step.server}"
    return f"{step.where}, on {step.server}" if step.where == HAND and step.edit and step.server else step.where


def _notes(step: PutBack) -> Iterator[str]:
    yield from step.notes
    if step.unverified:
        yield "Only an inference or a weak source stands behind the class of this difference."


def markdown(steps: Iterable[PutBack]) -> str:
    """The plan to read: by class, each step with where to run it."""
    told = tuple(steps)
    lines = ["# Put it back", "", _WARNING, ""]
    if not told:
        lines += ["Nothing to put back.", ""]
    for kind, heading in HEADINGS.items():
        own = [(number, step) for number, step in enumerate(told, 1) if step.kind == kind]
        if own:
            lines += [f"## {heading} ({len(own)})", ""]
        for number, step in own:
            lines += [*_paragraph(number, step), ""]
    return "\n".join(lines)


def _paragraph(number: int, step: PutBack) -> Iterator[str]:
    yield f"**{number}.** {_plain(step.title)} ({_plain(_where(step))})"
    for line in (*step.edit, *_notes(step)):
        yield f"- {_plain(line)}"
    code = [line for line in (step.what_if, step.command) if line]
    if code:
        fence = "`" * max(3, _longest("".join(code)) + 1)
        yield from ("", f"{fence}powershell", *code, fence)
    for hint in step.hints:
        yield f"- Afterwards: {_plain(hint)}"
    if step.sources:
        yield f"- Sources: {', '.join(step.sources)}"


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#"})


def _plain(text: str) -> str:
    return text.translate(_MARKS)


def _longest(text: str) -> int:
    longest = current = 0
    for char in text:
        current = current + 1 if char == "`" else 0
        longest = max(longest, current)
    return longest
