"""What is lost of overrides and of settings that belong to one service."""

from collections.abc import Sequence
from datetime import datetime

from muster.lab.rows import RowValue
from muster.lab.upgrading.losses import Losing, Loss, exchange_row, setting
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

_NO_SOURCE = "no source says that an update changes it"
_OVERRIDES = "Microsoft, Add-ServerMonitoringOverride: an override holds for the build in ApplyVersion"


def _without(cmdlet: str) -> Losing:
    """The rows of a server (or the organisation's) that are gone."""

    def lose(world: World, server: ServerPlan, at: datetime) -> None:
        del at
        world.exchange[cmdlet] = [row for row in world.rows(cmdlet) if row.server not in {None, server.name}]

    return lose


def _defaults(cmdlet: str, *names: str) -> Losing:
    """Properties as Setup leaves them."""

    def lose(world: World, server: ServerPlan, at: datetime) -> None:
        for row in exchange_row(world, cmdlet, server.name):
            values: dict[str, RowValue] = {name: row.shape.properties[name].default for name in names}
            row.change(values, at)

    return lose


LOSSES: Sequence[Loss] = (
    Loss(
        "server-monitoring-overrides",
        "lost",
        "monitoring overrides of the server end with the build that they name",
        _OVERRIDES,
        _without("Get-ServerMonitoringOverride"),
    ),
    Loss(
        "global-monitoring-overrides",
        "lost",
        "monitoring overrides of the organisation end with the build that they name",
        _OVERRIDES,
        _without("Get-GlobalMonitoringOverride"),
    ),
    Loss(
        "pop-settings",
        "unsourced",
        "POP3 greets and signs in as Setup leaves it",
        _NO_SOURCE,
        _defaults("Get-PopSettings", "Banner", "LoginType"),
    ),
    Loss(
        "imap-settings",
        "unsourced",
        "IMAP4 takes as many connections of a user as Setup leaves it",
        _NO_SOURCE,
        _defaults("Get-ImapSettings", "MaxConnectionsPerUser"),
    ),
    Loss(
        "antimalware",
        "unsourced",
        "scanning that was bypassed on purpose is on again",
        _NO_SOURCE,
        _defaults("Get-MalwareFilteringServer", "BypassFiltering", "UpdateFrequency"),
    ),
    Loss(
        "mailbox-transport-logs",
        "unsourced",
        "mailbox transport writes its protocol log where Setup leaves it",
        _NO_SOURCE,
        setting(
            "Get-MailboxTransportService",
            {
                "ReceiveProtocolLogPath": "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\TransportRoles\\Logs\\"
                "Mailbox\\ProtocolLog\\SmtpReceive"
            },
        ),
    ),
)
