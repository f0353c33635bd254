"""Rows as Format-List of Windows PowerShell prints them, and as ``>`` writes them into a file.

Shares nothing with what reads such files. The rules are those of public dumps and of PowerShell's own word wrapping:
see ``docs/format-list.md``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from muster.lab.powershell.clixml import object_text
from muster.lab.rows import Output, Projected, Row, RowValue
from muster.lab.shapes import Kind, load_types

RUNSPACE = "7c2f9d1e-5b0a-4c1e-9d55-0f6a6f1f2b11"
_NOON = 12
_IN_UTC = frozenset({"MitigationsAppliedTime"})


def _twelve(at: datetime) -> str:
    return f"{at.hour % _NOON or _NOON}:{at:%M:%S} {'AM' if at.hour < _NOON else 'PM'}"


CULTURES: Mapping[str, Callable[[datetime], str]] = {
    "en-US": lambda at: f"{at.month}/{at.day}/{at.year} {_twelve(at)}",
    "en-GB": lambda at: f"{at:%d/%m/%Y %H:%M:%S}",
    "en-AU": lambda at: f"{at.day}/{at:%m/%Y} {_twelve(at)}",
    "de-DE": lambda at: f"{at:%d.%m.%Y %H:%M:%S}",
    "ru-RU": lambda at: f"{at:%d.%m.%Y} {at.hour}:{at:%M:%S}",
    "cs-CZ": lambda at: f"{at.day}. {at.month}. {at.year} {at.hour}:{at:%M:%S}",
    "nl-NL": lambda at: f"{at.day}-{at.month}-{at.year} {at:%H:%M:%S}",
    "zh-CN": lambda at: f"{at.year}/{at.month}/{at.day} {at.hour}:{at:%M:%S}",
}
"""Culture → how its sessions print a date and time."""


@dataclass(frozen=True, slots=True)
class Printing:
    """A session that prints: ``width`` characters on a line, ``limit`` elements of a list (-1: all), its culture.

    ``minutes_east`` is its time zone. ``keeps_blank``: the blank at which a line is broken stays at its end.
    """

    width: int = 119
    limit: int = 16
    culture: str = "en-US"
    minutes_east: int = 120
    keeps_blank: bool = False


def format_list(outputs: Iterable[Output], printing: Printing) -> str:
    """What ``| Format-List`` puts on the screen: blank lines around, one between objects."""
    blocks = ["\n".join(_block(output, printing)) for output in outputs if isinstance(output, Row | Projected)]
    return "\n\n" + "\n\n".join(blocks) + "\n\n\n\n" if blocks else ""


def redirected(text: str) -> bytes:
    """A text as ``>`` of Windows PowerShell writes it: UTF-16 with its mark, lines ended as on Windows."""
    return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")


def _block(output: Row | Projected, printing: Printing) -> Iterator[str]:
    values = list(_values(output, printing))
    column = max(len(name) for name, _ in values)
    room = printing.width - column - 3
    for name, text in values:
        head, *more = [part for line in text.split("\n") for part in wrapped(line, room, printing.keeps_blank)]
        yield f"{name:<{column}} : {head}"
        yield from (" " * (column + 3) + line for line in more)


def _values(output: Row | Projected, printing: Printing) -> Iterator[tuple[str, str]]:
    if isinstance(output, Projected):
        for name in output.names:
            prop = output.row.shape.property_named(name)
            yield name, _text(name, prop.kind, output.row.get(prop.name), printing) if prop else ""
        return
    if not output.shape.noted:
        yield "RunspaceId", RUNSPACE
    for prop in output.shape.properties.values():
        yield prop.name, _text(prop.name, prop.kind, output.get(prop.name), printing)


def _text(name: str, kind: Kind, value: RowValue, printing: Printing) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        value, kind = list(value), Kind("int", many=True)
    if kind.many and isinstance(value, list | tuple):
        item = Kind(kind.form, kind.name)
        shown = value if printing.limit < 0 else value[: printing.limit]
        cut = "..." if len(shown) < len(value) else ""
        return "{" + ", ".join(_text(name, item, one, printing) for one in shown) + cut + "}"
    if isinstance(value, datetime):
        return CULTURES[printing.culture](_local(name, value, printing))
    if kind.form == "object":
        return object_text(load_types()[kind.name].text, value)  # type: ignore[arg-type] # an object's values
    return str(value)


def _local(name: str, value: datetime, printing: Printing) -> datetime:
    """The time on the clock of who prints; what a server gives in UTC stays so."""
    in_utc = name.casefold().endswith("utc") or name in _IN_UTC
    return value.astimezone(UTC if in_utc else timezone(timedelta(minutes=printing.minutes_east)))


def wrapped(text: str, room: int, keeps_blank: bool = False) -> Iterator[str]:
    """Break a text at the last blank that fits; a word longer than the room fills the line and is cut at its end."""
    words = text.split(" ")
    line, glue = words[0], " "
    if keeps_blank:
        words = [f"{word} " for word in words[:-1]] + words[-1:]
        line, glue = words[0], ""
    if len(line) > room:
        *full, line = _cut(line, room)
        yield from full
    for word in words[1:]:
        longer = f"{line}{glue}{word}"
        if len(longer) <= room:
            line = longer
        elif len(word) <= room or len(line) >= room:
            yield line
            *full, line = _cut(word, room)
            yield from full
        else:
            *full, line = _cut(longer, room)
            yield from (part if keeps_blank else part.rstrip(" ") for part in full)
    yield line


def _cut(text: str, room: int) -> list[str]:
    return [text[start : start + room] for start in range(0, len(text), room)] or [""]
