"""Examples for the checks of receive connectors."""

from kit.access_lists import ANONYMOUS, CONTROL_ACCESS, FULL_CONTROL, RIGHT, ace, descriptor
from kit.changes import Change, both, drop, partial, put, remove
from kit.examples import Examples

CONNECTORS = "exchange: Get-ReceiveConnector"
ACCESS = "msExchSmtpReceiveConnector"


def _access(connector: str, *entries: bytes) -> Change:
    return put(ACCESS, connector, nTSecurityDescriptor=(descriptor(*entries),))


MAY_RELAY = ace(ANONYMOUS, CONTROL_ACCESS, RIGHT)

EXAMPLES = {
    "connectors.no-anonymous-relay": Examples(
        "ex02",
        says=("accepts any recipient from anonymous senders", "takes whoever connects for an Exchange server"),
        failing={
            "the right, from one address of the internet": both(
                put(CONNECTORS, "Client Frontend EX02", RemoteIPRanges=("10.0.0.7", "8.8.8.8")),
                _access("Client Frontend EX02", MAY_RELAY),
            ),
            "externally secured, from a public /16": put(
                CONNECTORS,
                "Default Frontend EX02",
                AuthMechanism="Tls, ExternalAuthoritative",
                RemoteIPRanges=("81.2.0.0/16",),
            ),
            "the right, from everywhere": _access("Default Frontend EX02", MAY_RELAY),
            "every right, from everywhere": _access("Client Frontend EX02", ace(ANONYMOUS, FULL_CONTROL)),
            "the right, from a whole private network": both(
                put(CONNECTORS, "Client Frontend EX02", RemoteIPRanges=("10.0.0.0/8",)),
                _access("Client Frontend EX02", MAY_RELAY),
            ),
            "the right, from half of IPv6": both(
                put(CONNECTORS, "Default EX02", RemoteIPRanges=("192.0.2.7", "8000::/1")),
                _access("Default EX02", MAY_RELAY),
            ),
            "one open while another is unknown": both(
                drop(CONNECTORS, "Enabled", where="Default EX02"), _access("Default Frontend EX02", MAY_RELAY)
            ),
            "externally secured, from everywhere": put(
                CONNECTORS, "Default Frontend EX02", AuthMechanism="Tls, ExternalAuthoritative"
            ),
        },
        undetermined={
            "ranges of null": put(CONNECTORS, "Default Frontend EX02", RemoteIPRanges=None),
            "no range at all": put(CONNECTORS, "Default Frontend EX02", RemoteIPRanges=()),
            "mechanisms of null": put(CONNECTORS, "Default Frontend EX02", AuthMechanism=None),
            "groups of null": put(
                CONNECTORS,
                "Default Frontend EX02",
                AuthMechanism="Tls, ExternalAuthoritative",
                PermissionGroups=None,
            ),
            "an access list that the account may not see": drop(
                ACCESS, "nTSecurityDescriptor", where="Default Frontend EX02"
            ),
            "an access list cut off": put(
                ACCESS, "Default Frontend EX02", nTSecurityDescriptor=(descriptor(MAY_RELAY)[:-9],)
            ),
            "a connector's object is not shown": remove(ACCESS, "Client Proxy EX02"),
            "a connector's ranges": drop(CONNECTORS, "RemoteIPRanges", where="Default Frontend EX02"),
            "ranges that nobody can read": put(CONNECTORS, "Default Frontend EX02", RemoteIPRanges=("everywhere",)),
            "whether a connector is enabled": drop(CONNECTORS, "Enabled", where="Default Frontend EX02"),
            "part of the connectors": partial(CONNECTORS),
            "part of the access lists": partial(ACCESS),
        },
    ),
    "connectors.no-binding-conflict": Examples(
        "ex03",
        says=("of the other transport service listens already",),
        failing={
            "the front end on the hub's port": put(CONNECTORS, "Client Frontend EX03", Bindings=("0.0.0.0:2525",)),
            "the hub on the clients' port": put(CONNECTORS, "Client Proxy EX03", Bindings=("[::]:587",)),
            "both on one address of a third port": both(
                put(CONNECTORS, "Client Frontend EX03", Bindings=("0.0.0.0:1025",)),
                put(CONNECTORS, "Client Proxy EX03", Bindings=("192.0.2.3:1025",)),
            ),
        },
        undetermined={
            "bindings of null": put(CONNECTORS, "Client Proxy EX03", Bindings=None),
            "a role of null": put(CONNECTORS, "Client Frontend EX03", TransportRole=None),
            "a connector's bindings": drop(CONNECTORS, "Bindings", where="Client Proxy EX03"),
            "bindings that nobody can read": put(CONNECTORS, "Client Proxy EX03", Bindings=("smtp",)),
            "whose service it is": drop(CONNECTORS, "TransportRole", where="Client Frontend EX03"),
            "part of the connectors": partial(CONNECTORS),
        },
    ),
    "connectors.tls-offered": Examples(
        "ex03",
        says=("where Tls was expected", "takes passwords in the clear"),
        failing={
            "no TLS": put(CONNECTORS, "Client Frontend EX03", AuthMechanism="Integrated, ExchangeServer"),
            "nothing at all": put(CONNECTORS, "Client Proxy EX03", AuthMechanism="None"),
            "passwords before TLS": put(CONNECTORS, "Client Frontend EX03", AuthMechanism="Tls, BasicAuth"),
        },
        undetermined={
            "a connector's mechanisms": drop(CONNECTORS, "AuthMechanism", where="Outbound Proxy Frontend EX03"),
            "part of the connectors": partial(CONNECTORS),
        },
    ),
    "connectors.front-end-listens": Examples(
        "ex02",
        says=("no enabled connector",),
        failing={
            "disabled": put(CONNECTORS, "Default Frontend EX02", Enabled=False),
            "on another port": put(CONNECTORS, "Default Frontend EX02", Bindings=("0.0.0.0:2026",)),
            "of the hub": put(CONNECTORS, "Default Frontend EX02", TransportRole="HubTransport"),
            "removed": remove(CONNECTORS, "Default Frontend EX02"),
        },
        undetermined={
            "its bindings": drop(CONNECTORS, "Bindings", where="Default Frontend EX02"),
            "whether it is enabled": drop(CONNECTORS, "Enabled", where="Default Frontend EX02"),
            "not among part of the connectors": both(
                remove(CONNECTORS, "Default Frontend EX02"), partial(CONNECTORS)
            ),
        },
    ),
}
