"""Does your Exchange pass muster? The names that a check needs, and nothing else."""

from muster.model import (
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    Environment,
    Forest,
    Organization,
    PerServer,
    PublicName,
    Server,
    Severity,
    Site,
    about,
    certain,
    control,
    not_applicable,
    same_server,
)

__all__ = [
    "DatabaseAvailabilityGroup",
    "Domain",
    "DomainController",
    "Environment",
    "Forest",
    "Organization",
    "PerServer",
    "PublicName",
    "Server",
    "Severity",
    "Site",
    "about",
    "certain",
    "control",
    "not_applicable",
    "same_server",
]
