"""What updates leave behind in configuration files and monitoring."""

from muster import Organization, PerServer, Server, Severity, about, control, not_applicable
from muster.facts.builds import Build
from muster.facts.upgrade.monitoring_overrides import GlobalMonitoringOverrides, ServerMonitoringOverrides
from muster.facts.upgrade.unexpanded_paths import UnexpandedInstallPaths

IIS_FILES = "https://microsoft.github.io/CSS-Exchange/Diagnostics/HealthChecker/IISWebConfigCheck/"
OVERRIDES = "https://learn.microsoft.com/exchange/high-availability/managed-availability/configure-overrides"


@control(
    "configuration.install-path-expanded",
    title="No web application's configuration file has %ExchangeInstallDir% in it",
    severity=Severity.HIGH,
    references=(IIS_FILES,),
    remediation="Put the folder of the installation in place of %ExchangeInstallDir% in that file, as another server "
    "has it, then recycle its application pool. Start security updates from an elevated prompt.",
    roles={"Mailbox"},
)
def check_install_path_expanded(server: Server, unexpanded_install_paths: UnexpandedInstallPaths) -> None:
    """A security update that was started by a double click does not finish these files: OWA and ECP answer 500."""
    for file in unexpanded_install_paths:
        with about(file):
            raise AssertionError(f"%ExchangeInstallDir% stands in line {file.line_number}")
    searched = len(unexpanded_install_paths.searched)
    assert searched > 0, "no configuration file was searched"


@control(
    "configuration.monitoring-overrides-apply",
    title="A server's monitoring overrides are bound to the build that it runs",
    severity=Severity.LOW,
    references=(OVERRIDES,),
    remediation="Remove-ServerMonitoringOverride and, where it is still wanted, Add-ServerMonitoringOverride with "
    "-ApplyVersion of the installed build.",
    roles={"Mailbox"},
)
def check_monitoring_overrides_apply(
    server: Server, server_monitoring_overrides: ServerMonitoringOverrides, build: Build
) -> None:
    """An override holds for one version: after an update it ends silently, and its alerts and restarts come back.

    Security updates are not told apart: no source says whether the last number counts.
    """
    if not server_monitoring_overrides.rows:
        server_monitoring_overrides.must_be_whole()
        not_applicable("this server has no monitoring overrides")
    for override in server_monitoring_overrides:
        with about(override):
            assert override.holds_for(build.version), (
                f"it is bound to {override.apply_version}; the server runs {build.version}"
            )


@control(
    "configuration.global-monitoring-overrides-apply",
    title="Every monitoring override of the organisation is bound to a build that a server runs",
    severity=Severity.LOW,
    references=(OVERRIDES,),
    remediation="Remove-GlobalMonitoringOverride and, where it is still wanted, Add-GlobalMonitoringOverride with "
    "-ApplyVersion of a build that servers run.",
)
def check_global_monitoring_overrides_apply(
    organization: Organization, global_monitoring_overrides: GlobalMonitoringOverrides, builds: PerServer[Build]
) -> None:
    """After the last server was updated such an override is still listed and holds for nobody."""
    if not global_monitoring_overrides.rows:
        global_monitoring_overrides.must_be_whole()
        not_applicable("the organisation has no monitoring overrides")
    for override in global_monitoring_overrides:
        with about(override):
            held = any(override.holds_for(found.version) for found in builds.values())
            assert held or builds.unknown, f"it is bound to {override.apply_version}, which no server runs"
