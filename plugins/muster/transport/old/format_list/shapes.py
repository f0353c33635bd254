"""What recognising text needs to know of cmdlets: ``shapes.yaml``, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

KINDS = ("flags", "numbers", "times", "times_utc", "lists", "words", "lines", "texts", "unknown")


@dataclass(frozen=True, slots=True)
class Printable:
    """What one cmdlet prints: each property's kind, its .NET type, its class and category in the directory.

    ``iis`` are the properties that come from IIS; ``whole`` is false where names are known from parameters only.
    """

    cmdlet: str
    kinds: Mapping[str, str]
    type: str | None
    object_class: str | None
    category: str | None
    iis: frozenset[str]
    whole: bool


@cache
def printables() -> Mapping[str, Printable]:
    """Every cmdlet that can be recognised, by its name."""
    written = yaml.safe_load((Path(__file__).parent / "shapes.yaml").read_text("utf-8"))
    families = {name: _kinds(entry) for name, entry in written["families"].items()}
    return {name: _printable(name, entry, families) for name, entry in written["cmdlets"].items()}


@cache
def every_name() -> Mapping[str, str]:
    """Every property's name that any cmdlet prints, and its kind where all agree (else ``unknown``)."""
    kinds: dict[str, set[str]] = {}
    for one in printables().values():
        for name, kind in one.kinds.items():
            kinds.setdefault(name, set()).add(kind)
    return {name: next(iter(found)) if len(found) == 1 else "unknown" for name, found in kinds.items()}


def _kinds(entry: Mapping[str, Any]) -> dict[str, str]:
    return {name: kind for kind in KINDS for name in str(entry.get(kind, "")).split()}


def _printable(name: str, entry: Mapping[str, Any], families: Mapping[str, Mapping[str, str]]) -> Printable:
    kinds: dict[str, str] = {}
    for family in entry.get("families", ()):
        kinds |= families[family]
    return Printable(
        name,
        kinds | _kinds(entry),
        entry.get("type"),
        entry.get("class"),
        entry.get("category"),
        frozenset(str(entry.get("iis", "")).split()),
        entry.get("whole", True),
    )
