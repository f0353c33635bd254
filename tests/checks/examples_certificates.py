"""Examples: the certificates of servers, as Exchange lists them and as they are served."""

from datetime import UTC, datetime

from kit.certificates import as_with_sha1, made, thumbprint
from kit.changes import Change, both, copy, drop, partial, put, remove
from kit.examples import Examples

EVERY = "exchange: Get-ExchangeCertificate"
EX01, EX03, EX05 = (f"{EVERY} -Server {name}" for name in ("ex01", "ex03", "ex05"))
MAIL = {"Subject": "CN=mail.contoso.com"}
OWN = {"FriendlyName": "Microsoft Exchange", "Subject": "CN=EX"}
REMOTE_MANAGEMENT = {"Subject": "CN=WMSvc"}
AUTH = {"Subject": "CN=Microsoft Exchange Server Auth Certificate"}
NAMES = ("mail.contoso.com", "autodiscover.contoso.com")

AUTH_CONFIG, RECEIVE, SEND = "Get-AuthConfig", "exchange: Get-ReceiveConnector", "Get-SendConnector"
MAIL_NAMES = "<I>CN=Contoso Root CA, O=Contoso<S>CN=mail.contoso.com, O=Contoso"
WWW = made("www.contoso.com")
WITH_NEXT = both(
    put(AUTH_CONFIG, NextCertificateThumbprint=thumbprint(WWW)), copy(EVERY, MAIL, RawData=WWW, Services="SMTP")
)


def with_dates(server: str, days: int) -> Change:
    """The mail certificate of a server ends ``days`` from now."""
    return put(server, MAIL, RawData=made("mail.contoso.com", *NAMES, days=days))


def with_auth_certificate(days: int) -> Change:
    """Another auth certificate in use, on every server, that ends ``days`` from now."""
    der = made("Microsoft Exchange Server Auth Certificate", days=days)
    return both(put(EVERY, AUTH, RawData=der), put(AUTH_CONFIG, CurrentCertificateThumbprint=thumbprint(der)))


EXAMPLES = {
    "certificates.expiry": Examples(
        subject="ex05",
        failing={
            "expired yesterday": with_dates(EX05, -1),
            "expired, and only Exchange's own reading of the date came": both(
                drop(EX05, "RawData", where=MAIL), put(EX05, MAIL, NotAfter=datetime(2024, 3, 1, tzinfo=UTC))
            ),
            "the self-signed one that transport uses": put(EX05, OWN, RawData=made("EX05", issuer="EX05", days=-9)),
        },
        undetermined={
            "neither DER nor date": drop(EX05, "RawData", "NotAfter", where=MAIL),
            "the date in a culture's form, without DER": both(
                drop(EX05, "RawData", where=MAIL), put(EX05, MAIL, NotAfter="01.03.2024 12:00:00")
            ),
            "expired, and whether it serves anything did not come": both(
                with_dates(EX05, -1), drop(EX05, "Services", where=MAIL)
            ),
            "came with an error": partial(EX05),
        },
        passing={"expired, and serves nothing": put(EX05, REMOTE_MANAGEMENT, RawData=made("WMSvc", days=-9))},
        says=("expired on",),
    ),
    "certificates.expiring-soon": Examples(
        subject="ex05",
        failing={
            "in three weeks": with_dates(EX05, 21),
            "in three weeks, and another's date did not come": both(
                with_dates(EX05, 21), drop(EX05, "RawData", "NotAfter", where=OWN)
            ),
            "the self-signed one that transport uses": put(EX05, OWN, RawData=made("EX05", issuer="EX05", days=9)),
        },
        undetermined={
            "neither DER nor date": drop(EX05, "RawData", "NotAfter", where=MAIL),
            "in three weeks, and whether it serves anything did not come": both(
                with_dates(EX05, 21), drop(EX05, "Services", where=MAIL)
            ),
            "which one is the auth certificate did not come": drop(AUTH_CONFIG, "CurrentCertificateThumbprint"),
            "came with an error": partial(EX05),
        },
        passing={"ends next week, and serves nothing": put(EX05, REMOTE_MANAGEMENT, RawData=made("WMSvc", days=7))},
        says=("expires on",),
    ),
    "certificates.served": Examples(
        subject="ex03",
        failing={
            "443 shows another": put("tls ex03.contoso.local:443", Chain=(WWW,)),
            "25 shows another": put("tls ex03.contoso.local:25", Chain=(WWW,)),
            "443 shows what was renewed and is bound no more": with_dates(EX03, 365),
            "what 443 shows is bound to SMTP only": put(EX03, MAIL, Services="SMTP"),
        },
        undetermined={
            "443 shows none": drop("tls ex03.contoso.local:443", "Chain"),
            "25 shows something unreadable": put("tls ex03.contoso.local:25", Chain=(b"no certificate",)),
            "whether 25 offers STARTTLS did not come": drop("smtp ex03.contoso.local:25", "StartTlsOffered"),
            "what is bound did not come": drop(EX03, "Services", where=MAIL),
            "Exchange's list came with an error and without the certificate": both(remove(EX03, MAIL), partial(EX03)),
        },
        passing={
            "25 offers no STARTTLS: connectors.tls-offered finds it": put("smtp ex03", StartTlsOffered=False),
        },
        says=("which is not bound to",),
    ),
    "certificates.auth-certificate": Examples(
        subject="Contoso",
        failing={
            "without its key on one server": put(EX05, AUTH, HasPrivateKey=False),
            "a server does not have it": remove(EX03, AUTH),
            "one has it, another did not answer, a third does not": both(
                remove(EX03, AUTH), drop(EX01, "RawData", "Thumbprint")
            ),
            "expired": with_auth_certificate(-2),
            "expired, though a next one is on every server": both(with_auth_certificate(-2), WITH_NEXT),
            "about to expire, and no next one": with_auth_certificate(15),
            "the next one is on no server": put(AUTH_CONFIG, NextCertificateThumbprint=thumbprint(WWW)),
            "none is named": put(AUTH_CONFIG, CurrentCertificateThumbprint=""),
        },
        undetermined={
            "which one did not come": drop(AUTH_CONFIG, "CurrentCertificateThumbprint"),
            "whether there is a next one did not come": drop(AUTH_CONFIG, "NextCertificateThumbprint"),
            "a server's list came with an error and without it": both(remove(EX03, AUTH), partial(EX03)),
            "a server's list came without thumbprints": drop(EX03, "RawData", "Thumbprint"),
        },
        passing={
            "about to expire, and the next one is on every server": both(with_auth_certificate(15), WITH_NEXT),
        },
        says=(
            "does not have the current auth certificate",
            "has no private key for the current auth certificate",
            "expired on",
            "and no next one is set",
            "does not have the next auth certificate",
            "names no current certificate",
        ),
    ),
    "certificates.names-cover-public-names": Examples(
        subject="ex01",
        failing={
            "one of the names is missing": put(EX01, MAIL, RawData=made("mail.contoso.com")),
            "a wildcard one level too high": put(EX01, MAIL, RawData=made("*.com", "*.com")),
            "the certificate with the names serves SMTP only": put(EX01, MAIL, Services="SMTP"),
        },
        undetermined={
            "what is bound did not come": drop(EX01, "Services", where=MAIL),
            "its names did not come": drop(EX01, "RawData", "CertificateDomains", where=MAIL),
            "the list came with an error and without it": both(remove(EX01, MAIL), partial(EX01)),
        },
        says=("is in no certificate bound to IIS",),
    ),
    "certificates.key-and-signature": Examples(
        subject="ex05",
        failing={
            "RSA with 1024 bits": put(EX05, MAIL, RawData=made("mail.contoso.com", key="1024")),
            "a curve that is too small": put(EX05, MAIL, RawData=made("mail.contoso.com", key="P-224")),
            "self-signed with 1024 bits": put(EX05, OWN, RawData=made("EX05", issuer="EX05", key="1024")),
            "a CA's signature with SHA-1": put(EX05, MAIL, RawData=as_with_sha1(made("mail.contoso.com"))),
        },
        undetermined={
            "no DER came": drop(EX05, "RawData", where=MAIL),
            "bytes that are no certificate": put(EX05, MAIL, RawData=b"no certificate"),
            "came with an error": partial(EX05),
        },
        passing={
            "self-signed with SHA-1: nobody relies on that signature": put(
                EX05, OWN, RawData=as_with_sha1(made("EX05", issuer="EX05"))
            ),
        },
        says=("bits where", "is signed with sha1"),
    ),
    "certificates.services-bound": Examples(
        subject="ex05",
        failing={
            "bound to IIS without its key": put(EX05, {"Services": "IIS"}, HasPrivateKey=False),
            "nothing serves IIS": put(EX05, {"Services": "IIS"}, Services="SMTP"),
            "nothing serves SMTP": put(EX05, {"Services": "SMTP"}, Services="IIS"),
            "nothing serves anything": put(EX05, Services="None"),
        },
        undetermined={
            "what they serve did not come": drop(EX05, "Services"),
            "came with an error": partial(EX05),
            "came with an error and without those that serve": both(
                remove(EX05, {"Services": "SMTP"}), partial(EX05)
            ),
        },
        says=(
            "no certificate is bound to",
            "has no private key for it",
        ),
    ),
    "certificates.receive-tls-name": Examples(
        "ex05",
        says=("no installed certificate has these names",),
        failing={
            "the issuer of the certificate before": put(
                RECEIVE,
                "Client Frontend EX05",
                TlsCertificateName="<I>CN=Last Year's CA, O=Contoso<S>CN=mail.contoso.com, O=Contoso",
            ),
            "another subject": put(
                RECEIVE,
                "Default Frontend EX05",
                TlsCertificateName="<I>CN=Contoso Root CA, O=Contoso<S>CN=smtp.contoso.com, O=Contoso",
            ),
            "its certificate was removed": remove(EX05, MAIL),
        },
        undetermined={
            "which certificate a connector names": drop(RECEIVE, "TlsCertificateName", where="Default Frontend EX05"),
            "a certificate's names": drop(EX05, "RawData", "Subject", where=MAIL),
            "not among part of the certificates": both(
                remove(EX05, MAIL),
                partial(EX05),
            ),
        },
    ),
    "certificates.send-tls-name": Examples(
        "Contoso",
        given=(put(SEND, TlsCertificateName=MAIL_NAMES),),
        says=("ex03 has no certificate with the names",),
        failing={
            "removed from one source": remove(EX03, MAIL),
            "another issuer": both(
                remove(EX01, MAIL),
                put(SEND, SourceTransportServers=("EX03", "EX06")),
                put(SEND, TlsCertificateName=MAIL_NAMES.replace("Root CA", "Issuing CA")),
            ),
        },
        undetermined={
            "a certificate's names on one source": drop(EX03, "RawData", "Subject", where=MAIL),
            "not among part of the certificates": both(remove(EX03, MAIL), partial(EX03)),
            "a connector's sources": drop(SEND, "SourceTransportServers"),
            "which certificate it names": drop(SEND, "TlsCertificateName"),
        },
    ),
}
