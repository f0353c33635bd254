"""Ways from one release to another, and who may stand beside whom meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass

from muster.catalogue.cumulative_updates import includes, rank
from muster.catalogue.rows import Row, inner, maybe, text


@dataclass(frozen=True, slots=True)
class UpgradePath:
    """How a server gets from one product to another.

    ``method`` is ``in-place``, ``legacy`` (new server, move, uninstall) or ``none``; ``first`` is the product and CU
    that must be installed before, where the way is not supported from here.
    """

    product: str
    cus: str | None
    to_product: str
    to_cus: str | None
    method: str
    supported: bool
    do: str = ""
    first: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Coexistence:
    """Whether a release may be installed while servers of another product are in the organisation.

    ``minimum`` is the CU that those must have at least, ``minimum_text`` the same in Microsoft's words; Edge servers
    count. ``enforced`` says that Setup itself refuses.
    """

    product: str
    cus: str | None
    beside: str
    allowed: bool
    minimum: str | None = None
    minimum_text: str = ""
    enforced: bool = False
    notes: str = ""

    def accepts(self, cu: str) -> bool:
        """Whether servers on this CU of the other product may be there."""
        return self.allowed and (self.minimum is None or rank(cu) >= rank(self.minimum))


def path_from(row: Row) -> UpgradePath:
    """A way from its row."""
    here, there, before = inner(row, "from"), inner(row, "to"), inner(row, "first")
    return UpgradePath(
        product=text(here, "product"),
        cus=maybe(here, "cu"),
        to_product=text(there, "product"),
        to_cus=maybe(there, "cu"),
        method=text(row, "method"),
        supported=row.get("supported") is True,
        do=maybe(row, "do") or "",
        first=(text(before, "product"), text(before, "cu")) if before else None,
    )


def coexistence_from(row: Row) -> Coexistence:
    """A rule from its row."""
    installing, minimum = inner(row, "installing"), inner(row, "minimum")
    return Coexistence(
        product=text(installing, "product"),
        cus=maybe(installing, "cu"),
        beside=text(inner(row, "with"), "product"),
        allowed=row.get("allowed") is True,
        minimum=maybe(minimum, "cu"),
        minimum_text=maybe(minimum, "text") or "",
        enforced=row.get("enforced_by") == "setup",
        notes=maybe(row, "notes") or "",
    )


def path_between(paths: Iterable[UpgradePath], here: tuple[str, str], there: tuple[str, str]) -> UpgradePath | None:
    """The way from one product and CU to another; ``None`` where no source says any.

    Inside a product a newer CU is installed over the older one; there is no way back.
    """
    (product, cu), (to_product, to_cu) = here, there
    if product == to_product:
        forward = rank(to_cu) >= rank(cu)
        why = "" if forward else "a CU cannot be uninstalled, and Setup installs no older one"
        return UpgradePath(product, cu, to_product, to_cu, "in-place" if forward else "none", forward, why)
    for path in paths:
        same = (path.product, path.to_product) == (product, to_product)
        if same and includes(path.cus, cu) and includes(path.to_cus, to_cu):
            return path
    return None


def rule_for(rules: Iterable[Coexistence], installing: tuple[str, str], beside: str) -> Coexistence | None:
    """The rule for installing a release beside servers of a product; ``None`` where no source says any."""
    product, cu = installing
    own = (one for one in rules if one.product == product and one.beside == beside)
    return next((one for one in own if includes(one.cus, cu)), None)
