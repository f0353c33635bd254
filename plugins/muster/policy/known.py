"""The names that a policy may use, as the catalogue has them, and which of them was probably meant."""

from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

from packaging.version import Version

from muster.catalogue import Release, releases_of
from muster.catalogue.builds import releases


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


class Tables:
    """The catalogue's own tables, each read when the first name is looked up: most policies name no product."""

    windows_releases = ("2003 SP2", "2008 SP2", "2008 R2 SP1", "2012", "2012 R2", "2016", "2019", "2022", "2025")
    functional_levels = ("2000", "2003 interim", "2003", "2008", "2008 R2", "2012", "2012 R2", "2016", "2025")
    dotnet_versions = ("4.5", "4.5.1", "4.5.2", "4.6", "4.6.1", "4.6.2", "4.7", "4.7.1", "4.7.2", "4.8", "4.8.1")

    @cached_property
    def products(self) -> tuple[str, ...]:
        """Every product, oldest first."""
        return tuple(dict.fromkeys(release.product for release in releases()))

    def cus_of(self, product: str) -> tuple[str, ...]:
        """The CUs of a product, oldest first."""
        return tuple(dict.fromkeys(one.cu for one in self.releases_of(product) if one.kind != "Preview"))

    def releases_of(self, product: str, cu: str | None = None) -> tuple[Release, ...]:
        """The releases of a product or CU, oldest build first."""
        return releases_of(product, cu)


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
