"""The two things that happen to a lab: a server is upgraded, and somebody runs commands."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class UpgradeEvent:
    """Setup ran on ``server`` with ``switches``, ``to`` a release or build; ``lose`` names what it lost.

    ``at`` is when it ended (UTC): what it writes carries that time, so that playing it again gives the same.
    """

    at: datetime
    server: str
    to: str
    lose: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunEvent:
    """PowerShell ``text`` was run at ``at`` (UTC); ``on`` is the server in whose session, ``""`` where none is told."""

    at: datetime
    text: str
    on: str = ""


Event = UpgradeEvent | RunEvent
