"""Microsoft's published tables as YAML, beside typed access. ``data/`` holds them, ``Catalogue`` answers."""

from muster.catalogue.catalogue import STALE_AFTER, Catalogue, Overlay, published
from muster.catalogue.cves import Cve, OpenCve
from muster.catalogue.lifecycle import EsuPeriod, ProductSupport, Support
from muster.catalogue.releases import Release, Unpublished
from muster.catalogue.requirements import DotNetSupport, Requirement
from muster.catalogue.schema import SchemaLevel
from muster.catalogue.smtp_replies import SmtpReply
from muster.catalogue.upgrades import Coexistence, UpgradePath
from muster.catalogue.versions import read_build

__all__ = [
    "STALE_AFTER",
    "Catalogue",
    "Coexistence",
    "Cve",
    "DotNetSupport",
    "EsuPeriod",
    "OpenCve",
    "Overlay",
    "ProductSupport",
    "Release",
    "Requirement",
    "SchemaLevel",
    "SmtpReply",
    "Support",
    "Unpublished",
    "UpgradePath",
    "published",
    "read_build",
]
