"""After Setup has ended: is the server back, whole, and at the release that was meant?"""

import pytest

from muster import (
    DatabaseAvailabilityGroup,
    Environment,
    PerServer,
    Server,
    Severity,
    about,
    because,
    control,
    not_applicable,
)
from muster.catalogue import Catalogue
from muster.facts.builds import Build
from muster.facts.certificates import ExchangeCertificates
from muster.facts.cluster import ClusterNodes
from muster.facts.health_sets import HealthSets
from muster.facts.servers import AppliedMitigations
from muster.facts.upgrade.web_settings import WebBindings
from muster.facts.web.first_answers import FirstAnswers
from muster.facts.wire import BackEndServed, HttpsServed

pytestmark = [pytest.mark.post_upgrade, pytest.mark.only_at_gates]

UPDATES = "https://learn.microsoft.com/exchange/plan-and-deploy/install-cumulative-updates"
BUILDS = "https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates"
MAINTENANCE = "https://learn.microsoft.com/exchange/high-availability/manage-ha/manage-dags"
MITIGATION = (
    "https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/"
    "exchange-emergency-mitigation-service"
)
LOGIN_WANTED = 401
WELL = frozenset({"Healthy", "Disabled"})
"""Disabled is what somebody switched off (or what runs nowhere, as POP and IMAP)."""


@control(
    "after-upgrade.target-installed",
    title="The release that was meant is installed, with a security update of its CU",
    severity=Severity.HIGH,
    references=(UPDATES, BUILDS),
    remediation="Read C:\\ExchangeSetupLogs\\ExchangeSetup.log; where the CU is in, install its newest security "
    "update at once.",
)
def check_target_installed(server: Server, build: Build, environment: Environment, catalogue: Catalogue) -> None:
    """A Setup that rolled back leaves the old build and says so only in its log; a CU without its security update
    has the holes of the day it came out.

    A member of a group whose upgrade is declared in progress may still have its turn before it. Whether the security
    update is the newest is build.security-current's to say.
    """  # noqa: D205 - one thought
    if environment.upgrade.to is None:
        not_applicable("the inventory does not say what is going to be installed (upgrade: to:)")
    product, _, cu = environment.upgrade.to.rpartition(" ")
    installed = catalogue.identify(build.version, server.name)
    target = catalogue.releases_of(product, cu)[0]
    if installed < target and server.dag in environment.upgrade.in_progress:
        not_applicable(f"{installed} is installed; the upgrade of {server.dag} to {product} {cu} is in progress")
    assert not installed < target, f"{installed} is installed where {product} {cu} was expected"
    updates = [one for one in catalogue.releases_of(installed.product, installed.cu) if one.su is not None]
    assert installed.su is not None or not updates, f"{installed} is installed without any of its updates"
    because(f"{installed} is installed")


@control(
    "after-upgrade.group-finished",
    title="An upgrade that is declared in progress is in progress",
    severity=Severity.LOW,
    references=(MAINTENANCE, UPDATES),
    remediation="Take the group out of upgrade: in_progress: in the inventory; what waited for it is then judged.",
)
def check_group_finished(dag: DatabaseAvailabilityGroup, environment: Environment, builds: PerServer[Build]) -> None:
    """Forgotten, the word excuses unequal builds for ever."""
    if dag.name not in environment.upgrade.in_progress:
        not_applicable(f"no upgrade of {dag.name} is declared in progress: dag.same-build judges it")
    found = {build.version for build in builds.values()}
    assert len(found) != 1 or builds.unknown, (
        f"every member runs {', '.join(map(str, found))}, and the upgrade is still declared in progress"
    )
    because(f"{len(found)} builds are installed, and the upgrade is declared in progress")


@control(
    "after-upgrade.node-up",
    title="The server's cluster node is up",
    severity=Severity.HIGH,
    references=(MAINTENANCE,),
    remediation="Resume-ClusterNode <server>, or StopDagServerMaintenance.ps1.",
    roles={"Mailbox"},
)
def check_node_up(server: Server, cluster_nodes: ClusterNodes) -> None:
    """A node that stayed paused has a vote and hosts nothing: the group looks whole until it fails over."""
    state = cluster_nodes.node_of(server).state
    assert state == "Up", f"the node is {state} where Up was expected"


@control(
    "after-upgrade.health-sets",
    title="Managed availability finds the server healthy",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/exchange/high-availability/managed-availability/health-sets",),
    remediation="Get-ServerHealth <server> -HealthSet <health set>, then what the failing monitor is about; give it "
    "half an hour after a restart.",
    roles={"Mailbox", "Edge"},
)
def check_health_sets(server: Server, health_sets: HealthSets) -> None:
    """What it finds unhealthy it soon takes offline or restarts: better read here than in the morning."""
    for one in health_sets:
        with about(one):
            assert one.alert_value in WELL, f"is {one.alert_value} ({one.shown('state')})"


@control(
    "after-upgrade.mitigations-applied",
    title="The emergency mitigation service works again",
    severity=Severity.LOW,
    references=(MITIGATION,),
    remediation="Start MSExchangeMitigation, give it an hour, and look whether the server reaches "
    "officeclient.microsoft.com.",
    roles={"Mailbox"},
)
def check_mitigations_applied(server: Server, applied_mitigations: AppliedMitigations) -> None:
    """A CU takes the rewrite rules of mitigations with it; the service applies them anew, if it reaches Microsoft.

    PING1 mends nothing and is always there where the service works.
    """
    if not applied_mitigations.mitigations_enabled:
        not_applicable("mitigations are switched off: servers.mitigations-enabled says so")
    assert applied_mitigations.mitigations_applied, "no mitigation is applied, not even PING1"


@control(
    "after-upgrade.protocols-ask-for-login",
    title="Autodiscover, MAPI and EWS ask for a login",
    severity=Severity.HIGH,
    references=("https://learn.microsoft.com/exchange/architecture/client-access/client-access",),
    remediation="500 and blank pages: UpdateCas.ps1 and UpdateConfigFile.ps1 in Exchange's Bin folder; 503: start "
    "the application pools; 404: make the virtual directory anew.",
    roles={"Mailbox"},
)
def check_protocols_ask_for_login(server: Server, first_answers: FirstAnswers) -> None:
    """The health page is a module's; this is the application itself: what Outlook meets first, without a login."""
    for protocol in first_answers.protocols:
        with about(protocol):
            status = first_answers.status(protocol)
            assert status == LOGIN_WANTED, f"it answers {status} where {LOGIN_WANTED} was expected"


@control(
    "after-upgrade.back-end-certificate",
    title="The back end serves a certificate of this server, for its own name",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/exchange/architecture/client-access/certificates",),
    remediation="Bind the certificate 'Microsoft Exchange' to 'Exchange Back End' on 444 (New-ExchangeCertificate "
    "-Force makes one), then iisreset.",
    roles={"Mailbox"},
)
def check_back_end_certificate(
    server: Server, back_end_served: BackEndServed, exchange_certificates: ExchangeCertificates
) -> None:
    """After an update the binding on 444 is at times empty or another's: every protocol then shows a blank page.

    Another certificate may work, as long as it names the server and every front end trusts it.
    """
    shown = back_end_served.certificate
    found = exchange_certificates.with_thumbprint(shown.thumbprint)
    assert found is not None, f"shows {shown.subject} {shown.thumbprint}, which Exchange does not list here"
    names = [name for name in (server.name, server.fqdn) if name]
    assert any(shown.covers(name) for name in names), (
        f"shows {shown.subject} for {', '.join(shown.names)} where {' or '.join(names)} was expected"
    )


@control(
    "after-upgrade.web-bindings",
    title="Both web sites are bound to a certificate that the server has, and serve it",
    severity=Severity.HIGH,
    references=("https://learn.microsoft.com/exchange/architecture/client-access/certificates",),
    remediation="Bind the clients' certificate to 'Default Web Site' on 443 (Enable-ExchangeCertificate -Services "
    "IIS) and 'Microsoft Exchange' to 'Exchange Back End' on 444, then iisreset.",
    roles={"Mailbox"},
)
def check_web_bindings(
    server: Server,
    web_bindings: WebBindings,
    https_served: HttpsServed,
    back_end_served: BackEndServed,
    exchange_certificates: ExchangeCertificates,
) -> None:
    """A binding whose hash is blank, or of a certificate that is gone, is what breaks every protocol at once after an
    update (event 15021 at the next request).

    What is bound must be what is served: until IIS is restarted the two may differ.
    """  # noqa: D205 - one sentence
    for port, served in ((443, https_served), (444, back_end_served)):
        bound = web_bindings.on(port)
        for binding in bound:
            with about(f"{binding.site} {binding.binding_information}"):
                found = binding.certificate_hash
                assert found, "no certificate is bound"
                known = exchange_certificates.with_thumbprint(found)
                assert known is not None, f"{found} is bound, which the server does not have"
        with about(f"port {port}"):
            if not bound:
                web_bindings.must_be_whole()
            assert bound, "no https binding is there"
            shown = served.certificate
            assert any(shown.thumbprint == binding.certificate_hash.upper() for binding in bound), (
                f"serves {shown.subject} {shown.thumbprint}, which no binding there names"
            )
