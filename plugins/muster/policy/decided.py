"""What an organisation decided, as values. Nothing here knows a file, a catalogue or the day."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from packaging.version import Version

from muster.model import Server
from muster.policy.selecting import EVERY_SERVER, Selected
from muster.policy.third_party import STOP_SERVICES

Kind = Literal["latest", "n-1", "supported", "security-current", "pinned"]
UpgradeMethod = Literal["in-place", "legacy"]

_CERTIFICATE_DAYS = 30
_SUPPORT_DAYS = 180
_BACKUP_DAYS = 2  # last night's, where the upgrade begins in the evening
_SYSTEM_GB = 10
_INSTALL_GB = 30


@dataclass(frozen=True, slots=True)
class ReleaseDecision:
    """Which releases a server may run.

    ``latest`` the newest CU of its product with its newest security update · ``n-1`` a CU that gets security updates
    by Microsoft's rule for its phase (the newest two, in extended support the last) · ``supported`` what Microsoft
    supports on the day · ``security-current`` no security update missing that came out more than ``grace_days`` ago ·
    ``pinned`` exactly ``build``. ``compliance`` judges it. ``until`` is the last day on which the decision counts,
    ``None`` for no end.
    """

    kind: Kind
    grace_days: int = 0
    build: Version | None = None
    until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether the decision has not ended before that day."""
        return self.until is None or day <= self.until

    def __str__(self) -> str:
        """As it reads in a reason: ``pinned to 15.1.2507.59 until 2025-12-31``."""
        said: str = self.kind
        if self.build is not None:
            said += f" to {self.build}"
        if self.grace_days:
            said += f" (grace {self.grace_days} day{'s' if self.grace_days > 1 else ''})"
        return f"{said} until {self.until.isoformat()}" if self.until else said


SUPPORTED = ReleaseDecision("supported")
"""What counts where nothing was decided."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The decision for one server, and the words of the policy that it stands under.

    ``by_default``: nothing in the policy is about this server.
    """

    decision: ReleaseDecision
    selector: str
    by_default: bool = False

    def __str__(self) -> str:
        """``'pinned to 15.1.2507.59' (policy for DAG01)``."""
        return f"'{self.decision}' ({'by default' if self.by_default else f'policy for {self.selector}'})"


@dataclass(frozen=True, slots=True)
class CertificatePolicy:
    """When an expiring certificate is a finding: fewer than ``warn_days`` days before it ends."""

    warn_days: int = _CERTIFICATE_DAYS


@dataclass(frozen=True, slots=True)
class SupportPolicy:
    """When the end of support is a finding: within so many days."""

    warn_days: int = _SUPPORT_DAYS


@dataclass(frozen=True, slots=True)
class AllowedReleases:
    """Windows Server releases that are allowed (``2022``), fewer than Microsoft's matrix has.

    ``None``: whatever the matrix has. ``until`` is the last day on which this counts; after it the matrix alone does.
    """

    names: frozenset[str] | None = None
    until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether something narrower than the matrix counts on that day."""
        return self.names is not None and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class FunctionalLevels:
    """The functional levels of Active Directory, at least (``2012 R2``); ``None`` for what Exchange needs.

    They are words of ``FUNCTIONAL_LEVELS``, which has their order.
    """

    forest: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Coexistence:
    """The products that may stand side by side (``Exchange Server 2019``), up to and with ``until``.

    ``None``: nothing was decided, only Microsoft's own rules count.
    """

    allowed: frozenset[str] | None = None
    until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether something was decided that still counts on that day."""
        return self.allowed is not None and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class FreeDisk:
    """Free gigabytes that Setup needs on the volume of Windows and on the one that Exchange is installed on.

    30 for Exchange is Microsoft's minimum (system requirements). For Windows Microsoft asks for 0.2; 10 is from
    experience (unverified): Setup unpacks the media into %TEMP% and keeps logs and installer packages there.
    """

    system: int = _SYSTEM_GB
    install: int = _INSTALL_GB


@dataclass(frozen=True, slots=True)
class UpgradePolicy:
    """What must be so before an upgrade begins.

    ``stop_services`` are patterns of names or display names of services that must be stopped. ``…_within`` are days
    since the last backup. ``crl_reachable`` says whether servers reach Microsoft's revocation lists, ``None`` where
    nobody said it.
    """

    stop_services: tuple[str, ...] = STOP_SERVICES
    exchange_backup_within: int = _BACKUP_DAYS
    directory_backup_within: int = _BACKUP_DAYS
    free_disk: FreeDisk = FreeDisk()
    crl_reachable: bool | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The decisions of one organisation; every one has a default.

    ``as_of`` is the day that everything but certificates is judged at; ``None`` is the run's own day. ``esu`` holds
    the Extended Security Update periods that were bought. ``dotnet`` is ``supported``, ``recommended`` (what
    Microsoft's matrix says for the server's CU) or the lowest version that is allowed (``4.8.1``).
    """

    as_of: date | None = None
    certificates: CertificatePolicy = CertificatePolicy()
    releases: Selected[ReleaseDecision] = field(default_factory=Selected)
    esu: frozenset[int] = frozenset()
    support: SupportPolicy = SupportPolicy()
    windows_server: AllowedReleases = AllowedReleases()
    domain_controllers: AllowedReleases = AllowedReleases()
    functional_levels: FunctionalLevels = FunctionalLevels()
    dotnet: str = "supported"
    upgrades: Selected[UpgradeMethod] = field(default_factory=Selected)
    coexistence: Coexistence = Coexistence()
    upgrade: UpgradePolicy = UpgradePolicy()

    def release_decision(self, server: Server, product: str | None = None, cu: str | None = None) -> Chosen:
        """What was decided for a server; ``supported`` where nothing was.

        ``product`` and ``cu`` are what is installed (``Exchange Server 2019``, ``CU15``), which wins over what the
        inventory declares. Where neither says it, what was decided for a product is not found.
        """
        found = self.releases.choose(server, product, cu)
        return Chosen(found[1], found[0]) if found else Chosen(SUPPORTED, EVERY_SERVER, by_default=True)

    def upgrade_method(
        self, server: Server, product: str | None = None, cu: str | None = None
    ) -> UpgradeMethod | None:
        """How a server is to be upgraded; ``None`` where nothing was decided: what Microsoft's path says."""
        found = self.upgrades.choose(server, product, cu)
        return found[1] if found else None
