"""Connectors, domains, limits and queues."""

import pytest

from kit.forms import EX01, EXAMPLE, Case, enum, rich, same_through_both, unsent_is_unknown
from muster.facts.mailflow.accepted_domains import AcceptedDomains
from muster.facts.mailflow.queues import Queues
from muster.facts.mailflow.receive_connectors import ReceiveConnectors
from muster.facts.mailflow.send_connectors import SendConnectors
from muster.facts.mailflow.transport import FrontendTransportServices, TransportConfig, TransportServices

CASES: list[Case] = [
    (
        ReceiveConnectors,
        EX01,
        {
            "Identity": r"EX01\Default Frontend EX01",
            "Name": "Default Frontend EX01",
            "Server": "EX01",
            "DistinguishedName": "CN=Default Frontend EX01,CN=EX01,CN=Servers,CN=X",
            "Enabled": True,
            "TransportRole": "FrontendTransport",
            "Bindings": ("0.0.0.0:25", "[::]:25"),
            "RemoteIPRanges": ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "10.1.0.0/24"),
            "AuthMechanism": "Tls, Integrated",
            "PermissionGroups": "AnonymousUsers, ExchangeServers",
            "RequireTLS": False,
            "MaxMessageSize": "36 MB (37,748,736 bytes)",
            "TlsCertificateName": None,
            "Fqdn": "ex01.example.com",
        },
        {
            "Identity": rich(r"EX01\Default Frontend EX01"),
            "Name": "Default Frontend EX01",
            "Server": rich("EX01"),
            "DistinguishedName": "CN=Default Frontend EX01,CN=EX01,CN=Servers,CN=X",
            "Enabled": True,
            "TransportRole": enum(16384, "FrontendTransport", "ServerRole"),
            "Bindings": (rich("0.0.0.0:25", "IPBinding", Port=25), rich("[::]:25", "IPBinding", Port=25)),
            "RemoteIPRanges": (
                rich("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "IPRange"),
                rich("10.1.0.0/24", "IPRange"),
            ),
            "AuthMechanism": enum(3, "Tls, Integrated", "AuthMechanisms"),
            "PermissionGroups": enum(9, "AnonymousUsers, ExchangeServers", "PermissionGroups"),
            "RequireTLS": False,
            "MaxMessageSize": rich("36 MB (37,748,736 bytes)", "ByteQuantifiedSize"),
            "TlsCertificateName": None,
            "Fqdn": rich("ex01.example.com", "Fqdn"),
        },
        {
            "auth_mechanism": frozenset({"Tls", "Integrated"}),
            "max_message_size": 37_748_736,
            "externally_secured": False,
        },
    ),
    (
        SendConnectors,
        EXAMPLE,
        {
            "Identity": "Outbound",
            "Name": "Outbound",
            "Enabled": True,
            "AddressSpaces": ("SMTP:*;1",),
            "SmartHosts": ("relay.example.net",),
            "DNSRoutingEnabled": False,
            "SourceTransportServers": ("EX01", "EX02"),
            "MaxMessageSize": "Unlimited",
            "RequireTLS": True,
            "IgnoreSTARTTLS": False,
            "TlsAuthLevel": "DomainValidation",
            "TlsDomain": "example.net",
            "TlsCertificateName": None,
        },
        {
            "Identity": rich("Outbound"),
            "Name": "Outbound",
            "Enabled": True,
            "AddressSpaces": (rich("SMTP:*;1", "AddressSpace"),),
            "SmartHosts": (rich("relay.example.net", "SmartHost"),),
            "DNSRoutingEnabled": False,
            "SourceTransportServers": (rich("EX01"), rich("EX02")),
            "MaxMessageSize": rich("Unlimited", "Unlimited`1"),
            "RequireTLS": True,
            "IgnoreSTARTTLS": False,
            "TlsAuthLevel": enum(3, "DomainValidation", "TlsAuthLevel"),
            "TlsDomain": rich("example.net", "SmtpDomainWithSubdomains"),
            "TlsCertificateName": None,
        },
        {"max_message_size": None, "source_transport_servers": ("EX01", "EX02"), "to_everywhere": True},
    ),
    (
        TransportServices,
        EX01,
        {
            "Identity": "EX01",
            "MessageTrackingLogEnabled": True,
            "ConnectivityLogEnabled": True,
            "MaxOutboundConnections": "1000",
            "MaxPerDomainOutboundConnections": "Unlimited",
        },
        {
            "Identity": rich("EX01"),
            "MessageTrackingLogEnabled": True,
            "ConnectivityLogEnabled": True,
            "MaxOutboundConnections": rich("1000", "Unlimited`1"),
            "MaxPerDomainOutboundConnections": rich("Unlimited", "Unlimited`1"),
        },
        {"max_outbound_connections": 1000, "max_per_domain_outbound_connections": None},
    ),
    (
        FrontendTransportServices,
        EX01,
        {"Identity": r"EX01\Frontend", "ConnectivityLogEnabled": True, "AgentLogEnabled": False},
        {"Identity": rich(r"EX01\Frontend"), "ConnectivityLogEnabled": True, "AgentLogEnabled": False},
        {"agent_log_enabled": False},
    ),
    (
        AcceptedDomains,
        EXAMPLE,
        {"Identity": "All", "DomainName": "*", "DomainType": "InternalRelay", "Default": False},
        {
            "Identity": rich("All"),
            "DomainName": rich("*", "SmtpDomainWithSubdomains"),
            "DomainType": enum(2, "InternalRelay", "AcceptedDomainType"),
            "Default": False,
        },
        {"domain_name": "*", "relayed": True},
    ),
    (
        Queues,
        EX01,
        {
            "Identity": r"EX01\Poison",
            "DeliveryType": "Undefined",
            "Status": "Ready",
            "MessageCount": 3,
            "NextHopDomain": "Poison Message",
            "LastError": None,
        },
        {
            "Identity": rich(r"EX01\Poison", "QueueIdentity"),
            "DeliveryType": enum(0, "Undefined", "DeliveryType"),
            "Status": enum(3, "Ready", "QueueStatus"),
            "MessageCount": 3,
            "NextHopDomain": "Poison Message",
            "LastError": None,
        },
        {"carries_mail": False, "message_count": 3},
    ),
    (
        TransportConfig,
        EXAMPLE,
        {
            "MaxSendSize": "35 MB (36,700,160 bytes)",
            "MaxReceiveSize": "Unlimited",
            "MaxRecipientEnvelopeLimit": "500",
            "ShadowRedundancyEnabled": True,
            "SafetyNetHoldTime": "2.00:00:00",
        },
        {
            "MaxSendSize": rich("35 MB (36,700,160 bytes)", "Unlimited`1"),
            "MaxReceiveSize": rich("Unlimited", "Unlimited`1"),
            "MaxRecipientEnvelopeLimit": rich("500", "Unlimited`1"),
            "ShadowRedundancyEnabled": True,
            "SafetyNetHoldTime": rich("2.00:00:00", "EnhancedTimeSpan"),
        },
        {"max_send_size": 36_700_160, "max_receive_size": None, "max_recipient_envelope_limit": 500},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_a_fact_is_the_same_through_partial_and_full(case: Case) -> None:
    same_through_both(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_what_was_not_sent_is_unknown_and_never_a_default(case: Case) -> None:
    unsent_is_unknown(case)
