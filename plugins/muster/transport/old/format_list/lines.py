"""Text → lines without the damage that copying does to whole files; what was done is told, the raw line is kept."""

import re
from dataclasses import dataclass

from muster.transport.old.format_list.notes import Note

_MOST = 0.9  # of the lines show the same damage: it was done to the file, not to a value
_ENOUGH = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, its text without what was done to the whole file, and whether a blank ended it.

    ``ended_in_blank`` tells only where not every line ends so: then PowerShell broke the line behind that blank.
    """

    number: int
    text: str
    raw: str
    ended_in_blank: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing stands on it."""
        return not self.text

    @property
    def indent(self) -> int:
        """How many blanks stand before its text."""
        return len(self.text) - len(self.text.lstrip(" "))


@dataclass(frozen=True, slots=True)
class Lines:
    """A file's lines. ``spaced``: blank lines mean nothing in it; ``ends_whole``: its last line has an end."""

    lines: tuple[Line, ...]
    spaced: bool
    ends_whole: bool
    notes: tuple[Note, ...]


def lines_of(text: str, file: str) -> Lines:
    """Cut a text into lines."""
    raw = re.split(r"\r\n|\n|\r", text)
    ends_whole = not raw[-1].strip()
    shown = [line.replace("\x00", "").replace("\t", "    ").replace("\u00a0", " ") for line in raw]
    notes: list[Note] = []
    full = [line for line in shown if line.strip()]
    shown = _without_quotes(shown, full, file, notes)
    full = [line for line in shown if line.strip()]
    trailing = [line for line in full if line != line.rstrip(" ")]
    padded = len(trailing) >= max(_ENOUGH, len(full) // 2)
    if padded:
        notes.append(Note(file, 1, "trailing blanks", f"{len(trailing)} of {len(full)} lines end in blanks"))
    margin = min((len(line) - len(line.lstrip(" ")) for line in full), default=0)
    if margin:
        notes.append(Note(file, 1, "indented", f"every line begins with {margin} blanks"))
    lines = tuple(
        Line(
            number,
            line[margin:].rstrip(" "),
            raw[number - 1],
            not padded and line.endswith(" ") and not line.endswith("  "),
        )
        for number, line in enumerate(shown, 1)
    )
    spaced = _spaced(lines)
    if spaced:
        said = "a blank line follows every line: where an object ends is told by its first name alone"
        notes.append(Note(file, 1, "blank lines", said))
    return Lines(lines, spaced, ends_whole, tuple(notes))


def _without_quotes(shown: list[str], full: list[str], file: str, notes: list[Note]) -> list[str]:
    quoted = [line for line in full if len(line.strip()) > 1 and line.strip()[0] == line.strip()[-1] == "`"]
    if len(quoted) < max(_ENOUGH, len(full) * _MOST):
        return shown
    notes.append(Note(file, 1, "back quotes", f"{len(quoted)} of {len(full)} lines stand in back quotes"))
    return [line.strip()[1:-1] if line in quoted else line for line in shown]


def _spaced(lines: tuple[Line, ...]) -> bool:
    """Whether a blank line follows every line."""
    full = [place for place, line in enumerate(lines) if not line.blank]
    if len(full) < _ENOUGH:
        return False
    followed = sum(1 for place in full[:-1] if lines[place + 1].blank)
    return followed >= (len(full) - 1) * _MOST
