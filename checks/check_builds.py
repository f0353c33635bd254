"""Which release of Exchange is installed, and whether it is one that is still secure."""

from datetime import date

import pytest

from muster import (
    DatabaseAvailabilityGroup,
    Environment,
    PerServer,
    Server,
    Severity,
    about,
    because,
    certain,
    control,
    not_applicable,
)
from muster.catalogue import Catalogue, Unpublished
from muster.facts.builds import Build
from muster.facts.servers import ExchangeServer
from muster.facts.vulnerabilities import VulnerabilityConditions
from muster.policy import Policy, ReleaseDecision
from muster.policy.compliance import compliance

BUILDS = "https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates"
LIFECYCLE = "https://learn.microsoft.com/lifecycle/products/?terms=exchange%20server"
MATRIX = "https://learn.microsoft.com/exchange/plan-and-deploy/supportability-matrix"
UPDATES = "https://learn.microsoft.com/exchange/plan-and-deploy/install-cumulative-updates"


@pytest.mark.post_upgrade
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


def _as_far_as_known(catalogue: Catalogue, today: date) -> str:
    """That what came out after the catalogue was read is not known, on a day after it."""
    read = catalogue.read_until
    return f"; what was released after {read} is not known" if today > read else ""


@pytest.mark.post_upgrade
@control(
    "build.supported",
    title="Microsoft supports the installed CU",
    severity=Severity.HIGH,
    references=("STIG EX19-MB-000244", LIFECYCLE, MATRIX),
    remediation="Install a supported CU; muster plan shows the way. ESU periods that were bought belong into "
    "policy.yaml (esu:).",
)
def check_supported(server: Server, build: Build, catalogue: Catalogue, policy: Policy, today: date) -> None:
    """What is not supported gets no security updates, and nobody at Microsoft answers when it breaks.

    Extended Security Updates count where the policy says that they were bought.
    """
    installed = catalogue.identify(build.version, server.name)
    support = catalogue.support_of(installed.product, installed.cu, today, policy.esu)
    known = certain(None if support.state == "unknown" else support, server.name, "support", support.why)
    assert known.state == "supported", f"{known}"


@control(
    "build.support-ends",
    title="The support of the installed release does not end soon",
    severity=Severity.LOW,
    references=(LIFECYCLE,),
    remediation="Plan the upgrade now: muster plan shows the way for each server.",
)
def check_support_ends(server: Server, build: Build, catalogue: Catalogue, policy: Policy, today: date) -> None:
    """Replacing mail servers takes months; the end of support is known for years.

    Periods of Extended Security Updates that were bought and follow without a gap count.
    """
    installed = catalogue.identify(build.version, server.name)
    support = catalogue.support_of(installed.product, installed.cu, today, policy.esu)
    known = certain(None if support.state == "unknown" else support, server.name, "support", support.why)
    if known.state == "unsupported":
        not_applicable("it has no support any more: build.supported says so")
    days = policy.support.warn_days
    assert known.until is None or (known.until - today).days >= days, (
        f"the support of {installed.cumulative_update} ends on {known.until}, in less than {days} days"
    )


@pytest.mark.post_upgrade
@control(
    "build.follows-policy",
    title="The installed release is one that the organisation decided on",
    severity=Severity.MEDIUM,
    references=(UPDATES, LIFECYCLE),
    remediation="Install what the policy wants, or decide anew in policy.yaml (releases:).",
)
def check_follows_policy(server: Server, build: Build, catalogue: Catalogue, policy: Policy, today: date) -> None:
    """Which releases may run is the organisation's word over Microsoft's tables: the newest, N-1, whatever is
    supported, security updates within a grace, or one build until the freeze ends.
    """  # noqa: D205 - one sentence
    installed = catalogue.identify(build.version, server.name)
    chosen = policy.release_decision(server, installed.product, installed.cu)
    found = compliance(chosen.decision, installed, catalogue, today, policy.esu)
    assert certain(found.accepted, server.name, str(chosen), found.why), f"{chosen}: {found.why}"
    because(f"{installed} is accepted by {chosen}{_as_far_as_known(catalogue, today)}")


@pytest.mark.post_upgrade
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
def check_security_current(server: Server, build: Build, catalogue: Catalogue, policy: Policy, today: date) -> None:
    """Exchange is attacked within days of a security update: the update that is missing describes the way in.

    Hotfix updates do not count, they fix other things. A grace that the policy gives this server counts.
    """
    installed = catalogue.identify(build.version, server.name)
    chosen = policy.release_decision(server, installed.product, installed.cu).decision
    grace = chosen.grace_days if chosen.counts_on(today) else 0
    found = compliance(ReleaseDecision("security-current", grace), installed, catalogue, today, policy.esu)
    assert certain(found.accepted, server.name, "security updates", found.why), found.why
    because(f"{installed} lacks no security update{_as_far_as_known(catalogue, today)}")


@control(
    "build.known-vulnerable",
    title="The server carries no CVE that Microsoft has closed",
    severity=Severity.HIGH,
    references=(BUILDS, UPDATES),
    remediation="Install the update that is named, or undo the setting that is named.",
)
def check_known_vulnerable(
    server: Server,
    build: Build,
    vulnerability_conditions: VulnerabilityConditions,
    catalogue: Catalogue,
    today: date,
) -> None:
    """The CVEs that are known and open, each with the build that closes it.

    Some are open with every build: a setting override switches a fix off, a file or the directory was never mended.
    The data end with one security update: a server without a later one is never told to be clean.
    """
    release = catalogue.identify(build.version, server.name)
    opened = catalogue.cves_open(build.version, today)
    for one in opened:
        with about(one.cve.name):
            closed = one.closed_by is not None and build.version >= one.closed_by.build
            assert closed, f"{release} is installed; it is closed by {one.closed_by}"
    by_build = {one.cve.name for one in opened}
    for cve in catalogue.conditional_cves(release, today):
        if cve.name not in by_build and not (cve.not_edge and "Edge" in server.roles):
            with about(cve.name):
                why = vulnerability_conditions.open(cve, release, server)
                assert not why, why
    unknown = catalogue.cves_unknown(release, today)
    with about("CVEs closed since"):
        assert certain("" if unknown is None else None, server.name, "CVEs", unknown or "") is not None
    because(f"no CVE of the catalogue is open{_as_far_as_known(catalogue, today)}")


@pytest.mark.post_upgrade
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


@pytest.mark.post_upgrade
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
