"""Everything that the catalogue says of one release, as lines with a label."""

from collections.abc import Iterator
from datetime import date

from muster.catalogue import Catalogue, Release, Requirement
from muster.catalogue.releases import is_out
from muster.catalogue.rows import maybe, text
from muster.catalogue.tables import rows
from muster.catalogue.versions import read_build
from muster.model import FactUnavailable

Line = tuple[str, str]
_WEAK = "only a weak source stands behind this"


def sheet(catalogue: Catalogue, release: Release, on: date, esu: frozenset[int]) -> Iterator[Line]:
    """Label and text; ``esu`` are the ESU periods that were bought."""
    yield "Product", release.product
    yield "CU", release.cu
    yield "Update", f"{release.su} ({release.kind})" if release.su else f"none: this is the {release.kind} itself"
    yield "Build", str(release.build)
    yield "Released", release.when if is_out(release, on) else f"{release.when}: not certainly out on {on}"
    yield "KB", release.kb or "not known"
    if release.availability:
        yield "Available to", release.availability
    if release.overlaid:
        yield "Source", "this environment's own rows"
    if release.unverified:
        yield "Doubtful", _reason(catalogue, release)
    yield from _support(catalogue, release, on, esu)
    yield from _stands_on(catalogue, release)
    yield from _vulnerabilities(catalogue, release, on)


def _reason(catalogue: Catalogue, release: Release) -> str:
    for row in (*rows("builds", "releases"), *catalogue.overlay.releases):
        if read_build(text(row, "build")) == release.build:
            return maybe(row, "reason") or _WEAK
    return _WEAK


def _support(catalogue: Catalogue, release: Release, on: date, esu: frozenset[int]) -> Iterator[Line]:
    support = catalogue.support_of(release.product, release.cu, on, esu)
    yield f"Support on {on}", f"{support.state}: {support.why}"
    try:
        newest = catalogue.newest(release.product, release.cu, on)
    except FactUnavailable as unknown:
        yield "Newest of its CU", str(unknown)
        return
    same = "this one" if newest == release else f"{newest} of {newest.when}"
    yield "Newest of its CU", same


def _stands_on(catalogue: Catalogue, release: Release) -> Iterator[Line]:
    product, cu = release.product, release.cu
    level = catalogue.schema_for(product, cu, release.su)
    if level is None:
        yield "Directory", "not known what it needs"
    else:
        needs = f"rangeUpper {level.range_upper}, organisation {level.organization}, domain {level.domain}"
        yield "Directory", _doubtful(needs, doubt=level.unverified)
    windows = catalogue.windows_for(product, cu)
    yield "Windows Server", _names(windows)
    found: dict[str, list[str]] = {}
    for name in windows.names if windows else ():
        row = catalogue.dotnet_for(product, cu, name)
        said = _doubtful(f"{', '.join(row.supported)}, best {row.recommended}", doubt=row.unverified) if row else "?"
        found.setdefault(said, []).append(name)
    plain = catalogue.dotnet_for(product, cu)
    if plain:
        yield ".NET Framework", _doubtful(", ".join(plain.supported), doubt=plain.unverified)
    elif found:
        yield ".NET Framework", "; ".join(f"on {', '.join(names)}: {said}" for said, names in found.items())
    else:
        yield ".NET Framework", "not known"


def _vulnerabilities(catalogue: Catalogue, release: Release, on: date) -> Iterator[Line]:
    found = catalogue.cves_open(release.build, on)
    yield "Open CVEs", f"{len(found)} by its build" if found else "none by its build"
    for one in sorted(found, key=lambda one: (one.since or on, one.cve.name)):
        yield "", str(one)
    names = {one.cve.name for one in found}
    depends = [cve.name for cve in catalogue.conditional_cves(release, on) if cve.name not in names]
    if depends:
        yield "Depend on more", f"{', '.join(depends)}: settings and files decide beside the build"
    unknown = catalogue.cves_unknown(release, on)
    if unknown:
        yield "Not known", f"whether there are more: {unknown}"


def _names(requirement: Requirement | None) -> str:
    return _doubtful(str(requirement), doubt=requirement.unverified) if requirement else "not known"


def _doubtful(said: str, *, doubt: bool) -> str:
    return f"{said} (unverified)" if doubt else said
