"""Rows of a table, field by field: the one place where untyped YAML becomes typed."""

from collections.abc import Mapping
from datetime import date

from packaging.version import Version

from muster.catalogue.versions import read_build

Row = Mapping[str, object]


def as_rows(found: object, where: str) -> tuple[Row, ...]:
    """A list of mappings; raises ``ValueError`` for anything else."""
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ValueError(f"{where} is no list of rows")
    return tuple(found)


def text(row: Row, name: str) -> str:
    """A text that must be there."""
    value = row.get(name)
    if value is None:
        raise ValueError(f"a row has no '{name}': {dict(row)}")
    return str(value)


def maybe(row: Row, name: str) -> str | None:
    """A text, or ``None`` where the row says none."""
    value = row.get(name)
    return None if value is None else str(value)


def texts(row: Row, name: str) -> tuple[str, ...]:
    """A list of texts; empty where the row has none."""
    value = row.get(name)
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def number(row: Row, name: str) -> int:
    """A number that must be there."""
    return int(text(row, name))


def inner(row: Row, name: str) -> Row:
    """A mapping inside a row; empty where there is none."""
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def builds(row: Row, name: str) -> Mapping[str, Mapping[str, Version]]:
    """Product → CU → build."""
    return {
        product: {str(cu): read_build(str(build)) for cu, build in cus.items()}
        for product, cus in inner(row, name).items()
        if isinstance(cus, dict)
    }


def day(row: Row, name: str) -> date | None:
    """A day written YYYY-MM-DD; of a month alone its first one; ``None`` where the row says none."""
    said = maybe(row, name)
    if said is None:
        return None
    return date.fromisoformat(said if said.count("-") > 1 else f"{said}-01")


def doubtful(row: Row) -> bool:
    """Whether the row is marked ``unverified``."""
    return row.get("unverified") is True
