"""A TLS handshake that looks and does not judge: protocol, cipher, and the certificates as they are served."""

import _ssl
import socket
import ssl

from muster.model import Answer, Object, Problem, TlsHandshake
from muster.transport.connecting import Deadline, connect_to, connection_problem
from muster.transport.probes.handshakes import shake_hands
from muster.transport.probes.smtp_conversation import SmtpConversation
from muster.transport.session import Unanswered


def ask_tls(question: TlsHandshake, address: str, port: int, seconds: float) -> Answer:
    """Shake hands (after SMTP's STARTTLS where asked) and say goodbye; raises ``Unanswered``."""
    deadline = Deadline(seconds)
    with connect_to(address, port, deadline) as plain:
        try:
            if question.starttls == "smtp":
                _start_tls(plain, address, port, deadline)
            elif question.starttls:
                raise ValueError(f"muster knows no STARTTLS for '{question.starttls}'")
            with handshake(plain, question.name, deadline) as secured:
                properties = {"Protocol": secured.version(), "Cipher": _cipher(secured), "Chain": chain_of(secured)}
        except (OSError, EOFError) as error:
            raise Unanswered(connection_problem(error, address, port, seconds)) from None
    return Answer((Object("TlsHandshake", None, properties),))


def handshake(plain: socket.socket, name: str, deadline: Deadline) -> ssl.SSLSocket:
    """Shake hands with ``name`` as SNI, verifying nothing; raises ``OSError``. Closing the result closes both."""
    plain.settimeout(deadline.left())
    return shake_hands(_context(), plain, name)


def chain_of(secured: ssl.SSLSocket) -> tuple[bytes, ...]:
    """The certificates as served, leaf first, in DER, none added and none left out.

    Python offers this publicly from 3.13 on. 3.11 and 3.12 have the same function one level down; these versions
    get security fixes only, so it will not change there.
    """
    public = getattr(secured, "get_unverified_chain", None)
    if public is not None:
        return tuple(bytes(der) for der in public())
    inner = getattr(secured, "_sslobj")  # noqa: B009 - private until 3.13, see above
    served = inner.get_unverified_chain() or ()
    return tuple(certificate.public_bytes(_ssl.ENCODING_DER) for certificate in served)


def _cipher(secured: ssl.SSLSocket) -> str | None:
    cipher = secured.cipher()
    return cipher[0] if cipher else None


def _context() -> ssl.SSLContext:
    """Shakes hands with whatever a server of the last twenty years offers: checks judge what came of it.

    Nothing is sent but a handshake and an anonymous request, so there is nothing to protect.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


def _start_tls(plain: socket.socket, address: str, port: int, deadline: Deadline) -> None:
    smtp = SmtpConversation(plain, f"{address}:{port}", deadline)
    smtp.greeting()
    if not smtp.offers_start_tls(smtp.hello()):
        problem = Problem(
            "failed",
            f"{address}:{port} does not offer STARTTLS",
            "no certificate is enabled for SMTP, or the connector's authentication lacks TLS",
            "Enable a certificate for SMTP, and TLS on the receive connector",
        )
        raise Unanswered(problem)
    smtp.start_tls()
