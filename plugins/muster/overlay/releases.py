"""Judges an overlay's releases against those that the catalogue has, one by one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from packaging.version import Version

from muster.catalogue import Catalogue, Release
from muster.catalogue.cumulative_updates import rank
from muster.catalogue.releases import release_from
from muster.catalogue.rows import Row
from muster.overlay.document import ReleaseEntry
from muster.overlay.placed import Placed, Wrong
from muster.yaml_lines import Mistake
from muster.yaml_models import suggestion

_LABEL = re.compile(r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\d{2}(SU|HU)(v\d)?", re.ASCII)
_CUMULATIVE = frozenset({"RTM", "CU", "SP"})
_FIRST_THREE = 3


@dataclass(slots=True)
class ReleaseJudge:
    """Accepts rows of releases one after the other; each also has to fit those accepted before it."""

    base: Catalogue
    now: date
    accepted: list[Row] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    known: list[Release] = field(default_factory=list)
    _places: dict[Version, str] = field(default_factory=dict)
    _refused: set[tuple[str, str]] = field(default_factory=set)

    def judge(self, placed: Iterable[Placed[ReleaseEntry]]) -> None:
        """Judge every row: the CUs first, so that the order in the file does not matter."""
        self.known = list(self.base.releases.all)
        for one in sorted(placed, key=lambda each: each.entry.kind not in _CUMULATIVE):
            release = release_from(one.row, overlaid=True)
            if release.product not in self.base.products:
                near = suggestion(release.product, self.base.products, "product")
                self._refuse(one, [Wrong("product", f"'{release.product}' is no product.", near)])
                continue
            against = list(self._against(release))
            wrong = against or list(self._wrong(one, release))
            if wrong:
                self._refuse(one, wrong)
            elif not self._has(release):
                self.known.append(release)
                self.accepted.append(one.row)
                self._places[release.build] = one.place

    def cus_of(self, product: str) -> tuple[str, ...]:
        """The CUs of a product, those accepted included."""
        return tuple(sorted({one.cu for one in self.known if one.product == product}, key=rank))

    def updates_of(self, product: str, cu: str) -> list[Release]:
        """The releases of a CU, those accepted included; oldest build first."""
        return sorted(one for one in self.known if (one.product, one.cu) == (product, cu))

    def _refuse(self, one: Placed[ReleaseEntry], wrong: Iterable[Wrong]) -> None:
        self.mistakes.extend(one.mistakes(wrong))
        if one.entry.kind in _CUMULATIVE:
            self._refused.add((one.entry.product, one.entry.cu))

    def _has(self, release: Release) -> bool:
        return any(one.build == release.build for one in self.known)

    def _says(self, known: Release) -> str:
        place = self._places.get(known.build)
        return f"{place} says" if place else "the catalogue says"

    def _against(self, release: Release) -> Iterator[Wrong]:
        """What another row says differently of the same build, or of the same update."""
        for known in self.known:
            if known.build == release.build:
                for key, here, there in differences(release, known):
                    yield Wrong(key, f"'{here}' contradicts: {self._says(known)} '{there}' of {known.build}.")
            elif (known.cumulative_update, known.su) == (release.cumulative_update, release.su) and (
                release.su or release.kind in _CUMULATIVE
            ):
                yield Wrong(
                    "build", f"'{release.build}' contradicts: {self._says(known)} {known.build} of {known.name}."
                )

    def _wrong(self, one: Placed[ReleaseEntry], release: Release) -> Iterator[Wrong]:
        if self._has(release):
            return
        yield from _label(release)
        yield from _days(one.entry, self.now)
        yield from one.without_source()
        if release.kind in _CUMULATIVE:
            yield from self._as_cu(release)
        else:
            yield from self._inside(release)

    def _as_cu(self, release: Release) -> Iterator[Wrong]:
        """A CU stands above the one before it, below the one after it, and has numbers of its own."""
        heads = [one for one in self.known if one.su is None and one.kind != "Preview"]
        own = sorted((one for one in heads if one.product == release.product), key=lambda one: rank(one.cu))
        before = [one for one in own if rank(one.cu) < rank(release.cu)]
        after = [one for one in own if rank(one.cu) > rank(release.cu)]
        if before and before[-1].build >= release.build:
            yield Wrong("build", f"'{release.build}' is not above the CU before it: {before[-1]}.")
        if after and after[0].build <= release.build:
            yield Wrong("build", f"'{release.build}' is not below the CU after it: {after[0]}.")
        for one in heads:
            if one.build.release[:_FIRST_THREE] == release.build.release[:_FIRST_THREE]:
                yield Wrong("build", f"'{release.build}' has the first three numbers of {one}.")
        if before and before[-1].released and not in_order(before[-1], release):
            yield Wrong("date", f"{release.when} is before the CU before it: {before[-1]} of {before[-1].when}.")

    def _inside(self, release: Release) -> Iterator[Wrong]:
        """An update has its CU's first three numbers (a rollup lies before the next CU), and comes after it."""
        own = self.updates_of(release.product, release.cu)
        head = next((one for one in own if one.su is None), None)
        if head is None:
            refused = (release.product, release.cu) in self._refused
            near = nearest_cu(release.cu, self.cus_of(release.product))
            cure = "Its own row here was refused." if refused else near
            yield Wrong("cu", f"{release.product} has no CU '{release.cu}' that is known.", cure)
            return
        if release.kind != "RU" and release.build.release[:_FIRST_THREE] != head.build.release[:_FIRST_THREE]:
            yield Wrong("build", f"'{release.build}' is not inside its CU: {head}.")
            return
        if release.build <= head.build:
            yield Wrong("build", f"'{release.build}' is not above its CU: {head}.")
            return
        older = [one for one in own if one.build < release.build]
        newer = [one for one in own if one.build > release.build]
        if not in_order(older[-1], release):
            yield Wrong("date", f"{release.when} is before {older[-1]} of {older[-1].when}, whose build is lower.")
        if newer and not in_order(release, newer[0]):
            yield Wrong("date", f"{release.when} is after {newer[0]} of {newer[0].when}, whose build is higher.")


def nearest_cu(cu: str, known: Iterable[str]) -> str:
    """Which CU was probably meant: the one whose number is nearest."""
    return f"Did you mean '{min(known, key=lambda one: abs(rank(one) - rank(cu)))}'?"


def differences(here: Release, there: Release) -> list[tuple[str, str, str]]:
    """Where a row says something else than another of the same build: field, and both values. What it leaves out
    is no difference.
    """  # noqa: D205
    pairs = (
        ("product", here.product, there.product),
        ("kind", here.kind, there.kind),
        ("cu", here.cu, there.cu),
        ("su", here.su, there.su),
        ("date", here.when if here.released else None, there.when),
        ("kb", here.kb, there.kb),
        ("availability", here.availability, there.availability),
    )
    found = [(key, ours, theirs or "nothing") for key, ours, theirs in pairs if ours is not None and ours != theirs]
    if here.su is None and there.su is not None:
        found.append(("su", "nothing", there.su))
    return found


def in_order(older: Release, newer: Release) -> bool:
    """Whether two releases came out in this order: by month where only that is known of one of them."""
    if older.released is None or newer.released is None:
        return True
    if older.by_month or newer.by_month:
        first, last = older.released, newer.released
        return (first.year, first.month) <= (last.year, last.month)
    return older.released <= newer.released


def _label(release: Release) -> Iterator[Wrong]:
    if release.kind in _CUMULATIVE:
        if release.su:
            yield Wrong("su", f"a {release.kind} has no update '{release.su}'.", "Leave su: out, or write kind: SU.")
        elif (release.kind == "RTM") != (release.cu == "RTM") or not release.cu.startswith(release.kind):
            yield Wrong("kind", f"'{release.kind}' does not go with the CU '{release.cu}'.")
        return
    example = {"SU": "Oct26SU", "HU": "Sep26HU", "RU": "RU32"}[release.kind]
    if release.su is None:
        yield Wrong("su", f"a {release.kind} without su:.", f"Write Microsoft's label, like {example}.")
        return
    found = _LABEL.fullmatch(release.su)
    fits = (
        re.fullmatch(r"RU\d{1,2}(v\d)?", release.su) if release.kind == "RU" else found and found[2] == release.kind
    )
    if not fits:
        yield Wrong("su", f"'{release.su}' is no label of a {release.kind}.", f"Write it like {example}.")


def _days(entry: ReleaseEntry, now: date) -> Iterator[Wrong]:
    if entry.date is None and entry.month is None:
        yield Wrong("", "neither date: nor month:.", "Write date: 2026-10-13, or month: 2026-10.")
    if entry.date and entry.month and not entry.date.startswith(entry.month):
        yield Wrong("month", f"'{entry.month}' is not the month of {entry.date}.", "Leave month: out.")
    if entry.date and date.fromisoformat(entry.date) > now:
        yield Wrong("date", f"{entry.date} is in the future.", f"Today is {now} at the latest.")
    if entry.month and entry.month > now.isoformat()[:7]:
        yield Wrong("month", f"{entry.month} is in the future.", f"Today is {now} at the latest.")
