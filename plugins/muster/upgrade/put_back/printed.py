"""A plan as text: PowerShell with nothing but comments and commands, and Markdown."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from muster.upgrade.put_back.literals import quoted, remark
from muster.upgrade.put_back.sentences import sentence
from muster.upgrade.put_back.steps import HAND, SERVER, PutBack

HEADINGS = {
    "lost": "Lost",
    "leftover": "Left over from the work around the update",
    "unexplained": "Unexplained: find out first who changed it",
    "separate": "Told, and not put back",
}
_SECTIONS = {
    "services": "Services: without them nothing answers",
    "files": "Files, by hand: the named keys only, never the whole old file",
    "registry": "Registry and execution policy",
    "objects": "What is gone, made again",
    "addresses": "URLs and host names",
    "settings": "Settings",
    "authentication": "Authentication, after the URLs",
    "protection": "Extended Protection, after what it protects",
    "web server": "The web server's own configuration",
    "certificates": "Certificates on ports",
    "connectors": "Connectors",
    "permissions": "Rights on connectors, after their permission groups",
    "agents": "Transport agents",
    "overrides": "Overrides, for the new build",
    "offline": "Back into service: the whole server first",
    "components": "Components, each by the requester that holds it",
    "cluster": "Cluster node",
    "activation": "Database activation",
    "copies": "Database copies",
    "transport": "Transport, last of the components",
    "databases": "Active databases",
    "by hand": "By hand: no command does it",
}
_WARNING = "Read it before you run it; muster never does. Each command stands there twice: -WhatIf, then for real."
_READING = (
    "Run it from the top, part by part, in an elevated Exchange Management Shell: the order matters.",
    "A line with -WhatIf only says what the line below it would do. A few commands have no -WhatIf: a note says so.",
    "Lines that begin with # do nothing. What they call 'Edit' is to be done by hand, on the server that is named.",
    "After a part do what stands under 'Afterwards', once.",
    "Then run muster against the baseline again: it says which steps are carried out and which are open.",
)
_RULE = "-" * 78


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: int
    step: PutBack


def script(steps: Iterable[PutBack], *, place: str | None = None, about: Iterable[str] = ()) -> str:
    """The whole plan in order, or one place's part: ``""`` is the Exchange Management Shell, else a server's name.

    The whole plan is for the Exchange Management Shell: it reaches the servers' own PowerShell by ``Invoke-Command``.
    In a part what is for another place stands in comments. What is to be done by hand always does. ``about`` are
    lines on what is put back: the baseline, who was upgraded.
    """
    told = [_Numbered(number, step) for number, step in enumerate(steps, 1)]
    parts = [(title, list(own)) for title, own in groupby(told, key=_section)]
    lines = [remark("Put it back: the values of the baseline."), *map(remark, about), "#", remark(_WARNING)]
    lines += [*map(remark, _READING), "#", *(remark(f"{_range(own)}: {title}") for title, own in parts), ""]
    for title, own in parts:
        lines += [remark(_RULE), remark(f"{title} ({_range(own)})"), remark(_RULE), ""]
        for _, same in groupby(own, key=_object):
            lines += [*_steps(list(same), place), ""]
        hints = list(_hints(own))
        lines += [*hints, ""] if hints else []
    return "\n".join(lines)


def scripts(steps: Iterable[PutBack]) -> Mapping[str, str]:
    """One text per place where commands run: ``""`` is the Exchange Management Shell, else a server's PowerShell."""
    told = tuple(steps)
    places = dict.fromkeys(place_of(step) for step in told if step.command)
    return {place: script(told, place=place) for place in places}


def place_of(step: PutBack) -> str:
    """Where a step's command runs: ``""`` for the Exchange Management Shell, else the server's name."""
    return step.server if step.where == SERVER else ""


def _section(one: _Numbered) -> str:
    return HEADINGS["separate"] if one.step.kind == "separate" else _SECTIONS[one.step.order]


def _range(own: list[_Numbered]) -> str:
    first, last = own[0].number, own[-1].number
    return f"step {first}" if first == last else f"steps {first} to {last}"


def _object(one: _Numbered) -> tuple[str, ...]:
    """What steps have in common that are about one object, and read under one heading."""
    place, item = one.step.differences[0].place, one.step.differences[0].object
    return one.step.kind, _where(one.step), place.subject, place.fact, item


def _steps(own: list[_Numbered], place: str | None) -> Iterator[str]:
    first = own[0].step
    numbers = str(own[0].number) if len(own) == 1 else f"{own[0].number}-{own[-1].number}"
    titles = list(dict.fromkeys(sentence(difference) for one in own for difference in one.step.differences))
    yield remark(f"{numbers}. {HEADINGS[first.kind]}: {titles[0]}")
    yield from (f"#    also: {remark(title).removeprefix('# ')}" for title in titles[1:])
    yield remark(f"Where: {_where(first)}")
    notes = list(dict.fromkeys(note for one in own for note in _notes(one.step)))
    yield from (remark(f"Note: {note}") for note in notes)
    for one in own:
        yield from _lines(one.step, place)


def _lines(step: PutBack, place: str | None) -> Iterator[str]:
    yield from (remark(f"Edit: {line}") for line in step.edit)
    runs_here = place is None or place_of(step) == place
    for line in filter(None, (step.what_if, step.command)):
        if not runs_here:
            yield remark(f"Elsewhere: {line}")
        elif place is None and place_of(step):
            yield f"Invoke-Command -ComputerName {quoted(step.server)} -ScriptBlock {{ {line} }}"
        else:
            yield line


def _hints(own: list[_Numbered]) -> Iterator[str]:
    """What to do once a part is done, each once per server, with the steps that ask for it."""
    asked: dict[str, list[int]] = {}
    for one in own:
        for hint in one.step.hints:
            said = f"Afterwards{f', on {one.step.server}' if one.step.server else ''}: {hint}"
            asked.setdefault(said, []).append(one.number)
    for said, numbers in asked.items():
        yield remark(f"{said} (for {'step' if len(numbers) == 1 else 'steps'} {', '.join(map(str, numbers))})")


def _where(step: PutBack) -> str:
    if step.where == SERVER:
        return f"{step.where} {step.server}"
    return f"{step.where}, on {step.server}" if step.where == HAND and step.edit and step.server else step.where


def _notes(step: PutBack) -> Iterator[str]:
    yield from step.notes
    if step.command and not step.what_if and not any("-WhatIf" in note for note in step.notes):
        yield "This command has no -WhatIf."
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
