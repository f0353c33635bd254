"""The plan for a terminal: plain lines, nothing that a server sent can move the cursor."""

import textwrap
from collections.abc import Iterator

from muster.evidence.printable import one_line
from muster.plan.commands import NEVER_RUN_BY_MUSTER
from muster.plan.steps import Note, Plan, Step

WIDTH = 100


def lines(plan: Plan, width: int = WIDTH) -> Iterator[str]:
    """The whole plan, a line each."""
    yield one_line(f"Plan for {plan.organization} ({plan.environment}): to {plan.target.update}")
    yield one_line(f"Facts of {plan.source.taken:%Y-%m-%d %H:%M} UTC, from {plan.source.folder}")
    if plan.source.catalogue:
        yield one_line(plan.source.catalogue)
    for warning in plan.source.warnings:
        yield from _wrapped(warning, "! ", width)
    for note in plan.notes:
        yield from _note(note, "", width)
    yield ""
    yield from _paths(plan, width)
    for phase, steps in plan.numbered():
        yield ""
        yield one_line(phase.title).upper()
        for note in phase.notes:
            yield from _note(note, "", width)
        for number, step in steps:
            yield ""
            yield from _step(number, step, width)
    if plan.irreversible:
        yield ""
        yield "CANNOT BE UNDONE"
        for number, step in plan.irreversible:
            yield from _wrapped(f"{step.title}: {step.cannot_undo}", f"{number:>3}. ", width)
    if plan.steps:
        yield ""
        yield from _wrapped(NEVER_RUN_BY_MUSTER, "", width)


def _paths(plan: Plan, width: int) -> Iterator[str]:
    if not plan.paths:
        return
    name = max(len(one_line(path.server.name)) for path in plan.paths)
    kind = max(len(path.kind) for path in plan.paths)
    for path in plan.paths:
        weak = " [unverified]" if path.unverified else ""
        head = f"{one_line(path.server.name):<{name}}  {path.kind:<{kind}}  "
        do = f". To do: {path.do}" if path.do else ""
        yield from _wrapped(f"{path.server.installed}: {path.why}{do}{weak}", head, width)


def _step(number: int, step: Step, width: int) -> Iterator[str]:
    marks = "".join(
        f" [{mark}]"
        for mark, there in (
            ("cannot be undone", step.cannot_undo),
            ("restart", step.reboot),
            ("unverified", step.unverified),
        )
        if there
    )
    yield from _wrapped(f"{step.title}{marks}", f"{number:>3}. ", width)
    if step.where:
        yield from _wrapped(step.where, "     where  ", width)
    if step.who:
        yield from _wrapped(", ".join(step.who), "     who    ", width)
    for command in step.commands:
        yield f"       > {one_line(command)}"
    for note in step.notes:
        yield from _note(note, "     ", width)
    if step.cannot_undo:
        yield from _wrapped(f"cannot be undone: {step.cannot_undo}", "     - ", width)
    if step.unverified:
        yield from _wrapped(f"unverified: {step.unverified}", "     - ", width)


def _note(note: Note, indent: str, width: int) -> Iterator[str]:
    yield from _wrapped(note.text + (" [unverified]" if note.unverified else ""), f"{indent}- ", width)


def _wrapped(text: str, head: str, width: int) -> Iterator[str]:
    yield from textwrap.wrap(
        one_line(text),
        max(width, len(head) + 20),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )
