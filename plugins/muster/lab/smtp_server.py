"""An Exchange server's SMTP port, as far as a probe goes: greeting, EHLO, STARTTLS, QUIT. It never takes mail.

Own responder on threads instead of aiosmtpd: aiosmtpd brings an event loop and a thread of its own for each port,
cannot be late, silent or reset before its banner, and takes mail unless every such command is refused again.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from muster.lab.certificates import Certificate, server_context
from muster.lab.faults import NO_FAULT, Fault
from muster.lab.listener import Connection, Listener

_LONGEST_LINE = 8192
_NOT_AVAILABLE = "421 4.3.2 Service not available"


@dataclass(frozen=True, slots=True)
class SmtpService:
    """What the port says: ``name`` in greeting and EHLO, and the extensions it offers before and after STARTTLS.

    STARTTLS works exactly where ``extensions`` holds it. ``refusal`` answers MAIL FROM.
    """

    name: str
    banner: str
    extensions: tuple[str, ...]
    extensions_after_tls: tuple[str, ...]
    refusal: str = "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM"


def exchange_service(
    fqdn: str,
    ready: datetime,
    *,
    size: int | None = 37748736,
    starttls: bool = True,
    auth: tuple[str, ...] = ("NTLM",),
    auth_after_tls: tuple[str, ...] = ("GSSAPI", "NTLM", "LOGIN"),
    exchange_servers: bool = True,
) -> SmtpService:
    """What a receive connector of Exchange 2016 or later makes the port say.

    ``size`` is in bytes (``None``: SIZE without a limit); empty ``auth`` leaves AUTH out; ``exchange_servers`` is
    ExchangeServer authentication (``X-ANONYMOUSTLS``, ``X-EXPS``). ``ready`` is the time in the banner.
    """

    def extensions(mechanisms: tuple[str, ...], *, secure: bool) -> tuple[str, ...]:
        offered = (
            ("SIZE" if size is None else f"SIZE {size}", True),
            ("PIPELINING", True),
            ("DSN", True),
            ("ENHANCEDSTATUSCODES", True),
            ("STARTTLS", starttls and not secure),
            ("X-ANONYMOUSTLS", exchange_servers and not secure),
            (f"AUTH {' '.join(mechanisms)}", bool(mechanisms)),
            ("X-EXPS GSSAPI NTLM", exchange_servers),
            ("8BITMIME", True),
            ("BINARYMIME", True),
            ("CHUNKING", True),
            ("SMTPUTF8", True),
        )
        return tuple(line for line, shown in offered if shown)

    return SmtpService(
        name=fqdn,
        banner=f"{fqdn} Microsoft ESMTP MAIL Service ready at {format_datetime(ready)}",
        extensions=extensions(auth, secure=False),
        extensions_after_tls=extensions(auth_after_tls, secure=True),
    )


class SmtpServer:
    """One port of one server. ``certificate`` is what STARTTLS shows; without it STARTTLS fails with 454."""

    def __init__(
        self,
        service: SmtpService,
        *,
        certificate: Certificate | None = None,
        port: int = 0,
        fault: Fault = NO_FAULT,
    ) -> None:
        self._service = service
        self._context = server_context(certificate) if certificate else None
        self._listener = Listener(self._talk, port=port, fault=fault)
        self.port = self._listener.port

    @property
    def fault(self) -> Fault:
        """What is wrong with this port now; may be set at any time."""
        return self._listener.fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._listener.fault = fault

    def close(self) -> None:
        """Stop serving."""
        self._listener.close()

    def _talk(self, connection: Connection, listener: Listener) -> None:
        if listener.fault.mode in {"busy", "unavailable"}:
            _say(connection, listener, _NOT_AVAILABLE)
            return
        _say(connection, listener, f"220 {self._service.banner}")
        waiting = b""
        greeted = False
        while True:
            while b"\n" not in waiting and len(waiting) < _LONGEST_LINE:
                data = connection.receive()
                if not data:
                    return
                waiting += data
            line, _, waiting = waiting.partition(b"\n")
            if listener.fault.mode == "stall":
                connection.swallow()
                return
            verb, _, _argument = line.decode("utf-8", "replace").strip().partition(" ")
            verb = verb.upper()
            greeted = greeted or verb in {"EHLO", "HELO"}
            reply = self._reply(verb, connection, greeted=greeted)
            _say(connection, listener, *reply)
            if verb == "QUIT":
                return
            if verb == "STARTTLS" and reply[0].startswith("220") and self._context:
                waiting = b""  # what was sent before the handshake must not count after it
                greeted = False
                connection.start_tls(self._context)

    def _reply(self, verb: str, connection: Connection, *, greeted: bool) -> tuple[str, ...]:
        hello = f"{self._service.name} Hello [127.0.0.1]"
        offered = self._service.extensions_after_tls if connection.secure else self._service.extensions
        if verb == "EHLO":
            lines = (hello, *offered)
            return (*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")
        if verb == "STARTTLS" and "STARTTLS" in offered:
            return ("220 2.0.0 SMTP server ready" if self._context else "454 4.7.0 TLS not available",)
        if verb == "MAIL":
            return (self._service.refusal if greeted else "503 5.5.2 Send hello first",)
        fixed = {
            "HELO": f"250 {hello}",
            "NOOP": "250 2.0.0 OK",
            "RSET": "250 2.0.0 Resetting",
            "QUIT": "221 2.0.0 Service closing transmission channel",
            "RCPT": "503 5.5.2 Need mail command",
            "DATA": "503 5.5.2 Need mail command",
            "BDAT": "503 5.5.2 Need mail command",
            "AUTH": "535 5.7.3 Authentication unsuccessful",
        }
        return (fixed.get(verb, f"500 5.3.3 Unrecognized command '{verb.lower()}'"),)


def _say(connection: Connection, listener: Listener, *lines: str) -> None:
    connection.wait(listener.fault.latency_seconds)
    connection.send("".join(f"{line}\r\n" for line in lines).encode())
