"""What may be asked of Exchange before an upgrade: what is under way, and its own mailboxes."""

from muster.transport.readonly.allowing import STOP, Allowed
from muster.transport.readonly.argument_rules import COMPUTER, SWITCH, OneOf, Rule

_ALL: dict[str, Rule] = {**STOP, "DomainController": COMPUTER, "ResultSize": OneOf(("Unlimited",))}

READINESS: tuple[Allowed, ...] = (
    Allowed("Get-MoveRequest", _ALL),
    Allowed("Get-MigrationBatch", _ALL),
    # people's mailboxes are none of ours: only with -Arbitration
    Allowed("Get-Mailbox", {**_ALL, "Arbitration": SWITCH}, must=frozenset({"Arbitration"})),
)
"""Spliced into the read-only list."""
