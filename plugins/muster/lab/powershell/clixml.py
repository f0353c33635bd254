"""Writing CLIXML as an Exchange or Windows server sends it, at either serialization level.

Partial: enumerations, sizes, identities and similar are strings, collections lists of strings. Full: objects with
type names, ``ToString``, number and text of enumerations, ``SerializationData``.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from muster.lab.powershell.rich_values import properties_of
from muster.lab.rows import Bare, Output, Projected, Row, RowValue
from muster.lab.shapes import Kind, load_types

_ELEMENTS = {"text": "S", "int": "I32", "long": "I64", "guid": "G", "uri": "URI", "version": "Version"}
_FIRST = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
_SPECIAL = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x1f\x7f-\x9f\ufffe\uffff]")
_BLOB = b64encode(b"\0\x01\0\0\0\xff\xff\xff\xff\x01\0\0\0\0\0\0\0muster lab: nothing to deserialize").decode()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: what remoting notes beside each object."""

    computer: str
    runspace: str


@dataclass(frozen=True, slots=True)
class Level:
    """How much is sent. ``rich`` is what Exchange calls Full; ``prefix`` goes before every type name.

    Real servers send Partial objects' own type names and clients prefix them, or send them prefixed where a
    front end relays a session: a reader must cope with both, so Partial is the prefixed one here (unverified).
    """

    rich: bool = False
    prefix: str = "Deserialized."


PARTIAL = Level()
FULL = Level(rich=True, prefix="")
WINDOWS = Level(rich=True, prefix="")
"""What Windows' own endpoint sends: real type names, real objects; there is no SerializationData there."""


def serialized(output: Output, level: Level, sender: Sender) -> bytes:
    """One object as the text of a pipeline output message."""
    writer = _Writer(level)
    _write(writer, output, level, sender)
    return "".join(writer.parts).encode()


def exported(outputs: Iterable[Output], level: Level, sender: Sender) -> bytes:
    """A session's output as ``Export-Clixml`` of Windows PowerShell writes it: one document, in UTF-16."""
    writer = _Writer(level)
    for output in outputs:
        _write(writer, output, level, sender)
    return f"{_FIRST}{''.join(writer.parts)}</Objs>".encode("utf-16")


def _write(writer: "_Writer", output: Output, level: Level, sender: Sender) -> None:
    match output:
        case Bare(kind, value):
            writer.value(None, kind, value)
        case Row(shape=shape):
            only = shape.more.get("at_full") if level is FULL else None
            values = [
                (prop.name, prop.kind, output.get(prop.name))
                for prop in shape.properties.values()
                if not only or prop.name in only
            ]
            writer.whole(shape.types, _text_of(output), values, sender, noted=shape.noted)
        case Projected(row, names):
            types = (f"Selected.{row.shape.types[0]}", "System.Management.Automation.PSCustomObject", "System.Object")
            writer.whole(types, None, [_chosen(row, name) for name in names], sender, noted=True)


def _chosen(row: Row, name: str) -> tuple[str, Kind, RowValue]:
    prop = row.shape.property_named(name)
    return (prop.name, prop.kind, row.get(prop.name)) if prop else (name, Kind("text"), None)


def _text_of(row: Row) -> str:
    named = row.shape.text
    if named is None:
        return row.shape.types[0]
    if "{" in named:
        return named.format(**{name: row.get(name) for name in row.shape.properties})
    return str(row.get(named) or "")


def _escaped(text: str) -> str:
    return escape(_SPECIAL.sub(lambda found: f"_x{ord(found.group()):04X}_", text))


def _moment(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _printed(value: datetime) -> str:
    """A time as a session in American culture prints it."""
    at = value.astimezone(UTC)
    return f"{at.month}/{at.day}/{at.year} {at:%I}".replace(" 0", " ") + f":{at:%M:%S %p}"


class _Writer:
    """Collects the text of one document; references are counted within it, as the format wants."""

    def __init__(self, level: Level) -> None:
        self.parts: list[str] = []
        self._level = level
        self._references = 0
        self._types: dict[tuple[str, ...], int] = {}

    def whole(
        self,
        types: Sequence[str],
        text: str | None,
        values: Sequence[tuple[str, Kind, RowValue]],
        sender: Sender,
        *,
        noted: bool,
    ) -> None:
        """A top-level object, with what remoting notes on it."""
        self._open(None, types, text)
        notes = "MS" if noted else "Props"
        self.parts.append(f"<{notes}>")
        for name, kind, value in values:
            self.value(name, kind, value)
        if not noted:
            self.parts.append("</Props><MS>")
        self.value("PSComputerName", Kind("text"), sender.computer)
        self.value("RunspaceId", Kind("guid"), sender.runspace)
        self.value("PSShowComputerName", Kind("bool"), value=False)
        if self._level is FULL and not noted:
            self.parts.append(f'<BA N="SerializationData">{_BLOB}</BA>')
        self.parts.append("</MS></Obj>")

    def value(self, name: str | None, kind: Kind, value: RowValue) -> None:
        """One property, or one item of a list (no name)."""
        if value is None:
            self.parts.append(f"<Nil{_named(name)} />")
        elif kind.many and isinstance(value, list | tuple):
            self._list(name, kind, value)
        elif kind.form in {"enum", "rich", "object"}:
            self._typed(name, kind, value)
        else:
            self._plain(name, kind.form, value)

    def _plain(self, name: str | None, form: str, value: Any) -> None:
        match form:
            case "bool":
                tag, text = "B", "true" if value else "false"
            case "time":
                tag, text = "DT", _moment(value)
            case "bytes":
                tag, text = "BA", b64encode(value).decode()
            case _:
                tag, text = _ELEMENTS[form], _escaped(str(value))
        self.parts.append(f"<{tag}{_named(name)}>{text}</{tag}>")

    def _list(self, name: str | None, kind: Kind, values: Sequence[Any]) -> None:
        item = Kind(kind.form, kind.name)
        of = load_types()[kind.name].names[0] if kind.name else "System.String"
        self._open(name, (f"Microsoft.Exchange.Data.MultiValuedProperty`1[[{of}]]", "System.Object"), None)
        self.parts.append("<LST>")
        for value in values:
            self.value(None, item, value)
        self.parts.append("</LST></Obj>")

    def _typed(self, name: str | None, kind: Kind, value: Any) -> None:
        of = load_types()[kind.name]
        text = object_text(of.text, value) if kind.form == "object" else str(value)
        if not self._level.rich:
            self._plain(name, "text", text)
            return
        self._open(name, (*of.names, "System.Object"), text)
        if kind.form == "enum":
            self.parts.append(f"<I32>{of.number(text)}</I32></Obj>")
            return
        inside: Mapping[str, tuple[Kind, RowValue]]
        if kind.form == "object":
            inside = {prop: (prop_kind, value.get(prop)) for prop, prop_kind in of.properties.items()}
        else:
            inside = properties_of(kind.name, text)
        if inside:
            self.parts.append("<Props>")
            for prop, (prop_kind, prop_value) in inside.items():
                self.value(prop, prop_kind, prop_value)
            self.parts.append("</Props>")
        if self._level is FULL:
            self.parts.append(f'<MS><BA N="SerializationData">{_BLOB}</BA></MS>')
        self.parts.append("</Obj>")

    def _open(self, name: str | None, types: Sequence[str], text: str | None) -> None:
        self.parts.append(f'<Obj{_named(name)} RefId="{self._references}">')
        self._references += 1
        chain = tuple(self._level.prefix + type_name for type_name in types)
        known = self._types.get(chain)
        if known is None:
            known = self._types[chain] = len(self._types)
            names = "".join(f"<T>{escape(type_name)}</T>" for type_name in chain)
            self.parts.append(f'<TN RefId="{known}">{names}</TN>')
        else:
            self.parts.append(f'<TNRef RefId="{known}" />')
        if text is not None:
            self.parts.append(f"<ToString>{_escaped(text)}</ToString>")


def _named(name: str | None) -> str:
    return f" N={quoteattr(name)}" if name is not None else ""


def object_text(template: str, value: Mapping[str, Any]) -> str:
    """What an object with properties prints itself as."""
    return template.format(
        **{name: _printed(item) if isinstance(item, datetime) else item for name, item in value.items()}
    )
