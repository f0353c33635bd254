"""How strong Extended Protection must be on each kind of virtual directory, by Microsoft's table of the front end."""

from muster.facts.web.virtual_directory_kinds import VirtualDirectory

_STRENGTH = ("None", "Allow", "Require")
AT_LEAST = {
    "OWA": "Require",
    "ECP": "Require",
    "MAPI": "Require",
    "Outlook Anywhere": "Require",
    "EWS": "Allow",
    "ActiveSync": "Allow",
    "OAB": "Allow",
}
"""Kind → what it needs at least. Autodiscover and PowerShell are None there.

Source: Microsoft, "Configure Windows Extended Protection in Exchange Server".
"""


def weaker_than_expected(directory: VirtualDirectory, kind: str) -> str:
    """What is too weak, as a sentence; ``""`` where nothing is."""
    found, needed = directory.extended_protection_token_checking, AT_LEAST[kind]
    if _STRENGTH.index(found) >= _STRENGTH.index(needed):
        return ""
    return f"ExtendedProtectionTokenChecking is {found} where at least {needed} was expected"
