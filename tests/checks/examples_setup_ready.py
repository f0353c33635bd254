"""Examples: whether a server is ready for Setup."""

from datetime import UTC, datetime, timedelta

from kit.changes import Change, both, copy, drop, partial, put, remove, unanswered
from kit.changes import add as add_one
from kit.examples import Examples
from muster.model import Object
from muster.policy import Policy, UpgradePolicy

PROCESSES = "windows ex01: Get-CimInstance -ClassName Win32_Process"
POLICIES = "windows ex01: Get-ExecutionPolicy"
SETTINGS = "windows ex01: Get-CimInstance -Namespace root\\rsop\\computer -ClassName RSOP_RegistryPolicySetting"
RSOP = "RSOP_GPO"
RESTARTS = "windows ex01: Get-Item -Path"
ROLES = "windows ex01: Get-ChildItem -LiteralPath HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v15"
LOG = "windows ex01: Select-String -LiteralPath C:\\ExchangeSetupLogs\\ExchangeSetup.log"
CLOCK = "windows ex01: Get-CimInstance -ClassName Win32_OperatingSystem -Property LocalDateTime"
OWN = {"Name": "wsmprovhost.exe"}
LAST = {"Line": "completed successfully"}
LONG_AGO = datetime(2025, 9, 1, tzinfo=UTC)


def trust(sid: str, key: str) -> str:
    hive = f"Registry::HKEY_USERS\\{sid}\\Software\\Microsoft\\Windows\\CurrentVersion"
    return f"windows ex01: Get-ItemProperty -LiteralPath '{hive}\\{key}"


SYSTEM, SERVICE = trust("S-1-5-18", "WinTrust"), trust("S-1-5-20", "WinTrust")
OWN_SID = "S-1-5-21-1004336348-1177238915-682003330-1601"
INSTALLER = trust(OWN_SID, "WinTrust")
OFF = 0x23E00
GPO = "cn={31B2F340-016D-11D2-945F-00C04FB984F9},cn=policies,cn=system,DC=contoso,DC=local"


def process(name: str, **more: object) -> Object:
    started = datetime.now(UTC) - timedelta(minutes=3)
    properties = {"Name": name, "ProcessId": 7788, "SessionId": 2, "CreationDate": started, **more}
    return Object("Win32_Process", name, properties)  # type: ignore[arg-type] # values as they are sent


def key(name: str, *values: str) -> Object:
    return Object("Selected.Microsoft.Win32.RegistryKey", name, {"PSChildName": name, "Property": values})


def add(question: str, *items: Object) -> Change:
    return both(*(add_one(question, item) for item in items))


EXAMPLES = {
    "setup.no-open-shells": Examples(
        "ex01",
        failing={
            "a console": add(PROCESSES, process("mmc.exe")),
            "a shell": add(PROCESSES, process("PowerShell.exe")),
            "a log that is looked at": add(PROCESSES, process("notepad.exe")),
            "more sessions than muster opens": add(PROCESSES, process("wsmprovhost.exe"), process("wsmprovhost.exe")),
            "a session from before": add(PROCESSES, process("wsmprovhost.exe", CreationDate=LONG_AGO)),
        },
        undetermined={
            "a name was not sent": drop(PROCESSES, "Name"),
            "when it began was not sent": drop(PROCESSES, "CreationDate", where=OWN),
            "not even muster's own session": remove(PROCESSES),
            "came with an error": partial(PROCESSES),
            "no answer": unanswered(PROCESSES),
        },
        passing={"a second young session": add(PROCESSES, process("wsmprovhost.exe"))},
        says=("in session 2 since", "is one of 3 remote PowerShell sessions", "older than this run"),
    ),
    "setup.nothing-installs": Examples(
        "ex01",
        failing={
            "Windows Installer": add(PROCESSES, process("msiexec.exe", SessionId=0)),
            "another Setup": add(PROCESSES, process("ExSetup.exe")),
            "Windows Update": add(PROCESSES, process("TiWorker.exe", SessionId=0)),
        },
        undetermined={
            "a name was not sent": drop(PROCESSES, "Name"),
            "came with an error": partial(PROCESSES),
        },
        says=("msiexec.exe (7788): runs in session 0", "ExSetup.exe (7788)", "TiWorker.exe"),
    ),
    "setup.execution-policy": Examples(
        "ex01",
        failing={
            "set for the computer": put(POLICIES, {"Scope": "MachinePolicy"}, ExecutionPolicy="RemoteSigned"),
            "set for the user": put(POLICIES, {"Scope": "UserPolicy"}, ExecutionPolicy="AllSigned"),
            "by which group policy could not be read": both(
                put(POLICIES, {"Scope": "MachinePolicy"}, ExecutionPolicy="AllSigned"), unanswered(RSOP)
            ),
            "by a group policy": both(
                put(POLICIES, {"Scope": "MachinePolicy"}, ExecutionPolicy="AllSigned"),
                add(
                    "RSOP_RegistryPolicySetting",
                    Object(
                        "RSOP_RegistryPolicySetting",
                        None,
                        {
                            "valueName": "ExecutionPolicy",
                            "GPOID": GPO,
                        },
                    ),
                ),
            ),
        },
        undetermined={
            "a scope's policy was not sent": drop(POLICIES, "ExecutionPolicy", where={"Scope": "MachinePolicy"}),
            "a scope did not come": remove(POLICIES, {"Scope": "UserPolicy"}),
            "came with an error": partial(POLICIES),
        },
        passing={
            "a policy that lets everything run": put(
                POLICIES, {"Scope": "MachinePolicy"}, ExecutionPolicy="Unrestricted"
            ),
            "the server's own": put(POLICIES, {"Scope": "LocalMachine"}, ExecutionPolicy="AllSigned"),
        },
        says=(
            "gpresult /h names the group policy",
            "muster logs in with",
            "muster could not read it",
            "set by group policy Default Domain Policy",
        ),
    ),
    "setup.no-pending-restart": Examples(
        "ex01",
        failing={
            "components": add(RESTARTS, key("RebootPending")),
            "Windows Update": add(RESTARTS, key("RebootRequired", "a1f7")),
            "files to be renamed": put(RESTARTS, Property=("ProtectionMode", "PendingFileRenameOperations")),
            "an updater": add(RESTARTS, key("Updates", "UpdateExeVolatile")),
        },
        undetermined={
            "the names of the values": drop(RESTARTS, "Property"),
            "not even the key that is always there": remove(RESTARTS),
            "came with an error": partial(RESTARTS),
        },
        passing={"a key without the value": add(RESTARTS, key("Updates", "Version"))},
        says=("RebootPending", "RebootRequired", "PendingFileRenameOperations", "UpdateExeVolatile"),
    ),
    "setup.no-watermark": Examples(
        "ex01",
        failing={
            "half a role": put(ROLES, {"PSChildName": "MailboxRole"}, Property=("Action", "Watermark")),
            "another's names unknown": both(
                drop(ROLES, "Property", where={"PSChildName": "AdminTools"}),
                put(ROLES, {"PSChildName": "MailboxRole"}, Property=("Watermark",)),
            ),
        },
        undetermined={
            "the names of the values": drop(ROLES, "Property", where={"PSChildName": "MailboxRole"}),
            "came with an error": partial(ROLES),
        },
        says=("MailboxRole: has Watermark",),
    ),
    "setup.last-setup-succeeded": Examples(
        "ex01",
        failing={
            "it failed": put(LOG, LAST, Line="[0] The Exchange Server setup operation didn't complete. More details"),
            "it never ended": remove(LOG, LAST),
            "a later one failed": copy(
                LOG, LAST, LineNumber=90001, Line="[0] The Exchange Server setup operation didn't complete."
            ),
        },
        undetermined={
            "the line was not sent": drop(LOG, "Line", where=LAST),
            "which is the last was not sent": drop(LOG, "LineNumber", where=LAST),
            "no such log": unanswered(LOG),
            "came with an error": partial(LOG),
        },
        passing={
            "an earlier one failed": copy(
                LOG, LAST, LineNumber=17, Line="[0] The Exchange Server setup operation didn't complete."
            )
        },
        says=("failed by line", "did not end"),
    ),
    "setup.revocation-checks": Examples(
        "ex01",
        given=(put("Software Publishing", State=OFF), put("Internet Settings", CertificateRevocation=0)),
        failing={
            "the installing account": put(INSTALLER, State=0x23C00),
            "LocalSystem": put(SYSTEM, State=0x23C00),
            "as Windows comes": put(SERVICE, State=None),
            "certificates of servers": put(trust(OWN_SID, "Internet"), CertificateRevocation=1),
        },
        undetermined={
            "a hive that is not loaded": unanswered(INSTALLER),
            "the account was not found": remove("tokenGroups"),
            "not sent": drop(SYSTEM, "State"),
        },
        says=("the installing account: looks up", "LocalSystem: looks up", "NETWORK SERVICE: looks up"),
        policy=Policy(upgrade=UpgradePolicy(crl_reachable=False)),
    ),
    "setup.clock": Examples(
        "ex01",
        failing={
            "far behind": put(CLOCK, LocalDateTime=LONG_AGO),
            "the controller's is": put("(objectClass=*) [currentTime]", currentTime=("20250901000000.0Z",)),
        },
        undetermined={
            "not sent": drop(CLOCK, "LocalDateTime"),
            "the controller's was not sent": drop("(objectClass=*) [currentTime]", "currentTime"),
            "no time": put("(objectClass=*) [currentTime]", currentTime=("soon",)),
            "came with an error": partial(CLOCK),
        },
        says=("behind the controller", "ahead of the controller"),
    ),
}
