"""Why a connection could not be had: what the socket and TLS layers say, as problems that a person can act on."""

import socket
import ssl
import time

from muster.model import Problem
from muster.transport.session import Unanswered


class Deadline:
    """How much time is left, for steps that share one limit."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left; raises ``TimeoutError`` when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left


def connect_to(address: str, port: int, deadline: Deadline) -> socket.socket:
    """An open TCP connection; raises ``Unanswered`` with the endpoint lost."""
    try:
        return socket.create_connection((address, port), timeout=deadline.left())
    except OSError as error:
        raise Unanswered(connection_problem(error, address, port, deadline.seconds), lost=True) from None


def connection_problem(error: BaseException, address: str, port: int, seconds: float) -> Problem:
    """What an operating system's or TLS error means for an endpoint."""
    place = f"{address}:{port}"
    match error:
        case ssl.SSLError():
            return tls_problem(error, address, port)
        case socket.gaierror():
            return Problem(
                "unreachable",
                f"the name {address} was not found ({error.strerror})",
                "DNS here does not know it, or it is misspelled",
                "Correct the name in the inventory, or give the endpoint the machine's IP address there (address: …)",
            )
        case TimeoutError():
            return Problem(
                "timeout",
                f"{place} did not answer within {seconds:g} s",
                "the machine is down or hangs, or a firewall drops the packets",
                "Try the port from this machine; open the firewall or start the service",
            )
        case ConnectionRefusedError():
            return Problem(
                "unreachable",
                f"{place} refuses connections",
                "nothing listens on that port, or a firewall rejects it",
                "Start the service, or correct the port in the inventory",
            )
        case ConnectionResetError() | ConnectionAbortedError() | BrokenPipeError() | EOFError():
            return Problem(
                "failed",
                f"{place} closed the connection before it answered",
                "the service ended it: no certificate to serve, a block list, or it crashed",
                "Look at the service's own log at this time",
            )
        case OSError():
            return Problem(
                "unreachable",
                f"{place} cannot be reached: {error.strerror or error}",
                "there is no route from this machine",
                "Run muster where the server can be reached, or correct the address in the inventory",
            )
        case _:
            raise TypeError(f"{type(error).__name__} is no connection error") from error


_EXPIRED, _NOT_YET, _MISMATCH, _ADDRESS_MISMATCH = 10, 9, 62, 64
_UNTRUSTED = frozenset({2, 18, 19, 20, 21})


def tls_problem(error: ssl.SSLError, name: str, port: int) -> Problem:
    """What a failed TLS handshake means. ``name`` is the name that the certificate was checked against."""
    place = f"{name}:{port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        code = error.verify_code
        said = f"the certificate of {place} was not accepted: {error.verify_message}"
        if code in {_MISMATCH, _ADDRESS_MISMATCH}:
            cause = f"the certificate is not made out to {name}"
            cure = (
                "Correct the name in the inventory (kerberos_name:), or give the server a certificate with this name"
            )
        elif code in {_EXPIRED, _NOT_YET}:
            cause = "the certificate has expired" if code == _EXPIRED else "the certificate is not valid yet"
            cure = "Renew the certificate, and compare the clocks of both machines"
        elif code in _UNTRUSTED:
            cause = "it was not issued by an authority that this machine trusts"
            cure = "Name the authority's PEM file as ca_file: in the inventory's endpoints"
        else:
            cause, cure = "the certificate failed a check of OpenSSL", "Look at the certificate with openssl s_client"
        return Problem("certificate", said, cause, cure)
    reason = (error.reason or str(error)).replace("_", " ").lower()
    return Problem("certificate", f"TLS with {place} failed: {reason}", *_handshake_advice(reason))


def _handshake_advice(reason: str) -> tuple[str, str]:
    if "wrong version number" in reason or "record layer failure" in reason:
        return "what answers there does not speak TLS", "Correct the port, or tls: in the inventory"
    if "eof" in reason or "unexpected" in reason:
        return (
            "the server ended the handshake: it may have no usable certificate",
            "Look at the server's Schannel events",
        )
    if "protocol version" in reason or "unsupported protocol" in reason:
        return "server and client share no TLS version", "Enable TLS 1.2 on the server"
    if "handshake failure" in reason or "no shared cipher" in reason:
        return (
            "server and client share no cipher suite",
            "Compare the server's cipher suites with this machine's OpenSSL",
        )
    return "the handshake did not complete", "Look at the server's Schannel events at this time"
