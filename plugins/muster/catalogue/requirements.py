"""What a CU runs on: Windows Server, domain controllers, functional levels, .NET Framework."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from packaging.version import Version

from muster.catalogue.cumulative_updates import includes
from muster.catalogue.rows import Row, doubtful, maybe, number, text, texts


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is supported for a range of CUs, by name (``2022``, ``2012 R2``); ``unverified``: a weak source only."""

    product: str
    cus: str | None
    names: tuple[str, ...]
    unverified: bool = False
    notes: str | None = None

    def __str__(self) -> str:
        """The names, to read in a sentence."""
        return ", ".join(self.names)


@dataclass(frozen=True, slots=True)
class DotNetSupport:
    """Versions of .NET Framework that a range of CUs supports, on some releases of Windows Server or on all."""

    product: str
    cus: str | None
    windows: tuple[str, ...]
    supported: tuple[str, ...]
    recommended: str
    unverified: bool = False
    reason: str | None = None


def requirement_from(row: Row, names: str) -> Requirement:
    """A requirement from its row; ``names`` is the field that lists what is supported."""
    return Requirement(text(row, "product"), maybe(row, "cu"), texts(row, names), doubtful(row), maybe(row, "notes"))


def dotnet_from(row: Row) -> DotNetSupport:
    """The supported versions from their row."""
    return DotNetSupport(
        product=text(row, "product"),
        cus=maybe(row, "cu"),
        windows=texts(row, "os"),
        supported=texts(row, "supported"),
        recommended=text(row, "recommended"),
        unverified=doubtful(row),
        reason=maybe(row, "reason"),
    )


def covering(rows: Iterable[Requirement], product: str, cu: str) -> Requirement | None:
    """The row of a product's CU; ``None`` where the table has none."""
    return next((row for row in rows if row.product == product and includes(row.cus, cu)), None)


def dotnet_covering(
    rows: Iterable[DotNetSupport], product: str, cu: str, windows: str | None
) -> DotNetSupport | None:
    """The row of a product's CU on a Windows Server release; ``None`` where the table has none.

    Where the release of Windows is not known, only a row for all of them counts.
    """
    own = [row for row in rows if row.product == product and includes(row.cus, cu)]
    return next((row for row in own if not row.windows or (windows is not None and windows in row.windows)), None)


def dotnet_name(minimums: Iterable[Row], release: int) -> str | None:
    """The version that a ``Release`` number of the registry means: the highest whose minimum it reaches.

    ``None`` below 4.5, the oldest that writes the number.
    """
    reached = [(number(row, "release_min"), text(row, "version")) for row in minimums]
    return max(((least, name) for least, name in reached if least <= release), default=(0, None))[1]


@lru_cache(maxsize=256)
def dotnet_version(name: str) -> Version:
    """A version of .NET Framework as it compares; what follows it (``4.6.1 with hotfix``) does not count."""
    return Version(name.split(maxsplit=1)[0])


def named_by(rows: Iterable[Row], key: str, value: int) -> str | None:
    """The name that a table gives a number, exactly; ``None`` where it has none."""
    names: Mapping[int, str] = {number(row, key): text(row, "name") for row in rows}
    return names.get(value)
