"""How to ask: one module per door. Each gives the same ``Answer``.

``connect(endpoint, seconds)`` opens a session to ask through; ``probe(question, address, port, seconds)`` looks from
outside; ``capture.load(folder)`` and ``replay.load(folder)`` bring answers that somebody else asked for. Whatever
cannot be had raises ``Unanswered`` with a ``Problem`` that says cause and cure.
"""

from muster.model import Endpoint
from muster.transport import capture, ldap, psrp, replay
from muster.transport.capture import Capture, CaptureMistakes
from muster.transport.probes import ask as probe
from muster.transport.replay import Replay, ReplayMistakes
from muster.transport.session import Session, Unanswered

__all__ = [
    "Capture",
    "CaptureMistakes",
    "Replay",
    "ReplayMistakes",
    "Session",
    "Unanswered",
    "capture",
    "connect",
    "probe",
    "replay",
]


def connect(endpoint: Endpoint, seconds: float) -> Session:
    """A session on an endpoint of any kind, opened within about ``seconds``; raises ``Unanswered``."""
    return ldap.connect(endpoint, seconds) if endpoint.kind == "ldap" else psrp.connect(endpoint, seconds)
