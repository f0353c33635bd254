"""How mail leaves the organisation."""

from muster import Organization, Severity, about, control, not_applicable
from muster.facts.mailflow.send_connectors import SendConnectors

SEND = "https://learn.microsoft.com/exchange/mail-flow/connectors/send-connectors"


@control(
    "connectors.send-redundancy",
    title="Every send connector has more than one source server",
    severity=Severity.MEDIUM,
    references=(SEND,),
    remediation="Set-SendConnector '<name>' -SourceTransportServers <server>,<server>",
)
def check_send_redundancy(organization: Organization, send_connectors: SendConnectors) -> None:
    """With one source server, its reboot (every update needs one) stops this mail for the whole organisation."""
    if len(organization.members) < 2:  # noqa: PLR2004 - the point of redundancy
        not_applicable("the organisation has one server")
    for connector in send_connectors.enabled:
        with about(connector):
            sources = connector.source_transport_servers
            assert sources, "it has no source server, two were expected"
            assert len(sources) > 1, f"{sources[0]} is its only source, two were expected"


@control(
    "connectors.send-tls",
    title="Send connectors encrypt, and require it where the next hop is known",
    severity=Severity.HIGH,
    references=("STIG EX19-MB-000233", "STIG EX16-MB-000660", SEND),
    remediation="Set-SendConnector '<name>' -RequireTLS $true -TlsAuthLevel DomainValidation -TlsDomain <domain> "
    "for a smart host; -IgnoreSTARTTLS $false for delivery by DNS.",
)
def check_send_tls(organization: Organization, send_connectors: SendConnectors) -> None:
    """Opportunistic TLS falls back to clear text when somebody on the way strips STARTTLS.

    To any domain by DNS that is the best there is; to a smart host (a known partner) TLS can be required, and who
    validates a domain must say which.
    """
    for connector in send_connectors.enabled:
        with about(connector):
            assert not connector.ignore_starttls, "IgnoreSTARTTLS is True: it never encrypts"
            assert connector.dns_routing_enabled or connector.require_tls, (
                f"RequireTLS is False towards the smart host {', '.join(connector.smart_hosts)}"
            )
            assert connector.tls_auth_level != "DomainValidation" or connector.tls_domain, (
                "TlsAuthLevel is DomainValidation and TlsDomain is blank: any partner's name was expected"
            )
