"""Dumps that operators made before an upgrade (``… | fl > owavirdir.txt``, ``… | Export-Clixml``) → observations."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from muster.model import Environment
from muster.transport.old.format_list.clixml_files import clixml_rows, is_clixml
from muster.transport.old.format_list.decoding import decode
from muster.transport.old.format_list.lines import lines_of
from muster.transport.old.format_list.notes import Note, is_unsettled
from muster.transport.old.format_list.objects import left_out, objects_of
from muster.transport.old.format_list.placing import Imported, place
from muster.transport.old.format_list.rows import Row, rows_of
from muster.transport.old.format_list.shapes import every_name

__all__ = ["Imported", "Note", "is_unsettled", "read_files"]

_LARGEST = 64 * 2**20


def read_files(paths: Iterable[Path], environment: Environment, taken: datetime | None = None) -> Imported:
    """Read dumps of Exchange cmdlets, text or CLIXML, all together.

    ``environment`` tells which servers there are; ``taken`` is when the dumps were made, if somebody knows (aware,
    UTC). Nothing raises for what stands in a file: damage, values nobody can be sure of and objects of unknown
    cmdlets are told in the result. Raises ``OSError`` for a file that cannot be read.
    """
    rows: list[Row] = []
    notes: list[Note] = []
    unused: list[Note] = []
    for path in paths:
        found, said, left = _read_file(path)
        rows += found
        notes += said
        unused += left
    placed = place(rows, environment, taken)
    return Imported(placed.observations, (*notes, *placed.notes), (*unused, *placed.unused))


def _read_file(path: Path) -> tuple[list[Row], list[Note], list[Note]]:
    file = path.name
    if path.stat().st_size > _LARGEST:
        return [], [], [Note(file, 0, "unreadable", "the file holds over 64 MiB: it is no dump of settings")]
    data = path.read_bytes()
    if is_clixml(data):
        rows, unused = clixml_rows(data, file)
        return rows, [], unused
    decoded = decode(data, file)
    lines = lines_of(decoded.text, file)
    found = objects_of(lines, file, frozenset(every_name()))
    rows, notes, unused = rows_of(found.objects, file)
    if not found.objects:
        unused.append(Note(file, 0, "not a list", "there is no list of properties in it: it was not made with | fl"))
    return rows, [*decoded.notes, *lines.notes, *found.notes, *left_out(found.objects), *notes], unused
