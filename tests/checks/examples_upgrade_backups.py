"""Examples: backups."""

from datetime import UTC, datetime, timedelta

from kit.changes import drop, partial, put, remove, unanswered
from kit.examples import Examples

DATABASES = "Get-MailboxDatabase -Server ex05 -Status"
CONFIGURATION = "ldap forest: base of '{configurationNamingContext}' (objectClass=*) [distinguishedName msDS"
EMEA = "ldap emea.contoso.local: base of 'DC=emea,DC=contoso,DC=local' (objectClass=*) [distinguishedName msDS"
METADATA = "msDS-ReplAttributeMetaData"
LAST_WEEK = datetime.now(UTC) - timedelta(days=8)


def changed(attribute: str, when: datetime) -> str:
    """One fragment of the metadata, as the directory writes it."""
    return (
        f"<DS_REPL_ATTR_META_DATA>\n\t<pszAttributeName>{attribute}</pszAttributeName>\n\t<dwVersion>4</dwVersion>\n"
        f"\t<ftimeLastOriginatingChange>{when:%Y-%m-%dT%H:%M:%SZ}</ftimeLastOriginatingChange>\n"
        "</DS_REPL_ATTR_META_DATA>\n\0"
    )


NEVER = (changed("objectClass", LAST_WEEK),)
OLD = (*NEVER, changed("dSASignature", LAST_WEEK))

EXAMPLES = {
    "upgrade.exchange-backup": Examples(
        subject="ex05",
        failing={
            "last week": put(DATABASES, "DB05", LastFullBackup=LAST_WEEK),
            "never": put(DATABASES, "DB05", LastFullBackup=None),
            "one is running": put(DATABASES, "DB06", BackupInProgress=True),
            "dismounted": put(DATABASES, "DB05", Mounted=False, LastFullBackup=None),
        },
        undetermined={
            "its server was not reached, so everything is blank": put(
                DATABASES, "DB05", LastFullBackup=None, Mounted=None, BackupInProgress=None
            ),
            "not sent": drop(DATABASES, "LastFullBackup", where="DB05"),
            "whether it is mounted was not sent": drop(DATABASES, "Mounted", where="DB05"),
            "whether one is running was not sent": drop(DATABASES, "BackupInProgress", where="DB05"),
            "came with an error": partial(DATABASES),
        },
        says=("where one of the last 2 days was expected", "no full backup", "a backup is running", "dismounted"),
    ),
    "upgrade.forest-backup": Examples(
        subject="contoso.local",
        failing={
            "last week": put(CONFIGURATION, "", **{METADATA: OLD}),
            "never": put(CONFIGURATION, "", **{METADATA: NEVER}),
        },
        undetermined={
            "not sent": drop(CONFIGURATION, METADATA),
            "no metadata": put(CONFIGURATION, "", **{METADATA: ("<DS_REPL_ATTR_META_DATA/>",)}),
            "nobody answered": unanswered(CONFIGURATION),
            "came with an error": partial(CONFIGURATION),
        },
        says=("where one of the last 2 days was expected", "never backed up"),
    ),
    "upgrade.domain-backup": Examples(
        subject="emea.contoso.local",
        failing={
            "last week": put(EMEA, "", **{METADATA: OLD}),
            "never": put(EMEA, "", **{METADATA: NEVER}),
        },
        undetermined={
            "not sent": drop(EMEA, METADATA),
            "the domain was not shown": remove(EMEA),
            "came with an error": partial(EMEA),
        },
        says=("where one of the last 2 days was expected", "never backed up"),
    ),
}
