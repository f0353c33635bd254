"""Releases of Exchange Server by build. Exact look-up: a build is a published release or it is not."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from packaging.version import Version

from muster.catalogue.tables import rows, table
from muster.model import FactUnavailable, Problem

_DOTTED = re.compile(r"\d+(?:\.\d+){2,3}")
_ADMIN_DISPLAY = re.compile(r"Version (\d+\.\d+) \(Build (\d+\.\d+)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Release:
    """One published release.

    ``build`` is ExSetup.exe's version. ``kind`` is ``RTM``, ``CU``, ``SP``, ``SU``, ``HU``, ``RU`` or ``Preview``;
    ``su`` is Microsoft's label of the update (``Sep25HU``), ``None`` for the cumulative update itself. ``released``
    is the day; the last day of the month where only that is known; ``None`` where nothing is. ``availability`` says
    who can have it where not everybody can. ``unverified`` says that only a weak source stands behind it.
    """

    build: Version
    product: str
    kind: str
    cu: str
    su: str | None = None
    released: date | None = None
    kb: str | None = None
    availability: str | None = None
    unverified: bool = False

    @property
    def cumulative_update(self) -> str:
        """Product and CU, as inventories write them: ``Exchange Server 2019 CU15``."""
        return f"{self.product} {self.cu}"

    def __str__(self) -> str:
        """Product, CU, update and build in one line."""
        update = f" {self.su}" if self.su else ""
        return f"{self.cumulative_update}{update} ({self.build})"


def read_build(text: str) -> Version:
    """A build however it is printed: ``15.2.1748.37``, ``15.02.1748.037`` or ``Version 15.2 (Build 1748.37)``.

    Raises ``ValueError`` with the text quoted for anything else.
    """
    given = text.strip()
    printed = _ADMIN_DISPLAY.fullmatch(given)
    dotted = f"{printed[1]}.{printed[2]}" if printed else given
    if not _DOTTED.fullmatch(dotted):
        raise ValueError(f"'{text}' is no build such as '15.2.1748.37' or 'Version 15.2 (Build 1748.37)'")
    return Version(dotted)


@cache
def releases() -> tuple[Release, ...]:
    """Every release of the table, oldest build first."""
    return tuple(sorted(_by_build().values()))


@cache
def _by_build() -> Mapping[Version, Release]:
    found = (_release(row) for row in rows("builds", "releases"))
    return {release.build: release for release in found}


def _release(row: Mapping[str, object]) -> Release:
    def text(name: str) -> str | None:
        value = row.get(name)
        return None if value is None else str(value)

    return Release(
        build=Version(str(row["build"])),
        product=str(row["product"]),
        kind=str(row["kind"]),
        cu=str(row["cu"]),
        su=text("su"),
        released=_released(text("date"), text("month")),
        kb=text("kb"),
        availability=text("availability"),
        unverified=row.get("unverified") is True,
    )


def _released(day: str | None, month: str | None) -> date | None:
    """The day; of a month alone the last one, so that nothing counts as released before it was."""
    if day:
        return date.fromisoformat(day)
    if not month:
        return None
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def release_of(build: str | Version) -> Release | None:
    """The release with exactly this build; ``None`` where none was published.

    Raises ``ValueError`` for text that is no build.
    """
    return _by_build().get(build if isinstance(build, Version) else read_build(build))


def releases_of(product: str, cu: str | None = None) -> tuple[Release, ...]:
    """The releases of a product, or of one of its CUs; oldest build first."""
    return tuple(release for release in releases() if release.product == product and (cu is None or release.cu == cu))


def newest(product: str, cu: str, on: date, *, security_only: bool = False) -> Release:
    """The newest release of a CU (the CU itself included) that was out on a day.

    ``security_only`` leaves hotfix updates (HU) out: they fix other things than security. Raises
    ``FactUnavailable`` where the catalogue knows none.
    """
    out = [
        release
        for release in releases_of(product, cu)
        if release.released is not None
        and release.released <= on
        and not (security_only and release.kind not in {"SU", "CU", "RTM", "SP"})
    ]
    if not out:
        said = f"the catalogue knows no release of {product} {cu} up to {on.isoformat()}"
        raise FactUnavailable(f"{product} {cu}", "its newest release", Problem("not in the catalogue", said))
    return max(out)


def newest_security_update(on: date) -> Release | None:
    """The newest security update of any product that was out on a day, the last by day.

    Microsoft publishes one for every supported CU of every product on the same day: a CU that was left out that
    day gets none any more.
    """
    out = [release for release in releases() if release.kind == "SU" and release.released and release.released <= on]
    return max(out, key=lambda release: (release.released or date.min, release.build), default=None)


def is_newer_than_known(build: Version) -> bool:
    """Whether a build is newer than every release of its CU in the table, so that the table cannot judge it."""
    same = [known for known in _by_build() if known.release[:3] == build.release[:3]]
    return not same or build > max(same)


def identify(build: Version, whose: str) -> Release:
    """The release that a server or organisation has; raises ``FactUnavailable`` where the catalogue has none.

    Nothing is concluded from a build's neighbours: not being known is not being supported.
    """
    found = release_of(build)
    if found is not None:
        return found
    if is_newer_than_known(build):
        cause = f"it is newer than every release of its CU that the catalogue knows, as of {as_of().isoformat()}"
    else:
        cause = "it lies among published releases and is none of them: an interim update, or a file that was replaced"
    problem = Problem("not in the catalogue", f"no published release has the build {build}", cause)
    raise FactUnavailable(whose, "release", problem)


def as_of() -> date:
    """The day up to which the table was collected."""
    return date.fromisoformat(str(table("builds")["as_of"]))
