"""How the cmdlets about what an upgrade touches are asked."""

from collections.abc import Mapping

from muster.lab.cmdlets.exchange_answers import Asking

UPGRADE_ASKING: Mapping[str, Asking] = {
    "Get-ServerMonitoringOverride": Asking(contacts="Server", mandatory=True),
    "Get-GlobalMonitoringOverride": Asking(),
    "Get-PopSettings": Asking(contacts="Server"),
    "Get-ImapSettings": Asking(contacts="Server"),
    "Get-MalwareFilteringServer": Asking(),
    "Get-MailboxTransportService": Asking(),
    "Get-OwaMailboxPolicy": Asking(),
}
