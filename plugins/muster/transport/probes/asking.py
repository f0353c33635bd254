"""The looks from outside, by kind of question. Nothing is verified and nobody logs in: checks judge what came."""

from muster.model import Answer, HttpsRequest, SmtpDialogue, TlsHandshake
from muster.transport.probes.https import ask_https
from muster.transport.probes.smtp import ask_smtp
from muster.transport.probes.tls import ask_tls

Probe = TlsHandshake | SmtpDialogue | HttpsRequest


def ask(question: Probe, address: str, port: int, seconds: float) -> Answer:
    """Ask at ``address``:``port``, within about ``seconds``; the question's own name is only what is asked for.

    Raises ``Unanswered``, with ``lost`` where not even a connection could be had.
    """
    match question:
        case TlsHandshake():
            return ask_tls(question, address, port, seconds)
        case SmtpDialogue():
            return ask_smtp(question, address, port, seconds)
        case HttpsRequest():
            return ask_https(question, address, port, seconds)
