"""Values of a server's registry, one by one: written as they were, or removed where there were none."""

import re

from muster.drift import Difference
from muster.model import Value
from muster.upgrade.put_back.literals import UnwritableError, command, one_line
from muster.upgrade.put_back.steps import HAND, SERVER, Draft
from muster.upgrade.values import property_of, text_of

NUMBERS = frozenset(
    {
        "enabled",
        "disabledbydefault",
        "schusestrongcrypto",
        "systemdefaulttlsversions",
        "keepalivetime",
        "minimumconnectiontimeout",
        "suppressextendedprotection",
        "lmcompatibilitylevel",
        "disableasyncnotification",
        "disablegranularreplication",
    }
)
"""Values that are a DWORD; every other one is text."""

_RESTART = (
    "Restart-Computer, when all else is done (TLS, .NET and the security authority read these values when they start)"
)


def value(difference: Difference) -> Draft:
    """One value as it was."""
    item = difference.before or difference.after
    key, name = _key(difference), difference.property
    if not key or not name or item is None:
        note = (
            f"Registry key {one_line(difference.object)} is {difference.how}: make it again by hand, value by value"
        )
        return Draft("by hand", HAND, notes=(note,))
    old = property_of(difference.before, name) if difference.before else difference.was
    try:
        if text_of(old) == "":
            line = command("Remove-ItemProperty", [("Path", key), ("Name", name)])
        else:
            line = command("Set-ItemProperty", [("Path", key), ("Name", name), *_typed(name, old)])
    except UnwritableError as why:
        return Draft("by hand", HAND, notes=(f"{key}: {name}: {why}",))
    return Draft("registry", SERVER, line, what_if=True, hints=(_RESTART,) if "ExchangeServer" not in key else ())


def _typed(name: str, old: Value) -> list[tuple[str, Value]]:
    written = text_of(old)
    if name.casefold() in NUMBERS and written.isdecimal():
        return [("Value", int(written)), ("Type", "DWord")]
    return [("Value", written), ("Type", "String")]


def _key(difference: Difference) -> str:
    item = difference.before or difference.after
    key = text_of(property_of(item, "PSPath")) or _asked(difference)
    key = re.sub(r"^.*?Registry::", "", key)
    return re.sub(r"^HKEY_LOCAL_MACHINE", "HKLM:", key, flags=re.IGNORECASE)


def _asked(difference: Difference) -> str:
    found = re.search(r"-Path '?(HKLM:[^'|]+?)'?(?: -| \||$)", difference.place.question)
    return found[1] if found else ""
