"""What Setup leaves in the directory: schema, organisation and domain versions per cumulative update."""

from collections.abc import Iterable
from dataclasses import dataclass

from muster.catalogue.releases import Release
from muster.catalogue.rows import Row, doubtful, maybe, number, text


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

    @property
    def name(self) -> str:
        """Product, CU and update that need it."""
        return f"{self.product} {self.cu} {self.su}" if self.su else f"{self.product} {self.cu}"


def level_from(row: Row) -> SchemaLevel:
    """A level from its row; raises ``ValueError`` for one that cannot be read."""
    return SchemaLevel(
        product=text(row, "product"),
        cu=text(row, "cu"),
        su=maybe(row, "with_su_or_later"),
        range_upper=number(row, "rangeUpper"),
        organization=number(row, "objectVersion_config"),
        domain=number(row, "objectVersion_meso"),
        unverified=doubtful(row),
    )


def level_for(levels: Iterable[SchemaLevel], releases: Iterable[Release], su: str | None) -> SchemaLevel | None:
    """The level that an update of a CU needs, among the CU's own levels; ``None`` where there is none.

    ``releases`` are those of the CU. A few security updates need a prepare step of their own: with ``su`` they count.
    Raises ``LookupError`` for an update that is not among the releases.
    """
    own = tuple(levels)
    plain = next((level for level in own if level.su is None), None)
    if su is None:
        return plain
    order = [release.su for release in releases]
    if su not in order:
        raise LookupError(f"the catalogue knows no update '{su}' of this CU")
    reached = [level for level in own if level.su in order and order.index(level.su) <= order.index(su)]
    return max(reached, key=lambda level: order.index(level.su), default=plain)
