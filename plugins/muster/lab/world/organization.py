"""The organisation's own settings."""

from collections.abc import Iterator

from muster.lab.rows import Row
from muster.lab.world.directory_objects import directory_row
from muster.lab.world.plans import Plans, guid


def organization_rows(plans: Plans, auth_thumbprint: str, next_thumbprint: str) -> Iterator[Row]:
    """Get-OrganizationConfig and Get-AuthConfig; there is no setting override."""
    yield directory_row(
        plans,
        "Get-OrganizationConfig",
        plans.organisation,
        plans.organization_dn,
        DisplayName="",
        LegacyExchangeDN=f"/o={plans.organisation}",
        ObjectVersion=plans.written["forest"]["object_version"],
        MicrosoftExchangeRecipientPrimarySmtpAddress=f"MicrosoftExchange@{_default_domain(plans)}",
        MicrosoftExchangeRecipientEmailAddresses=[f"SMTP:MicrosoftExchange@{_default_domain(plans)}"],
    )
    yield directory_row(
        plans,
        "Get-AuthConfig",
        "Auth Configuration",
        f"CN=Auth Configuration,{plans.organization_dn}",
        CurrentCertificateThumbprint=auth_thumbprint,
        NextCertificateThumbprint=next_thumbprint,
        Realm="",
        DeploymentId="",
        IssuerIdentifier=guid("issuer", plans.organisation),
    )


def _default_domain(plans: Plans) -> str:
    return next(str(name) for name, entry in plans.written["accepted_domains"].items() if entry.get("default"))
