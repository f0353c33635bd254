"""What Microsoft publishes, as one value: the tables that come with muster, and an environment's rows over them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property

from packaging.version import Version

from muster.catalogue import cves, lifecycle, requirements, schema, smtp_replies, upgrades
from muster.catalogue.cves import Cve, OpenCve, Vulnerabilities
from muster.catalogue.lifecycle import Lifecycle, State, Support
from muster.catalogue.releases import Release, Releases, Unpublished, is_out, release_from
from muster.catalogue.requirements import DotNetSupport, Requirement
from muster.catalogue.rows import Row, inner, text
from muster.catalogue.schema import SchemaLevel
from muster.catalogue.smtp_replies import SmtpReply
from muster.catalogue.tables import Data, rows, table
from muster.catalogue.upgrades import Coexistence, UpgradePath
from muster.model import FactUnavailable, Problem

STALE_AFTER = 60
"""After so many days a report opens with a note that the catalogue may miss what came out since."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Rows that an environment lays over the tables: new ones beside them, and products in place of them."""

    releases: tuple[Row, ...] = ()
    schema: tuple[Row, ...] = ()
    products: tuple[Row, ...] = ()
    cves: tuple[Row, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.releases) + len(self.schema) + len(self.products) + len(self.cves)


class Catalogue:
    """The published tables. Each is read when it is first asked for, and kept.

    Methods that name what they cannot say raise ``FactUnavailable`` (who asked, and why the catalogue cannot tell);
    the others give ``None``.
    """

    def __init__(self, overlay: Overlay = Overlay()) -> None:
        self.overlay = overlay

    # releases

    @cached_property
    def releases(self) -> Releases:
        """Every release, and look-up by build."""
        own = (release_from(row) for row in rows("builds", "releases"))
        return Releases((*own, *(release_from(row, overlaid=True) for row in self.overlay.releases)))

    @property
    def products(self) -> tuple[str, ...]:
        """Every product, oldest first."""
        return self.releases.products

    def cus_of(self, product: str, on: date | None = None) -> tuple[str, ...]:
        """The CUs of a product, oldest first; those that were out on a day."""
        return self.releases.cus_of(product, on)

    @cached_property
    def release_of(self) -> Callable[[str | Version], Release | Unpublished]:
        """``release_of(build)``: the release with exactly this build, or where among the releases it lies.

        Raises ``ValueError`` for text that is no build. (An attribute that holds the look-up itself: one call less.)
        """
        return self.releases.of

    def identify(self, build: Version, whose: str) -> Release:
        """The release that a server or organisation has; raises ``FactUnavailable`` where the catalogue has none.

        Nothing is concluded from a build's neighbours: not being known is not being supported.
        """
        found = self.releases.of(build)
        if isinstance(found, Release):
            return found
        if found.is_newer_than_known:
            cause = f"the catalogue knows releases up to {self.read_until}"
            cure = "add the release with muster catalogue import, or install a newer muster"
        else:
            cause = "an interim update, or a file that was replaced"
            cure = ""
        raise FactUnavailable(whose, "release", Problem("not in the catalogue", f"{build} {found}", cause, cure))

    def releases_of(self, product: str, cu: str | None = None) -> tuple[Release, ...]:
        """The releases of a product, or of one of its CUs; oldest build first."""
        return self.releases.of_product(product, cu)

    def newest(
        self, product: str, cu: str | None = None, on: date | None = None, *, security_only: bool = False
    ) -> Release:
        """The newest release of a product or CU (the CU itself included), of those out on a day.

        ``security_only`` leaves hotfix updates (HU) out: they fix other things than security. Raises
        ``FactUnavailable`` where the catalogue knows none.
        """
        found = self.releases.newest(product, cu, on, security_only=security_only)
        if found is None:
            whose = f"{product} {cu}" if cu else product
            said = f"the catalogue knows no release of {whose}" + (f" up to {on}" if on else "")
            raise FactUnavailable(whose, "its newest release", Problem("not in the catalogue", said))
        return found

    # support

    @cached_property
    def lifecycles(self) -> Mapping[str, Lifecycle]:
        """Product → its lifecycle."""
        found = [lifecycle.product_from(row) for row in (*rows("lifecycle", "products"), *self.overlay.products)]
        rules = [lifecycle.rule_from(row) for row in rows("lifecycle", "cu_support_policy")]
        return {
            one.product: Lifecycle(
                one, tuple(rule for rule in rules if one.product in rule.products), self._heads(one.product)
            )
            for one in found
        }

    def _heads(self, product: str) -> tuple[tuple[str, date], ...]:
        heads = [one for one in self.releases_of(product) if one.su is None and one.kind != "Preview"]
        return tuple((one.cu, one.released) for one in heads if one.released)

    def support_of(self, product: str, cu: str, on: date, esu: frozenset[int] = frozenset()) -> Support:
        """Whether Microsoft supports a CU on a day. ``esu``: the numbers of the ESU periods that were bought."""
        known = self.lifecycles.get(product)
        if known is None:
            return Support(product, cu, on, "unknown", "", f"the catalogue knows no lifecycle of {product}")
        return known.support(cu, on, esu)

    def serviced(self, product: str, cu: str, on: date) -> tuple[State, str]:
        """Whether a CU is among those that get updates, by the rule of its product's phase, and why."""
        known = self.lifecycles.get(product)
        return known.serviced(cu, on) if known else ("unknown", f"the catalogue knows no lifecycle of {product}")

    def supported_on(self, on: date, esu: frozenset[int] = frozenset()) -> tuple[Support, ...]:
        """Every CU that Microsoft supports on a day, oldest first; extended support included, ESU where bought."""
        every = (
            self.support_of(product, cu, on, esu) for product in self.products for cu in self.cus_of(product, on)
        )
        return tuple(one for one in every if one.state == "supported")

    # the directory

    @cached_property
    def schema_levels(self) -> tuple[SchemaLevel, ...]:
        """Every row of directory versions."""
        own = (*rows("schema", "rows_before_2013"), *rows("schema", "rows"))
        return tuple(schema.level_from(row) for row in (*own, *self.overlay.schema))

    def schema_for(self, product: str, cu: str, su: str | None = None) -> SchemaLevel | None:
        """What a release needs in the directory; ``None`` where the table has no row for it.

        A few security updates need a prepare step of their own: name the installed ``su`` to have them counted.
        Raises ``LookupError`` for an update that the catalogue does not know of this CU.
        """
        own = [level for level in self.schema_levels if (level.product, level.cu) == (product, cu)]
        return schema.level_for(own, self.releases_of(product, cu), su)

    def needed_by(self, builds: Iterable[Version], whose: str) -> SchemaLevel:
        """What several installed releases need in the directory together: of each number the highest.

        It is named after the newest. ``builds`` are of CUs, as ``AdminDisplayVersion`` shows them, or of ExSetup.exe:
        then an update's own prepare step counts. Raises ``FactUnavailable`` where there are none, or one of which the
        catalogue does not know what it needs.
        """
        found = sorted({self.identify(build, whose) for build in builds})
        if not found:
            problem = Problem("empty", "no Exchange server is known")
            raise FactUnavailable(whose, "needed directory versions", problem)
        levels = [self._certain_level(release, whose) for release in found]
        return replace(
            levels[-1],
            range_upper=max(level.range_upper for level in levels),
            organization=max(level.organization for level in levels),
            domain=max(level.domain for level in levels),
        )

    def _certain_level(self, release: Release, whose: str) -> SchemaLevel:
        level = self.schema_for(release.product, release.cu, release.su)
        if level is None:
            problem = Problem("not in the catalogue", f"what {release} needs in the directory is not known")
            raise FactUnavailable(whose, "needed directory versions", problem)
        return level

    # what it runs on

    @cached_property
    def _requirements(self) -> Mapping[str, tuple[Requirement, ...]]:
        fields = {"windows_server": "os", "domain_controller_os": "os", "forest_functional_level": "levels"}
        return {
            key: tuple(
                requirements.requirement_from(row, names)
                for row in rows("lifecycle", key)
                if "ru" not in row  # 2010 by rollup: no finer than its service pack here
            )
            for key, names in fields.items()
        }

    def windows_for(self, product: str, cu: str) -> Requirement | None:
        """The releases of Windows Server that a CU runs on (``2019``, ``2012 R2``)."""
        return requirements.covering(self._requirements["windows_server"], product, cu)

    def controllers_for(self, product: str, cu: str) -> Requirement | None:
        """The releases of Windows Server that domain controllers may have."""
        return requirements.covering(self._requirements["domain_controller_os"], product, cu)

    def forest_levels_for(self, product: str, cu: str) -> Requirement | None:
        """The forest functional levels that a CU works in."""
        return requirements.covering(self._requirements["forest_functional_level"], product, cu)

    def windows_release(self, build: int) -> str | None:
        """The release of Windows Server that a build number means: 20348 is ``2022``."""
        return requirements.named_by(rows("lifecycle", "windows_releases"), "build", build)

    @property
    def windows_releases(self) -> tuple[str, ...]:
        """Every release of Windows Server that the catalogue knows, oldest first."""
        return tuple(text(row, "name") for row in rows("lifecycle", "windows_releases"))

    def functional_level(self, level: int) -> str | None:
        """The functional level that a number means: 7 is ``2016``."""
        return requirements.named_by(rows("lifecycle", "functional_levels"), "level", level)

    @property
    def functional_levels(self) -> tuple[str, ...]:
        """Every functional level, lowest first."""
        return tuple(text(row, "name") for row in rows("lifecycle", "functional_levels"))

    @cached_property
    def _dotnet(self) -> tuple[DotNetSupport, ...]:
        return tuple(requirements.dotnet_from(row) for row in rows("dotnet", "supported"))

    def dotnet_for(self, product: str, cu: str, windows: str | None = None) -> DotNetSupport | None:
        """The versions of .NET Framework that a CU supports on a release of Windows Server."""
        return requirements.dotnet_covering(self._dotnet, product, cu, windows)

    def dotnet_version(self, release: int) -> str | None:
        """The version of .NET Framework that the registry's ``Release`` number means: 528040 is ``4.8``."""
        return requirements.dotnet_name(rows("dotnet", "release_minimum"), release)

    @property
    def dotnet_versions(self) -> tuple[str, ...]:
        """Every version of .NET Framework that the table names, oldest first."""
        return tuple(text(row, "version") for row in rows("dotnet", "release_minimum"))

    # upgrades

    @cached_property
    def _paths(self) -> tuple[UpgradePath, ...]:
        return tuple(upgrades.path_from(row) for row in rows("lifecycle", "upgrade_paths"))

    @cached_property
    def _coexistence(self) -> tuple[Coexistence, ...]:
        return tuple(upgrades.coexistence_from(row) for row in rows("lifecycle", "coexistence"))

    def upgrade_path(self, here: tuple[str, str], there: tuple[str, str]) -> UpgradePath | None:
        """The way from one product and CU to another; ``None`` where no source says any."""
        return upgrades.path_between(self._paths, here, there)

    def coexistence(self, installing: tuple[str, str], beside: str) -> Coexistence | None:
        """Whether a product and CU may be installed beside servers of another product; ``None`` where unsaid."""
        return upgrades.rule_for(self._coexistence, installing, beside)

    # vulnerabilities

    @cached_property
    def vulnerabilities(self) -> Vulnerabilities:
        """The CVEs and what carries them."""
        found = (*rows("cves", "cves"), *self.overlay.cves)
        return Vulnerabilities((cves.cve_from(row) for row in found), self.releases)

    def cves_open(self, build: str | Version, on: date | None = None) -> tuple[OpenCve, ...]:
        """The CVEs that a build still carries by its number alone; with ``on`` those that were known on that day.

        Raises ``ValueError`` for text that is no build. An empty answer is no proof: see ``cves_unknown``.
        """
        found = self.vulnerabilities.open(build)
        if on is None:
            return found
        return tuple(one for one in found if one.cve.is_known(on) and (one.since is None or one.since <= on))

    def conditional_cves(self, release: Release, on: date | None = None) -> tuple[Cve, ...]:
        """The CVEs of a release that something beside the build decides too."""
        return tuple(one for one in self.vulnerabilities.all if one.has_condition(release) and one.is_known(on))

    def cves_unknown(self, release: Release, on: date | None = None) -> str | None:
        """Why nobody can say that a release has no other open CVE than those listed; ``None`` where one can.

        The data end with one security update: a release that lacks a later one may carry what that one closed. For
        products without any support nobody publishes what is open.
        """
        covers = inner(table("cves"), "covers")
        products, last = covers.get("products"), text(covers, "last")
        if not isinstance(products, list) or release.product not in products:
            return f"the CVE data do not cover {release.product}"
        known = self.lifecycles.get(release.product)
        ended = known.product.very_last if known else None
        if on is not None and ended is not None and ended < on:
            return f"{release.product} has had no support since {ended}: nobody publishes what is open in it"
        covered = max(one.released for one in self.releases.all if one.su == last and one.released)
        since = max(covered, release.released or covered)
        later = [
            one
            for one in self.releases_of(release.product)
            if one.kind == "SU" and one.released and one.released > since and (on is None or is_out(one, on))
        ]
        return f"the CVE data end with {last}, and {later[-1]} of {later[-1].when} came later" if later else None

    # mail

    @cached_property
    def _replies(self) -> tuple[SmtpReply, ...]:
        name = "smtp_replies"
        return smtp_replies.replies_from(
            rows(name, "replies"), rows(name, "enhanced"), rows(name, "exchange_specific")
        )

    def smtp_reply(self, code: str) -> SmtpReply | None:
        """What a reply code (``550``) or an enhanced status code (``5.7.1``) means; ``None`` where no source says."""
        return smtp_replies.reply_for(self._replies, code)

    # the tables themselves

    @property
    def as_of(self) -> date:
        """The day the tables were put together."""
        return _day(table("as_of"), "as_of")

    @property
    def read_until(self) -> date:
        """The day up to which sources of releases were read: what came out later is missing."""
        return _day(table("as_of"), "read_until")

    def is_stale(self, today: date) -> bool:
        """Whether so much time has passed that releases are likely to be missing."""
        return (today - self.read_until).days > STALE_AFTER

    def circulating(self, build: Version) -> str | None:
        """What is known of a build that circulates and that nobody released; ``None`` where nothing is."""
        for row in rows("builds", "never_released"):
            if str(build).startswith(text(row, "prefix") + "."):
                return text(row, "reason")
        return None


def _day(content: Mapping[str, Data], name: str) -> date:
    return date.fromisoformat(text(content, name))


@cache
def published() -> Catalogue:
    """The tables that come with muster, without any overlay."""
    return Catalogue()
