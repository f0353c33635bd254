"""Files that Export-Clixml wrote → rows: the values are all there, and the type's name tells the cmdlet."""

from muster.model import Object
from muster.transport.clixml import UnreadableClixml, decode, read_objects
from muster.transport.old.format_list.notes import Note
from muster.transport.old.format_list.recognising import by_type, recognise
from muster.transport.old.format_list.rows import Row


def is_clixml(data: bytes) -> bool:
    """Whether a file is CLIXML, by how it begins."""
    return b"<Objs" in data[:4096].replace(b"\x00", b"")


def clixml_rows(data: bytes, file: str) -> tuple[list[Row], list[Note]]:
    """The rows of a file, and the objects of which nobody knows what printed them."""
    try:
        objects = read_objects(decode(data))
    except UnreadableClixml as why:
        return [], [Note(file, 0, "unreadable", f"it begins as CLIXML and cannot be read: {why}")]
    rows: list[Row] = []
    unused: list[Note] = []
    for place, item in enumerate(objects, 1):
        printable = by_type(item.type)
        if printable is None:
            told = recognise(tuple(item.properties) or ("",), {}, "")
            printable = told.printable if item.properties else None
            if printable is None:
                said = f"object {place} is a {item.type}, which muster does not know; {told.why}"
                unused.append(Note(file, 0, "not recognised", said))
                continue
        full = "SerializationData" in item.properties
        rows.append(Row(printable, _plain(item), file, 0, serialization="full" if full else "partial"))
    return rows, unused


def _plain(item: Object) -> Object:
    """The object under its cmdlet's own type, whatever Select-Object made of it."""
    return Object(item.type.removeprefix("Selected."), item.text, item.properties)
