"""What an upgrade leaves behind in component states, DAG and services."""

from collections.abc import Sequence
from datetime import datetime

from muster.lab.rows import RowValue
from muster.lab.upgrading.losses import Losing, Loss, exchange_row, setting, windows_rows
from muster.lab.world.component_states import components, follow, say
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

_DAGS = "Microsoft, Manage database availability groups (office-docs, manage-dags.md)"
_FIX = "Microsoft Support, Fix failed Exchange Server updates"
_MEMBERS = "Microsoft, Set-MailboxServer"
_BOTH = ("LocalStates", "RemoteStates")


def _inactive(requester: str, *names: str) -> Losing:
    def lose(world: World, server: ServerPlan, at: datetime) -> None:
        there = components(world, server.name)
        for name in names:
            if name in there:
                say(there[name], requester, "Inactive", at, places=_BOTH)
        follow(world, server.name)

    return lose


def _services(values: dict[str, RowValue], *names: str) -> Losing:
    def lose(world: World, server: ServerPlan, at: datetime) -> None:
        del at
        for name in names:
            for row in windows_rows(world, server.name, "Win32_Service", Name=name):
                row.set(values)

    return lose


_STOPPED: dict[str, RowValue] = {"State": "Stopped", "Started": False, "ProcessId": 0}
_DISABLED: dict[str, RowValue] = {"StartMode": "Disabled", **_STOPPED}
_RUNNING: dict[str, RowValue] = {"StartMode": "Auto", "State": "Running", "Started": True, "ProcessId": 4120}


def _fms(world: World, server: ServerPlan, at: datetime) -> None:
    """Transport depends on it, so it does not start either."""
    _services(_DISABLED, "FMS")(world, server, at)
    _services(_STOPPED, "MSExchangeTransport")(world, server, at)


def _paused(world: World, server: ServerPlan, at: datetime) -> None:
    """Every member's own cluster shows the node so."""
    del at
    for member in world.plans.members(server.dag or ""):
        for row in windows_rows(world, member.name, "Get-ClusterNode", Name=server.name):
            row.set({"State": "Paused", "DrainStatus": "Completed"})
        for row in windows_rows(world, member.name, "MSCluster_Node", Name=server.name):
            row.set({"State": 2})


def _suspended(world: World, server: ServerPlan, at: datetime) -> None:
    """The passive copies: those that were suspended before the upgrade."""
    del at
    names = []
    for row in exchange_row(world, "Get-MailboxDatabaseCopyStatus", server.name, ActiveCopy=False):
        row.set({"Status": "Suspended", "ActivationSuspended": True, "SuspendComment": "Upgrade"})
        names.append(str(row.get("Identity")))
    for row in exchange_row(world, "Test-ReplicationHealth", server.name, Check="DBCopySuspended"):
        row.set({"Result": "*FAILED*", "Error": f"The following database copies are suspended: {', '.join(names)}"})


LOSSES: Sequence[Loss] = (
    Loss(
        "offline-component",
        "lost",
        "ServerWideOffline, Monitoring and RecoveryActionsEnabled stay inactive by Setup's own requester, Functional",
        _DAGS,
        _inactive("Functional", "ServerWideOffline", "Monitoring", "RecoveryActionsEnabled"),
    ),
    Loss(
        "maintenance-left",
        "lost",
        "ServerWideOffline, HubTransport and HighAvailability stay inactive by requester Maintenance",
        _DAGS,
        _inactive("Maintenance", "ServerWideOffline", "HubTransport", "HighAvailability"),
    ),
    Loss(
        "component-by-healthapi",
        "lost",
        "RpsProxy stays inactive by requester HealthAPI, whatever others say",
        "Microsoft Support, components stay inactive by another requester",
        _inactive("HealthAPI", "RpsProxy"),
    ),
    Loss(
        "services-disabled",
        "lost",
        "services that Setup disables while it works stay disabled",
        _FIX,
        _services(
            _DISABLED,
            "MSExchangeTransportLogSearch",
            "MSExchangeMailboxAssistants",
            "MSExchangeThrottling",
            "MSExchangeDelivery",
            "MSExchangeSubmission",
        ),
    ),
    Loss("filtering-service", "lost", "FMS stays disabled, and with it transport stopped", _FIX, _fms),
    Loss(
        "pop-imap-services",
        "lost",
        "POP3 and IMAP4 are manual and stopped again where they were automatic",
        "Microsoft, Set-ServerComponentState (POP and IMAP stop with their components); Fix failed Exchange updates",
        _services(
            {"StartMode": "Manual", **_STOPPED},
            "MSExchangePop3",
            "MSExchangePOP3BE",
            "MSExchangeImap4",
            "MSExchangeIMAP4BE",
        ),
    ),
    Loss(
        "own-service-modes",
        "lost",
        "a service that was disabled on purpose is automatic again after a repair of all of them",
        f"inferred: {_FIX} sets every MSExchange service to automatic",
        _services(_RUNNING, "MSExchangeAntispamUpdate"),
    ),
    Loss(
        "activation-policy",
        "lost",
        "DatabaseCopyAutoActivationPolicy is Unrestricted, whatever it was: StopDagServerMaintenance.ps1 sets it so",
        f"{_DAGS}; StartDagServerMaintenance.ps1",
        setting("Get-MailboxServer", {"DatabaseCopyAutoActivationPolicy": "Unrestricted"}),
    ),
    Loss(
        "activation-disabled",
        "lost",
        "DatabaseCopyActivationDisabledAndMoveNow stays on, so databases leave the server again",
        _MEMBERS,
        setting("Get-MailboxServer", {"DatabaseCopyActivationDisabledAndMoveNow": True}),
    ),
    Loss("node-paused", "lost", "the cluster node stays paused", _DAGS, _paused),
    Loss("copies-suspended", "lost", "the server's passive database copies stay suspended", _DAGS, _suspended),
)
