"""How to ask: one module per door. Each gives the same ``Answer``."""

from muster.model import Endpoint
from muster.transport import ldap, psrp
from muster.transport.probes import ask as probe
from muster.transport.session import Session, Unanswered

__all__ = ["Session", "Unanswered", "connect", "probe"]


def connect(endpoint: Endpoint, seconds: float) -> Session:
    """Open a session to an endpoint, by its kind, within about ``seconds``; raises ``Unanswered``."""
    door = ldap if endpoint.kind == "ldap" else psrp
    return door.connect(endpoint, seconds)
