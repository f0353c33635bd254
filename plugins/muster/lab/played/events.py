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
    """PowerShell ``text`` was run at ``at`` (UTC), on the server ``on`` (``""`` where none is told).

    ``by_hand``: somebody also did what its ``Edit:`` remarks tell.
    """

    at: datetime
    text: str
    on: str = ""
    by_hand: bool = False


Event = UpgradeEvent | RunEvent
