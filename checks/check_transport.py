"""Limits, domains and logs of mail transport."""

import pytest

from muster import Organization, Server, Severity, about, control
from muster.facts.mailflow.accepted_domains import AcceptedDomains
from muster.facts.mailflow.queues import Queues
from muster.facts.mailflow.receive_connectors import ReceiveConnectors
from muster.facts.mailflow.send_connectors import SendConnectors
from muster.facts.mailflow.transport import FrontendTransportServices, TransportConfig, TransportServices

SIZES = "https://learn.microsoft.com/exchange/mail-flow/message-size-limits"
DOMAINS = "https://learn.microsoft.com/exchange/mail-flow/accepted-domains/accepted-domains"


@control(
    "transport.message-sizes",
    title="No connector is narrower than the organisation's message size",
    severity=Severity.MEDIUM,
    references=("STIG EX19-MB-000124", "STIG EX19-MB-000128", "STIG EX16-MB-000350", "STIG EX16-MB-000410", SIZES),
    remediation="Set-SendConnector or Set-ReceiveConnector -MaxMessageSize to Get-TransportConfig's "
    "MaxSendSize or MaxReceiveSize.",
)
def check_message_sizes(
    organization: Organization,
    transport_config: TransportConfig,
    send_connectors: SendConnectors,
    organization_receive_connectors: ReceiveConnectors,
) -> None:
    """A message that the organisation allows and a connector refuses comes back to its sender late, and nobody knows
    why. The standard asks for equal sizes; a wider connector does no harm, so only narrower ones are named here.
    """  # noqa: D205 - the first sentence is the reason
    unlimited = float("inf")
    send = unlimited if transport_config.max_send_size is None else transport_config.max_send_size
    receive = unlimited if transport_config.max_receive_size is None else transport_config.max_receive_size
    shown = {size: "unlimited" if size == unlimited else f"{size:,}" for size in (send, receive)}
    for connector in send_connectors.enabled:
        with about(connector):
            size = unlimited if connector.max_message_size is None else connector.max_message_size
            assert size >= send, f"MaxMessageSize is {size:,} bytes, the organisation's MaxSendSize {shown[send]}"
    for receiver in organization_receive_connectors.enabled:
        with about(receiver):
            size = unlimited if receiver.max_message_size is None else receiver.max_message_size
            assert size >= receive, (
                f"MaxMessageSize is {size:,} bytes, the organisation's MaxReceiveSize {shown[receive]}"
            )


@control(
    "transport.no-wildcard-relay-domain",
    title="No accepted domain relays for every domain there is",
    severity=Severity.HIGH,
    references=(DOMAINS,),
    remediation="Remove-AcceptedDomain '<name>', after adding the domains that are really relayed.",
)
def check_no_wildcard_relay_domain(organization: Organization, accepted_domains: AcceptedDomains) -> None:
    """'*' as a relay domain makes every connector that takes mail from the internet an open relay, whatever its ACL.

    A wildcard below one's own name ('*.example.com') is another thing and stays.
    """
    for domain in accepted_domains:
        with about(domain):
            assert domain.domain_name != "*" or not domain.relayed, (
                f"accepts mail for every domain, as {domain.domain_type}"
            )


@control(
    "transport.one-default-domain",
    title="Exactly one accepted domain is the default",
    severity=Severity.MEDIUM,
    references=("STIG EX19-ED-000017", DOMAINS),
    remediation="Set-AcceptedDomain '<name>' -MakeDefault $true",
)
def check_one_default_domain(organization: Organization, accepted_domains: AcceptedDomains) -> None:
    """Without a default, Exchange has no name to send its own notifications from."""
    default = [domain.domain_name for domain in accepted_domains if domain.default]
    if not default:
        accepted_domains.must_be_whole()
    assert len(default) == 1, f"{', '.join(default) or 'none'} where exactly one default was expected"


@control(
    "transport.shadow-redundancy",
    title="Shadow redundancy is on",
    severity=Severity.MEDIUM,
    references=(
        "https://learn.microsoft.com/exchange/mail-flow/transport-high-availability/transport-high-availability",
    ),
    remediation="Set-TransportConfig -ShadowRedundancyEnabled $true",
)
def check_shadow_redundancy(organization: Organization, transport_config: TransportConfig) -> None:
    """It keeps a second copy of every message on its way: without it a dead disk loses what was accepted."""
    assert transport_config.shadow_redundancy_enabled, "ShadowRedundancyEnabled is False where True was expected"


@control(
    "transport.message-tracking",
    title="Message tracking is on",
    severity=Severity.LOW,
    references=("STIG EX19-MB-000041", "STIG EX16-MB-000090"),
    remediation="Set-TransportService <server> -MessageTrackingLogEnabled $true",
    roles={"Mailbox"},
)
def check_message_tracking(server: Server, transport_services: TransportServices) -> None:
    """'Where is my mail?' has no answer without it, and neither has an investigation."""
    for service in transport_services:
        assert service.message_tracking_log_enabled, "MessageTrackingLogEnabled is False where True was expected"


@control(
    "transport.connectivity-log",
    title="Connectivity logging is on, in transport and in front of it",
    severity=Severity.LOW,
    references=("STIG EX19-MB-000031", "STIG EX16-MB-000040"),
    remediation="Set-TransportService and Set-FrontendTransportService <server> -ConnectivityLogEnabled $true",
    roles={"Mailbox"},
)
def check_connectivity_log(
    server: Server, transport_services: TransportServices, frontend_transport_services: FrontendTransportServices
) -> None:
    """It shows which connection failed and why, long after the queue is empty again."""
    for service in (*transport_services, *frontend_transport_services):
        with about(service):
            assert service.connectivity_log_enabled, "ConnectivityLogEnabled is False where True was expected"


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "queues.drained",
    title="No queue waits for a next hop that does not answer",
    severity=Severity.LOW,
    references=("https://learn.microsoft.com/exchange/mail-flow/queues/queues",),
    remediation="Read the queue's LastError (Get-Queue <identity> | Format-List) and cure the next hop.",
    roles={"Mailbox", "Edge"},
)
def check_queues_drained(server: Server, queues: Queues) -> None:
    """Mail that waits is mail that nobody got; shadow copies and poison messages wait by design and are left out."""
    for queue in queues:
        with about(queue):
            if queue.carries_mail:
                assert queue.status not in {"Retry", "Suspended"} or queue.message_count == 0, (
                    f"{queue.message_count} messages for {queue.next_hop_domain} are in {queue.status}: "
                    f"{queue.last_error or 'no error told'}"
                )
