"""Before an upgrade: is anything under way that it would break off, or bound to the build that goes?"""

import re
from collections.abc import Iterable
from datetime import date

import pytest
from packaging.version import Version

from muster import Environment, Organization, Server, Severity, about, because, certain, control, not_applicable
from muster.catalogue import Catalogue
from muster.facts.dag import MailboxDatabases
from muster.facts.organization import SettingOverrides
from muster.facts.readiness.backups import DatabaseBackups
from muster.facts.readiness.in_flight import ArbitrationMailboxes, MigrationBatches, MoveRequests
from muster.facts.servers import ExchangeServer, ExchangeServers
from muster.facts.upgrade.exchange_settings import EdgeSubscriptions
from muster.facts.upgrade.monitoring_overrides import (
    GlobalMonitoringOverrides,
    MonitoringOverride,
    ServerMonitoringOverrides,
)

pytestmark = [pytest.mark.pre_upgrade, pytest.mark.only_at_gates]

MOVES = "https://learn.microsoft.com/powershell/module/exchange/get-moverequest"
BATCHES = "https://learn.microsoft.com/powershell/module/exchange/get-migrationbatch"
ARBITRATION = "https://learn.microsoft.com/exchange/architecture/mailbox-servers/recreate-arbitration-mailboxes"
EDGE = "https://learn.microsoft.com/exchange/architecture/edge-transport-servers/edge-subscriptions"
SETTING = "https://learn.microsoft.com/powershell/module/exchange/get-settingoverride"
MONITORING = "https://learn.microsoft.com/exchange/high-availability/managed-availability/configure-overrides"

ARBITRATION_MAILBOXES = {
    "SystemMailbox{1f05a927-": "approvals",
    "SystemMailbox{e0dc1c29-": "discovery and the organisation's own settings",
    "SystemMailbox{bb558c35-": "offline address books and role group reports",
    "Migration.8f3e7716-": "migration",
    "FederatedEmail.4c1f4d8b-": "federation",
}
"""How the names begin, and what each is for. Source: Microsoft, "Recreate missing arbitration mailboxes"."""


@control(
    "upgrade.no-moves",
    title="No mailbox moves from or to a database of the server",
    severity=Severity.MEDIUM,
    references=(MOVES,),
    remediation="Let it finish, or Suspend-MoveRequest and resume it after the upgrade.",
    roles={"Mailbox"},
)
def check_no_moves(server: Server, move_requests: MoveRequests, database_backups: DatabaseBackups) -> None:
    """A move that is broken off starts again from its last checkpoint at best; a locked mailbox stays locked."""
    own = frozenset(database.name.casefold() for database in database_backups)
    under_way = [move for move in move_requests if move.under_way and move.touches(own)]
    move_requests.must_be_whole()
    for move in under_way:
        with about(move):
            assert not move.under_way, f"moves from {move.source_database} to {move.target_database}: {move.status}"
    assert not under_way, "mailboxes move"


@control(
    "upgrade.no-batches",
    title="No migration batch is at work",
    severity=Severity.MEDIUM,
    references=(BATCHES,),
    remediation="Let it finish, or Stop-MigrationBatch and start it again after the upgrade.",
)
def check_no_batches(organization: Organization, migration_batches: MigrationBatches) -> None:
    """The batch starts moves by itself, also onto the server that is about to go."""
    for batch in migration_batches:
        with about(batch):
            assert not batch.under_way, f"its status is {batch.status}"
    migration_batches.must_be_whole()
    assert True, "no batch is at work"


@control(
    "upgrade.arbitration-mailboxes",
    title="Exchange's own mailboxes are there, each on a database that exists",
    severity=Severity.MEDIUM,
    references=(ARBITRATION,),
    remediation="Setup.exe /PrepareAD makes a missing account; Enable-Mailbox -Arbitration gives it a database.",
)
def check_arbitration_mailboxes(
    organization: Organization,
    arbitration_mailboxes: ArbitrationMailboxes,
    every_mailbox_database: MailboxDatabases,
    exchange_servers: ExchangeServers,
) -> None:
    """Setup stops where it does not find the mailbox of the organisation, and what lies on an older product than the
    newest installed is not served by the newer cmdlets.
    """  # noqa: D205 - one sentence
    databases = {database.name.casefold() for database in every_mailbox_database}
    products = {
        one.name.casefold(): one.admin_display_version.release[:2]
        for one in exchange_servers
        if not one.is_edge_server
    }
    newest = max(products.values())
    for beginning, what in ARBITRATION_MAILBOXES.items():
        found = [one for one in arbitration_mailboxes if one.name.casefold().startswith(beginning.casefold())]
        if not found:
            arbitration_mailboxes.must_be_whole()
        with about(f"{beginning}…"):
            assert found, f"there is none for {what}"
        for one in found:
            with about(one):
                assert one.database, f"it has no database (for {what})"
                if one.database.casefold() not in databases:
                    every_mailbox_database.must_be_whole()
                assert one.database.casefold() in databases, f"its database {one.database} does not exist"
                host = products.get(one.server_name.partition(".")[0].casefold(), newest)
                assert host == newest, (
                    f"it lies on {one.server_name}, which runs an older product than the newest installed"
                )


@control(
    "upgrade.edge-subscriptions",
    title="Every Edge subscription is alive",
    severity=Severity.MEDIUM,
    references=(EDGE,),
    remediation="Start-EdgeSynchronization; where that fails, subscribe it anew (New-EdgeSubscription).",
)
def check_edge_subscriptions(organization: Organization, edge_subscriptions: EdgeSubscriptions, today: date) -> None:
    """A subscription that nobody renews was broken before the upgrade, and will be blamed on it."""
    if not edge_subscriptions.rows:
        edge_subscriptions.must_be_whole()
        not_applicable("no Edge Transport server is subscribed")
    for subscription in edge_subscriptions:
        with about(subscription):
            ended = subscription.lease_expiry_utc.date()
            assert ended >= today, f"nobody has synchronised it since its lease ended on {ended}"


def _target(environment: Environment, catalogue: Catalogue) -> Version:
    """The build of the CU that will be installed; does not apply where the inventory declares none."""
    if environment.upgrade.to is None:
        not_applicable("the inventory does not say what is going to be installed (upgrade: to:)")
    product, _, cu = environment.upgrade.to.rpartition(" ")
    found = catalogue.releases_of(product, cu)
    why_not = f"the catalogue knows no {environment.upgrade.to}"
    return certain(found or None, environment.organization.name, "the target's build", why_not)[0].build


@control(
    "upgrade.setting-overrides-survive",
    title="No setting override ends with the upgrade",
    severity=Severity.MEDIUM,
    references=(SETTING,),
    remediation="Where the setting is still wanted, New-SettingOverride without -MaxVersion; note it for afterwards.",
)
def check_setting_overrides_survive(
    organization: Organization, setting_overrides: SettingOverrides, environment: Environment, catalogue: Catalogue
) -> None:
    """An override that is bound to a version ends silently with the new build, and the old behaviour is back."""
    target = _target(environment, catalogue)
    if not setting_overrides.rows:
        setting_overrides.must_be_whole()
        not_applicable("the organisation has no setting overrides")
    for override in setting_overrides:
        with about(override):
            last = override.max_version
            assert last is None or last >= target, f"it ends at {last}, and {target} is going to be installed"


@control(
    "upgrade.monitoring-overrides",
    title="Every monitoring override of the organisation is in force, and it is known which of them end",
    severity=Severity.LOW,
    references=(MONITORING,),
    remediation="Remove-GlobalMonitoringOverride what has ended; Add-GlobalMonitoringOverride what is wanted, "
    "with the new -ApplyVersion, after the upgrade.",
)
def check_monitoring_overrides(
    organization: Organization,
    global_monitoring_overrides: GlobalMonitoringOverrides,
    exchange_servers: ExchangeServers,
    environment: Environment,
    catalogue: Catalogue,
) -> None:
    """An override holds for the one build that it names: at the next, managed availability does again what it was
    told to leave. What ends tonight is named where this passes, so that somebody lays it again.
    """  # noqa: D205 - the first sentence is long
    target = _target(environment, catalogue)
    if not global_monitoring_overrides.rows:
        global_monitoring_overrides.must_be_whole()
        not_applicable("the organisation has no monitoring overrides")
    exchange_servers.must_be_whole()
    _judge_bound(global_monitoring_overrides, exchange_servers.cumulative_updates(), target, organization.name)


@control(
    "upgrade.server-monitoring-overrides",
    title="Every monitoring override of the server is in force, and it is known which of them end",
    severity=Severity.LOW,
    references=(MONITORING,),
    remediation="Remove-ServerMonitoringOverride what has ended; Add-ServerMonitoringOverride what is wanted, "
    "with the new -ApplyVersion, after the upgrade.",
    roles={"Mailbox"},
)
def check_server_monitoring_overrides(
    server: Server,
    server_monitoring_overrides: ServerMonitoringOverrides,
    exchange_server: ExchangeServer,
    environment: Environment,
    catalogue: Catalogue,
) -> None:
    """As that of the organisation, for one server."""
    target = _target(environment, catalogue)
    if not server_monitoring_overrides.rows:
        server_monitoring_overrides.must_be_whole()
        not_applicable(f"{server.name} has no monitoring overrides")
    _judge_bound(server_monitoring_overrides, (exchange_server.admin_display_version,), target, server.name)


_CU = 3
"""How many numbers of a build tell the cumulative update."""


def _judge_bound(
    overrides: Iterable[MonitoringOverride], installed: tuple[Version, ...], target: Version, whose: str
) -> None:
    """Overrides against the builds that are installed and the one that will be: by CU."""
    known = {build.release[:_CU] for build in (*installed, target)}
    ending: list[str] = []
    for override in overrides:
        with about(override):
            text = override.apply_version.strip().removeprefix("Version ")
            readable = re.fullmatch(r"\d+(\.\d+){3}", text) or not text
            certain(readable or None, whose, "ApplyVersion", f"'{text}' is no build such as 15.2.1544.4")
            assert not text or Version(text).release[:_CU] in known, (
                f"it holds for {text} only, which is not installed: it has ended already"
            )
            if text and Version(text).release[:_CU] != target.release[:_CU]:
                ending.append(f"{override.identity} (for {text} only)")
    if ending:
        because(f"these end with the upgrade, lay them again afterwards: {'; '.join(ending)}")
