"""What Setup will find on a server's Windows: nothing in its way, as in an organisation that is ready."""

from collections.abc import Iterator

from muster.lab.rows import Row, RowValue
from muster.lab.shapes import load_shapes
from muster.lab.world.plans import Plans, ServerPlan, ago, guid
from muster.lab.world.upgrade_directory import INSTALLER

SETUP_LOG = "C:\\ExchangeSetupLogs\\ExchangeSetup.log"
MEDIA = "D:\\ExchangeSE\\Setup.exe"
_MEDIA_BUILD = "15.2.2562.17"
_V15 = "HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v15"
_PRODUCTS = "HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\S-1-5-18\\Products"
_HIVE = "Registry::HKEY_USERS\\{}\\Software\\Microsoft\\Windows\\CurrentVersion\\"
_TITLES = {"2016": "2016", "2019": "2019", "SE": "Subscription Edition"}

FEATURES = (
    "NET-Framework-45-ASPNET NET-Framework-45-Core NET-WCF-HTTP-Activation45 NET-WCF-Pipe-Activation45 "
    "NET-WCF-TCP-Activation45 NET-WCF-TCP-PortSharing45 RPC-over-HTTP-proxy RSAT-ADDS RSAT-Clustering "
    "RSAT-Clustering-CmdInterface RSAT-Clustering-PowerShell Server-Media-Foundation WAS-Process-Model Web-Asp-Net45 "
    "Web-Basic-Auth Web-Client-Auth Web-Digest-Auth Web-Dir-Browsing Web-Dyn-Compression Web-Http-Errors "
    "Web-Http-Logging Web-Http-Redirect Web-Http-Tracing Web-ISAPI-Ext Web-ISAPI-Filter Web-Metabase "
    "Web-Mgmt-Service Web-Net-Ext45 Web-Request-Monitor Web-Server Web-Stat-Compression Web-Static-Content "
    "Web-WMI Web-Windows-Auth"
)


def _packages(server: ServerPlan) -> Iterator[tuple[str, str]]:
    yield f"Microsoft Exchange Server {_TITLES.get(server.release, server.release)}", server.build
    yield "Microsoft Exchange Server Language Pack - German", server.build
    yield "Microsoft Visual C++ 2012 x64 Minimum Runtime - 11.0.61030", "11.0.61030"
    if not server.edge:
        yield "Microsoft Visual C++ 2013 x64 Minimum Runtime - 12.0.40664", "12.0.40664"
        yield "IIS URL Rewrite Module 2", "7.2.1993"
        yield "Microsoft Unified Communications Managed API 4.0, Runtime", "5.0.8308.0"


def setup_rows(server: ServerPlan) -> Iterator[Row]:
    """What the server's Windows endpoint shows of all this."""

    def row(shape: str, **values: RowValue) -> Row:
        made = Row(load_shapes()[shape], server=server.name)
        made.set(values)
        return made

    yield row(
        "Win32_Process",
        Name="wsmprovhost.exe",
        Caption="wsmprovhost.exe",
        ProcessId=9120,
        CreationDate=ago(seconds=20),
    )
    yield row(
        "RSOP_GPO",
        id="CN={31B2F340-016D-11D2-945F-00C04FB984F9},CN=POLICIES,CN=SYSTEM,DC=CONTOSO,DC=LOCAL",
        name="Default Domain Policy",
        guidName="{31B2F340-016D-11D2-945F-00C04FB984F9}",
    )
    for scope, policy in {
        "MachinePolicy": "Undefined",
        "UserPolicy": "Undefined",
        "Process": "Undefined",
        "CurrentUser": "Undefined",
        "LocalMachine": "RemoteSigned",
    }.items():
        yield row("Get-ExecutionPolicy", Scope=scope, ExecutionPolicy=policy)
    for stream in (":$DATA",):
        yield row("AlternateStream", FileName=MEDIA, Stream=stream, Length=35240)
    yield row("Get-AuthenticodeSignature", Path=MEDIA)
    yield row(
        "CIM_DataFile", Name=MEDIA.casefold(), FileName="setup", Extension="exe", Version=_MEDIA_BUILD, Drive="d:"
    )
    yield row("CIM_DataFile", Name=SETUP_LOG.casefold(), FileName="exchangesetup", Extension="log")
    for number, _ in enumerate(_packages(server)):
        name = f"{number + 1:x}a4f3{number}.msi"
        folder = "C:\\Windows\\Installer"
        yield row("Get-ChildItem", Name=name, DirectoryName=folder, FullName=f"{folder}\\{name}")
    for name in ("ADLDS",) if server.edge else FEATURES.split():
        yield row("Get-WindowsFeature", Name=name, DisplayName=name.replace("-", " "))
    release = "Subscription Edition" if server.release == "SE" else server.release
    for number, line in (
        (1, f"[08/20/2025 20:02:11.0412] [0] Starting Microsoft Exchange Server {release} Setup"),
        (48211, "[08/20/2025 21:14:40.0093] [0] The Exchange Server setup operation completed successfully."),
    ):
        yield row("Select-String", Path=SETUP_LOG, Filename="ExchangeSetup.log", LineNumber=number, Line=line)


def setup_registry(plans: Plans, server: ServerPlan) -> dict[str, dict[str, RowValue]]:
    """What the server's registry has of all this."""
    role = "EdgeTransportRole" if server.edge else "MailboxRole"
    keys: dict[str, dict[str, RowValue]] = {
        "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Session Manager": {
            "CriticalSectionTimeout": 2592000,
            "ProtectionMode": 1,
        },
        f"{_V15}\\{role}": {"ConfiguredVersion": server.build, "UnpackedVersion": server.build},
        f"{_V15}\\AdminTools": {"ConfiguredVersion": server.build, "UnpackedVersion": server.build},
    }
    for number, (name, version) in enumerate(_packages(server)):
        packed = guid(server.name, name).replace("-", "").upper()
        keys[f"{_PRODUCTS}\\{packed}\\InstallProperties"] = {
            "DisplayName": name,
            "DisplayVersion": version,
            "LocalPackage": f"C:\\Windows\\Installer\\{number + 1:x}a4f3{number}.msi",
            "Publisher": "Microsoft Corporation",
        }
    for sid in ("S-1-5-18", "S-1-5-20", f"{plans.root_sid}-{INSTALLER['rid']}"):
        keys[_HIVE.format(sid) + "WinTrust\\Trust Providers\\Software Publishing"] = {"State": 146432}
        keys[_HIVE.format(sid) + "Internet Settings"] = {"CertificateRevocation": 1}
    return keys
