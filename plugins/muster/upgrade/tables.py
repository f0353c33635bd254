"""The YAML tables in ``data/`` of this package, each read once and only when it is needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from packaging.version import Version

from muster.catalogue import read_build
from muster.catalogue.rows import Row, as_rows, inner, text
from muster.catalogue.tables import Data, plain

TABLES = (
    "sources",
    "by_design",
    "extended_protection",
    "preserved_files",
    "lost",
    "setup",
    "known_issues",
    "cmdlets",
)
"""The files, the one that the others lean on first."""


@cache
def table(name: str) -> Mapping[str, Data]:
    """The content of ``data/<name>.yaml``; raises ``ValueError`` where it is no mapping."""
    content = plain(files(__package__).joinpath("data", f"{name}.yaml").read_bytes())
    if not isinstance(content, dict):
        raise ValueError(f"{name}.yaml is no mapping")  # noqa: TRY004 - its content is wrong, not its type
    return content


def rows(name: str, key: str = "rows") -> tuple[Row, ...]:
    """The rows of one list of a table."""
    return as_rows(table(name).get(key), f"{name}.yaml: {key}")


@dataclass(frozen=True, slots=True)
class Source:
    """What stands behind a row. ``kind`` is ``ms``, ``community`` or ``derived``."""

    id: str
    ref: str
    kind: str


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its id."""
    return {
        text(row, "id"): Source(text(row, "id"), text(row, "ref"), text(row, "kind"))
        for row in rows("sources", "sources")
    }


def first_builds(row: Row, name: str) -> Mapping[str, Version]:
    """Product and CU (``2019 CU14``) → build."""
    return {str(line): read_build(str(build)) for line, build in inner(row, name).items()}
