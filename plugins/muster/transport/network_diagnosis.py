"""What goes wrong below any protocol: names, routes, refused connections and TLS. By codes, never by texts alone.

Every door uses ``network_problem`` first; each protocol's own diagnosis has the rest.
"""

import errno
import socket
import ssl
from collections.abc import Iterator

from muster.model import Problem

_NETWORK: dict[int, tuple[str, str]] = {
    errno.ECONNREFUSED: (
        "nothing listens on that port, or a firewall answers for it",
        "Check the port in the inventory, and that the service runs",
    ),
    errno.ENETUNREACH: ("there is no route to that network", "Check this machine's routes or VPN"),
    errno.EHOSTUNREACH: (
        "there is no route to that server, or it is down",
        "Check that the server runs, and the route",
    ),
    errno.ECONNRESET: (
        "the connection was cut: a restarting service, or a firewall or load balancer in between",
        "Run again; if it stays, connect from the server's own network",
    ),
    errno.EPIPE: ("the connection was closed while muster was sending", "Run again"),
    errno.ECONNABORTED: ("the connection was aborted", "Run again"),
    errno.ETIMEDOUT: ("nobody answered on that port", "Check that the server runs, and firewalls in between"),
    errno.EACCES: ("this machine's own firewall forbids the connection", "Allow muster to connect"),
}

# OpenSSL's X509_V_ERR_…
_CERTIFICATE: dict[int, tuple[str, str]] = {
    9: ("the server's certificate is not valid yet", "Check the clocks of both machines"),
    10: ("the server's certificate has expired", "Renew it and bind it to the service"),
    18: (
        "the server's certificate is self-signed",
        "Bind a certificate of your authority, or name this one as ca_file",
    ),
    19: (
        "the server's certificate comes from an authority that this machine does not trust",
        "Name the authority's certificate as ca_file in the inventory",
    ),
    20: (
        "the server's certificate comes from an unknown authority, or an intermediate is missing",
        "Name the authority's certificate as ca_file in the inventory, or let the server send its intermediate",
    ),
    21: ("the server sends no intermediate certificate", "Install the intermediate certificate on the server"),
    23: ("the server's certificate is revoked", "Replace it"),
    62: (
        "the server's certificate is for another name",
        "Connect by a name that it holds, or bind a certificate that holds this one",
    ),
    64: ("the server's certificate does not hold this address", "Connect by name"),
    66: ("the server's key is too short for this machine", "Replace the certificate"),
    68: ("the server's certificate is signed with a hash that is too weak", "Replace the certificate"),
}

# parts of OpenSSL's reason codes
_HANDSHAKE: tuple[tuple[str, str, str], ...] = (
    ("WRONG_VERSION_NUMBER", "that port does not speak TLS", "Check port and tls in the inventory"),
    ("HTTP_REQUEST", "that port does not speak TLS", "Check port and tls in the inventory"),
    (
        "PROTOCOL_VERSION",
        "the server speaks only TLS versions that this machine refuses",
        "Enable TLS 1.2 on the server",
    ),
    ("UNSUPPORTED_PROTOCOL", "the server speaks only TLS versions that this machine refuses", "Enable TLS 1.2 there"),
    ("HANDSHAKE_FAILURE", "server and muster have no cipher in common", "Compare cipher suites on the server"),
    ("CERTIFICATE_REQUIRED", "the server wants a client certificate", "Use authentication method certificate"),
    ("BAD_CERTIFICATE", "the server refused the client certificate", "Check its mapping and validity on the server"),
    (
        "CERTIFICATE_UNKNOWN",
        "the server refused the client certificate",
        "Check its mapping and validity on the server",
    ),
    ("UNKNOWN_CA", "the server does not trust the client certificate's authority", "Install that authority there"),
    (
        "EOF",
        "the server closed the connection during the TLS handshake",
        "Check that a certificate is bound to the port",
    ),
    ("KEY_TOO_SMALL", "the server's key is too short for this machine", "Replace the certificate"),
    ("MD_TOO_WEAK", "the server's certificate is signed with a hash that is too weak", "Replace the certificate"),
)


def chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything it was made of, outermost first."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop(0)
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        # urllib3 keeps what happened in .reason, requests in its arguments
        waiting += [found.__cause__, getattr(found, "reason", None), *found.args, found.__context__]


def network_problem(error: BaseException, where: str) -> Problem | None:
    """The problem in ``error`` when it lies in names, routes or TLS; ``where`` is the address and port."""
    links = list(chain(error))
    for link in links:
        problem = _tls_problem(link, where) if isinstance(link, ssl.SSLError) else None
        if problem is not None:
            return problem
    for link in links:
        if isinstance(link, socket.gaierror):
            return Problem(
                "unreachable",
                f"{where}: {link.strerror or link}",
                "the name cannot be resolved",
                "Check the name in the inventory and this machine's DNS, or give an address there",
            )
    for link in links:
        if isinstance(link, TimeoutError):
            return Problem(
                "timeout",
                f"{where} did not answer in time",
                "the server is down or very busy, or a firewall drops the packets",
                "Check that the server runs and that this machine may reach the port",
            )
        if isinstance(link, OSError) and link.errno in _NETWORK:
            cause, cure = _NETWORK[link.errno]
            return Problem("unreachable", f"{where}: {link.strerror or link}", cause, cure)
    return None


def _tls_problem(error: ssl.SSLError, where: str) -> Problem | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        cause, cure = _CERTIFICATE.get(error.verify_code, ("the server's certificate does not verify", "Replace it"))
        return Problem("certificate", f"{where}: {error.verify_message}", cause, cure)
    if isinstance(error, TimeoutError):
        return None
    # an error that Python itself raised (not OpenSSL) has no reason
    reason = str(getattr(error, "reason", None) or error.strerror or type(error).__name__).upper()
    for part, cause, cure in _HANDSHAKE:
        if part in reason:
            return Problem("certificate", f"{where}: TLS: {reason}", cause, cure)
    return Problem(
        "certificate",
        f"{where}: TLS: {reason}",
        "the TLS handshake failed",
        "Compare the TLS settings of both machines",
    )
