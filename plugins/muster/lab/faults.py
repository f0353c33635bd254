"""How an endpoint of the lab misbehaves: one value that every protocol engine understands in its own terms."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["", "refuse", "reset", "hang", "stall", "busy", "unavailable"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one endpoint; the default is nothing.

    ``latency_seconds`` passes before each answer (an LDAP search, an SMTP reply line, an HTTPS response, a
    command pipeline), not before each packet. ``mode`` is one of

    - ``""``: answers as it should;
    - ``refuse``: nothing listens on the port, so connecting fails at once;
    - ``reset``: the connection is accepted and then reset, before a byte is sent;
    - ``hang``: the connection is accepted and then nothing is ever sent, not even a TLS handshake;
    - ``stall``: TLS, greeting and login work, the question itself is never answered;
    - ``busy``: the server says that it is busy (LDAP 51, SMTP 421, HTTP 503);
    - ``unavailable``: the server says that it is shutting down or has no service (LDAP 52, SMTP 421, HTTP 503).
    """

    latency_seconds: float = 0.0
    mode: Mode = ""


NO_FAULT = Fault()
"""An endpoint that answers at once and as it should."""
