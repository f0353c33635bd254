"""Judges an overlay's rows of directory versions, support and CVEs; releases were judged before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from muster.catalogue import Catalogue, ProductSupport, SchemaLevel
from muster.catalogue.cumulative_updates import rank
from muster.catalogue.cves import Cve, cve_from
from muster.catalogue.lifecycle import product_from
from muster.catalogue.rows import Row
from muster.catalogue.schema import level_from
from muster.overlay.document import CveEntry, ProductEntry, SchemaEntry
from muster.overlay.placed import E, Placed, Wrong
from muster.overlay.releases import ReleaseJudge, nearest_cu
from muster.yaml_lines import Mistake
from muster.yaml_models import suggestion

_NUMBERS = (("rangeUpper", "range_upper"), ("objectVersion_config", "organization"), ("objectVersion_meso", "domain"))


@dataclass(slots=True)
class OtherJudge:
    """Accepts rows of the other tables one after the other."""

    base: Catalogue
    releases: ReleaseJudge
    schema: list[Row] = field(default_factory=list)
    products: list[Row] = field(default_factory=list)
    cves: list[Row] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def judge_schema(self, placed: Iterable[Placed[SchemaEntry]]) -> None:
        """Judge rows of directory versions."""
        levels = list(self.base.schema_levels)
        for one in sorted(placed, key=lambda each: (rank(each.entry.cu), each.entry.with_su_or_later is not None)):
            level = level_from(one.row)
            same = [other for other in levels if _key(other) == _key(level)]
            if self._names(one, level) or self._takes(one, _against_level(level, same)) or same:
                continue
            if not self._takes(one, (*one.without_source(), *self._monotonic(level, levels))):
                levels.append(level)
                self.schema.append(one.row)

    def judge_products(self, placed: Iterable[Placed[ProductEntry]]) -> None:
        """Judge rows of support: each stands in place of the catalogue's."""
        first: dict[str, tuple[ProductSupport, str]] = {}
        for one in placed:
            product = one.entry.product
            if self._takes(one, _unknown_product("product", product, self.base)):
                continue
            try:
                made = product_from(one.row)
            except ValueError as wrong:
                self._takes(one, (Wrong("esu" if "ESU" in str(wrong) else "product", f"{wrong}."),))
                continue
            before = first.get(product)
            if before and before[0] != made:
                self._takes(one, (Wrong("product", f"contradicts {before[1]}, which is about {product} too."),))
            elif not before and not self._takes(one, (*one.without_source(), *self._support(one.entry, made))):
                first[product] = made, one.place
                if made != self.base.lifecycles[product].product:
                    self.products.append(one.row)

    def judge_cves(self, placed: Iterable[Placed[CveEntry]]) -> None:
        """Judge rows of CVEs."""
        known: dict[str, tuple[Cve, str]] = {
            one.name: (one, "the catalogue") for one in self.base.vulnerabilities.all
        }
        for one in placed:
            made = cve_from(one.row)
            before = known.get(made.name)
            if before:
                same = _content(before[0]) == _content(made)
                self._takes(one, () if same else (Wrong("cve", f"contradicts {before[1]}, which has {made.name}."),))
            elif not self._takes(one, (*one.without_source(), *self._fixes(one.entry))):
                known[made.name] = made, one.place
                self.cves.append(one.row)

    def _takes(self, one: Placed[E], wrong: Iterable[Wrong]) -> bool:
        """Keep what is wrong; whether anything is."""
        found = one.mistakes(wrong)
        self.mistakes.extend(found)
        return bool(found)

    def _names(self, one: Placed[SchemaEntry], level: SchemaLevel) -> bool:
        if self._takes(one, _unknown_product("product", level.product, self.base)):
            return True
        if self._takes(one, self._unknown_cu("cu", level.product, level.cu)):
            return True
        updates = [each.su for each in self.releases.updates_of(level.product, level.cu) if each.su]
        if level.su is None or level.su in updates:
            return False
        near = suggestion(level.su, updates, "update")
        return self._takes(one, (Wrong("with_su_or_later", f"no update '{level.su}' of {level.cu} is known.", near),))

    def _unknown_cu(self, key: str, product: str, cu: str) -> Iterator[Wrong]:
        known = self.releases.cus_of(product)
        if cu not in known:
            yield Wrong(key, f"{product} has no CU '{cu}' that is known.", nearest_cu(cu, known))

    def _monotonic(self, level: SchemaLevel, levels: Iterable[SchemaLevel]) -> Iterator[Wrong]:
        """No number goes down from one CU of a product to the next."""
        own = [one for one in levels if one.product == level.product]
        before = [one for one in own if self._order(one) < self._order(level)]
        after = [one for one in own if self._order(one) > self._order(level)]
        for written, name in _NUMBERS:
            value: int = getattr(level, name)
            below = max(before, key=lambda one: getattr(one, name), default=None)
            above = min(after, key=lambda one: getattr(one, name), default=None)
            if below and getattr(below, name) > value:
                yield Wrong(written, f"{value} is below that of {below.name}: {getattr(below, name)}.")
            if above and getattr(above, name) < value:
                yield Wrong(written, f"{value} is above that of {above.name}: {getattr(above, name)}.")

    def _order(self, level: SchemaLevel) -> tuple[int, int]:
        updates = [one.su for one in self.releases.updates_of(level.product, level.cu)]
        return rank(level.cu), updates.index(level.su) if level.su in updates else 0

    def _support(self, entry: ProductEntry, made: ProductSupport) -> Iterator[Wrong]:
        if made.mainstream_end and made.extended_end and made.mainstream_end > made.extended_end:
            yield Wrong("mainstream_end", f"{made.mainstream_end} is after extended_end ({made.extended_end}).")
        numbers = [period.number for period in made.esu]
        if len(set(numbers)) != len(numbers):
            yield Wrong("esu", "two ESU periods have the same number.")
        for cu in {cu for period in entry.esu for cu in period.cus}:
            yield from self._unknown_cu("esu", entry.product, cu)

    def _fixes(self, entry: CveEntry) -> Iterator[Wrong]:
        """Every fixed build is a release of the CU that it stands beside."""
        for product in entry.products:
            yield from _unknown_product("products", product, self.base)
        for product, cus in entry.fixed_builds.items():
            yield from _unknown_product("fixed_builds", product, self.base)
            if product not in entry.products:
                yield Wrong("fixed_builds", f"'{product}' is not among products:.")
            for cu, build in cus.items():
                if build not in map(str, (one.build for one in self.releases.updates_of(product, cu))):
                    yield Wrong("fixed_builds", f"'{build}' is no release of {product} {cu} that is known.")
        if not entry.fixed_builds and not entry.condition:
            yield Wrong("", "neither fixed_builds: nor condition:.", "Write the builds from which on it is closed.")
        conditions = sorted({one.condition for one in self.base.vulnerabilities.all if one.condition})
        if entry.condition and entry.condition not in conditions:
            near = suggestion(entry.condition, conditions, "condition")
            yield Wrong("condition", f"'{entry.condition}' is no condition that a check knows.", near)


def _key(level: SchemaLevel) -> tuple[str, str, str | None]:
    return level.product, level.cu, level.su


def _against_level(level: SchemaLevel, same: Iterable[SchemaLevel]) -> Iterator[Wrong]:
    for other in same:
        for written, name in _NUMBERS:
            here, there = getattr(level, name), getattr(other, name)
            if here != there:
                yield Wrong(written, f"{here} contradicts: {level.name} is known with {there}.")


def _content(cve: Cve) -> tuple[object, ...]:
    return cve.update, frozenset(cve.products), cve.fixed, cve.condition, cve.not_edge, cve.overrides


def _unknown_product(key: str, product: str, base: Catalogue) -> Iterator[Wrong]:
    if product not in base.products:
        yield Wrong(key, f"'{product}' is no product.", suggestion(product, base.products, "product"))
