"""Objects of the simulated organisation, before they are serialised."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from muster.lab.shapes import Kind, Shape

RowValue = None | bool | int | str | bytes | datetime | list[Any] | tuple[Any, ...]
"""A property's value: plain, whatever its kind (an enumeration's text, a GUID's text, a list of plain values)."""


@dataclass(slots=True)
class Row:
    """One object that a cmdlet prints. ``values`` holds what differs from its shape's defaults.

    ``server`` is whose object it is (a short name), ``None`` the organisation's. Changed only while a world is
    being made and something happens there, before it is settled.
    """

    shape: Shape
    values: dict[str, RowValue] = field(default_factory=dict)
    server: str | None = None

    def get(self, name: str) -> RowValue:
        """A property's value, or its default."""
        if name in self.values:
            return self.values[name]
        found = self.shape.properties.get(name)
        return found.default if found else None

    def text(self, name: str) -> str:
        """A property's value in words."""
        return str(self.get(name))

    def set(self, values: Mapping[str, RowValue]) -> None:
        """Give properties values; raises ``KeyError`` naming a property that the shape lacks."""
        for name, value in values.items():
            if name not in self.shape.properties:
                known = ", ".join(self.shape.properties)
                raise KeyError(f"{self.shape.name} prints no '{name}'; it prints {known}")
            self.values[name] = value

    def change(self, values: Mapping[str, RowValue], at: datetime) -> None:
        """``set``, and note when, as the directory does; nothing is noted where nothing changes."""
        if all(self.get(name) == value for name, value in values.items()):
            return
        noted = [name for name in ("WhenChanged", "WhenChangedUTC") if name in self.shape.properties]
        self.set({**values, **dict.fromkeys(noted, at)})

    def matches(self, where: Mapping[str, RowValue]) -> bool:
        """Whether every named property has the value; ``*`` and ``?`` in a text stand for anything."""
        return all(_same(self.get(name), value) for name, value in where.items())

    def copy(self) -> "Row":
        """Another row with the same values."""
        return Row(self.shape, dict(self.values), self.server)


def _same(has: RowValue, wanted: RowValue) -> bool:
    if isinstance(wanted, str):
        return fnmatchcase(str(has).casefold(), wanted.casefold().replace("[", "[[]"))
    return has == wanted


@dataclass(frozen=True, slots=True)
class Projected:
    """What ``Select-Object -Property`` makes of a row: chosen properties; a name that is not there is null."""

    row: Row
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bare:
    """A value on its own, as ``Select-Object -ExpandProperty`` or a registry value prints it."""

    kind: Kind
    value: RowValue


Output = Row | Projected | Bare


def rows_of(server: str, rows: Iterable[Row]) -> list[Row]:
    """The rows of one server, by its short name."""
    wanted = server.casefold()
    return [row for row in rows if row.server is not None and row.server.casefold() == wanted]
