"""The lab's cmdlet layer: PowerShell text, parsed and applied to the world, or refused with nothing changed."""

from muster.lab.changes.refusing import Refused
from muster.lab.changes.running import Line, Ran, run_text, try_text
from muster.lab.changes.session import Session

__all__ = ["Line", "Ran", "Refused", "Session", "run_text", "try_text"]
