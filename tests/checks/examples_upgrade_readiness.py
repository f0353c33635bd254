"""Examples: what is under way, and what ends with the build."""

from datetime import UTC, datetime

from kit.changes import Change, add, both, drop, partial, put, remove, unanswered
from kit.examples import Examples
from muster.model import Object, Value

MOVES, BATCHES, MAILBOXES = "Get-MoveRequest", "Get-MigrationBatch", "Get-Mailbox -Arbitration"
DATABASES, BACKUPS = "exchange: Get-MailboxDatabase", "Get-MailboxDatabase -Server ex05 -Status"
SERVERS = "exchange: Get-ExchangeServer"
EDGES, SETTINGS = "Get-EdgeSubscription", "Get-SettingOverride"
GLOBAL, OWN = "Get-GlobalMonitoringOverride", "Get-ServerMonitoringOverride -Server ex05"
MOVING = put(MOVES, Status="InProgress", SourceDatabase="DB05", TargetDatabase="DB01")


def made(question: str, name: str, **properties: Value) -> Change:
    """An object that the organisation in order does not have."""
    return add(question, Object("Made", name, {"Name": name, "Identity": name, **properties}))


def override(question: str, version: str) -> Change:
    """A monitoring override."""
    item: dict[str, Value] = {"ItemType": "Responder", "PropertyName": "Enabled", "PropertyValue": "0"}
    return made(question, r"Exchange.Mapi\OutlookRpc", ApplyVersion=version, **item)


def setting(last: str | None) -> Change:
    """A setting override."""
    bound: dict[str, Value] = {"MinVersion": "15.1.2507.6", "MaxVersion": last, "Status": "Accepted"}
    return made(SETTINGS, "Signing", ComponentName="Data", SectionName="S", Parameters=(), Server=(), **bound)


def lease(until: datetime) -> Change:
    """An Edge subscription."""
    return made(EDGES, "edge01", Site="Seattle", LeaseExpiryUtc=until)


GONE, ALIVE = datetime(2025, 8, 1, tzinfo=UTC), datetime(2025, 9, 16, tzinfo=UTC)

EXAMPLES = {
    "upgrade.no-moves": Examples(
        subject="ex05",
        failing={
            "from a database of it": MOVING,
            "to a database of it, still waiting": put(
                MOVES, Status="Queued", SourceDatabase="DB01", TargetDatabase="DB05"
            ),
            "into it from elsewhere": put(MOVES, Status="Synced", SourceDatabase=None, TargetDatabase="DB06"),
        },
        undetermined={
            "the state was not sent": drop(MOVES, "Status"),
            "a state that nobody knows": put(MOVES, Status="InBearbeitung"),
            "whose databases was not sent": both(MOVING, drop(MOVES, "TargetDatabase")),
            "which databases the server has was not sent": both(MOVING, drop(BACKUPS, "Name")),
            "came with an error": partial(MOVES),
            "nobody answered": unanswered(MOVES),
        },
        passing={
            "between other databases": put(MOVES, Status="InProgress", SourceDatabase="DB01", TargetDatabase="DB02"),
            "suspended": put(MOVES, Status="AutoSuspended", SourceDatabase="DB05", TargetDatabase="DB01"),
            "none": remove(MOVES),
        },
        says=("moves from",),
    ),
    "upgrade.no-batches": Examples(
        subject="Contoso",
        failing={"at work": put(BATCHES, Status="Syncing"), "completes": put(BATCHES, Status="Completing")},
        undetermined={
            "the state was not sent": drop(BATCHES, "Status"),
            "a state that nobody knows": put(BATCHES, Status="Busy"),
            "came with an error": partial(BATCHES),
        },
        passing={"none": remove(BATCHES), "stopped": put(BATCHES, Status="Stopped")},
        says=("its status is",),
    ),
    "upgrade.arbitration-mailboxes": Examples(
        subject="Contoso",
        failing={
            "one is missing": remove(MAILBOXES, "Migration.8f3e7716"),
            "one has no database": put(MAILBOXES, "{e0dc1c29", Database=None),
            "one is on a database that is gone": put(MAILBOXES, "{e0dc1c29", Database="Mailbox Database 1"),
            "one is on an older product": put(MAILBOXES, "{bb558c35", ServerName="ex05", Database="DB05"),
        },
        undetermined={
            "their names were not sent": drop(MAILBOXES, "Name"),
            "where they are was not sent": drop(MAILBOXES, "Database"),
            "one is missing from a partial answer": both(remove(MAILBOXES, "Migration.8f3e7716"), partial(MAILBOXES)),
            "which databases there are did not come": unanswered(DATABASES),
            "which server was not sent": drop(MAILBOXES, "ServerName"),
            "a server's CU was not sent": drop(SERVERS, "AdminDisplayVersion", where="EX02"),
        },
        says=("there is none for migration", "it has no database", "does not exist", "an older product"),
    ),
    "upgrade.edge-subscriptions": Examples(
        subject="Contoso",
        given=(lease(ALIVE),),
        failing={"dead": put(EDGES, LeaseExpiryUtc=GONE)},
        undetermined={
            "not sent": drop(EDGES, "LeaseExpiryUtc"),
            "came with an error": partial(EDGES),
        },
        says=("its lease ended on 2025-08-01",),
    ),
    "upgrade.setting-overrides-survive": Examples(
        subject="Contoso",
        given=(setting(None),),
        failing={"it ends before": put(SETTINGS, MaxVersion="15.2.1748.99")},
        undetermined={
            "until when was not sent": drop(SETTINGS, "MaxVersion"),
            "came with an error": partial(SETTINGS),
        },
        passing={"it holds beyond": put(SETTINGS, MaxVersion="15.2.9999.0")},
        says=("it ends at 15.2.1748.99",),
    ),
    "upgrade.monitoring-overrides": Examples(
        subject="Contoso",
        failing={"bound to a build that is long gone": put(GLOBAL, ApplyVersion="15.2.1118.7")},
        undetermined={
            "which build was not sent": drop(GLOBAL, "ApplyVersion"),
            "no build": put(GLOBAL, ApplyVersion="15.2"),
            "a server's CU was not sent": drop(SERVERS, "AdminDisplayVersion", where="EX02"),
            "came with an error": partial(GLOBAL),
        },
        passing={
            "laid for the target already": put(GLOBAL, ApplyVersion="15.2.2562.17"),
            "for a time, not for a build": put(GLOBAL, ApplyVersion=""),
        },
        says=("it holds for 15.2.1118.7 only, which is not installed",),
    ),
    "upgrade.server-monitoring-overrides": Examples(
        subject="ex05",
        given=(override(OWN, "15.1.2507.6"),),
        failing={"bound to a build that is long gone": put(OWN, ApplyVersion="15.1.2375.7")},
        undetermined={
            "which build was not sent": drop(OWN, "ApplyVersion"),
            "the server's CU was not sent": drop(SERVERS, "AdminDisplayVersion", where="EX05"),
            "came with an error": partial(OWN),
        },
        says=("it holds for 15.1.2375.7 only",),
    ),
}
