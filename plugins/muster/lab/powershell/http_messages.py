"""Just enough HTTP/1.1 for a WinRM endpoint: whole requests in, whole replies out in one write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from muster.lab.listener import Connection

_LONGEST_HEAD = 65536


@dataclass(frozen=True, slots=True)
class Request:
    """A request with its whole body; header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply; ``headers`` in the order they are sent. ``close`` ends the connection after it."""

    status: int
    body: bytes = b""
    content_type: str = "application/soap+xml;charset=UTF-8"
    headers: Sequence[tuple[str, str]] = ()
    close: bool = False

    def packed(self) -> bytes:
        """Head and body in one piece: two writes would meet Nagle and delayed ACK, 40 ms each."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        if self.body:
            lines.append(f"Content-Type: {self.content_type}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append("Server: Microsoft-HTTPAPI/2.0")
        if self.close:
            lines.append("Connection: close")
        lines += [f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body


class RequestReader:
    """Reads the requests of one connection, one after another."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._buffer = bytearray()

    def read(self) -> Request | None:
        """The next request; none once the other side has closed or sends what is no HTTP."""
        end = self._read_until_head()
        if end < 0:
            return None
        lines = self._buffer[:end].decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        words = lines[0].split(" ")
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        length = headers.get("content-length", "0")
        if len(words) != 3 or not length.isdigit():  # noqa: PLR2004 - method, target, version
            return None
        wanted = int(length)
        while len(self._buffer) < wanted:
            received = self._connection.receive()
            if not received:
                return None
            self._buffer += received
        body = bytes(self._buffer[:wanted])
        del self._buffer[:wanted]
        target = urlsplit(words[1])
        query = {name: values[-1] for name, values in parse_qs(target.query).items()}
        return Request(words[0], target.path, query, headers, body)

    def _read_until_head(self) -> int:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            received = self._connection.receive()
            if not received or len(self._buffer) > _LONGEST_HEAD:
                return -1
            self._buffer += received
        return end
