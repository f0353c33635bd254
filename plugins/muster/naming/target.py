"""What to upgrade to, as people write it: ``SE RTM``, ``Exchange Server 2019 CU15``, ``2016 CU23`` or a build."""

import re
from dataclasses import dataclass
from datetime import date

from muster.catalogue import Catalogue, Release, read_build
from muster.catalogue.cumulative_updates import rank
from muster.yaml_models import nearest

_PRODUCT = "Exchange Server "


class UnknownTarget(ValueError):  # noqa: N818 - says what it is about
    """A target that the catalogue does not have; its text says what was probably meant."""


@dataclass(frozen=True, slots=True)
class Target:
    """A CU, and the update that belongs on top of it.

    ``update`` is the newest release of the CU on the day, or the one that was named by its build; the CU
    itself where there is no update yet. ``security`` is the newest of those that count for security: a server that
    has it is not behind.
    """

    product: str
    cu: str
    update: Release
    security: Release

    @property
    def pair(self) -> tuple[str, str]:
        """Product and CU."""
        return self.product, self.cu

    @property
    def name(self) -> str:
        """Product and CU, to read."""
        return f"{self.product} {self.cu}"


def read_target(text: str, catalogue: Catalogue, on: date) -> Target:
    """What ``--to`` names; raises ``UnknownTarget`` with the nearest known name."""
    wanted = " ".join(text.split())
    if re.fullmatch(r"(?:Version )?[\d.]+(?: \(Build [\d.]+\))?", wanted, re.IGNORECASE) and "." in wanted:
        return _of_build(wanted, catalogue, on)
    names = {f"{product} {cu}": (product, cu) for product in catalogue.products for cu in catalogue.cus_of(product)}
    short = {name.removeprefix(_PRODUCT).casefold(): pair for name, pair in names.items()}
    plain = re.sub(r"^(?:microsoft )?(?:exchange )?(?:server )?", "", wanted, flags=re.IGNORECASE)
    plain = re.sub(r"^subscription edition\b", "SE", plain, flags=re.IGNORECASE)
    pair = short.get(plain.casefold())
    if pair is None:
        raise UnknownTarget(f"the catalogue knows no '{text[:60]}'. {_meant(plain, tuple(names), catalogue)}")
    return target_of(pair, catalogue, on)


def target_of(pair: tuple[str, str], catalogue: Catalogue, on: date) -> Target:
    """A CU with its newest update; raises ``UnknownTarget`` for one that was not out on the day."""
    product, cu = pair
    if cu not in catalogue.cus_of(product, on):
        head = catalogue.releases_of(product, cu)[0]
        raise UnknownTarget(f"{product} {cu} came out on {head.when}, after {on}")
    security = catalogue.newest(product, cu, on, security_only=True)
    return Target(product, cu, catalogue.newest(product, cu, on), security)


def _of_build(text: str, catalogue: Catalogue, on: date) -> Target:
    try:
        found = catalogue.release_of(read_build(text))
    except ValueError as wrong:
        raise UnknownTarget(str(wrong)) from None
    if not isinstance(found, Release):
        raise UnknownTarget(f"nobody released {text}: it {found}")
    if found.kind == "Preview":
        raise UnknownTarget(f"{found} is a preview")
    if found.released is None or found.released > on:
        raise UnknownTarget(f"{found} came out on {found.when}, after {on}")
    return Target(found.product, found.cu, found, found)


def _meant(plain: str, names: tuple[str, ...], catalogue: Catalogue) -> str:
    products = {product.removeprefix(_PRODUCT): product for product in catalogue.products}
    word, _, rest = plain.partition(" ")
    product = next((full for name, full in products.items() if name.casefold() == word.casefold()), None)
    own = catalogue.cus_of(product) if product else ()
    number = re.fullmatch(r"cu ?(\d{1,3})", rest.strip(), re.IGNORECASE)
    if own and number:
        near = min(own, key=lambda cu: (abs(rank(cu) - int(number[1])), -rank(cu)))
        return f"The nearest is '{product} {near}'."
    if own:
        return f"Of {product} it knows {', '.join(own)}."
    short = {name.removeprefix(_PRODUCT): name for name in names}
    found = nearest(plain, short) if word else None
    return f"Did you mean '{short[found]}'?" if found else f"It knows {', '.join(products.values())}."
