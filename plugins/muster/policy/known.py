"""The names that a policy may use, as the catalogue has them, and which of them was probably meant."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from packaging.version import Version

from muster.catalogue import Release

_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})")


class Published(Protocol):
    """What a policy needs of the catalogue."""

    @property
    def products(self) -> tuple[str, ...]:
        """Every product, oldest first."""

    @property
    def windows_releases(self) -> tuple[str, ...]:
        """Every release of Windows Server (``2012 R2``), oldest first."""

    @property
    def functional_levels(self) -> tuple[str, ...]:
        """Every functional level of a forest or domain, lowest first."""

    @property
    def dotnet_versions(self) -> tuple[str, ...]:
        """Every version of .NET Framework, oldest first."""

    def cus_of(self, product: str) -> tuple[str, ...]:
        """The CUs of a product, oldest first."""

    def releases_of(self, product: str, cu: str | None = None) -> tuple[Release, ...]:
        """The releases of a product or CU, oldest build first."""


ESU_PERIODS = (1, 2)
"""Extended Security Update periods that Microsoft sold."""


def nearest_release(build: Version, published: Published) -> Release | None:
    """The release whose numbers are nearest to a build's, the first number counting most: its own if it has one."""

    def distance(release: Release) -> tuple[int, ...]:
        pairs = zip((*build.release, 0)[:4], (*release.build.release, 0)[:4], strict=True)
        return tuple(abs(ours - theirs) for ours, theirs in pairs)

    return min(_all(published), key=distance, default=None)


def _all(published: Published) -> Iterator[Release]:
    for product in published.products:
        yield from published.releases_of(product)


def nearest_number(text: str, known: Iterable[str]) -> str | None:
    """Of the names that differ in their last number only the nearest, the newer of two: of ``CU16`` it is ``CU15``.

    ``None`` where there is none.
    """
    said = _NUMBERED.fullmatch(text.casefold())
    alike = [(name, found) for name in known if said and (found := _NUMBERED.fullmatch(name.casefold()))]
    same = [(name, int(found[2])) for name, found in alike if said and found[1] == said[1]]
    number = int(said[2]) if said else 0
    return min(same, key=lambda one: (abs(one[1] - number), -one[1]), default=("", 0))[0] or None
