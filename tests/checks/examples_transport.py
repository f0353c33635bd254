"""Examples for the checks of mail transport."""

from kit.changes import both, copy, drop, partial, put, remove
from kit.examples import Examples

SEND, RECEIVE, CONFIG = "Get-SendConnector", "exchange: Get-ReceiveConnector", "Get-TransportConfig"
DOMAINS = "Get-AcceptedDomain"
THE_DEFAULT = {"Default": "True"}
HUB, FRONT_END = "Get-TransportService", "Get-FrontendTransportService"
QUEUES = "Get-Queue -Server ex02"
TO_A_DATABASE = {"DeliveryType": "SmtpDeliveryToMailbox"}

EXAMPLES = {
    "transport.message-sizes": Examples(
        "Contoso",
        says=("the organisation's MaxReceiveSize", "the organisation's MaxSendSize"),
        failing={
            "a narrow way in": put(RECEIVE, "Client Frontend EX02", MaxMessageSize="12 MB (12,582,912 bytes)"),
            "a narrow way out": copy(
                SEND, {}, Identity="To Fabrikam", Name="To Fabrikam", MaxMessageSize="25 MB (26,214,400 bytes)"
            ),
            "the organisation allows more": put(CONFIG, MaxSendSize="Unlimited"),
        },
        undetermined={
            "a connector's size": drop(RECEIVE, "MaxMessageSize", where="Client Proxy EX06"),
            "a size without its bytes": put(SEND, MaxMessageSize="36 MB"),
            "the organisation's size": drop(CONFIG, "MaxReceiveSize"),
            "part of the connectors": partial(RECEIVE),
        },
    ),
    "transport.no-wildcard-relay-domain": Examples(
        "Contoso",
        says=("accepts mail for every domain",),
        failing={
            "outside": put(DOMAINS, "fabrikam.com", DomainName="*", DomainType="ExternalRelay"),
            "under a harmless name": copy(
                DOMAINS, "fabrikam.com", Identity="Partners", Name="Partners", DomainName="*"
            ),
        },
        undetermined={
            "a kind that nobody knows": put(DOMAINS, "fabrikam.com", DomainName="*", DomainType="Internes Relay"),
            "a name of null": put(DOMAINS, "fabrikam.com", DomainName=None),
            "a domain's name": drop(DOMAINS, "DomainName", where="fabrikam.com"),
            "how it is handled": both(
                put(DOMAINS, "fabrikam.com", DomainName="*"), drop(DOMAINS, "DomainType", where="fabrikam.com")
            ),
            "part of the domains": partial(DOMAINS),
        },
    ),
    "transport.one-default-domain": Examples(
        "Contoso",
        says=("where exactly one default was expected",),
        failing={
            "none": put(DOMAINS, THE_DEFAULT, Default=False),
            "two": put(DOMAINS, "fabrikam.com", Default=True),
        },
        undetermined={
            "whether one is": drop(DOMAINS, "Default", where="fabrikam.com"),
            "not among part of the domains": both(remove(DOMAINS, THE_DEFAULT), partial(DOMAINS)),
        },
    ),
    "transport.shadow-redundancy": Examples(
        "Contoso",
        says=("ShadowRedundancyEnabled is False",),
        failing={"switched off": put(CONFIG, ShadowRedundancyEnabled=False)},
        undetermined={
            "whether it is on": drop(CONFIG, "ShadowRedundancyEnabled"),
            "beside an error": partial(CONFIG),
        },
    ),
    "transport.message-tracking": Examples(
        "ex04",
        says=("MessageTrackingLogEnabled is False",),
        failing={"switched off": put(HUB, "EX04", MessageTrackingLogEnabled=False)},
        undetermined={
            "whether it is on": drop(HUB, "MessageTrackingLogEnabled", where="EX04"),
            "part of the services": partial(HUB),
        },
    ),
    "transport.connectivity-log": Examples(
        "ex04",
        says=("ConnectivityLogEnabled is False",),
        failing={
            "off in transport": put(HUB, "EX04", ConnectivityLogEnabled=False),
            "off in front of it": put(FRONT_END, "EX04", ConnectivityLogEnabled=False),
        },
        undetermined={
            "of transport": drop(HUB, "ConnectivityLogEnabled", where="EX04"),
            "of the front end": drop(FRONT_END, "ConnectivityLogEnabled", where="EX04"),
        },
    ),
    "queues.drained": Examples(
        "ex02",
        says=("are in Retry: 451", "are in Suspended"),
        failing={
            "the next hop does not answer": put(
                QUEUES, TO_A_DATABASE, Status="Retry", MessageCount=12, LastError="451 4.4.0 Primary target refused"
            ),
            "suspended by hand": put(QUEUES, "Submission", Status="Suspended", MessageCount=3),
        },
        undetermined={
            "a status that nobody knows": put(QUEUES, TO_A_DATABASE, Status="Wiederholen", MessageCount=12),
            "a status of null": put(QUEUES, TO_A_DATABASE, Status=None),
            "how many wait": both(
                put(QUEUES, TO_A_DATABASE, Status="Retry"), drop(QUEUES, "MessageCount", where=TO_A_DATABASE)
            ),
            "a status": drop(QUEUES, "Status", where=TO_A_DATABASE),
            "whether it is a shadow": drop(QUEUES, "DeliveryType", where=TO_A_DATABASE),
            "part of the queues": partial(QUEUES),
        },
    ),
}
