"""Whether a change weakens what protects a server, or strengthens it: neither is undone or expected by accident."""

import re

from muster.drift import Difference
from muster.model import Value
from muster.upgrade.values import names_in, text_of

CHECKING = ("none", "allow", "require")
"""Extended Protection's token checking, weakest first."""

SAFE_WHEN = {
    "ssloffloading": "false",
    "externalclientsrequiressl": "true",
    "internalclientsrequiressl": "true",
    "requiressl": "true",
    "requiretls": "true",
    "mitigationsenabled": "true",
    "suppressextendedprotection": "0",
    "disablepreservation": "0",
    "mapiencryptionrequired": "true",
    "domainsecureenabled": "true",
    "bypassfiltering": "false",
}
"""Property → the value that protects."""

DEFAULTS = frozenset(
    {
        "extendedprotectiontokenchecking",
        "ssloffloading",
        "externalclientsrequiressl",
        "internalclientsrequiressl",
        "requiressl",
        "mitigationsenabled",
        "suppressextendedprotection",
    }
)
"""What updates, and Setup, switch on for everybody."""

_OLD_PROTOCOL = re.compile(r"SCHANNEL\\Protocols\\(SSL|PCT|Multi|TLS 1\.[01]\b)", re.IGNORECASE)

NAMES_THAT_PROTECT = {
    "authmechanism": frozenset({"tls", "basicauthrequiretls"}),
    "extendedprotectionflags": frozenset(),
}
NAMES_THAT_OPEN = {
    "authmechanism": frozenset({"externalauthoritative"}),
    "permissiongroups": frozenset({"anonymoususers"}),
    "extendedprotectionflags": frozenset({"proxy", "noservicenamecheck", "allowdotlessspn", "proxycohosting"}),
}
"""Flags that let more in."""


def weakens(difference: Difference) -> bool:
    """Whether less is protected now than was."""
    return _less(difference, difference.was, difference.now)


def strengthens(difference: Difference) -> bool:
    """Whether a security default protects more now than it did: putting the old value back would undo it.

    Only defaults that updates set count, and TLS: that a connector takes anonymous senders, say, is an own setting.
    """
    name = difference.path[-1].casefold() if difference.path else ""
    if _OLD_PROTOCOL.search(difference.object):
        was, now = text_of(difference.was), text_of(difference.now)
        off = {"enabled": "0", "disabledbydefault": "1"}.get(name)
        return off is not None and now == off and was != off
    return name in DEFAULTS and _less(difference, difference.now, difference.was)


def _less(difference: Difference, was: Value, now: Value) -> bool:
    if not difference.path:
        return False
    name = difference.path[-1].casefold()
    if name == "extendedprotectiontokenchecking":
        return _rank(now) < _rank(was)
    if name in SAFE_WHEN:
        safe = SAFE_WHEN[name]
        return text_of(was).casefold() == safe and text_of(now).casefold() not in {safe, ""}
    lost, gained = names_in(was) - names_in(now), names_in(now) - names_in(was)
    return bool(lost & NAMES_THAT_PROTECT.get(name, frozenset()) or gained & NAMES_THAT_OPEN.get(name, frozenset()))


def _rank(value: Value) -> int:
    said = text_of(value).casefold()
    return CHECKING.index(said) if said in CHECKING else 0
