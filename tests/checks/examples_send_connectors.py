"""Examples for the checks of send connectors."""

from kit.changes import Change, copy, drop, partial
from kit.examples import Examples
from muster.model import Value

CONNECTORS = "Get-SendConnector"


def _partner(**properties: Value) -> Change:
    """A second connector like the first."""
    return copy(CONNECTORS, {}, Identity="To Fabrikam", Name="To Fabrikam", **properties)


EXAMPLES = {
    "connectors.send-redundancy": Examples(
        "Contoso",
        says=("To Fabrikam",),
        failing={
            "one source": _partner(SourceTransportServers=("EX06",)),
            "no source": _partner(SourceTransportServers=()),
        },
        undetermined={
            "a connector's sources": drop(CONNECTORS, "SourceTransportServers"),
            "part of the connectors": partial(CONNECTORS),
        },
    ),
    "connectors.send-tls": Examples(
        "Contoso",
        says=("IgnoreSTARTTLS is True", "RequireTLS is False", "TlsDomain is blank"),
        failing={
            "never encrypts": _partner(DNSRoutingEnabled=True, RequireTLS=False, IgnoreSTARTTLS=True),
            "a smart host in the clear": _partner(RequireTLS=False, TlsDomain=None, TlsAuthLevel=None),
            "anybody's domain": _partner(TlsDomain=None),
        },
        undetermined={
            "whether it ignores STARTTLS": drop(CONNECTORS, "IgnoreSTARTTLS"),
            "whether it requires TLS": drop(CONNECTORS, "RequireTLS"),
            "how far it validates": drop(CONNECTORS, "TlsAuthLevel"),
            "part of the connectors": partial(CONNECTORS),
        },
    ),
}
