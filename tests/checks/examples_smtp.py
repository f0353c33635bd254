"""Examples for the checks of what answers on port 25."""

from kit.certificates import made
from kit.changes import drop, put
from kit.examples import Examples

MX = "tls mx.contoso.com:25"
EX03 = "smtp ex03.contoso.local:25"

EXAMPLES = {
    "smtp.certificate": Examples(
        "mx.contoso.com",
        says=("is self-signed", "where mx.contoso.com was expected", "the certificate lives from"),
        failing={
            "self-signed, though it holds the name": put(
                MX, Chain=(made("mx.contoso.com", issuer="mx.contoso.com"),)
            ),
            "another's name": put(MX, Chain=(made("mail.contoso.com", "smtp.contoso.com"),)),
            "a wildcard of another level": put(MX, Chain=(made("*.mx.contoso.com", "*.com"),)),
            "expired": put(MX, Chain=(made("mx.contoso.com", days=-1),)),
            "not yet valid": put(MX, Chain=(made("mx.contoso.com", since=2),)),
        },
        undetermined={
            "no certificate came": drop(MX, "Chain"),
            "bytes that are none": put(MX, Chain=(b"0\x82", made("mx.contoso.com"))),
        },
    ),
    "smtp.starttls": Examples(
        "ex03",
        says=("no STARTTLS",),
        failing={"not offered": put(EX03, StartTlsOffered=False, Ehlo=("ex03 Hello", "SIZE 37748736", "8BITMIME"))},
        undetermined={"whether it is offered": drop(EX03, "StartTlsOffered")},
    ),
}
