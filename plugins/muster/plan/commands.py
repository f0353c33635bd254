"""Commands for a person to type: how names are quoted, and how Setup is called."""

from muster.catalogue.cumulative_updates import rank
from muster.naming.target import Target

NEVER_RUN_BY_MUSTER = "Commands are for you to type, in the Exchange Management Shell unless it says otherwise."
MEDIA = "D:"
"""Stands for the drive where the media is mounted."""


def quoted(text: str) -> str:
    """A word of PowerShell: as it is where it is plain, else in single quotes."""
    plain = text and all(character.isalnum() or character in "._-" for character in text)
    return text if plain and text.isascii() else "'" + text.replace("'", "''") + "'"


def accepts_licence(product: str, cu: str) -> str:
    """The switch that accepts the licence: since 2016 CU22 and 2019 CU11 it also says whether data is sent."""
    since = {"Exchange Server 2013": 99, "Exchange Server 2016": 22, "Exchange Server 2019": 11}
    plain = rank(cu) < since.get(product, 0)
    return "/IAcceptExchangeServerLicenseTerms" + ("" if plain else "_DiagnosticDataOFF")


def setup(target: Target, *switches: str) -> str:
    r"""Setup from the media by its full path: ``setup.exe`` alone starts the installed one in V15\Bin."""
    return " ".join((f"{MEDIA}\\Setup.exe", accepts_licence(*target.pair), *switches))
