"""What this organisation decided: ``policy.yaml`` beside the inventory, optional, every key with a default."""

from muster.policy.decided import (
    SUPPORTED,
    AllowedReleases,
    CertificatePolicy,
    Chosen,
    Coexistence,
    FreeDisk,
    FunctionalLevels,
    Policy,
    ReleaseDecision,
    SupportPolicy,
    UpgradeMethod,
    UpgradePolicy,
)
from muster.policy.loading import FILE, PolicyMistakes, load
from muster.policy.remembering import dump, restore
from muster.policy.schema import schema
from muster.policy.selecting import EVERY_SERVER, Selected
from muster.policy.third_party import STOP_SERVICES, THIRD_PARTY, ThirdParty, pattern_of, product_of

__all__ = [
    "EVERY_SERVER",
    "FILE",
    "STOP_SERVICES",
    "SUPPORTED",
    "THIRD_PARTY",
    "AllowedReleases",
    "CertificatePolicy",
    "Chosen",
    "Coexistence",
    "FreeDisk",
    "FunctionalLevels",
    "Policy",
    "PolicyMistakes",
    "ReleaseDecision",
    "Selected",
    "SupportPolicy",
    "ThirdParty",
    "UpgradeMethod",
    "UpgradePolicy",
    "dump",
    "load",
    "pattern_of",
    "product_of",
    "restore",
    "schema",
]
