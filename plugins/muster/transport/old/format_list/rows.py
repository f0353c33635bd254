"""Objects as they are printed → rows: which cmdlet's, with values instead of text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from muster.model import Object, Value, unsettled
from muster.transport.old.format_list.commands import CommandLine
from muster.transport.old.format_list.dates import Culture, DatePrinted, culture_of, in_utc, printed_date
from muster.transport.old.format_list.notes import Note
from muster.transport.old.format_list.objects import Entry, Printed
from muster.transport.old.format_list.recognising import Recognised, recognise, retyped
from muster.transport.old.format_list.shapes import Printable, every_name
from muster.transport.old.format_list.values import doubt_of, value_of, without_joined_wraps
from muster.transport.old.format_list.wrapping import Vocabulary, Width, joined, width_of

_TIMES = frozenset({"times", "times_utc"})


@dataclass(frozen=True, slots=True)
class Row:
    """One object of one cmdlet, wherever it was read from. ``doubtful``: where it begins or ends is not certain."""

    printable: Printable
    object: Object
    file: str
    line: int
    command: CommandLine | None = None
    doubtful: bool = False
    serialization: str = "partial"


@dataclass(frozen=True, slots=True)
class _Text:
    """A property's text in one piece, and why its value is not certain (``""`` where it is)."""

    entry: Entry
    text: str
    why: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Read:
    one: Printed
    printable: Printable
    texts: tuple[_Text, ...]


def rows_of(objects: Sequence[Printed], file: str) -> tuple[list[Row], list[Note], list[Note]]:
    """The rows of one file, what is to be said, and the objects of which nobody knows what printed them."""
    notes: list[Note] = []
    unused: list[Note] = []
    read: list[_Read] = []
    vocabulary = _vocabulary(objects)
    for (_, column), group in groupby(objects, key=lambda one: (one.section, one.column)):
        together = list(group)
        width = width_of(together)
        for one in together:
            told = _told(one, column, width, vocabulary)
            if told.printable is None:
                unused.append(
                    Note(file, one.line, "contradiction" if told.contradicts else "not recognised", told.why)
                )
                continue
            read.append(_texts(one, told.printable, width, vocabulary, notes))
    culture = _culture(read, file, notes)
    rows = [Row(one.printable, _object(one, culture, notes), file, one.one.line, one.one.command) for one in read]
    return [_judged(row, one.one, rows, notes) for row, one in zip(rows, read, strict=True)], notes, unused


def _vocabulary(objects: Sequence[Printed]) -> Vocabulary:
    vocabulary = Vocabulary()
    for one in objects:
        for entry in one.entries:
            if len(entry.parts) == 1 and entry.parts[0].text and not entry.damage:
                vocabulary.learn(entry.parts[0].text)
            elif not entry.damage:
                for part in entry.parts:
                    vocabulary.learn_line(part.text.strip())
    return vocabulary


def _told(one: Printed, column: int, width: Width, vocabulary: Vocabulary) -> Recognised:
    classes: dict[str, str] = {}
    for entry in one.entries:
        if entry.name in {"ObjectClass", "ObjectCategory"}:
            kind = "lists" if entry.name == "ObjectClass" else "words"
            told = joined(entry, column + 2 if one.padded else 0, width, vocabulary, kind)
            if not told.why and doubt_of(told.text) is None:
                classes[entry.name] = told.text
    return recognise(one.names, classes, one.command.cmdlet if one.command else "")


def _texts(one: Printed, printable: Printable, width: Width, vocabulary: Vocabulary, notes: list[Note]) -> _Read:
    column = one.column + 2 if one.padded else 0
    texts = []
    for place, entry in enumerate(one.entries):
        kind = printable.kinds.get(entry.name)
        if kind is None:
            meant = retyped(entry.name, printable, one.names)
            if meant is not None:
                said = f"{printable.cmdlet} prints no {entry.name}; {meant} is missing: typed by hand? It is left out"
                notes.append(Note(one.file, entry.line, "unknown name", said))
                continue
            kind = every_name().get(entry.name, "unknown")
        told = joined(entry, column, width, vocabulary, kind)
        text, hidden = without_joined_wraps(told.text, column)
        why = told.why and f"{entry.name} is not certain: {told.why}"
        if hidden:
            why = f"{entry.name} has a run of blanks where a wrapped line was joined: what stood there is not certain"
            notes.append(Note(one.file, entry.line, "joined wraps", why))
        elif told.why:
            notes.append(Note(one.file, entry.line, "hard cut", why))
        doubt = doubt_of(text)
        if doubt is not None and not why:
            why = f"{entry.name} is not certain: {doubt[1]}"
            notes.append(Note(one.file, entry.line, doubt[0], why))
        if entry.damage:
            why = f"{entry.name} is not certain: {entry.damage[0][1]}"
        if one.last and place == len(one.entries) - 1:
            why = f"the file ends in {entry.name} without a line's end: it may have been longer"
            notes.append(Note(one.file, entry.line, "cut off", why))
        texts.append(_Text(entry, text, why, kind))
    return _Read(one, printable, tuple(texts))


def _dates(read: Sequence[_Read]) -> Iterator[tuple[str, DatePrinted, _Read]]:
    for one in read:
        for text in one.texts:
            date = printed_date(text.text) if text.kind in _TIMES and not text.why else None
            if date is not None:
                yield text.entry.name, date, one


def _culture(read: Sequence[_Read], file: str, notes: list[Note]) -> Culture:
    """What every date of the file allows; one culture wrote it, unless no order fits all of them."""
    found = list(_dates(read))
    by_object: dict[int, dict[str, DatePrinted]] = {}
    for name, date, one in found:
        by_object.setdefault(id(one), {})[name] = date
    twins = [
        (dates[name], dates[f"{name}UTC"]) for dates in by_object.values() for name in dates if f"{name}UTC" in dates
    ]
    culture = culture_of((date for _, date, _ in found), twins)
    if found and culture.order is None:
        why = f"{' or '.join(culture.possible)} fits all of them" if culture.possible else "no order fits all of them"
        notes.append(Note(file, 0, "dates", f"which number of its {len(found)} dates is the day is open: {why}"))
    return culture


def _object(read: _Read, culture: Culture, notes: list[Note]) -> Object:
    dates = {text.entry.name: printed_date(text.text) for text in read.texts if not text.why}
    properties: dict[str, Value] = {}
    for text in read.texts:
        name = text.entry.name
        if text.why:
            properties[name] = unsettled(text.why)
        elif text.kind in _TIMES and text.text:
            date = dates[name] if text.kind == "times_utc" else dates.get(f"{name}UTC")
            properties[name] = _time(text, dates[name], date, culture)
        else:
            properties[name] = value = value_of(text.text, text.kind, name)
            if isinstance(value, Object) and value.text:
                notes.append(Note(read.one.file, text.entry.line, "cut off", value.text))
    named = next((str(properties[one]) for one in ("Identity", "Name") if isinstance(properties.get(one), str)), None)
    return Object(read.printable.type or read.printable.cmdlet, named, properties)


def _time(text: _Text, printed: DatePrinted | None, utc: DatePrinted | None, culture: Culture) -> Value:
    """A time in UTC: one that is printed so, or the twin of a local one. Without a twin nobody knows the zone."""
    name = text.entry.name
    if printed is None:
        return unsettled(f"{name} is '{text.text[:40]}', a date of no known form")
    if culture.order is None:
        return unsettled(f"{name} is {text.text}: which number is the day nothing in the file settles")
    if utc is None:
        return unsettled(f"{name} is {text.text} in the time zone of who printed it, which the file does not tell")
    return in_utc(utc, culture)


def _judged(row: Row, one: Printed, rows: Sequence[Row], notes: list[Note]) -> Row:
    """Whether an object is whole, compared with its like."""
    like = [other for other in rows if other.printable is row.printable and other.line != row.line]
    most = max((len(other.object.properties) for other in like), default=0)
    few = len(row.object.properties)
    said = ""
    if few < most and _is_beginning(row, like, most):
        said = f"the object ends after {few} of {most} names: it was cut off"
    elif one.last and not like:
        said = "the file ends without a line's end: the object may have been longer"
    if said:
        notes.append(Note(row.file, row.line, "cut off", said))
    return replace(row, doubtful=one.border_unsure or bool(said))


def _is_beginning(row: Row, like: Sequence[Row], most: int) -> bool:
    names = list(row.object.properties)
    return any(
        list(other.object.properties)[: len(names)] == names for other in like if len(other.object.properties) == most
    )
