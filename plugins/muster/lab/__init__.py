"""A simulated Exchange organisation on loopback that speaks the real protocols.

``start(description)`` runs it in a process of its own; ``attach(environment, lab)`` makes an environment ask it.
"""

from muster.lab.attaching import attach
from muster.lab.process import Lab, LabDidNotStart, start

__all__ = ["Lab", "LabDidNotStart", "attach", "start"]
