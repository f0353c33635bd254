r"""What remarks tell a person to write into configuration files: done only where somebody says that it was.

# Edit: File: C:\…\EdgeTransport.exe.config
# Edit: Section: appSettings
# Edit: Write: <add key="QueueDatabasePath" value="E:\Queue" />
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from muster.lab.changes.refusing import Refused
from muster.lab.changes.session import Session, Step
from muster.lab.rows import Row, RowValue
from muster.lab.shapes import load_shapes

_REMARK = re.compile(r"\s*#\s*Edit:\s*(File|Section|Write):\s*(.*?)\s*$")
_COPY = re.compile(r"\s*#\s*Edit:\s*Copy by hand[^:]*:\s*(.+?)\s+\(SHA-256 ([0-9A-Fa-f]{64})\)\s*$")
_WHERE = re.compile(r"\s*#\s*Where:(?:.*, on (\S+))?")
_REPAIR = re.compile(r"\s*#\s*Edit: Repair by hand[^:]*:\s*(<.*>) in (.+?)\s*$")
_ELEMENT = re.compile(r"<([\w.]+)((?:\s+[\w.:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>")
_ATTRIBUTE = re.compile(r"([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REPLICATION = "MRSConfiguration"
_SECTIONS = ("defaultProxy", "runtime", "agents")


@dataclass(frozen=True, slots=True)
class Edit:
    """One element to write: in which file and section, its tag and attributes; ``line`` of its remark.

    ``server`` is the one that the remark "Where: by hand, on ex01" names, ``""`` for the session's own.
    """

    file: str
    section: str
    tag: str
    attributes: dict[str, str]
    line: int
    server: str = ""


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Each line with its number and the server that the last "Where" names."""
    server = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _WHERE.match(line):
            server = found[1] or ""
        yield number, line, server


def edits(text: str) -> Iterator[Edit]:
    """Every edit that the remarks of a text tell, and every agent that its vendor's installer registers.

    Raises ``Refused`` for an element that cannot be read.
    """
    file = section = ""
    for number, line, server in _lines(text):
        if repair := _REPAIR.match(line):
            yield _edit(repair[2], "agents", repair[1], number, server)
        found = _REMARK.match(line)
        if not found:
            continue
        what, said = found.groups()
        if what == "File":
            file, section = said, ""
        elif what == "Section":
            section = said
        else:
            yield _edit(file, section, said, number, server)


def _edit(file: str, section: str, said: str, number: int, server: str) -> Edit:
    element = _ELEMENT.fullmatch(said)
    if not element or not file:
        raise Refused(f"'{said}' is no element that can be written into a file.", "Edit", number)
    attributes = {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(element[2])}
    return Edit(file, section, element[1], attributes, number, server)


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to copy: its full name there and its SHA-256; ``line`` and ``server`` as in ``Edit``."""

    name: str
    hash: str
    line: int
    server: str = ""


def copies(text: str) -> Iterator[Copy]:
    """Every file that the remarks tell to copy; what is to be merged nobody does here."""
    for number, line, server in _lines(text):
        if found := _COPY.match(line):
            yield Copy(found[1], found[2].upper(), number, server)


def copied(session: Session, copy: Copy) -> Step:
    """What copying a file changes; raises ``Refused`` for a folder that the server lacks."""
    server = session.server(copy.server, "Copy") if copy.server else session.own
    name = copy.name
    folder = name.rpartition("\\")[0].casefold()
    files = [row for row in session.world.windows[server.name] if row.shape.name == "Get-FileHash"]
    if not any(row.text("Path").rpartition("\\")[0].casefold() == folder for row in files):
        raise Refused(f"{server.name} has no folder for '{name}'.", "PathNotFound", copy.line)

    def do() -> None:
        for row in files:
            if row.text("Path").casefold() == name.casefold():
                row.set({"Hash": copy.hash})
                return
        made = Row(load_shapes()["Get-FileHash"], {"Path": name, "Hash": copy.hash}, server.name)
        session.world.windows[server.name].append(made)

    return Step(name, do)


def step(session: Session, edit: Edit) -> Step:
    """What writing an element changes; raises ``Refused`` for a file that the server lacks."""
    server = session.server(edit.server, "Edit") if edit.server else session.own
    elements = [
        row
        for row in session.world.windows[server.name]
        if row.shape.name == "ConfigurationElement"
        and str(row.get("Path")).casefold().endswith(edit.file.casefold().lstrip("\\"))
    ]
    if not elements:
        raise Refused(f"{server.name} has no file '{edit.file}'.", "PathNotFound", edit.line)
    values = _values(edit)
    lacking = [name for name in values if name not in elements[0].shape.properties]
    if lacking:
        raise Refused(f"The lab's files hold no attribute '{lacking[0]}'.", "Edit", edit.line)
    named: dict[str, RowValue] = {
        name: values[name] for name in ("Section", "LocalName", "key", "name") if name in values
    }
    found = [row for row in elements if row.matches(named)]

    def do() -> None:
        if found:
            for row in found:
                row.set(values)
            return
        made = Row(load_shapes()["ConfigurationElement"], server=server.name)
        made.set({"Path": elements[0].get("Path"), "Section": _section(edit), **values})
        session.world.windows[server.name].append(made)

    return Step(f"{edit.file} {edit.tag}", do)


def _values(edit: Edit) -> dict[str, str]:
    """What an element says, as the lab keeps it: the attributes of the move limits are kept one by one."""
    if edit.tag == _REPLICATION:
        ((name, value),) = edit.attributes.items()
        return {"Section": "MRS", "LocalName": "add", "name": name, "value": value}
    if edit.tag == "add":
        return {"Section": "appSettings", "LocalName": "add", **edit.attributes}
    return {"LocalName": edit.tag, **edit.attributes}


def _section(edit: Edit) -> str:
    return next((name for name in _SECTIONS if name.casefold() in edit.section.casefold()), "limits")
