"""Certificates: valid, strong, bound where they are needed, and really served."""

from datetime import timedelta

import pytest

from muster import Environment, Organization, PerServer, Server, Severity, about, control, not_applicable
from muster.facts.auth_config import AuthConfig
from muster.facts.certificates import ExchangeCertificates
from muster.facts.mailflow.receive_connectors import ReceiveConnectors
from muster.facts.mailflow.send_connectors import SendConnectors
from muster.facts.served_certificates import ServedCertificates
from muster.policy import Policy

CERTIFICATES = "https://learn.microsoft.com/exchange/architecture/client-access/certificates"
RENEW = "https://learn.microsoft.com/exchange/architecture/client-access/renew-certificates"
AUTH = "https://learn.microsoft.com/powershell/module/exchange/set-authconfig"
WEAK_HASHES = frozenset({"md5", "sha1"})
SHORTEST_KEY = {"RSA": 2048, "EC": 256}


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "certificates.expiry",
    title="No certificate in use has expired",
    severity=Severity.HIGH,
    references=(RENEW, CERTIFICATES),
    remediation="Renew it, import it on every server, then Enable-ExchangeCertificate -Thumbprint <thumbprint> "
    "-Services IIS,SMTP.",
    roles={"Mailbox", "Edge"},
)
def check_expiry(server: Server, exchange_certificates: ExchangeCertificates) -> None:
    """Clients refuse an expired certificate at once; transport falls back to plain text or stops.

    Judged at the time of the answer. One that serves nothing is left alone.
    """
    now = exchange_certificates.taken
    for certificate in exchange_certificates:
        with about(certificate):
            assert certificate.not_after >= now or not certificate.services, (
                f"expired on {certificate.not_after:%Y-%m-%d} and serves {', '.join(sorted(certificate.services))}"
            )


@control(
    "certificates.expiring-soon",
    title="No certificate in use is about to expire",
    severity=Severity.MEDIUM,
    references=(RENEW,),
    remediation="Renew it now: with an internal CA in minutes, with a public one in days.",
    roles={"Mailbox", "Edge"},
)
def check_expiring_soon(
    server: Server, exchange_certificates: ExchangeCertificates, auth_config: AuthConfig, policy: Policy
) -> None:
    """The last month is the time to renew without haste; the policy says how many days that is.

    What has expired, and the auth certificate, are judged by controls of their own.
    """
    now = exchange_certificates.taken
    soon = now + timedelta(days=policy.certificates.warn_days)
    auth = auth_config.current_certificate_thumbprint
    judged = [
        found
        for found in exchange_certificates
        if not (found.has("not_after") and found.not_after < now)
        and found.shown("thumbprint").casefold() != auth.casefold()
    ]
    if not judged:
        not_applicable("every certificate has expired already: certificates.expiry judges them")
    for certificate in judged:
        with about(certificate):
            assert certificate.not_after >= soon or not certificate.services, (
                f"expires on {certificate.not_after:%Y-%m-%d} and serves {', '.join(sorted(certificate.services))}"
            )


@pytest.mark.post_upgrade
@control(
    "certificates.served",
    title="The server shows the certificate that is bound",
    severity=Severity.MEDIUM,
    references=(CERTIFICATES, "https://learn.microsoft.com/powershell/module/exchange/enable-exchangecertificate"),
    remediation="Enable-ExchangeCertificate again; compare netsh http show sslcert with the thumbprint; restart "
    "MSExchangeFrontEndTransport or recycle IIS.",
    roles={"Mailbox"},
)
def check_served(
    server: Server, exchange_certificates: ExchangeCertificates, served_certificates: ServedCertificates
) -> None:
    """A certificate renewed in Exchange helps nobody while the old one is still shown: what clients see decides.

    A port 25 without STARTTLS is another control's finding.
    """
    for service, port in (("IIS", "443"), ("SMTP", "25 (STARTTLS)")):
        with about(f"{service} on {port}"):
            shown = served_certificates.on(service)
            bound = {certificate.thumbprint for certificate in exchange_certificates.bound_to(service)}
            assert shown is None or shown.thumbprint in bound, (
                f"shows {shown.subject} {shown.thumbprint}, valid to {shown.not_after:%Y-%m-%d}, "
                f"which is not bound to {service} (bound: {', '.join(sorted(bound)) or 'none'})"
            )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "certificates.auth-certificate",
    title="The auth certificate is valid, and on every Mailbox server",
    severity=Severity.HIGH,
    references=(AUTH, "https://microsoft.github.io/CSS-Exchange/Admin/MonitorExchangeAuthCertificate/"),
    remediation="Run CSS-Exchange's MonitorExchangeAuthCertificate.ps1, or publish a new one: Set-AuthConfig "
    "-NewCertificateThumbprint … -NewCertificateEffectiveDate …; Set-AuthConfig -PublishCertificate.",
)
def check_auth_certificate(
    organization: Organization,
    auth_config: AuthConfig,
    certificates_of_members: PerServer[ExchangeCertificates],
    policy: Policy,
) -> None:
    """It signs tokens between servers: without it OWA and ECP stop, hybrid and free/busy fail, and signed
    PowerShell data cannot be read.
    """  # noqa: D205 - one sentence
    current = auth_config.current_certificate_thumbprint
    following = auth_config.next_certificate_thumbprint
    assert current, "Get-AuthConfig names no current certificate"
    holders = []
    for member, certificates in certificates_of_members.items():
        with about(member.name):
            found = certificates.with_thumbprint(current)
            if found is not None:
                holders.append((found, certificates))
            assert found is not None, f"does not have the current auth certificate {current}"
            assert not found.lacks_private_key, f"has no private key for the current auth certificate {current}"
            assert not following or certificates.with_thumbprint(following) is not None, (
                f"does not have the next auth certificate {following}"
            )
    for found, certificates in holders[:1]:
        with about("current certificate"):
            ends = f"{found.not_after:%Y-%m-%d}"
            assert found.not_after >= certificates.taken, f"expired on {ends} ({current})"
            assert (
                found.not_after >= certificates.taken + timedelta(days=policy.certificates.warn_days) or following
            ), f"expires on {ends}, and no next one is set ({current})"


@control(
    "certificates.names-cover-public-names",
    title="The bound certificate holds the public names that lead to the server",
    severity=Severity.MEDIUM,
    references=(CERTIFICATES,),
    remediation="Request a certificate with every public name, and bind it to IIS on each server behind the name.",
    roles={"Mailbox"},
)
def check_names_cover_public_names(
    server: Server, environment: Environment, exchange_certificates: ExchangeCertificates
) -> None:
    """Behind a load balancer one server with the wrong certificate shows a warning to every n-th client."""
    names = [name.name for name in environment.public_names if server in name.members and not name.mail_exchanger]
    if not names:
        not_applicable("no public name that clients use leads to this server")
    bound = exchange_certificates.bound_to("IIS")
    held = sorted({name for certificate in bound for name in certificate.names})
    for name in names:
        with about(name):
            assert any(certificate.covers(name) for certificate in bound), (
                f"is in no certificate bound to IIS, which hold {', '.join(held) or 'no name'}"
            )


@control(
    "certificates.key-and-signature",
    title="Keys are long enough and signatures are not broken",
    severity=Severity.MEDIUM,
    references=(
        CERTIFICATES,
        "https://learn.microsoft.com/security/trusted-root/program-requirements",
    ),
    remediation="Request a new certificate with an RSA key of 2048 bits or more, signed with SHA-256.",
    roles={"Mailbox", "Edge"},
)
def check_key_and_signature(server: Server, exchange_certificates: ExchangeCertificates) -> None:
    """A key below 2048 bits, or a CA's signature with SHA-1, is refused by current clients and can be forged.

    A self-signed certificate is trusted for its key, not for its signature, so only its key is judged.
    """
    for certificate in exchange_certificates:
        with about(certificate):
            shortest = SHORTEST_KEY.get(certificate.key_kind, 0)
            assert certificate.key_bits >= shortest, (
                f"has a {certificate.key_kind} key of {certificate.key_bits} bits where {shortest} were expected"
            )
            assert certificate.self_signed or certificate.signature_hash not in WEAK_HASHES, (
                f"is signed with {certificate.signature_hash} where SHA-256 or better was expected"
            )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "certificates.services-bound",
    title="A certificate is bound to IIS, and one to SMTP",
    severity=Severity.HIGH,
    references=("https://learn.microsoft.com/powershell/module/exchange/enable-exchangecertificate", CERTIFICATES),
    remediation="Enable-ExchangeCertificate -Thumbprint <thumbprint> -Services IIS,SMTP.",
    roles={"Mailbox"},
)
def check_services_bound(server: Server, exchange_certificates: ExchangeCertificates) -> None:
    """Without one IIS has nothing to show, and transport sends and takes mail in plain text; a certificate without
    its private key is as good as none. Where Exchange did not send whether the key is there, nothing is said of it.
    """  # noqa: D205 - the first sentence is the reason
    for service in ("IIS", "SMTP"):
        with about(service):
            bound = exchange_certificates.bound_to(service)
            assert bound, f"no certificate is bound to {service}"
            keyless = [certificate.thumbprint for certificate in bound if certificate.lacks_private_key]
            assert not keyless, f"{', '.join(keyless)} is bound, and the server has no private key for it"


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "certificates.receive-tls-name",
    title="A certificate that a receive connector names is installed",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/powershell/module/exchange/set-receiveconnector",),
    remediation="Set-ReceiveConnector '<name>' -TlsCertificateName '<I>issuer<S>subject' of the present certificate, "
    "after every renewal by another issuer.",
    roles={"Mailbox"},
)
def check_receive_tls_name(
    server: Server, receive_connectors: ReceiveConnectors, exchange_certificates: ExchangeCertificates
) -> None:
    """A renewed certificate with another issuer leaves the old name behind: hybrid mail then stops at TLS."""
    naming = [connector for connector in receive_connectors.enabled if connector.tls_certificate_name]
    if not naming:
        not_applicable(f"no receive connector of {server.name} names a certificate")
    for connector in naming:
        with about(connector.name):
            assert exchange_certificates.named(connector.tls_certificate_name), (
                f"TlsCertificateName is {connector.tls_certificate_name}, no installed certificate has these names"
            )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "certificates.send-tls-name",
    title="A certificate that a send connector names is installed on each of its source servers",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/powershell/module/exchange/set-sendconnector",),
    remediation="Import the certificate on the source server, or Set-SendConnector '<name>' -TlsCertificateName "
    "'<I>issuer<S>subject' of the present one.",
)
def check_send_tls_name(
    organization: Organization,
    send_connectors: SendConnectors,
    certificates_of_members: PerServer[ExchangeCertificates],
) -> None:
    """Hybrid mail is recognised by this certificate: from a server without it, mail arrives as a stranger's."""
    naming = [connector for connector in send_connectors.enabled if connector.tls_certificate_name]
    if not naming:
        not_applicable("no send connector names a certificate")
    for connector in naming:
        with about(connector):
            for member, certificates in certificates_of_members.items():
                if connector.sends_from(member):
                    assert certificates.named(connector.tls_certificate_name), (
                        f"{member.name} has no certificate with the names {connector.tls_certificate_name}"
                    )
