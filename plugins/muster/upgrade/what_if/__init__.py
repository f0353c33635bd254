"""Answers as they would be after an upgrade: what Setup changes by design is changed in them, and nothing else."""

from muster.upgrade.what_if.imagining import Imagined, what_if
from muster.upgrade.what_if.servers import NobodyGoes

__all__ = ["Imagined", "NobodyGoes", "what_if"]
