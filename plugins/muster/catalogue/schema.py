"""What Setup leaves in the directory: schema, organisation and domain versions per cumulative update."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from packaging.version import Version

from muster.catalogue.builds import Release, identify, releases_of
from muster.catalogue.tables import rows
from muster.model import FactUnavailable, Problem


@dataclass(frozen=True, slots=True)
class SchemaLevel:
    """The directory versions that a release needs, at least.

    ``range_upper`` is ``rangeUpper`` of ms-Exch-Schema-Version-Pt; ``organization`` the ``objectVersion`` of the
    organisation object; ``domain`` that of Microsoft Exchange System Objects. ``su`` names the security update from
    which on these numbers hold, ``None`` where they hold for the CU itself.
    """

    product: str
    cu: str
    su: str | None
    range_upper: int
    organization: int
    domain: int
    unverified: bool = False


@cache
def _levels() -> tuple[SchemaLevel, ...]:
    return tuple(_level(row) for key in ("rows_before_2013", "rows") for row in rows("schema", key))


def _level(row: Mapping[str, object]) -> SchemaLevel:
    su = row.get("with_su_or_later")
    return SchemaLevel(
        product=str(row["product"]),
        cu=str(row["cu"]),
        su=None if su is None else str(su),
        range_upper=int(str(row["rangeUpper"])),
        organization=int(str(row["objectVersion_config"])),
        domain=int(str(row["objectVersion_meso"])),
        unverified=row.get("unverified") is True,
    )


def schema_for(product: str, cu: str, su: str | None = None) -> SchemaLevel | None:
    """What a release needs in the directory; ``None`` where the table has no row for it.

    A few security updates need a prepare step of their own: name the installed ``su`` to have them counted.
    Raises ``LookupError`` for an update that the catalogue does not know of this CU.
    """
    own = [level for level in _levels() if level.product == product and level.cu == cu]
    plain = next((level for level in own if level.su is None), None)
    if su is None:
        return plain
    order = [release.su for release in releases_of(product, cu)]
    if su not in order:
        raise LookupError(f"the catalogue knows no update '{su}' of {product} {cu}")
    reached = [level for level in own if level.su in order and order.index(level.su) <= order.index(su)]
    return max(reached, key=lambda level: order.index(level.su), default=plain)


def needed_by(builds: Iterable[Version], whose: str) -> SchemaLevel:
    """What several installed CUs need in the directory together: of each number the highest, named after the newest.

    ``builds`` are the CUs' own builds, as ``AdminDisplayVersion`` shows them. Raises ``FactUnavailable`` where there
    are none, or one of which the catalogue does not know what it needs.
    """
    releases = sorted({identify(build, whose) for build in builds})
    if not releases:
        raise FactUnavailable(whose, "needed directory versions", Problem("empty", "no Exchange server is known"))
    levels = [_certain(release, whose) for release in releases]
    return replace(
        levels[-1],
        range_upper=max(level.range_upper for level in levels),
        organization=max(level.organization for level in levels),
        domain=max(level.domain for level in levels),
    )


def _certain(release: Release, whose: str) -> SchemaLevel:
    level = schema_for(release.product, release.cu)
    if level is None:
        problem = Problem("not in the catalogue", f"what {release} needs in the directory is not known")
        raise FactUnavailable(whose, "needed directory versions", problem)
    return level
