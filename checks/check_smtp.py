"""What other mail systems meet on port 25."""

import pytest

from muster import PublicName, Server, Severity, control
from muster.facts.wire import PublicSmtpServed, SmtpGreeting

RECEIVE = "https://learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors"


@pytest.mark.post_upgrade
@control(
    "smtp.certificate",
    title="A mail exchanger serves a certificate for its own name, in its life, that somebody else issued",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/exchange/architecture/client-access/certificates",),
    remediation="Install a certificate for the name of the MX record and give it to SMTP: "
    "Enable-ExchangeCertificate <thumbprint> -Services SMTP.",
)
def check_smtp_certificate(public_name: PublicName, public_smtp_served: PublicSmtpServed) -> None:
    """Systems that verify (MTA-STS, DANE, partners with domain security) refuse to deliver to anything else."""
    certificate = public_smtp_served.certificate
    assert not certificate.self_signed, f"the certificate of {certificate.subject} is self-signed"
    assert certificate.covers(public_name.name), (
        f"the certificate holds {', '.join(certificate.names)} where {public_name.name} was expected"
    )
    assert certificate.valid_at(public_smtp_served.taken), (
        f"the certificate lives from {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}, "
        f"served on {public_smtp_served.taken:%Y-%m-%d}"
    )


@pytest.mark.post_upgrade
@control(
    "smtp.starttls",
    title="Port 25 offers STARTTLS",
    severity=Severity.LOW,
    references=(RECEIVE,),
    remediation="Give the connector that answers there Tls in AuthMechanism, and SMTP a certificate; "
    "a firewall's SMTP inspection can hide it too.",
    roles={"Mailbox"},
)
def check_starttls(server: Server, smtp_greeting: SmtpGreeting) -> None:
    """The wire's own word for connectors.tls-offered: settings may say TLS and a missing certificate forbid it."""
    offered = ", ".join(smtp_greeting.ehlo)
    assert smtp_greeting.start_tls_offered, f"after EHLO it offers {offered or 'nothing'}, no STARTTLS"
