"""The names that a policy may use, as the catalogue has them, and which of them was probably meant."""

from collections.abc import Iterator
from typing import Protocol

from packaging.version import Version

from muster.catalogue import Release


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


def nearest_cu(cu: str, published: tuple[str, ...]) -> str | None:
    """The CU whose number is nearest, the newer of two."""

    def number(name: str) -> int:
        digits = name.upper().removeprefix("CU")
        return int(digits) if digits.isdecimal() else 0

    return min(published, key=lambda name: (abs(number(name) - number(cu)), -number(name)), default=None)
