"""Examples: what clients meet on port 443."""

from kit.certificates import made
from kit.changes import both, drop, partial, put
from kit.examples import Examples

NAMES = ("mail.contoso.com", "autodiscover.contoso.com")
PAGE, OTHER_PAGE = (f"https ex05.contoso.local:443 GET /{path}/healthcheck.htm" for path in ("mapi", "owa"))
EX02, BACK_END, PUBLIC = (
    f"tls {place}" for place in ("ex02.contoso.local:443", "ex05.contoso.local:444", NAMES[0] + ":443")
)

EXAMPLES = {
    "https.health": Examples(
        subject="ex05",
        failing={
            "not available": put(PAGE, Status=503),
            "not found": put(PAGE, Status=404),
            "redirected to a login, and another said nothing": both(
                put(PAGE, Status=302), drop(OTHER_PAGE, "Status")
            ),
        },
        undetermined={
            "no status came": drop(PAGE, "Status"),
            "no number": put(PAGE, Status="OK"),
            "came with an error": partial(PAGE),
        },
        says=("its health page answers",),
    ),
    "https.server-certificate": Examples(
        subject="ex02",
        failing={
            "its own name only": put(EX02, Chain=(made("EX02", "ex02.contoso.local"),)),
            "one of the names is missing": put(EX02, Chain=(made("mail.contoso.com"),)),
            "the names are in the issuer's certificate": put(EX02, Chain=(made("EX02"), made("CA", *NAMES))),
        },
        undetermined={
            "none was served": put(EX02, Chain=()),
            "not sent": drop(EX02, "Chain"),
            "nothing readable": put(EX02, Chain=(b"no certificate",)),
            "came with an error": partial(EX02),
        },
        says=("the certificate holds",),
    ),
    "https.public-certificate": Examples(
        subject="mail.contoso.com",
        failing={
            "for another name": put(PUBLIC, Chain=(made("www.contoso.com"),)),
            "a wildcard for another domain": put(PUBLIC, Chain=(made("*.fabrikam.com"),)),
            "self-signed": put(PUBLIC, Chain=(made(NAMES[0], issuer=NAMES[0]),)),
        },
        undetermined={
            "not sent": drop(PUBLIC, "Chain"),
            "nothing readable": put(PUBLIC, Chain=(b"no certificate",)),
            "came with an error": partial(PUBLIC),
        },
        says=("where mail.contoso.com was expected", "is self-signed"),
    ),
    "https.back-end-certificate": Examples(
        subject="ex05",
        failing={"expired": put(BACK_END, Chain=(made("EX05", issuer="EX05", days=-2),))},
        undetermined={
            "not sent": drop(BACK_END, "Chain"),
            "nothing readable": put(BACK_END, Chain=("a text",)),
            "came with an error": partial(BACK_END),
        },
        says=("the certificate of CN=EX05 lives from",),
    ),
    "https.tls-version": Examples(
        subject="ex02",
        failing={
            "TLS 1.1 at best": put(EX02, Protocol="TLSv1.1"),
            "TLS 1.0 at best": put(EX02, Protocol="TLSv1"),
        },
        undetermined={
            "not sent": drop(EX02, "Protocol"),
            "came with an error": partial(EX02),
        },
        says=("the handshake ended in TLSv1",),
    ),
}
