"""How the cmdlets about what is under way are asked."""

from collections.abc import Mapping

from muster.lab.cmdlets.exchange_answers import Asking

READINESS_ASKING: Mapping[str, Asking] = {
    "Get-MoveRequest": Asking(switches=frozenset({"ResultSize"})),
    "Get-MigrationBatch": Asking(switches=frozenset({"ResultSize"})),
    "Get-Mailbox": Asking(switches=frozenset({"Arbitration", "ResultSize"})),
}
