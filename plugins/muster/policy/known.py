"""The names that a policy may use, as the catalogue has them, and which of them was probably meant."""

import re
from collections.abc import Iterable

from muster.catalogue import Catalogue

_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})")


def esu_periods(catalogue: Catalogue) -> tuple[int, ...]:
    """The numbers of the Extended Security Update periods that Microsoft sold for any product."""
    return tuple(sorted({period.number for one in catalogue.lifecycles.values() for period in one.product.esu}))


def nearest_number(text: str, known: Iterable[str]) -> str | None:
    """Of the names that differ in their last number only the nearest, the newer of two: of ``CU16`` it is ``CU15``.

    ``None`` where there is none.
    """
    said = _NUMBERED.fullmatch(text.casefold())
    alike = [(name, found) for name in known if said and (found := _NUMBERED.fullmatch(name.casefold()))]
    same = [(name, int(found[2])) for name, found in alike if said and found[1] == said[1]]
    number = int(said[2]) if said else 0
    return min(same, key=lambda one: (abs(one[1] - number), -one[1]), default=("", 0))[0] or None
