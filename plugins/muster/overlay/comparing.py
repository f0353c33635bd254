"""A file of rows against a catalogue: what it has more, less, or otherwise."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from muster.catalogue import Catalogue, Cve, ProductSupport, Release, SchemaLevel
from muster.catalogue.cves import cve_from
from muster.catalogue.lifecycle import product_from
from muster.catalogue.releases import release_from
from muster.catalogue.rows import Row
from muster.catalogue.schema import level_from
from muster.overlay.loading import CatalogueMistakes
from muster.yaml_lines import Document, Mistake, YamlMistakes, read

Known = Release | SchemaLevel | ProductSupport | Cve


@dataclass(frozen=True, slots=True)
class Comparison:
    """``added`` and ``lacking`` name rows, ``changed`` says row, field and both values; ``equal`` counts the rest.

    ``whole``: the file is a whole table, so that what it lacks is a difference.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    lacking: tuple[str, ...]
    equal: int
    whole: bool

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.changed or self.lacking)


@dataclass(frozen=True, slots=True)
class _Table:
    """How rows of one kind are read, known and named. ``mark`` is a key that only the whole table's file has."""

    sections: tuple[str, ...]
    mark: str
    made: Callable[[Row], Known]
    known: Callable[[Catalogue], Iterable[Known]]
    key: Callable[[Known], object]
    says: Callable[[Known], str]


def _release_key(one: Known) -> object:
    return getattr(one, "build", None)


def _level_key(one: Known) -> object:
    return one.name if isinstance(one, SchemaLevel) else None


def _cve_key(one: Known) -> object:
    """A CVE may stand in the table once for each update that closed a part of it."""
    return (one.name, one.update) if isinstance(one, Cve) else None


def _name_of(one: Known) -> str:
    match one:
        case Release():
            return f"{one} of {one.when}"
        case ProductSupport():
            return f"support of {one.product}"
        case SchemaLevel():
            return f"directory versions of {one.name}"
        case Cve():
            return one.name


_TABLES = (
    _Table(("releases",), "conventions", release_from, lambda found: found.releases.all, _release_key, _name_of),
    _Table(
        ("schema", "rows", "rows_before_2013"),
        "where",
        level_from,
        lambda found: found.schema_levels,
        _level_key,
        _name_of,
    ),
    _Table(
        ("products",),
        "cu_support_policy",
        product_from,
        lambda found: (one.product for one in found.lifecycles.values()),
        _name_of,
        _name_of,
    ),
    _Table(("cves",), "covers", cve_from, lambda found: found.vulnerabilities.all, _cve_key, _name_of),
)


def compare(path: Path, catalogue: Catalogue) -> Comparison:
    """Compare a file: an overlay, or a whole table of another muster.

    Raises ``CatalogueMistakes`` where the file, or a row of it, cannot be read.
    """
    try:
        document = read(path)
    except YamlMistakes as broken:
        raise CatalogueMistakes(broken.mistakes) from None
    data = document.data if isinstance(document.data, dict) else {}
    mistakes = list(document.mistakes)
    parts: list[Comparison] = []
    for table in _TABLES:
        rows, wrong = _rows(document, table)
        mistakes += wrong
        if rows:
            parts.append(_compared(rows, table, catalogue, whole=table.mark in data))
    if not parts and not mistakes:
        mistakes.append(document.mistake((), "there are no rows: releases:, schema:, products: or cves:."))
    if mistakes:
        raise CatalogueMistakes(tuple(mistakes))
    return Comparison(
        tuple(one for part in parts for one in part.added),
        tuple(one for part in parts for one in part.changed),
        tuple(one for part in parts for one in part.lacking),
        sum(part.equal for part in parts),
        any(part.whole for part in parts),
    )


def _rows(document: Document, table: _Table) -> tuple[list[Known], list[Mistake]]:
    """The rows of a table, and those that cannot be read."""
    found: list[Known] = []
    mistakes: list[Mistake] = []
    data = document.data if isinstance(document.data, dict) else {}
    for section in table.sections:
        rows = data.get(section)
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            where = (section, index)
            if not isinstance(row, dict):
                mistakes.append(document.mistake(where, "is no row (a mapping)."))
                continue
            try:
                found.append(table.made(row))
            except ValueError as wrong:
                mistakes.append(document.mistake(where, f"{wrong}."))
    return found, mistakes


def _compared(rows: Iterable[Known], table: _Table, catalogue: Catalogue, *, whole: bool) -> Comparison:
    known: Mapping[object, Known] = {table.key(one): one for one in table.known(catalogue)}
    added, changed, seen, equal = [], [], set(), 0
    for one in rows:
        key = table.key(one)
        seen.add(key)
        there = known.get(key)
        differences = _differences(one, there, whole=whole) if there else []
        if there is None:
            added.append(table.says(one))
        elif differences:
            changed += [f"{table.says(there)}: {said}" for said in differences]
        else:
            equal += 1
    lacking = tuple(table.says(one) for key, one in known.items() if key not in seen) if whole else ()
    return Comparison(tuple(added), tuple(changed), lacking, equal, whole)


def _differences(here: Known, there: Known, *, whole: bool) -> list[str]:
    """Field by field; what a row of an overlay leaves out is no difference."""
    said = []
    for one in fields(here):
        ours, theirs = getattr(here, one.name), getattr(there, one.name)
        left_out = ours in (None, "", (), {}) or one.name in {"by_month", "unverified"}
        if ours != theirs and one.name != "overlaid" and (whole or not left_out):
            said.append(f"{one.name} is {_said(ours)} here, {_said(theirs)} in the catalogue")
    return said


def _said(value: object) -> str:
    match value:
        case None | "" | ():
            return "nothing"
        case tuple():
            return ", ".join(map(str, value))
        case dict():
            return "; ".join(f"{key} {_said(inner)}" for key, inner in value.items())
        case _:
            return str(value)
