"""Lines → objects: names, the lines of each value, and where one object ends and the next begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from muster.transport.old.format_list.commands import CommandLine, command_line
from muster.transport.old.format_list.lines import Line, Lines
from muster.transport.old.format_list.notes import Note

_KEY = re.compile(r"^(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<padding> *) :(?: (?P<value>.*))?$")
_BOLD = re.compile(r"^\*\*(?P<name>[^*]+)\*\*\s*:")
_FEWEST = 2  # names that make an object


@dataclass(slots=True)
class Entry:
    """One printed property: its name, its lines without the column before them, and what is wrong with them.

    ``damage`` holds (kind, sentence) pairs that make the value uncertain.
    """

    name: str
    line: int
    parts: list[Line]
    damage: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Printed:
    """One object as it is printed. ``column`` is where its colons stand; 0 where the padding was lost.

    ``section`` counts stretches of the file that one command printed in one go; ``command`` is the one that a prompt
    names before it. ``border_unsure``: where it begins or ends is not certain. ``last``: the file ends in it.
    """

    file: str
    line: int
    section: int
    command: CommandLine | None
    column: int = 0
    entries: list[Entry] = field(default_factory=list)
    border_unsure: bool = False
    last: bool = False
    padding_seen: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order they are printed."""
        return tuple(entry.name for entry in self.entries)

    @property
    def padded(self) -> bool:
        """Whether all colons stand in one column, as PowerShell prints them, with blanks before them to show it."""
        return self.column > 0 and self.padding_seen


@dataclass(frozen=True, slots=True)
class Found:
    """The objects of a file, and what else is told of it."""

    objects: tuple[Printed, ...]
    notes: tuple[Note, ...]


def objects_of(lines: Lines, file: str, known: frozenset[str]) -> Found:
    """Cut lines into objects; ``known`` are the names of properties that any cmdlet prints."""
    cutter = _Cutter(file, lines.spaced, known)
    for line in lines.lines:
        cutter.take(line)
    cutter.close()
    if cutter.objects and not lines.ends_whole:
        cutter.objects[-1].last = True
    return Found(tuple(cutter.objects), tuple(cutter.notes))


class _Cutter:
    def __init__(self, file: str, spaced: bool, known: frozenset[str]) -> None:
        self.objects: list[Printed] = []
        self.notes: list[Note] = []
        self._file, self._spaced, self._known = file, spaced, known
        self._command: CommandLine | None = None
        self._section = 0
        self._current: Printed | None = None
        self._blank = True
        self._strays: list[Line] = []

    def take(self, line: Line) -> None:
        if line.blank:
            self._blank = self._blank or not self._spaced
            return
        if line.indent == 0 and (command := command_line(line.text, line.number)) is not None:
            self.close()
            self._section += 1
            self._command = command
        elif (key := self._key(line)) is not None:
            self._property(line, key)
        else:
            self._other(line)
        self._blank = False

    def close(self) -> None:
        """End the current object, and say what stood between objects."""
        if self._current is not None:
            self._finish(self._current)
        self._current = None
        if self._strays:
            first, count = self._strays[0], len(self._strays)
            many = f"this line and {count - 1} more are" if count > 1 else "this line is"
            self.notes.append(Note(self._file, first.number, "not a list", f"{many} no list: '{first.text[:60]}'"))
        self._strays = []

    def _finish(self, done: Printed) -> None:
        if len(done.entries) < _FEWEST:
            self.notes.append(
                Note(self._file, done.line, "not a list", f"'{done.entries[0].name}' stands alone: no object")
            )
            return
        done.entries = self._once(done.entries)
        self.objects.append(done)

    def _once(self, entries: list[Entry]) -> list[Entry]:
        """A property that two arguments of Format-List match is printed twice."""
        kept: dict[str, Entry] = {}
        for entry in entries:
            first = kept.setdefault(entry.name, entry)
            if first is entry:
                continue
            same = [part.text for part in first.parts] == [part.text for part in entry.parts]
            said = f"{entry.name} is printed twice" + ("" if same else f", in line {first.line} with another value")
            self.notes.append(Note(self._file, entry.line, "repeated name", said))
            if not same:
                first.damage.append(("repeated name", said))
        return list(kept.values())

    def _key(self, line: Line) -> re.Match[str] | None:
        found = _KEY.match(line.text if line.text.endswith(":") or " : " in line.text else "")
        if found is None:
            return None
        current = self._current
        if current is None or self._blank or not current.padded:
            return found
        in_column = found.end("padding") + 1 == current.column
        return found if in_column or found["name"] in self._known else None

    def _property(self, line: Line, key: re.Match[str]) -> None:
        name, colon = key["name"], key.end("padding") + 1
        current = self._current
        if current is None or self._begins_new(current, name, colon):
            current = self._open(line, colon)
        if colon != current.column:
            current.column = 0
        current.padding_seen = current.padding_seen or bool(key["padding"])
        value = (key["value"] or "").strip()
        current.entries.append(Entry(name, line.number, [replace(line, text=value)]))

    def _begins_new(self, current: Printed, name: str, colon: int) -> bool:
        if self._blank:
            return True
        if name != current.entries[0].name:
            return current.padded and colon != current.column
        before = self.objects[-1] if self.objects and self.objects[-1].section == current.section else None
        if not self._spaced and before is not None and len(current.entries) < len(before.entries):
            current.border_unsure = True
            said = (
                f"{name} comes again after {len(current.entries)} names, where the object before has "
                f"{len(before.entries)}: a new object, or a name that is printed twice"
            )
            self.notes.append(Note(self._file, current.line, "ambiguous border", said))
        return True

    def _open(self, line: Line, colon: int) -> Printed:
        before = self._current
        unsure = before is not None and before.border_unsure
        self.close()
        made = Printed(self._file, line.number, self._section, self._command, colon, border_unsure=unsure)
        self._current = made
        return made

    def _other(self, line: Line) -> None:
        """A line that is no property: a value that goes on, or nothing of a list."""
        current = self._current
        bold = _BOLD.match(line.text)
        if bold is not None:
            said = f"'{line.text[:60]}' is Markdown: the name is not taken from it"
            self.notes.append(Note(self._file, line.number, "markdown", said))
            return
        if current is None or (self._blank and line.indent <= current.column):
            self.close()
            self._strays.append(line)
            return
        entry = current.entries[-1]
        if line.indent == 0 or (current.padded and line.indent < current.column):
            lost = f"the indentation of a line of {entry.name} is lost: where it belongs is not certain"
            self.notes.append(Note(self._file, line.number, "indentation lost", lost))
            entry.damage.append(("indentation lost", lost))
        entry.parts.append(line)


def left_out(objects: Sequence[Printed]) -> list[Note]:
    """Objects whose column is wider than their longest name: the line with that name is not there any more."""
    notes = []
    for one in objects:
        longest = max(map(len, one.names))
        if one.padded and one.column > longest + 1:
            said = f"the column is {one.column - 1} wide, the longest name {longest}: lines were left out"
            notes.append(Note(one.file, one.line, "lines left out", said))
    return notes
