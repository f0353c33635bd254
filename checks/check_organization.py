"""Settings of the organisation as a whole."""

import pytest

from muster import Organization, Severity, about, control, not_applicable
from muster.facts.organization import OrganizationConfig, SettingOverrides
from muster.facts.servers import ExchangeServers

CONFIG = "https://learn.microsoft.com/powershell/module/exchange/set-organizationconfig"
MITIGATION = (
    "https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/"
    "exchange-emergency-mitigation-service"
)


@control(
    "organization.mapi-over-http",
    title="Clients may use MAPI over HTTP",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/exchange/clients/mapi-over-http/mapi-over-http", CONFIG),
    remediation="Set-OrganizationConfig -MapiHttpEnabled $true.",
)
def check_mapi_over_http(organization: Organization, organization_config: OrganizationConfig) -> None:
    """Without it Outlook falls back to RPC over HTTP, which has no modern authentication and is going away."""
    assert organization_config.mapi_http_enabled, "MapiHttpEnabled is False where True was expected"


@control(
    "organization.mitigations-enabled",
    title="Emergency mitigations are enabled in the organisation",
    severity=Severity.MEDIUM,
    references=(MITIGATION,),
    remediation="Set-OrganizationConfig -MitigationsEnabled $true.",
)
def check_mitigations_enabled(organization: Organization, organization_config: OrganizationConfig) -> None:
    """The organisation's switch overrides every server's: off here is off everywhere."""
    assert organization_config.mitigations_enabled, "MitigationsEnabled is False where True was expected"


@control(
    "organization.retention-runs",
    title="Retention policies are carried out",
    severity=Severity.LOW,
    references=(CONFIG,),
    remediation="Set-OrganizationConfig -ElcProcessingDisabled $false.",
)
def check_retention_runs(organization: Organization, organization_config: OrganizationConfig) -> None:
    """Switched off for a migration and forgotten, it lets mailboxes grow past every promise that was made."""
    assert not organization_config.elc_processing_disabled, "ElcProcessingDisabled is True where False was expected"


@control(
    "organization.public-folders-unlocked",
    title="Public folders are not left locked for a migration",
    severity=Severity.LOW,
    references=(CONFIG,),
    remediation="Finish the migration, or Set-OrganizationConfig -PublicFoldersLockedForMigration $false.",
)
def check_public_folders_unlocked(organization: Organization, organization_config: OrganizationConfig) -> None:
    """The lock of a migration that was given up keeps every user out of public folders."""
    assert not organization_config.public_folders_locked_for_migration, (
        "PublicFoldersLockedForMigration is True where False was expected"
    )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "organization.setting-overrides-effective",
    title="Every setting override still applies to the installed builds",
    severity=Severity.LOW,
    references=("https://learn.microsoft.com/powershell/module/exchange/get-settingoverride",),
    remediation="Remove-SettingOverride what has ended; where the setting is still wanted, New-SettingOverride "
    "without -MaxVersion.",
)
def check_setting_overrides_effective(
    organization: Organization, setting_overrides: SettingOverrides, exchange_servers: ExchangeServers
) -> None:
    """An override that is bound to a version ends silently with the next CU, and the old behaviour is back."""
    if not setting_overrides.rows:
        not_applicable("the organisation has no setting overrides")
    newest = max(exchange_servers.cumulative_updates())
    for override in setting_overrides:
        with about(override):
            assert override.status == "Accepted", f"its status is {override.status} where Accepted was expected"
            last = override.max_version
            assert last is None or last >= newest, f"it ends at {last}, and {newest} is installed"
