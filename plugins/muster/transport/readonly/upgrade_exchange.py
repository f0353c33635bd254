"""What may be asked of Exchange about settings that an upgrade touches."""

from muster.transport.readonly.allowing import STOP, Allowed
from muster.transport.readonly.argument_rules import COMPUTER, IDENTITY, Rule

_DC: dict[str, Rule] = {**STOP, "DomainController": COMPUTER}
_SERVER: dict[str, Rule] = {**_DC, "Server": COMPUTER}
_IDENTITY: dict[str, Rule] = {**_DC, "Identity": IDENTITY}
_ONE_SERVER = frozenset({"Server"})  # without it, whichever server runs the session

UPGRADE_EXCHANGE: tuple[Allowed, ...] = (
    Allowed("Get-ServerMonitoringOverride", {**STOP, "Server": COMPUTER}, must=_ONE_SERVER),
    Allowed("Get-GlobalMonitoringOverride", _DC),
    Allowed("Get-PopSettings", _SERVER, must=_ONE_SERVER),
    Allowed("Get-ImapSettings", _SERVER, must=_ONE_SERVER),
    Allowed("Get-MalwareFilteringServer", _IDENTITY),
    Allowed("Get-OwaMailboxPolicy", _IDENTITY),
)
"""Spliced into the read-only list."""
