"""What clients meet on port 443."""

import pytest

from muster import Environment, PublicName, Server, Severity, about, control, not_applicable
from muster.facts.web.health_pages import HealthPages
from muster.facts.wire import BackEndServed, HttpsServed, PublicHttpsServed

CERTIFICATES = "https://learn.microsoft.com/exchange/architecture/client-access/certificates"
TLS = (
    "https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/"
    "exchange-tls-configuration"
)
HEALTHY = 200


@pytest.mark.post_upgrade
@control(
    "https.health",
    title="Every client protocol answers that it is healthy",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/exchange/architecture/client-access/load-balancing",),
    remediation="Get-HealthReport <server>, and Get-ServerComponentState <server>: a proxy component that is "
    "inactive answers no health page.",
    roles={"Mailbox"},
)
def check_health(server: Server, health_pages: HealthPages) -> None:
    """Load balancers ask the same page: a protocol that does not answer gets no clients, silently."""
    for protocol in health_pages.protocols:
        with about(protocol):
            status = health_pages.status(protocol)
            assert status == HEALTHY, f"its health page answers {status} where {HEALTHY} was expected"


@pytest.mark.post_upgrade
@control(
    "https.server-certificate",
    title="Each server serves a certificate for the public names that lead to it",
    severity=Severity.LOW,
    references=(CERTIFICATES,),
    remediation="Enable-ExchangeCertificate <thumbprint of the certificate with all names> -Services IIS",
    roles={"Mailbox"},
)
def check_server_certificate(server: Server, https_served: HttpsServed, environment: Environment) -> None:
    """The load balancer hides which server has the wrong one: clients are warned every third time."""
    names = [name.name for name in environment.public_names if server in name.members and not name.mail_exchanger]
    if not names:
        not_applicable(f"no public name leads to {server.name}")
    certificate = https_served.certificate
    for name in names:
        with about(name):
            assert certificate.covers(name), f"the certificate holds {', '.join(certificate.names)}"


@pytest.mark.post_upgrade
@control(
    "https.public-certificate",
    title="A public name serves a certificate for itself",
    severity=Severity.MEDIUM,
    references=(CERTIFICATES,),
    remediation="Install a certificate that holds the name on the load balancer or on every server behind it.",
)
def check_public_certificate(public_name: PublicName, public_https_served: PublicHttpsServed) -> None:
    """What every phone and every Outlook meets first; how long it lives is judged at each server behind the name."""
    certificate = public_https_served.certificate
    assert certificate.covers(public_name.name), (
        f"the certificate holds {', '.join(certificate.names)} where {public_name.name} was expected"
    )
    assert not certificate.self_signed, f"the certificate of {certificate.subject} is self-signed"


@pytest.mark.post_upgrade
@control(
    "https.back-end-certificate",
    title="The back end serves a certificate in its life",
    severity=Severity.MEDIUM,
    references=(CERTIFICATES,),
    remediation="Bind a valid certificate to 'Exchange Back End' on 444 (the self-signed 'Microsoft Exchange' one "
    "serves), then restart IIS.",
    roles={"Mailbox"},
)
def check_back_end_certificate(server: Server, back_end_served: BackEndServed) -> None:
    """Front ends talk to it; without a living certificate there, every protocol shows a blank page.

    That it is self-signed is how Setup makes it.
    """
    certificate = back_end_served.certificate
    assert certificate.valid_at(back_end_served.taken), (
        f"the certificate of {certificate.subject} lives from {certificate.not_before:%Y-%m-%d} to "
        f"{certificate.not_after:%Y-%m-%d}, served on {back_end_served.taken:%Y-%m-%d}"
    )


@pytest.mark.post_upgrade
@control(
    "https.tls-version",
    title="Port 443 speaks TLS 1.2 or later",
    severity=Severity.MEDIUM,
    references=(TLS,),
    remediation="Enable TLS 1.2 for SCHANNEL and .NET on this server and restart it.",
    roles={"Mailbox"},
)
def check_tls_version(server: Server, https_served: HttpsServed) -> None:
    """What the two sides agree on at their best. That older versions are off cannot be proven from here."""
    assert https_served.protocol in {"TLSv1.2", "TLSv1.3"}, f"the handshake ended in {https_served.protocol}"
