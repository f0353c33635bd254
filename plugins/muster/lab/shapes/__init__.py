"""What cmdlets print: names, order and kinds of properties as data, one YAML file per area."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from muster.lab.yaml_files import read_yaml

_FOLDER = Path(__file__).parent
_SCALARS = frozenset({"bool", "int", "long", "text", "guid", "time", "uri", "version", "bytes"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What a property's value is.

    ``form`` is a scalar (``bool``, ``int``, ``long``, ``text``, ``guid``, ``time``, ``uri``, ``version``,
    ``bytes``), ``enum`` (text and number), ``rich`` (a .NET value that prints as text) or ``object`` (a value
    with properties); ``name`` names the type of the last three; ``many`` says that it is a list of them.
    """

    form: str
    name: str = ""
    many: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its kind, and the value it has where the world says nothing."""

    name: str
    kind: Kind
    default: Any = None
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What one cmdlet (or CIM class) prints.

    ``types`` is the chain of .NET type names, ``text`` the property that its ``ToString`` gives. ``from_iis``
    names what ``-ADPropertiesOnly`` leaves out, ``from_status`` what only ``-Status`` fills; ``noted`` says that the
    properties are note properties.
    """

    name: str
    types: tuple[str, ...]
    properties: Mapping[str, Property]
    text: str | None = None
    from_iis: frozenset[str] = frozenset()
    from_status: frozenset[str] = frozenset()
    noted: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)

    def property_named(self, name: str) -> Property | None:
        """A property, whatever the case of its name."""
        found = self.properties.get(name)
        if found is None:
            wanted = name.casefold()
            found = next((prop for prop in self.properties.values() if prop.name.casefold() == wanted), None)
        return found


@dataclass(frozen=True, slots=True)
class NetType:
    """A .NET type: the chain of names without ``System.Object``; an enumeration's members, an object's properties."""

    names: tuple[str, ...]
    members: Mapping[str, int] = field(default_factory=dict)
    properties: Mapping[str, Kind] = field(default_factory=dict)
    text: str = ""

    def number(self, text: str) -> int:
        """A member's number; of flags printed ``A, B``, their sum; 0 for what no source gives a number."""
        return sum(self.members.get(part.strip(), 0) for part in text.split(","))


def parse_kind(text: str) -> Kind:
    """Read ``bool``, ``enum ServerRole``, ``list rich IPBinding``; raises ``ValueError`` for anything else."""
    words = text.split()
    many = words[0] == "list"
    form, name = (*words[many:], "")[:2]
    if form in _SCALARS and not name:
        return Kind(form, many=many)
    if form in {"enum", "rich", "object"} and name:
        return Kind(form, name, many)
    raise ValueError(f"'{text}' is no kind of value")


@cache
def load_shapes() -> Mapping[str, Shape]:
    """Every shape by its cmdlet's or class's name."""
    return {
        name: _shape(name, written)
        for file in sorted(_FOLDER.glob("*.yaml"))
        if file.stem != "types"
        for name, written in read_yaml(file).items()
    }


@cache
def load_types() -> Mapping[str, NetType]:
    """Every .NET type that a kind names."""
    written = read_yaml(_FOLDER / "types.yaml")
    types: dict[str, NetType] = {}
    for name, entry in written["enums"].items():
        types[name] = NetType((entry["type"], "System.Enum", "System.ValueType"), entry.get("members", {}))
    for name, entry in written["rich"].items():
        types[name] = NetType((entry["type"], *entry.get("above", ())))
    for name, entry in written["objects"].items():
        kinds = {prop: parse_kind(kind) for prop, kind in entry["properties"].items()}
        types[name] = NetType((entry["type"],), properties=kinds, text=entry["text"])
    return types


_KNOWN = frozenset({"types", "text", "from_iis", "from_status", "noted", "properties"})


def _shape(name: str, written: Mapping[str, Any]) -> Shape:
    properties = {
        prop: Property(prop, _kind(entry["is"]), entry.get("default"), unverified=entry.get("unverified", False))
        for prop, entry in written["properties"].items()
    }
    return Shape(
        name=name,
        types=tuple(written["types"]),
        properties=properties,
        text=written.get("text"),
        from_iis=frozenset(written.get("from_iis", ())),
        from_status=frozenset(written.get("from_status", ())),
        noted=written.get("noted", False),
        more={key: value for key, value in written.items() if key not in _KNOWN},
    )


_kind = cache(parse_kind)
