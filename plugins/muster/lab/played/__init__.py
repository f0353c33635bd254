"""What a lab has played beside its description: kept beside the environment, and played again at every start."""

from muster.lab.played.events import Event, RunEvent, UpgradeEvent
from muster.lab.played.keeping import FILE, PlayedMistake, append, read, remove

__all__ = ["FILE", "Event", "PlayedMistake", "RunEvent", "UpgradeEvent", "append", "read", "remove"]
