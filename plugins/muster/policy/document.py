"""What a ``policy.yaml`` may hold: its shape, and the help an editor shows.

Names are judged in ``building``, what decisions mean together in ``rules``.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from muster.policy.decided import CertificatePolicy, FreeDisk, SupportPolicy, UpgradePolicy
from muster.policy.decisions import KINDS
from muster.yaml_lines import Data
from muster.yaml_models import Day, Entry

_MOST_DAYS = 3650
_MOST_GB = 65536


def _as_text(value: object) -> object:
    """A year or version that was written without quotes: it can mean nothing else."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_UNTIL: dict[str, Data] = {"type": "string", "format": "date", "description": "The last day it counts."}
_GRACE: dict[str, Data] = {"type": "string", "pattern": r"^\d+ ?d(ays?)?$", "description": "Days, like 30d."}


def _object(properties: dict[str, Data]) -> dict[str, Data]:
    return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}


def _one_key(key: str, value: dict[str, Data]) -> dict[str, Data]:
    return {**_object({key: value}), "required": [key]}


_UNTIL_ONLY = _object({"until": _UNTIL})
_DECISION: dict[str, Data] = {
    "anyOf": [
        {"enum": [str(kind) for kind in KINDS if kind != "pinned"]},
        {"type": "string", "pattern": r"^(security-current \( ?grace: \d+ ?d ?\)|pinned: .+)$"},
        *(_one_key(kind, _UNTIL_ONLY) for kind in KINDS if kind not in {"pinned", "security-current"}),
        _one_key("security-current", _object({"grace": _GRACE, "until": _UNTIL})),
        {
            "type": "object",
            "properties": {"pinned": {"type": "string", "description": "A build."}, "until": _UNTIL},
            "required": ["pinned"],
            "additionalProperties": False,
        },
    ]
}
_RELEASES: dict[str, Data] = {
    "anyOf": [_DECISION, {"type": "object", "additionalProperties": _DECISION, "minProperties": 1}]
}

Year = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": ["string", "number"]})]


class CertificatesEntry(Entry):
    """Certificates."""

    warn_days: Annotated[int, Field(ge=0, le=_MOST_DAYS)] = CertificatePolicy().warn_days
    """How many days before a certificate ends it becomes a finding (30)."""


class SupportEntry(Entry):
    """The end of Microsoft's support."""

    warn_days: Annotated[int, Field(ge=0, le=_MOST_DAYS)] = SupportPolicy().warn_days
    """How many days before a server's support ends it becomes a finding (180)."""


class AllowedEntry(Entry):
    """Releases of Windows Server that are allowed: fewer than Microsoft's matrix has."""

    allowed: Annotated[list[Year], Field(min_length=1)]
    """Releases, like ['2022', '2025']."""
    until: Day | None = None
    """The last day this counts; after it Microsoft's matrix alone does."""


class FunctionalLevelsEntry(Entry):
    """Functional levels of Active Directory, at least."""

    forest: Year | None = None
    """The forest's, like '2016'."""
    domain: Year | None = None
    """Every domain's, like '2016'."""


class CoexistenceEntry(Entry):
    """Products that may stand side by side."""

    allowed: Annotated[list[str], Field(min_length=1)]
    """Products, like [Exchange Server 2019, Exchange Server SE]."""
    until: Day | None = None
    """The last day this counts; after it Microsoft's own rules alone do."""


class FreeDiskEntry(Entry):
    """Free gigabytes that Setup needs."""

    system: Annotated[int, Field(ge=0, le=_MOST_GB)] = FreeDisk().system
    """On the volume of Windows, where Setup unpacks itself and writes its logs (10)."""
    install: Annotated[int, Field(ge=0, le=_MOST_GB)] = FreeDisk().install
    """On the volume that Exchange is installed on (30, Microsoft's minimum)."""


class UpgradeEntry(Entry):
    """What must be so before an upgrade begins (-m pre_upgrade)."""

    stop_services: list[Annotated[str, Field(min_length=2, max_length=256)]] | None = None
    """Third-party services that must be stopped, by name or display name, * for anything, like [Qualys*, splunkd].
    It counts instead of muster's own list; [] for none."""
    exchange_backup_within: Annotated[int, Field(ge=0, le=_MOST_DAYS)] = UpgradePolicy().exchange_backup_within
    """How many days ago the last full backup of every database may be (2)."""
    directory_backup_within: Annotated[int, Field(ge=0, le=_MOST_DAYS)] = UpgradePolicy().directory_backup_within
    """How many days ago the last backup of Active Directory may be (2)."""
    free_disk_gb: FreeDiskEntry = FreeDiskEntry()
    """Free gigabytes that Setup needs."""
    crl_reachable: bool | None = None
    """Whether the servers reach Microsoft's revocation lists (crl.microsoft.com). Where they do not (false), an
    account that looks them up makes Setup wait for each file. Without it that is not judged."""


class PolicyFile(Entry):
    """The decisions of one organisation. Every key may be left out."""

    as_of: Day | None = None
    """The day to judge at, like 2025-09-15. Without it: today. Certificates are judged at the time they were seen."""
    certificates: CertificatesEntry = CertificatesEntry()
    """Certificates."""
    releases: Annotated[object, WithJsonSchema(_RELEASES)] = None
    """Which releases servers may run: one decision, or selector: decision. Without it: supported."""
    esu: list[int] = Field(default_factory=list)
    """The Extended Security Update periods that were bought: [1, 2]. Without it: none."""
    support: SupportEntry = SupportEntry()
    """The end of Microsoft's support."""
    windows_server: AllowedEntry | None = None
    """Windows Server under Exchange, narrower than Microsoft's matrix."""
    domain_controllers: AllowedEntry | None = None
    """Windows Server of the domain controllers, narrower than Microsoft's matrix."""
    functional_levels: FunctionalLevelsEntry = FunctionalLevelsEntry()
    """Functional levels of Active Directory, at least."""
    dotnet: Year = "supported"
    """.NET Framework: supported (default) or recommended by Microsoft's matrix, or at least a version like 4.8.1."""
    upgrades: dict[str, Literal["in-place", "legacy"]] = Field(default_factory=dict)
    """How servers are upgraded (muster plan), as selector: in-place or legacy. Without it: Microsoft's path."""
    coexistence: CoexistenceEntry | None = None
    """Products that may stand side by side."""
    upgrade: UpgradeEntry = UpgradeEntry()
    """What must be so before an upgrade begins (-m pre_upgrade)."""
