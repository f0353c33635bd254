"""What this organisation decided: ``policy.yaml`` beside the inventory, optional, every key with a default."""

from muster.policy.decided import (
    SUPPORTED,
    AllowedReleases,
    CertificatePolicy,
    Chosen,
    Coexistence,
    FunctionalLevels,
    Policy,
    ReleaseDecision,
    SupportPolicy,
    UpgradeMethod,
)
from muster.policy.loading import FILE, PolicyMistakes, load
from muster.policy.remembering import dump, restore
from muster.policy.schema import schema
from muster.policy.selecting import EVERY_SERVER, Selected

__all__ = [
    "EVERY_SERVER",
    "FILE",
    "SUPPORTED",
    "AllowedReleases",
    "CertificatePolicy",
    "Chosen",
    "Coexistence",
    "FunctionalLevels",
    "Policy",
    "PolicyMistakes",
    "ReleaseDecision",
    "Selected",
    "SupportPolicy",
    "UpgradeMethod",
    "dump",
    "load",
    "restore",
    "schema",
]
