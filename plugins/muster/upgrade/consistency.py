"""What must hold in the tables of this package; each breach is a sentence."""

from collections.abc import Iterator

from packaging.version import Version

from muster.catalogue import Catalogue
from muster.catalogue.consistency import doubts, lists_of
from muster.catalogue.rows import texts
from muster.drift import HOW
from muster.upgrade.by_design import designs
from muster.upgrade.extended_protection import protected
from muster.upgrade.judged import KINDS
from muster.upgrade.losses import EVIDENCE, losses
from muster.upgrade.put_back.cmdlets import cmdlets, settings
from muster.upgrade.put_back.steps import ORDER
from muster.upgrade.security import CHECKING
from muster.upgrade.tables import TABLES, first_builds, sources, table


def breaches(catalogue: Catalogue) -> Iterator[str]:
    """Everything that does not hold; nothing when all is well."""
    yield from _sources()
    for name in TABLES:
        yield from (str(found) for found in doubts(name, table(name)))
    yield from _builds(catalogue)
    yield from _losses()
    yield from _seen()
    yield from _settings()
    yield from (
        f"extended_protection: {row.directory}: {row.checking}"
        for row in protected()
        if row.checking.casefold() not in CHECKING
    )


def _sources() -> Iterator[str]:
    known, used = sources(), set[str]()
    for name in TABLES:
        whole = texts(table(name), "source")
        used.update(whole)
        for key, row in lists_of(table(name)):
            own = texts(row, "source")
            used.update(own)
            if name != "sources" and not (own or whole or table(name).get("source")):
                yield f"{name}: {key} {row.get('id') or row}: no source"
    yield from (f"'{one}' is no source" for one in sorted(used - known.keys()))
    yield from (f"source '{one}' stands behind nothing" for one in sorted(known.keys() - used - _CODE))


_CODE = frozenset({"builds_table", "schema_table", "learn_prep"})
"""Sources that stand behind rules written as code: builds and directory versions, whose numbers the catalogue has."""


def _builds(catalogue: Catalogue) -> Iterator[str]:
    known = {one.build for one in catalogue.releases.all}
    crossed: list[tuple[str, Version]] = [(row.id, build) for row in designs() for build in row.crosses.values()]
    for name in ("extended_protection", "preserved_files"):
        crossed += [(name, build) for build in first_builds(table(name), "since").values()]
    yield from (f"{where}: {build} is no published build" for where, build in crossed if build not in known)


def _losses() -> Iterator[str]:
    ids = [*(row.id for row in losses()), *(row.id for row in designs())]
    yield from (f"{one} stands twice" for one in set(ids) if ids.count(one) > 1)
    for row in losses():
        if row.kind not in KINDS or row.evidence not in EVIDENCE:
            yield f"{row.id}: kind '{row.kind}', evidence '{row.evidence}'"
        if not row.put_back:
            yield f"{row.id}: neither says how it is put back nor why not"
        if row.evidence == "no_source" and row.kind != "unexplained":
            yield f"{row.id}: nothing says that an update does it, so it cannot be {row.kind}"


def _seen() -> Iterator[str]:
    rows_seen = [*((row.id, row.seen) for row in losses()), *((row.id, row.seen) for row in designs())]
    for identifier, every in rows_seen:
        for seen in every:
            if not seen.facts or seen.how - set(HOW):
                yield f"{identifier}: facts {sorted(seen.facts)}, how {sorted(seen.how)}"


def _settings() -> Iterator[str]:
    for row in settings().values():
        if row.order not in ORDER:
            yield f"put_back: {row.fact}: order '{row.order}'"
        names = [name for name in (row.set, row.new) if name]
        missing = [name for name in names if name not in cmdlets()]
        yield from (f"put_back: {row.fact}: {name} has no row in cmdlets" for name in missing)
        if missing or not names:
            continue
        if row.new:
            yield from (
                f"put_back: {row.fact}: {row.new} has no parameter for {name}"
                for name in row.new_with
                if not row.parameter(cmdlets()[row.new], name)
                and not (name == "Identity" and cmdlets()[row.new].identity)
            )
        if row.set:
            wanted = {*row.methods.values(), *(row.renames[name] for name in row.renames if not row.new)}
            yield from (
                f"put_back: {row.fact}: {row.set} has no parameter {name}"
                for name in sorted(wanted)
                if name.casefold() not in cmdlets()[row.set].parameters
            )
            if bool(row.identity) is not cmdlets()[row.set].identity and row.fact != "TransportConfig":
                yield f"put_back: {row.fact}: {row.set} and -Identity"
