"""CLIXML → values: one reader for capture files and for what a live session sends, so the two cannot differ.

[MS-PSRP] 2.2.5 describes the format. What the reader does with it is told in ``docs/architecture.md`` under
"Answers"; beyond that: ``SerializationData`` stays bytes and is never deserialized; a secure string loses its
content; a time without an offset is an ``Object`` of type ``System.DateTime``, because a zone must not be guessed;
a .NET time's seventh digit (100 ns) is cut off; an object that refers to itself is cut off where it does.
"""

import base64
import binascii
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from muster.model import EnumValue, Object, Value
from muster.transport.dotnet import time_span

_DEEPEST = 64  # PowerShell itself stops at a depth of a few levels; a file that nests deeper is no answer
_LARGEST = 5_000_000  # values in one answer, counting what references repeat

_COLLECTION_PROPERTIES = frozenset(
    {"Count", "Length", "LongLength", "Rank", "Capacity", "SyncRoot", "IsSynchronized", "IsReadOnly", "IsFixedSize"}
    | {"Keys", "Values", "Comparer"}
)


class UnreadableClixml(ValueError):  # noqa: N818 - says what it is about
    """Text that is not CLIXML, or not all of it."""


def read_clixml(text: str) -> tuple[Value, ...]:
    """The values of a CLIXML text, in order; raises ``UnreadableClixml``.

    ``text`` is a file (``<Objs>``) or the data of one PSRP message (a single element).
    """
    if "<!DOCTYPE" in text:  # entities could fetch or explode; PowerShell never writes one
        raise UnreadableClixml("it has a DOCTYPE, which CLIXML never has")
    try:
        root = ET.fromstring(text)  # noqa: S314 - no DOCTYPE, so no entities
    except ET.ParseError as error:
        line, column = error.position
        raise UnreadableClixml(f"it is not XML, or cut off, at line {line}, column {column + 1}: {error}") from None
    reader = _Reader()
    if _tag(root) != "Objs":
        return (reader.value(root, 0),)
    return tuple(reader.value(child, 0) for child in root)


def read_objects(text: str) -> tuple[Object, ...]:
    """What a pipeline put out: lists are unrolled as PowerShell does, nulls dropped, and a bare text or number is
    an ``Object`` of its .NET type with its text.
    """  # noqa: D205
    found: list[Object] = []
    for value in read_clixml(text):
        items = value if isinstance(value, tuple) else (value,)
        found.extend(as_object(item) for item in items if item is not None)
    return tuple(found)


def decode(data: bytes) -> str:
    """The text of a file that PowerShell wrote: UTF-8 with or without BOM, or UTF-16 with one."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableClixml(f"it is neither UTF-8 nor UTF-16 with a byte order mark: {error}") from None


def as_object(value: Value) -> Object:  # noqa: PLR0911 - one return per kind of value
    """A value as an object of an answer."""
    match value:
        case Object():
            return value
        case EnumValue():
            return Object(value.type, value.text, {"Value": value})
        case bool():
            return Object("System.Boolean", str(value), {})
        case int():
            return Object("System.Int32" if -(2**31) <= value < 2**31 else "System.Int64", str(value), {})
        case float():
            return Object("System.Double", str(value), {})
        case str():
            return Object("System.String", value, {})
        case datetime():
            return Object("System.DateTime", value.isoformat(), {"Value": value})
        case bytes():
            return Object("System.Byte[]", None, {"Value": value})
        case _:
            return Object("System.Object[]", None, {"Items": value})


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """``_x000D_`` and its like back to characters; halves of a surrogate pair are joined."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda code: chr(int(code.group(1), 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass") if plain != text else text


def _text(element: ET.Element) -> str:
    return unescape(element.text or "")


def _whole(element: ET.Element) -> int:
    return int(_text(element))


def _decimal(element: ET.Element) -> Value:
    """A .NET decimal: a whole number or a float where that is exact, else its text."""
    exact = Decimal(_text(element))
    if exact == exact.to_integral_value():
        return int(exact)
    near = float(exact)
    return near if Decimal(str(near)) == exact else _text(element)


def _moment(element: ET.Element) -> Value:
    text = _text(element)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except OverflowError:  # DateTime.MaxValue with an offset: not a time that Python can hold in UTC
        pass
    return Object("System.DateTime", text, {})


def _bytes(element: ET.Element) -> bytes:
    return base64.b64decode(_text(element), validate=False)


_PRIMITIVES: dict[str, Callable[[ET.Element], Value]] = {
    "Nil": lambda _: None,
    "S": _text,
    "C": lambda element: chr(_whole(element)),
    "B": lambda element: _text(element).strip().lower() == "true",
    "DT": _moment,
    "TS": lambda element: Object("System.TimeSpan", time_span(_text(element)), {}),
    **dict.fromkeys(("By", "SB", "U16", "I16", "U32", "I32", "U64", "I64"), _whole),
    **dict.fromkeys(("Sg", "Db"), lambda element: float(_text(element))),
    "D": _decimal,
    "BA": _bytes,
    **dict.fromkeys(("G", "URI", "Version", "XD", "SBK"), _text),
    "SS": lambda _: Object("System.Security.SecureString", None, {}),
}
_LISTS = frozenset({"LST", "IE", "QUE", "STK"})


@dataclass(slots=True)
class _Parts:
    """The children of one ``Obj``, sorted by what they are."""

    types: tuple[str, ...] = ()
    text: str | None = None
    properties: dict[str, Value] = field(default_factory=dict)
    items: tuple[Value, ...] | None = None
    entries: dict[str, Value] | None = None
    inner: Value = None
    has_inner: bool = False


class _Reader:
    """Reads one document; type names and objects are numbered and referred to within it."""

    def __init__(self) -> None:
        self._types: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, Value] = {}
        self._weights: dict[str, int] = {}
        self._count = 0

    def value(self, element: ET.Element, depth: int) -> Value:
        tag = _tag(element)
        self._add(1)
        primitive = _PRIMITIVES.get(tag)
        if primitive is not None:
            try:
                return primitive(element)
            except (ValueError, InvalidOperation, binascii.Error) as error:
                raise UnreadableClixml(f"<{tag}> holds '{(element.text or '')[:80]}': {error}") from None
        if tag == "Ref":
            return self._referred(element)
        if tag != "Obj":
            raise UnreadableClixml(f"<{tag}> is not an element of CLIXML")
        if depth >= _DEEPEST:
            raise UnreadableClixml(f"objects are nested more than {_DEEPEST} deep")
        before = self._count
        made = self._object(element, depth)
        number = element.get("RefId")
        if number is not None:
            self._seen[number] = made
            self._weights[number] = self._count - before
        return made

    def _add(self, weight: int) -> None:
        self._count += weight
        if self._count > _LARGEST:
            raise UnreadableClixml(f"it holds more than {_LARGEST:,} values, counting what references repeat")

    def _referred(self, element: ET.Element) -> Value:
        number = element.get("RefId", "")
        if number not in self._seen:
            raise UnreadableClixml(f"<Ref> to object {number}, which did not come before it")
        self._add(self._weights.get(number, 0))
        return self._seen[number]

    def _object(self, element: ET.Element, depth: int) -> Value:
        parts = _Parts()
        number = element.get("RefId")
        for child in element:
            tag = _tag(child)
            if number is not None and tag not in {"TN", "TNRef", "ToString"}:
                # what an object that holds itself finds there
                self._seen.setdefault(number, Object(_type_of(parts), parts.text, {}))
            match tag:
                case "TN":
                    parts.types = tuple(_without_prefix(_text(name)) for name in child)
                    self._types[child.get("RefId", "")] = parts.types
                case "TNRef":
                    parts.types = self._types_of(child)
                case "ToString":
                    parts.text = _text(child)
                case "Props" | "MS" as where:
                    self._properties(parts.properties, child, depth, extended=where == "MS")
                case "DCT":
                    parts.entries = self._entries(child, depth)
                case _ if tag in _LISTS:
                    parts.items = tuple(self.value(item, depth + 1) for item in child)
                case _:
                    parts.inner, parts.has_inner = self.value(child, depth + 1), True
        return _assembled(parts)

    def _types_of(self, element: ET.Element) -> tuple[str, ...]:
        number = element.get("RefId", "")
        if number not in self._types:
            raise UnreadableClixml(f"<TNRef> to type names {number}, which did not come before it")
        return self._types[number]

    def _properties(self, into: dict[str, Value], element: ET.Element, depth: int, *, extended: bool) -> None:
        for child in element:
            name = child.get("N")
            if name is None:
                raise UnreadableClixml(f"a property without a name in <{'MS' if extended else 'Props'}>")
            into[unescape(name)] = self.value(child, depth + 1)

    def _entries(self, element: ET.Element, depth: int) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        for entry in element:
            pair = {child.get("N"): child for child in entry}
            if "Key" not in pair or "Value" not in pair:
                raise UnreadableClixml("a dictionary entry without a key or a value")
            key = self.value(pair["Key"], depth + 1)
            entries[_key_text(key)] = self.value(pair["Value"], depth + 1)
        return entries


def _without_prefix(name: str) -> str:
    while name.startswith("Deserialized."):
        name = name.removeprefix("Deserialized.")
    return name


def _type_of(parts: _Parts) -> str:
    return parts.types[0] if parts.types else "System.Object"


def _key_text(key: Value) -> str:
    text = key.text if isinstance(key, Object | EnumValue) else key
    return "" if text is None else str(text)


def _assembled(parts: _Parts) -> Value:
    """One ``Obj`` as the value it stands for."""
    kind, properties = _type_of(parts), parts.properties
    if parts.has_inner:
        if "System.Enum" in parts.types and isinstance(parts.inner, int):
            return EnumValue(parts.inner, str(parts.inner) if parts.text is None else parts.text, kind)
        if not properties:
            return parts.inner
        return Object(kind, as_object(parts.inner).text if parts.text is None else parts.text, properties)
    own = {name: value for name, value in properties.items() if name not in _COLLECTION_PROPERTIES}
    if parts.entries is not None:
        return Object(kind, parts.text, {**own, **parts.entries})
    if parts.items is not None:
        return parts.items if not own else Object(kind, parts.text, {**properties, "Items": parts.items})
    return Object(kind, parts.text, properties)
