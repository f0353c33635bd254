"""Examples for the checks of send connectors."""

from kit.changes import Change, both, copy, drop, partial, put, remove
from kit.examples import Examples
from muster.model import Value

CONNECTORS = "Get-SendConnector"
MAIL = {"Subject": "CN=mail.contoso.com"}
MAIL_NAMES = "<I>CN=Contoso Root CA, O=Contoso<S>CN=mail.contoso.com, O=Contoso"
ON_EX03 = "Get-ExchangeCertificate -Server ex03"


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
    "connectors.send-tls-certificate": Examples(
        "Contoso",
        given=(put(CONNECTORS, TlsCertificateName=MAIL_NAMES),),
        says=("ex03 has no certificate with the names",),
        failing={
            "removed from one source": remove(ON_EX03, MAIL),
            "another issuer": both(
                remove("Get-ExchangeCertificate -Server ex01", MAIL),
                put(CONNECTORS, SourceTransportServers=("EX03", "EX06")),
                put(CONNECTORS, TlsCertificateName=MAIL_NAMES.replace("Root CA", "Issuing CA")),
            ),
        },
        undetermined={
            "a certificate's names on one source": drop(ON_EX03, "RawData", "Subject", where=MAIL),
            "not among part of the certificates": both(remove(ON_EX03, MAIL), partial(ON_EX03)),
            "a connector's sources": drop(CONNECTORS, "SourceTransportServers"),
            "which certificate it names": drop(CONNECTORS, "TlsCertificateName"),
        },
    ),
}
