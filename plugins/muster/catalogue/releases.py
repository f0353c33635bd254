"""Releases of Exchange Server by build: a build is a published release, or it lies somewhere among them."""

from bisect import bisect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import NamedTuple

from packaging.version import Version

from muster.catalogue.cumulative_updates import rank
from muster.catalogue.rows import Row, day, doubtful, maybe, text
from muster.catalogue.versions import read_build

SECURITY = frozenset({"SU", "CU", "RTM", "SP"})
"""The kinds that bring what was fixed in security up to their day; hotfix updates (HU) fix other things."""


@dataclass(frozen=True, slots=True, order=True)
class Release:
    """One published release.

    ``build`` is ExSetup.exe's version. ``kind`` is ``RTM``, ``CU``, ``SP``, ``SU``, ``HU``, ``RU`` or ``Preview``;
    ``su`` is Microsoft's label of the update (``Sep25HU``), ``None`` for the cumulative update itself. ``released``
    is the day; the first of the month where only that is known (``by_month``); ``None`` where nothing is.
    ``availability`` says who can have it where not everybody can. ``unverified`` says that only a weak source stands
    behind it; ``overlaid`` that this environment's own overlay brought it.
    """

    build: Version
    product: str
    kind: str
    cu: str
    su: str | None = None
    released: date | None = None
    by_month: bool = False
    kb: str | None = None
    availability: str | None = None
    unverified: bool = False
    overlaid: bool = False

    @property
    def cumulative_update(self) -> str:
        """Product and CU, as inventories write them: ``Exchange Server 2019 CU15``."""
        return f"{self.product} {self.cu}"

    @property
    def name(self) -> str:
        """Product, CU and update, without the build."""
        return f"{self.cumulative_update} {self.su}" if self.su else self.cumulative_update

    @property
    def when(self) -> str:
        """The day, or the month, as text; ``"an unknown day"``."""
        if self.released is None:
            return "an unknown day"
        return self.released.isoformat()[:7] if self.by_month else self.released.isoformat()

    def __str__(self) -> str:
        """Product, CU, update and build in one line."""
        return f"{self.name} ({self.build})"


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Where a build lies that no published release has: between the released ones next below and above it.

    ``is_newer_than_known``: it comes after everything that the catalogue knows of its CU, or of its product. The
    catalogue may be too old then, and cannot judge the build. ``cu`` is the CU that it belongs to, ``""`` for none
    that anybody knows.
    """

    after: Release | None
    before: Release | None
    is_newer_than_known: bool
    cu: str = ""

    def __str__(self) -> str:
        """Where, to stand behind the build's number."""
        if self.after is None:
            return "is older than every published release"
        if self.is_newer_than_known:
            return f"is newer than {self.after}, the last that the catalogue knows before it"
        return f"lies between {self.after} and {self.before}, and is no published release"


def release_from(row: Row, *, overlaid: bool = False) -> Release:
    """A release from its row; raises ``ValueError`` for one that cannot be read."""
    return Release(
        build=read_build(text(row, "build")),
        product=text(row, "product"),
        kind=text(row, "kind"),
        cu=text(row, "cu"),
        su=maybe(row, "su"),
        released=day(row, "date") or day(row, "month"),
        by_month=not row.get("date") and bool(row.get("month")),
        kb=maybe(row, "kb"),
        availability=maybe(row, "availability"),
        unverified=doubtful(row),
        overlaid=overlaid,
    )


class Releases:
    """Every release, oldest build first, and look-up by build."""

    def __init__(self, releases: Iterable[Release]) -> None:
        self.all = tuple(sorted(releases, key=lambda release: release.build))
        self._by_build = {release.build: release for release in self.all}
        # packaging's own numbers, in packaging's order: as tuples they are found in a third of the time
        self._numbers = [release.build.release for release in self.all]
        # gap i lies below release i, the last one above everything
        neighbours = zip((None, *self.all), (*self.all, None), strict=True)
        self._gaps = [_gap(after, before) for after, before in neighbours]
        self.of: Callable[[str | Version], Release | Unpublished] = cache(self._of)
        """The release with exactly this build, or where it lies; raises ``ValueError`` for what is no build.

        Remembered: the same text is read once. Every place in the order of builds has one object.
        """

    def _of(self, build: str | Version) -> Release | Unpublished:
        if isinstance(build, str):
            build = read_build(build)
        numbers = build.release
        at = bisect(self._numbers, numbers)
        if at and self._numbers[at - 1] == numbers:
            return self.all[at - 1]
        if numbers[-1] == 0 and build in self._by_build:  # 6.5.6944.0 is 6.5.6944
            return self._by_build[build]
        inside, end, beyond, cu, generation = self._gaps[at]
        if cu is None:
            return inside
        if numbers[:3] == cu:
            return end
        return beyond if numbers[:2] == generation else inside

    def first_from(self, build: Version) -> Release | None:
        """The published release that has a build, else the next above it."""
        found = self._by_build.get(build)
        at = bisect(self._numbers, build.release)
        return found or (self.all[at] if at < len(self.all) else None)

    def of_product(self, product: str, cu: str | None = None) -> tuple[Release, ...]:
        """The releases of a product, or of one of its CUs; oldest build first."""
        return tuple(one for one in self.all if one.product == product and (cu is None or one.cu == cu))

    @cached_property
    def products(self) -> tuple[str, ...]:
        """Every product, oldest first."""
        return tuple(dict.fromkeys(release.product for release in self.all))

    def cus_of(self, product: str, on: date | None = None) -> tuple[str, ...]:
        """The CUs of a product (``RTM``, ``CU1`` …), oldest first; those that were out on a day. No previews."""
        own = [
            one
            for one in self.of_product(product)
            if one.su is None and one.kind != "Preview" and (on is None or (one.released and one.released <= on))
        ]
        return tuple(sorted(dict.fromkeys(one.cu for one in own), key=rank))

    def newest(
        self, product: str, cu: str | None = None, on: date | None = None, *, security_only: bool = False
    ) -> Release | None:
        """The newest release of a product or CU (the CU itself included), of those out on a day; ``None`` if none.

        What is known by its month counts as released at that month's end, so that nothing counts before it was.
        """
        out = [
            one
            for one in self.of_product(product, cu)
            if (on is None or is_out(one, on)) and not (security_only and one.kind not in SECURITY)
        ]
        return max(out, default=None)


def is_out(release: Release, on: date) -> bool:
    """Whether a release was certainly out on a day: one known by its month alone, from the next month on."""
    if release.released is None:
        return False
    if release.by_month:
        return (release.released.year, release.released.month) < (on.year, on.month)
    return release.released <= on


class _Gap(NamedTuple):
    """What is said of builds between two neighbouring releases.

    Where a CU ends there are three kinds: those of the CU itself, by ``cu`` (three numbers), newer than what is known
    of it; those of its ``generation`` (two numbers), newer than what is known of the product; and all others.
    """

    inside: Unpublished
    end: Unpublished
    beyond: Unpublished
    cu: tuple[int, ...] | None
    generation: tuple[int, ...] | None


def _gap(after: Release | None, before: Release | None) -> _Gap:
    if after is None:
        inside = Unpublished(None, before, is_newer_than_known=False)
        return _Gap(inside, inside, inside, None, None)
    end = Unpublished(after, before, is_newer_than_known=True, cu=after.cu)
    beyond = Unpublished(after, before, is_newer_than_known=True)
    numbers = after.build.release
    if before is None:
        return _Gap(beyond, end, beyond, numbers[:3], None)
    if (after.product, after.cu) == (before.product, before.cu):
        inside = Unpublished(after, before, is_newer_than_known=False, cu=after.cu)
        return _Gap(inside, inside, inside, None, None)
    generation = numbers[:2] if numbers[:2] != before.build.release[:2] else None
    return _Gap(Unpublished(after, before, is_newer_than_known=False), end, beyond, numbers[:3], generation)
