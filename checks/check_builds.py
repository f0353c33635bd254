"""Which release of Exchange is installed, and whether it is one that is still secure."""

from datetime import date

from muster import (
    DatabaseAvailabilityGroup,
    Environment,
    PerServer,
    Server,
    Severity,
    about,
    control,
    not_applicable,
)
from muster.catalogue import Catalogue, Unpublished
from muster.facts.builds import Build
from muster.facts.servers import ExchangeServer

BUILDS = "https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates"
UPDATES = "https://learn.microsoft.com/exchange/plan-and-deploy/install-cumulative-updates"


@control(
    "build.known",
    title="The installed build is a published release",
    severity=Severity.LOW,
    references=(BUILDS,),
    remediation="Find out where ExSetup.exe came from; an interim update from support is replaced by the next SU.",
)
def check_known(server: Server, build: Build, catalogue: Catalogue) -> None:
    """Nobody can say what is fixed in a build that was never published.

    A build that is newer than the catalogue is not judged: the catalogue wants an update, not the server.
    """
    found = catalogue.release_of(build.version)
    if isinstance(found, Unpublished) and found.is_newer_than_known:
        catalogue.identify(build.version, server.name)
    assert not isinstance(found, Unpublished), f"the build {build.version} {found}"


@control(
    "build.security-current",
    title="The newest security update is installed",
    severity=Severity.HIGH,
    references=(
        "STIG EX19-MB-000244",
        "STIG EX19-ED-000244",
        "STIG EX16-MB-000680",
        "STIG EX16-ED-000700",
        BUILDS,
        UPDATES,
    ),
    remediation="Install the newest security update from an elevated prompt, then look at ExSetup.exe's version. "
    "Where the CU gets none any more, install a supported CU first.",
)
def check_security_current(server: Server, build: Build, today: date, catalogue: Catalogue) -> None:
    """Exchange is attacked within days of a security update: the update that is missing describes the way in.

    Hotfix updates do not count, they fix other things. A CU that the last security update left out gets none any
    more, so that a server on it cannot be made secure by any update.
    """
    installed = catalogue.identify(build.version, server.name)
    fix = catalogue.newest(installed.product, installed.cu, today, security_only=True)
    only = f", {fix.availability}" if fix.availability else ""
    state, why = catalogue.serviced(installed.product, installed.cu, today)
    assert state != "unsupported", (
        f"{installed} gets no security updates any more: {why}; the last build of its CU is {fix.build}"
    )
    assert installed.build >= fix.build, (
        f"{installed} is installed where at least {fix} of {fix.when}{only} was expected"
    )


@control(
    "build.matches-directory",
    title="The directory knows the CU that is installed",
    severity=Severity.MEDIUM,
    references=(UPDATES, BUILDS),
    remediation="Read C:\\ExchangeSetupLogs\\ExchangeSetup.log for the last upgrade, then run the CU's Setup again.",
    roles={"Mailbox"},
)
def check_matches_directory(server: Server, build: Build, exchange_server: ExchangeServer) -> None:
    """Setup writes both; where they differ, an upgrade broke off or the server was restored from elsewhere.

    Only the CU is compared: security updates never move AdminDisplayVersion, by design.
    """
    shown = exchange_server.admin_display_version
    assert build.version.release[:3] == shown.release[:3], (
        f"ExSetup.exe is {build.version}, but the directory shows {shown}: not the same CU"
    )


@control(
    "build.matches-inventory",
    title="The installed CU is the one that the inventory declares",
    severity=Severity.LOW,
    references=(BUILDS,),
    remediation="Correct the server's product in the inventory, or finish its upgrade.",
)
def check_matches_inventory(server: Server, build: Build, catalogue: Catalogue) -> None:
    """An inventory that is wrong about the product is wrong about what to expect of the server."""
    if server.product is None:
        not_applicable("the inventory declares no product for this server")
    installed = catalogue.identify(build.version, server.name).cumulative_update
    declared = server.product
    assert installed == declared or installed.startswith(declared + " "), (
        f"{installed} is installed where the inventory declares {declared}"
    )


@control(
    "dag.same-build",
    title="All members of a DAG run the same build",
    severity=Severity.MEDIUM,
    references=(
        "https://learn.microsoft.com/exchange/high-availability/manage-ha/manage-dags",
        "https://learn.microsoft.com/exchange/high-availability/plan-ha",
    ),
    remediation="Bring the members that lag behind to the same CU and SU, one at a time, each in maintenance mode.",
)
def check_same_build_in_dag(
    dag: DatabaseAvailabilityGroup, environment: Environment, builds: PerServer[Build]
) -> None:
    """A mix of builds is only the passing state of a rolling update: a database upgraded on one member may not
    come back on an older one.
    """  # noqa: D205 - one sentence
    if dag.name in environment.upgrade.in_progress:
        not_applicable("an upgrade of this DAG is declared in progress, so unequal builds are expected")
    highest = max((found.version for found in builds.values()), default=None)
    for member, found in builds.items():
        with about(member.name):
            assert found.version == highest, f"runs {found.version} where another member runs {highest}"
