"""Examples for the checks of what answers on port 25."""

from kit.changes import drop, put
from kit.examples import Examples
from kit.issued import issued

MX = "tls mx.contoso.com:25"
EX03 = "smtp ex03.contoso.local:25"

EXAMPLES = {
    "smtp.certificate": Examples(
        "mx.contoso.com",
        says=("is self-signed", "where mx.contoso.com was expected", "the certificate lives from"),
        failing={
            "self-signed, though it holds the name": put(
                MX, Chain=(issued("mx.contoso.com", issuer="mx.contoso.com"),)
            ),
            "another's name": put(MX, Chain=(issued("mail.contoso.com", "smtp.contoso.com"),)),
            "a wildcard of another level": put(MX, Chain=(issued("*.mx.contoso.com", "*.com"),)),
            "expired": put(MX, Chain=(issued("mx.contoso.com", days=(-400, -1)),)),
            "not yet valid": put(MX, Chain=(issued("mx.contoso.com", days=(2, 300)),)),
        },
        undetermined={
            "no certificate came": drop(MX, "Chain"),
            "bytes that are none": put(MX, Chain=(b"0\x82", issued("mx.contoso.com"))),
        },
    ),
    "smtp.starttls": Examples(
        "ex03",
        says=("no STARTTLS",),
        failing={"not offered": put(EX03, StartTlsOffered=False, Ehlo=("ex03 Hello", "SIZE 37748736", "8BITMIME"))},
        undetermined={"whether it is offered": drop(EX03, "StartTlsOffered")},
    ),
}
