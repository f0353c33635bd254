"""An Exchange server's HTTPS port, as far as an anonymous probe goes: health pages, and 401 for all the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus

from muster.lab.certificates import Certificate, server_context
from muster.lab.faults import NO_FAULT, Fault, Mode
from muster.lab.listener import Connection, Listener

PROTOCOLS = ("OWA", "ECP", "EWS", "Autodiscover", "Microsoft-Server-ActiveSync", "MAPI", "OAB", "RPC", "PowerShell")
"""The virtual directories with a health page."""

_LONGEST_HEAD = 65536


@dataclass(frozen=True, slots=True)
class Page:
    """What one path answers. With ``mode`` (``hang`` or ``reset``) that path never does."""

    status: int = 200
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    mode: Mode = ""


@dataclass(frozen=True, slots=True)
class Website:
    """Pages by path, whatever its case and query; ``other`` answers for every path that is not listed."""

    pages: Mapping[str, Page] = field(hash=False)
    other: Page = Page(404, "Not Found")
    headers: tuple[tuple[str, str], ...] = (("Server", "Microsoft-IIS/10.0"),)


UNAVAILABLE = Page(503, "<h2>Service Unavailable</h2><hr><p>HTTP Error 503. The service is unavailable.</p>")
"""What Windows says for an application pool that is stopped."""
FORBIDDEN = Page(403, "403 - Forbidden: Access is denied.")


def exchange_website(
    fqdn: str, *, unhealthy: Mapping[str, Page] | None = None, protocols: tuple[str, ...] = PROTOCOLS
) -> Website:
    """The front end of one server: ``/<protocol>/healthcheck.htm`` answers 200 with the server's name.

    ``unhealthy`` replaces a protocol's health page (``{"OWA": UNAVAILABLE}``); everything else wants a login.
    """
    replaced = {name.casefold(): page for name, page in (unhealthy or {}).items()}
    healthy = Page(200, f"200 OK<br/>{fqdn.upper()}", (("Cache-Control", "no-cache"), ("X-FEServer", _short(fqdn))))
    pages = {f"/{name}/healthcheck.htm": replaced.get(name.casefold(), healthy) for name in protocols}
    login = Page(
        401,
        "401 - Unauthorized: Access is denied due to invalid credentials.",
        (("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM"), ("X-FEServer", _short(fqdn))),
    )
    return Website(pages, login)


class HttpsServer:
    """One port of one server, serving ``website`` with ``certificate``; HTTP/1.1 with keep-alive."""

    def __init__(self, website: Website, certificate: Certificate, *, port: int = 0, fault: Fault = NO_FAULT) -> None:
        self._pages = {path.casefold(): page for path, page in website.pages.items()}
        self._other = website.other
        self._headers = website.headers
        self._context = server_context(certificate)
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
        connection.start_tls(self._context)
        waiting = b""
        while True:
            while b"\r\n\r\n" not in waiting:
                data = connection.receive()
                if not data or len(waiting) > _LONGEST_HEAD:
                    return
                waiting += data
            head, _, waiting = waiting.partition(b"\r\n\r\n")
            request = _Request.read(head.decode("latin-1"))
            while request and len(waiting) < request.body_length:
                data = connection.receive()
                if not data:
                    return
                waiting += data
            waiting = waiting[request.body_length :] if request else b""
            if not self._respond(connection, listener.fault, request):
                return

    def _respond(self, connection: Connection, fault: Fault, request: "_Request | None") -> bool:
        """Answer one request; false when the connection is over."""
        connection.wait(fault.latency_seconds)
        page = self._page(fault, request)
        if page.mode in {"hang", "stall"} or fault.mode == "stall":
            connection.swallow()
            return False
        if page.mode == "reset":
            connection.reset()
            return False
        keep = request is not None and request.keep_alive
        body = page.body.encode()
        headers = [
            ("Content-Type", "text/html"),
            *self._headers,
            *page.headers,
            ("Date", formatdate(usegmt=True)),
            ("Content-Length", str(len(body))),
            ("Connection", "keep-alive" if keep else "close"),
        ]
        lines = [f"HTTP/1.1 {page.status} {_phrase(page.status)}", *(f"{name}: {value}" for name, value in headers)]
        sent = body if request is None or request.method != "HEAD" else b""
        connection.send("\r\n".join([*lines, "", ""]).encode("latin-1") + sent)
        return keep

    def _page(self, fault: Fault, request: "_Request | None") -> Page:
        if fault.mode in {"busy", "unavailable"}:
            return UNAVAILABLE
        if request is None:
            return Page(400, "<h2>Bad Request</h2>")
        return self._pages.get(request.path, self._other)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    keep_alive: bool
    body_length: int

    @classmethod
    def read(cls, head: str) -> "_Request | None":
        """The request line and the two headers that matter; nothing for what is not HTTP."""
        first, *rest = head.split("\r\n")
        parts = first.split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):  # noqa: PLR2004 - method, target, version
            return None
        headers = {
            name.strip().casefold(): value.strip() for name, _, value in (line.partition(":") for line in rest)
        }
        length = headers.get("content-length", "0")
        wanted = headers.get("connection", "keep-alive" if parts[2] == "HTTP/1.1" else "close").casefold()
        if not length.isdecimal():
            return None
        return cls(parts[0], parts[1].partition("?")[0].casefold(), wanted != "close", int(length))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _short(fqdn: str) -> str:
    return fqdn.partition(".")[0].upper()
