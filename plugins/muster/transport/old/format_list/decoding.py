"""Bytes of a file → text, whatever wrote it: ``>`` of Windows PowerShell, PowerShell 7, an editor, or two of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from muster.transport.old.format_list.notes import Note

_WIDE = re.compile(rb"(?:[\t\n\r\x20-\xff]\x00){4,}")
"""Latin text as UTF-16LE: every second byte is NUL."""
_NARROW = re.compile(rb"[\t\n\r\x20-\x7e]{12,}")
"""Text of one byte each; two of them read as UTF-16 would be one rare character."""
_LIST_MARKS = (b" : ", b"\n", b"-")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, how it was written, and what is wrong with it."""

    text: str
    encoding: str
    notes: tuple[Note, ...] = ()


def decode(data: bytes, file: str) -> Decoded:
    """The text of a file: UTF-16 with a mark, UTF-8 with or without one, else Windows-1252, which is then told.

    Bytes of both widths in one file (``>>`` with another encoding) are read each as what they are, and told.
    """
    if data.startswith(b"\xfe\xff"):
        return Decoded(data[2:].decode("utf-16-be", "replace"), "UTF-16BE")
    if data.startswith(b"\xff\xfe"):
        return _wide(data[2:], file)
    if data.startswith(b"\xef\xbb\xbf"):
        return _narrow(data[3:], file, "UTF-8 with a mark")
    return _narrow(data, file, "UTF-8")


def _wide(data: bytes, file: str) -> Decoded:
    if _has_narrow_text(data):
        return _mixed(data, file)
    notes = []
    if len(data) % 2:
        notes.append(Note(file, 0, "encoding", "the file ends in half a character: it was cut off"))
        data = data[:-1]
    return _told(Decoded(data.decode("utf-16-le", "replace"), "UTF-16LE", tuple(notes)), file)


def _has_narrow_text(data: bytes) -> bool:
    return any(any(mark in found.group() for mark in _LIST_MARKS) for found in _NARROW.finditer(data))


def _narrow(data: bytes, file: str, encoding: str) -> Decoded:
    if b"\x00" in data:
        wide = sum(len(found.group()) for found in _WIDE.finditer(data))
        if wide > len(data) * 0.9 and not _has_narrow_text(data):
            note = Note(file, 0, "encoding", "UTF-16 without its mark: the beginning of the file may be missing")
            return Decoded(data[: len(data) & ~1].decode("utf-16-le", "replace"), "UTF-16LE without a mark", (note,))
        return _mixed(data, file)
    try:
        return _told(Decoded(data.decode("utf-8"), encoding), file)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    places = [number for number, line in enumerate(text.splitlines(), 1) if not line.isascii()]
    said = f"not UTF-8: read as Windows-1252, which matters in {_lines(places)}"
    return _told(Decoded(text, "Windows-1252", (Note(file, places[0] if places else 0, "encoding", said),)), file)


def _lines(places: list[int]) -> str:
    shown = ", ".join(map(str, places[:8]))
    more = f" and {len(places) - 8} more" if len(places) > 8 else ""  # noqa: PLR2004 - as many as are shown
    return f"{'line' if len(places) == 1 else 'lines'} {shown}{more}"


def _told(decoded: Decoded, file: str) -> Decoded:
    """Say where characters were lost before the file came here."""
    places = [number for number, line in enumerate(decoded.text.splitlines(), 1) if "\ufffd" in line]
    if not places:
        return decoded
    note = Note(file, places[0], "encoding", f"characters that nobody can read any more in {_lines(places)}")
    return Decoded(decoded.text, decoded.encoding, (*decoded.notes, note))


def _mixed(data: bytes, file: str) -> Decoded:
    text, notes, before = "", [], ""
    for wide, part in _parts(data):
        width = "two bytes" if wide else "one byte"
        if before and width != before:
            said = f"from here on a character has {width}, before it {before}: >> wrote with another encoding"
            notes.append(Note(file, text.count("\n") + 1, "mixed encodings", said))
        before = width
        if wide:
            text += part[: len(part) & ~1].decode("utf-16-le", "replace")
        else:
            inner = _narrow(part.replace(b"\x00", b""), file, "UTF-8")
            notes += inner.notes
            text += inner.text
    return Decoded(text.replace("\ufeff", ""), "mixed", tuple(notes))


def _parts(data: bytes) -> Iterator[tuple[bool, bytes]]:
    """Stretches of bytes, and whether two make a character; what is neither belongs to the stretch before it."""
    borders = sorted(
        [(found.start(), True) for found in _WIDE.finditer(data)]
        + [(found.start(), False) for found in _NARROW.finditer(data)]
    )
    kept: list[tuple[int, bool]] = []
    for start, wide in borders:
        if not kept or kept[-1][1] is not wide:
            kept.append((0 if not kept else start, wide))
    for (start, wide), (end, _) in zip(kept, [*kept[1:], (len(data), False)], strict=True):
        yield wide, data[start:end]
