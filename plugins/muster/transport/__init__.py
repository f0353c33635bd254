"""How to ask: one module per door. Each gives the same ``Answer``.

``doors.connect(endpoint, seconds)`` opens a session to ask through; ``doors.probe(question, address, port, seconds)``
looks from outside; ``capture.load(folder)`` and ``replay.load(folder)`` bring answers that somebody else asked for.
Whatever cannot be had raises ``Unanswered`` with a ``Problem`` that says cause and cure.
"""

from muster.transport.session import Session, Unanswered

__all__ = ["Session", "Unanswered"]
