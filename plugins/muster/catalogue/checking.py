"""Everything that must hold in a whole catalogue, and how much of it was looked at."""

from collections.abc import Callable, Iterator

from muster.catalogue import consistency
from muster.catalogue.catalogue import Catalogue
from muster.catalogue.consistency import Finding
from muster.catalogue.rows import Row
from muster.catalogue.tables import rows, table

TABLES = ("builds", "schema", "lifecycle", "dotnet", "cves", "smtp_replies")
"""What Microsoft and others publish; the other files of ``data/`` tell of muster itself."""

Invariant = tuple[str, Callable[[], Iterator[Finding]]]


def invariants(catalogue: Catalogue) -> tuple[Invariant, ...]:
    """Each with what it looks at, in words, and its findings."""
    releases, overlay = catalogue.releases.all, catalogue.overlay
    products: tuple[Row, ...] = (*rows("lifecycle", "products"), *overlay.products)
    known = (*rows("cves", "cves"), *overlay.cves)
    cus = sum(len(catalogue.cus_of(product)) for product in catalogue.products)
    every = sum(1 for name in TABLES for _ in consistency.lists_of(table(name)))
    return (
        (
            f"{len(releases)} releases in {cus} CUs of {len(catalogue.products)} products ascend by build and date",
            lambda: consistency.ascending(releases),
        ),
        ("every update lies inside its CU", lambda: consistency.inside(releases)),
        (
            f"{len(catalogue.schema_levels)} rows of directory versions never go down",
            lambda: consistency.monotonic(catalogue.schema_levels, releases),
        ),
        (
            f"{len(products)} products have ends of support, and no periods overlap",
            lambda: consistency.periods(products),
        ),
        (f"{len(known)} CVEs are closed by releases", lambda: consistency.fixes(known, releases)),
        (
            f"{every} rows of {len(TABLES)} tables name a source",
            lambda: (each for name in TABLES for each in consistency.sourced(name, table(name))),
        ),
        (
            "every doubt has a reason",
            lambda: (each for name in TABLES for each in consistency.doubts(name, table(name))),
        ),
        (
            f"no date is after {catalogue.as_of}",
            lambda: (each for name in TABLES for each in consistency.not_after(name, table(name), catalogue.as_of)),
        ),
        (
            "every product and range of CUs is known",
            lambda: (each for name in TABLES for each in consistency.named(name, table(name), catalogue.products)),
        ),
    )
