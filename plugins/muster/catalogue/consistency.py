"""What must hold in the tables, one small function each: every breach comes back as a finding, never as an error."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from muster.catalogue.cumulative_updates import rank
from muster.catalogue.lifecycle import product_from
from muster.catalogue.releases import Release
from muster.catalogue.rows import Row, builds, day, doubtful, inner, maybe, texts
from muster.catalogue.schema import SchemaLevel

_FIRST_THREE = 3
_OWN_SOURCE = ("sources", "source", "ref", "rfc")
_NUMBERS = {"rangeUpper": "range_upper", "objectVersion_config": "organization", "objectVersion_meso": "domain"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of a table in which something does not hold."""

    table: str
    row: str
    what: str

    def __str__(self) -> str:
        """Table, row and what is wrong, in one line."""
        return f"{self.table}: {self.row}: {self.what}"


def ascending(releases: Iterable[Release]) -> Iterator[Finding]:
    """Inside a CU, and from CU to CU, a higher build came out later; by month where only that is known of one."""
    every = tuple(releases)
    for (product, _), own in _by_cu(every).items():
        heads = [one for one in own if one.su is None]
        if len(heads) != 1:
            yield Finding("builds", f"{product} {own[0].cu}", f"{len(heads)} rows without an update, not one")
        for older, newer in pairwise(own):
            if older.build == newer.build:
                yield Finding("builds", str(newer), f"has the build of {older}")
            yield from _later(older, newer)
    for product in dict.fromkeys(one.product for one in every):
        heads = sorted((one for one in every if _is_head(one, product)), key=lambda one: rank(one.cu))
        for older, newer in pairwise(heads):
            if older.build >= newer.build:
                yield Finding("builds", str(newer), f"is not above {older}")
            yield from _later(older, newer)


def inside(releases: Iterable[Release]) -> Iterator[Finding]:
    """An update is above its CU and has its first three numbers; a rollup lies before the next CU.

    Those of 2003 have their CU's first two only: its third number grew with every update.
    """
    every = tuple(sorted(releases))
    heads = {(one.product, one.cu): one for one in every if one.su is None}
    for one in every:
        if one.su is None:
            continue
        head = heads.get((one.product, one.cu))
        if head is None:
            yield Finding("builds", str(one), "its CU has no row")
            continue
        numbers, above = one.build.release, head.build.release
        following = [other for other in heads.values() if other.product == one.product and other.build > head.build]
        same = numbers[:_FIRST_THREE] == above[:_FIRST_THREE]
        short = len(above) == _FIRST_THREE
        last = min(following, default=None)
        if one.build <= head.build or (last and one.build >= last.build):
            yield Finding("builds", str(one), f"does not lie between {head} and the CU after it")
        elif one.kind != "RU" and not same and not short:
            yield Finding("builds", str(one), f"has not the first three numbers of {head}")


def monotonic(levels: Iterable[SchemaLevel], releases: Iterable[Release]) -> Iterator[Finding]:
    """No number of the directory goes down from one CU of a product to the next, or by an update."""
    updates = {key: [one.su for one in own] for key, own in _by_cu(releases).items()}
    by_product: dict[str, list[tuple[tuple[int, int], SchemaLevel]]] = {}
    for level in levels:
        known = updates.get((level.product, level.cu), [])
        if level.su not in known:
            yield Finding("schema", level.name, "no release is called so")
            continue
        by_product.setdefault(level.product, []).append(((rank(level.cu), known.index(level.su)), level))
    for own in by_product.values():
        ordered = [level for _, level in sorted(own, key=lambda pair: pair[0])]
        for older, newer in pairwise(ordered):
            for written, name in _NUMBERS.items():
                here, before = getattr(newer, name), getattr(older, name)
                if here < before:
                    yield Finding("schema", newer.name, f"{written} {here} is below that of {older.name} ({before})")


def sourced(table: str, content: Mapping[str, object]) -> Iterator[Finding]:
    """Every row names a source, or its file names one for those that name none."""
    if content.get("source"):
        return
    for key, row in lists_of(content):
        if not any(row.get(name) for name in _OWN_SOURCE):
            yield Finding(table, _called(key, row), "names no source, and its file names none for all")


def doubts(table: str, content: Mapping[str, object]) -> Iterator[Finding]:
    """Every row marked ``unverified`` says why."""
    for key, row in lists_of(content):
        if doubtful(row) and not row.get("reason"):
            yield Finding(table, _called(key, row), "is unverified without a reason")


def not_after(table: str, content: Mapping[str, object], as_of: date) -> Iterator[Finding]:
    """Nothing was put together, or came out, after the day of the catalogue; ends of support may lie ahead."""
    put = maybe(content, "as_of")
    if put and date.fromisoformat(put) > as_of:
        yield Finding(table, "as_of", f"{put} is after {as_of}")
    for key, row in lists_of(content):
        for name in ("date", "month", "ga"):
            when = day(row, name)
            if when and when > as_of:
                yield Finding(table, _called(key, row), f"{name} {when} is after {as_of}")


def periods(products: Iterable[Row]) -> Iterator[Finding]:
    """Support has its ends, ESU periods have both, and none overlap."""
    for row in products:
        name = maybe(row, "product") or "?"
        try:
            made = product_from(row)
        except ValueError as wrong:
            yield Finding("lifecycle", name, str(wrong))
            continue
        if made.policy == "fixed" and (made.mainstream_end is None or made.extended_end is None):
            yield Finding("lifecycle", name, "a fixed policy needs mainstream_end and extended_end")
        elif made.mainstream_end and made.extended_end and made.mainstream_end > made.extended_end:
            yield Finding("lifecycle", name, "mainstream support ends after extended support")


def fixes(cves: Iterable[Row], releases: Iterable[Release]) -> Iterator[Finding]:
    """Every fixed build is a release of its CU: what is open changes at releases only."""
    known = {(one.product, one.cu, one.build) for one in releases}
    for row in cves:
        name = maybe(row, "cve") or "?"
        for key in ("fixed_builds", "supported_from"):
            for product, cus in builds(row, key).items():
                for cu, build in cus.items():
                    if (product, cu, build) not in known:
                        yield Finding("cves", name, f"{build} is no release of {product} {cu}")
                    if product not in texts(row, "products"):
                        yield Finding("cves", name, f"{product} is not among its products")


def named(table: str, content: Mapping[str, object], products: Iterable[str]) -> Iterator[Finding]:
    """Products are those of the releases, and ranges of CUs can be read."""
    known = frozenset(products)
    for key, row in lists_of(content):
        places = [row, *(inner(row, name) for name in ("from", "to", "first", "installing", "with", "minimum"))]
        for place in places:
            product = maybe(place, "product")
            if product is not None and product not in known:
                yield Finding(table, _called(key, row), f"'{product}' is no product of the releases")
            try:
                ends = [rank(end) for end in (maybe(place, "cu") or "RTM").split("-", 1)]
                if ends[0] > ends[-1]:
                    yield Finding(table, _called(key, row), f"the range {place['cu']} runs backwards")
            except ValueError as wrong:
                yield Finding(table, _called(key, row), str(wrong))
        for product in (*texts(row, "products"), *texts(row, "applies_to")):
            if product not in known:
                yield Finding(table, _called(key, row), f"'{product}' is no product of the releases")


def lists_of(content: Mapping[str, object]) -> Iterator[tuple[str, Row]]:
    """Every row of every list of a table, with the list's name."""
    for key, value in content.items():
        if isinstance(value, list):
            yield from ((key, row) for row in value if isinstance(row, dict))


def _called(key: str, row: Row) -> str:
    """What a row is called: what tells it from its neighbours."""
    names = ("product", "cu", "su", "build", "cve", "code", "id", "version", "name", "prefix")
    told = [str(row[name]) for name in names if isinstance(row.get(name), str | int)]
    told += [str(value) for name in ("from", "to", "installing", "with") for value in inner(row, name).values()]
    return f"{key} {' '.join(told)}" if told else f"{key} {dict(row)}"


def _by_cu(releases: Iterable[Release]) -> dict[tuple[str, str], list[Release]]:
    found: dict[tuple[str, str], list[Release]] = {}
    for one in sorted(releases):
        found.setdefault((one.product, one.cu), []).append(one)
    return found


def _is_head(release: Release, product: str) -> bool:
    return release.product == product and release.su is None and release.kind != "Preview"


def _later(older: Release, newer: Release) -> Iterator[Finding]:
    if older.released is None or newer.released is None:
        one = newer if newer.released is None else older
        yield Finding("builds", str(one), "neither its day nor its month is known")
        return
    by_month = older.by_month or newer.by_month
    first, last = (one.released.isoformat()[: 7 if by_month else 10] for one in (older, newer) if one.released)
    if first > last:
        yield Finding("builds", str(newer), f"{newer.when} is before {older.when}, when {older} came out")
