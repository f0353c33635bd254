"""Examples: settings of the organisation as a whole."""

from kit.changes import Change, add, drop, partial, put
from kit.examples import Examples
from muster.model import Object

CONFIG = "exchange: Get-OrganizationConfig"
OVERRIDES = "Get-SettingOverride"
SERVERS = "exchange: Get-ExchangeServer"

OVERRIDE = Object(
    "Microsoft.Exchange.Data.Directory.SystemConfiguration.ConfigurationSettings.SettingOverride",
    "IM Server Integration",
    {
        "Name": "IM Server Integration",
        "ComponentName": "OwaServer",
        "SectionName": "IMSettings",
        "MinVersion": None,
        "MaxVersion": None,
        "Parameters": ("IMServerName=im.contoso.com",),
        "Status": "Accepted",
    },
)


def setting(name: str, *, wrong: bool, says: str) -> Examples:
    """A switch of Get-OrganizationConfig."""
    return Examples(
        subject="Contoso",
        failing={
            "switched": put(CONFIG, "", **{name: wrong}),
            "switched, as a text": put(CONFIG, "", **{name: str(wrong)}),
        },
        undetermined={
            "not sent": drop(CONFIG, name),
            "neither True nor False": put(CONFIG, "", **{name: None}),
            "came with an error": partial(CONFIG),
        },
        says=(says,),
    )


def bound_to(version: str) -> Change:
    """The override ends with a version."""
    return put(OVERRIDES, MaxVersion=version)


EXAMPLES = {
    "organization.mapi-over-http": setting("MapiHttpEnabled", wrong=False, says="MapiHttpEnabled is False"),
    "organization.mitigations-enabled": setting(
        "MitigationsEnabled", wrong=False, says="MitigationsEnabled is False"
    ),
    "organization.retention-runs": setting("ElcProcessingDisabled", wrong=True, says="ElcProcessingDisabled is True"),
    "organization.public-folders-unlocked": setting(
        "PublicFoldersLockedForMigration", wrong=True, says="PublicFoldersLockedForMigration is True"
    ),
    "organization.setting-overrides-effective": Examples(
        subject="Contoso",
        given=(add(OVERRIDES, OVERRIDE), bound_to("15.2.2999.0")),
        failing={
            "ended before the newest server's CU": bound_to("15.2.1748.99"),
            "ended one build before": bound_to("15.02.2562.016"),
            "ended with the product before, in two numbers": bound_to("15.1"),
            "not accepted": put(OVERRIDES, Status="Syncing"),
        },
        undetermined={
            "where it ends was not sent": drop(OVERRIDES, "MaxVersion"),
            "whether it was accepted was not sent": drop(OVERRIDES, "Status"),
            "where it ends is no version": bound_to("the next one"),
            "a server's CU was not sent": drop(SERVERS, "AdminDisplayVersion", where="EX04"),
            "came with an error": partial(OVERRIDES),
        },
        passing={"bound to no version": put(OVERRIDES, MaxVersion=None)},
        says=("it ends at", "where Accepted was expected"),
    ),
}
