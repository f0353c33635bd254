"""What the pre-upgrade gate asks Windows, each cmdlet with the fixed values that it needs and no other."""

from muster.transport.readonly.allowing import STOP, Allowed
from muster.transport.readonly.argument_rules import SWITCH, WQL, Like, OneOf

_RESTARTS = OneOf(
    (
        r"HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager",
        # the only wildcards of the list: they turn "no such key" into no row
        r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPendin[g]",
        r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequire[d]",
        r"HKLM:\SOFTWARE\Microsoft\Update[s]",
    ),
    several=True,
)
_PACKAGES = OneOf(
    (r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData\S-1-5-18\Products\*\InstallProperties",)
)
_HIVES = Like(
    r"Registry::HKEY_USERS\\S-1-5-(?:18|20|21(?:-\d{1,10}){4})\\Software\\Microsoft\\Windows\\CurrentVersion\\"
    r"(?:WinTrust\\Trust Providers\\Software Publishing|Internet Settings)",
    "with the revocation settings of one account's hive",
)
_SETUP = Like(
    r"[A-Za-z]:(?:\\(?!\.\.?\\)[^\x00-\x1f\\/:*?\"'<>|\[\]{}`]{1,255})*\\Setup\.exe",
    "with Setup.exe on a local disk",
)
_LOG_LINES = OneOf(
    (
        "Starting Microsoft Exchange Server",
        "The Exchange Server setup operation completed successfully",
        "The Exchange Server setup operation didn't complete",
    ),
    several=True,
)

SETUP_WINDOWS: tuple[Allowed, ...] = (
    Allowed(
        "Get-CimInstance",  # never -Property CommandLine: it may hold a password
        STOP
        | {
            "ClassName": OneOf(("Win32_Process",)),
            "Property": OneOf(("Name", "ProcessId", "SessionId", "CreationDate"), several=True),
            "Filter": WQL,
        },
        frozenset({"ClassName", "Property", "Filter"}),
    ),
    Allowed(
        "Get-CimInstance",
        STOP
        | {
            "ClassName": OneOf(("RSOP_GPO",)),
            "Namespace": OneOf((r"root\rsop\computer",)),
            "Property": OneOf(("id", "name"), several=True),
        },
        frozenset({"ClassName", "Namespace", "Property"}),
    ),
    Allowed("Get-ExecutionPolicy", STOP | {"List": SWITCH}, frozenset({"List"})),
    Allowed("Get-Item", STOP | {"Path": _RESTARTS}, frozenset({"Path"})),
    Allowed(
        "Get-Item", STOP | {"LiteralPath": _SETUP, "Stream": OneOf(("*",))}, frozenset({"LiteralPath", "Stream"})
    ),
    Allowed("Get-AuthenticodeSignature", STOP | {"LiteralPath": _SETUP}, frozenset({"LiteralPath"})),
    Allowed(
        "Get-ChildItem",
        STOP | {"LiteralPath": OneOf((r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15",))},
        frozenset({"LiteralPath"}),
    ),
    Allowed(
        "Get-ChildItem",
        STOP | {"LiteralPath": OneOf((r"C:\Windows\Installer",)), "Filter": OneOf(("*.msi",))},
        frozenset({"LiteralPath", "Filter"}),
    ),
    Allowed("Get-ItemProperty", STOP | {"Path": _PACKAGES}, frozenset({"Path"})),
    Allowed("Get-ItemProperty", STOP | {"LiteralPath": _HIVES}, frozenset({"LiteralPath"})),
    Allowed(
        "Select-String",
        STOP
        | {
            "LiteralPath": OneOf((r"C:\ExchangeSetupLogs\ExchangeSetup.log",)),
            "Pattern": _LOG_LINES,
            "SimpleMatch": SWITCH,
        },
        frozenset({"LiteralPath", "Pattern", "SimpleMatch"}),
    ),
    Allowed(
        "Get-WindowsFeature",
        STOP | {"Name": Like(r"[A-Za-z][A-Za-z0-9-]{1,63}", "with names of features", several=True)},
        frozenset({"Name"}),
    ),
)
