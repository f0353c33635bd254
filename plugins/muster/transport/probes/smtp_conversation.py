"""SMTP as far as a look goes: greeting, EHLO, STARTTLS, QUIT. There is no way here to send mail."""

import socket
from collections.abc import Iterable

from muster.model import Problem
from muster.transport.connecting import Deadline
from muster.transport.session import Unanswered

_LONGEST_LINE = 8192
_MOST_LINES = 200


class SmtpConversation:
    """One side of a conversation over a socket; raises ``OSError`` or ``EOFError`` where the connection fails."""

    def __init__(self, connection: socket.socket, place: str, deadline: Deadline) -> None:
        self._connection = connection
        self._place = place
        self._deadline = deadline
        self._waiting = b""

    def greeting(self) -> str:
        """The banner; raises ``Unanswered`` where the service turns the connection away."""
        return self._expect("220", "greeting")[0]

    def hello(self) -> tuple[str, ...]:
        """The lines after EHLO: the server's name first, then its extensions."""
        own = self._connection.getsockname()[0]
        return self._expect("250", "EHLO", f"EHLO [{'IPv6:' if ':' in own else ''}{own}]")

    @staticmethod
    def offers_start_tls(lines: Iterable[str]) -> bool:
        """Whether STARTTLS is among the extensions."""
        return any(line.strip().upper() == "STARTTLS" for line in lines)

    def start_tls(self) -> None:
        """Ask for TLS; afterwards the socket is ready for the handshake."""
        self._expect("220", "STARTTLS", "STARTTLS")
        if self._waiting:  # what came before the handshake was not protected by it
            raise self._unexpected("STARTTLS", "more data before the handshake")

    def quit(self) -> None:
        """Say goodbye; how it is taken does not matter any more."""
        try:
            self._send("QUIT")
            self._reply()
        except (OSError, EOFError):
            return

    def _expect(self, code: str, step: str, command: str | None = None) -> tuple[str, ...]:
        if command:
            self._send(command)
        came, lines = self._reply()
        if came != code:
            raise self._unexpected(step, f"{came} {' '.join(lines)}")
        return lines

    def _send(self, command: str) -> None:
        self._connection.settimeout(self._deadline.left())
        self._connection.sendall(command.encode("ascii") + b"\r\n")

    def _reply(self) -> tuple[str, tuple[str, ...]]:
        lines: list[str] = []
        while len(lines) < _MOST_LINES:
            line = self._line()
            if not line[:3].isdigit() or line[3:4] not in {"", " ", "-"}:
                raise self._unexpected("reply", line)
            lines.append(line[4:])
            if line[3:4] != "-":
                return line[:3], tuple(lines)
        raise self._unexpected("reply", f"more than {_MOST_LINES} lines")

    def _line(self) -> str:
        while b"\n" not in self._waiting:
            if len(self._waiting) > _LONGEST_LINE:
                raise self._unexpected("reply", "a line without an end")
            self._connection.settimeout(self._deadline.left())
            data = self._connection.recv(4096)
            if not data:
                raise EOFError("the server closed the connection")
            self._waiting += data
        line, _, self._waiting = self._waiting.partition(b"\n")
        return line.rstrip(b"\r").decode("utf-8", "replace")

    def _unexpected(self, step: str, said: str) -> Unanswered:
        busy = said.startswith(("421", "450", "451"))
        cause = "the service turns connections away for now" if busy else "the server did not go on with the dialogue"
        cure = "Look at back pressure, connection limits and the component states of the server"
        if not busy:
            cure = "Check that an SMTP server answers there, and its receive connector's permissions for this machine"
        return Unanswered(Problem("failed", f"{self._place} at {step}: {said[:200]}", cause, cure))
