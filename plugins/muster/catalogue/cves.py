"""Which CVEs and advisories a build still carries, and what else than the build decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby

from packaging.version import Version

from muster.catalogue.cumulative_updates import rank
from muster.catalogue.releases import Release, Releases, Unpublished
from muster.catalogue.rows import Row, as_rows, builds, inner, maybe, text, texts


@dataclass(frozen=True, slots=True)
class Override:
    """A setting override that switches a fix off."""

    component: str
    section: str
    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class Cve:
    """One CVE or advisory.

    ``fixed``: product → CU → the build from which on it is closed. ``condition`` names what decides beside the build
    (``""``: nothing does); ``vulnerable_if`` says it in words; ``condition_below`` and ``condition_from`` limit it to
    CUs before, or from, one (per product). ``overrides`` and ``fixed_files`` (Windows build → file version) are what
    some conditions need.
    """

    name: str
    update: str | None
    products: tuple[str, ...]
    fixed: Mapping[str, Mapping[str, Version]] = field(hash=False)
    condition: str = ""
    vulnerable_if: str = ""
    not_edge: bool = False
    condition_below: Mapping[str, str] = field(default_factory=dict, hash=False)
    condition_from: Mapping[str, str] = field(default_factory=dict, hash=False)
    overrides: tuple[Override, ...] = ()
    fixed_files: Mapping[str, Version] = field(default_factory=dict, hash=False)

    def has_condition(self, release: Release) -> bool:
        """Whether something beside the build decides for this release."""
        if not self.condition or release.product not in self.products:
            return False
        below, first = self.condition_below.get(release.product), self.condition_from.get(release.product)
        if self.condition_from and first is None:
            return False
        if self.condition_below and below is None:
            return False
        return (below is None or rank(release.cu) < rank(below)) and (
            first is None or rank(release.cu) >= rank(first)
        )

    def is_known(self, on: date | None) -> bool:
        """Whether it can have been known on a day, by the year in its name (where it has one)."""
        year = self.name.split("-")[1] if self.name.startswith("CVE-") else ""
        return on is None or not year.isdecimal() or int(year) <= on.year


@dataclass(frozen=True, slots=True)
class OpenCve:
    """A CVE that a build still carries, the release that closes it, and the day it was first closed anywhere."""

    cve: Cve
    closed_by: Release | None
    since: date | None = None

    def __str__(self) -> str:
        """The CVE and what closes it."""
        return f"{self.cve.name} (closed by {self.closed_by or 'a newer CU'})"


def cve_from(row: Row) -> Cve:
    """A CVE from its row; raises ``ValueError`` for one that cannot be read."""
    return Cve(
        name=text(row, "cve"),
        update=maybe(row, "update"),
        products=texts(row, "products"),
        fixed=builds(row, "fixed_builds") or builds(row, "supported_from"),
        condition=maybe(row, "condition") or "",
        vulnerable_if=maybe(row, "vulnerable_if") or "",
        not_edge=row.get("not_edge") is True,
        condition_below={product: str(cu) for product, cu in inner(row, "condition_below").items()},
        condition_from={product: str(cu) for product, cu in inner(row, "applies_from").items()},
        overrides=tuple(
            Override(
                text(one, "component"), text(one, "section"), text(one, "parameter"), text(one, "value_that_disables")
            )
            for one in as_rows(row.get("overrides") or [], "overrides")
        ),
        fixed_files={build: Version(str(version)) for build, version in inner(row, "fixed_files").items()},
    )


class Vulnerabilities:
    """The CVEs, and for every build the open ones: worked out once per place among the releases, when first asked.

    That is enough because every fix is a release: between two neighbours nothing changes but the CU.
    """

    def __init__(self, cves: Iterable[Cve], releases: Releases) -> None:
        self.all = tuple(cves)
        self._releases = releases
        self._place_of = releases.of
        self._found: dict[int, tuple[OpenCve, ...]] = {}

    def open(self, build: str | Version) -> tuple[OpenCve, ...]:
        """The CVEs that a build still carries by its number alone, oldest update first."""
        place = self._place_of(build)  # one object per place, kept by the releases
        try:
            return self._found[id(place)]
        except KeyError:
            found = self._found[id(place)] = self._carried(place)
            return found

    def _carried(self, place: Release | Unpublished) -> tuple[OpenCve, ...]:
        """What is open from a release on; of a CU that nobody knows no update of another CU counts as its own."""
        below = place if isinstance(place, Release) else place.after
        if below is None:
            return ()
        numbers = below.build.release
        newer = (update for update in self._updates.get(below.product, ()) if numbers < update.newest)
        return tuple(one for update in newer for one in update.open(place.cu, numbers))

    @cached_property
    def _updates(self) -> Mapping[str, tuple["_Update", ...]]:
        """Product → what closed CVEs in it, in the order of the table. CVEs closed by the same builds go together."""
        found: dict[str, list[_Update]] = {}
        for product in {product for cve in self.all for product in cve.fixed}:
            own = [cve for cve in self.all if product in cve.fixed]
            found[product] = [
                _update(tuple(cves), product, self._releases)
                for _, cves in groupby(own, key=lambda cve: tuple(cve.fixed[product].items()))
            ]
        return {product: tuple(updates) for product, updates in found.items()}


@dataclass(frozen=True, slots=True)
class _Update:
    """What closed some CVEs in one product: fixed builds as packaging's numbers, ascending, and by CU."""

    newest: tuple[int, ...]
    fixes: tuple[tuple[tuple[int, ...], tuple[OpenCve, ...]], ...]
    by_cu: Mapping[str, tuple[tuple[int, ...], tuple[OpenCve, ...]]]

    def open(self, cu: str, numbers: tuple[int, ...]) -> tuple[OpenCve, ...]:
        """The CVEs of a build below the newest fix, where it is below its own CU's; with what closes them."""
        own = self.by_cu.get(cu)
        if own is not None:
            return own[1] if numbers < own[0] else ()
        return next(found for fix, found in self.fixes if fix > numbers)


def _update(cves: tuple[Cve, ...], product: str, releases: Releases) -> _Update:
    fixed = cves[0].fixed[product]
    closers = {cu: releases.first_from(build) for cu, build in fixed.items()}
    since = min((one.released for one in closers.values() if one and one.released), default=None)
    by_cu = {
        cu: (build.release, tuple(OpenCve(cve, closers[cu], since) for cve in cves)) for cu, build in fixed.items()
    }
    fixes = tuple(sorted(by_cu.values(), key=lambda one: one[0]))
    return _Update(fixes[-1][0], fixes, by_cu)
