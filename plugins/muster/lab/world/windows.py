"""What a server's own Windows says: services, files, registry, volumes, cluster, web bindings."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from muster.lab.rows import Row, RowValue
from muster.lab.shapes import load_shapes
from muster.lab.world.plans import CREATED, Plans, ServerPlan, ago, guid
from muster.lab.yaml_files import read_yaml

INSTALL_PATH = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"
EXSETUP = f"{INSTALL_PATH}bin\\ExSetup.exe"
_SETUP_KEY = "HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup"
_DOTNET_KEY = "HKLM:\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full"
_LSA_KEY = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa"
_SCAN_ENGINES_KEY = "HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\FIP-FS"
_GIB = 2**30


WINDOWS: Mapping[str, tuple[str, str, int]] = {
    # caption, version, .NET 4.8's Release value on it (4.8.1's on 2025, which brings it)
    "2012 R2": ("Microsoft Windows Server 2012 R2 Standard", "6.3.9600", 528049),
    "2016": ("Microsoft Windows Server 2016 Standard", "10.0.14393", 528049),
    "2019": ("Microsoft Windows Server 2019 Standard", "10.0.17763", 528049),
    "2022": ("Microsoft Windows Server 2022 Standard", "10.0.20348", 528449),
    "2025": ("Microsoft Windows Server 2025 Standard", "10.0.26100", 533509),
}

_DOTNET = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\"
_CACHTOKN = "C:\\Windows\\System32\\inetsrv\\cachtokn.dll"
SCAN_ENGINES = f"{INSTALL_PATH}FIP-FS\\Data"

Registry = dict[str, dict[str, RowValue]]
"""A server's registry: keys as ``HKLM:\\…``, each with its values."""


@cache
def service_data() -> Mapping[str, Any]:
    """Which services there are and which Test-ServiceHealth requires."""
    return read_yaml(Path(__file__).with_name("services.yaml"))


_FILES: Mapping[str, Mapping[str, str]] = {
    # by name: the version on each Windows release, a fixed one or a newer
    f"{_DOTNET}System.Data.dll": dict.fromkeys(WINDOWS, "4.8.4682.0"),
    f"{_DOTNET}System.Configuration.dll": dict.fromkeys(WINDOWS, "4.8.4682.0"),
    _CACHTOKN: {
        "2012 R2": "8.5.9600.21613",
        "2016": "10.0.14393.8330",
        "2019": "10.0.17763.7558",
        "2022": "10.0.20348.3932",
        "2025": "10.0.26100.4202",
    },
}
_PATCHED = datetime(2025, 8, 13, 3, 12, 40, tzinfo=UTC)
"""When Windows Update last replaced files of Windows: before the day that policy and catalogue are judged at."""

_WEB_MODULES = (
    # IIS's own names and files; not all of them
    ("HttpLoggingModule", "loghttp.dll"),
    ("UriCacheModule", "cachuri.dll"),
    ("FileCacheModule", "cachfile.dll"),
    ("TokenCacheModule", "cachtokn.dll"),
    ("HttpCacheModule", "cachhttp.dll"),
    ("StaticFileModule", "static.dll"),
    ("AnonymousAuthenticationModule", "authanon.dll"),
    ("WindowsAuthenticationModule", "authsspi.dll"),
)


def windows_rows(plans: Plans, server: ServerPlan) -> Iterator[Row]:
    """Every object that the server's Windows endpoint shows."""
    yield _data_file(server, EXSETUP, server.build, CREATED)
    for name, versions in _FILES.items():
        if not (server.edge and name == _CACHTOKN):
            yield _data_file(server, name, versions[server.windows], _PATCHED)
    yield from _services(server)
    caption, version, _ = WINDOWS[server.windows]
    yield _row(
        server,
        "Win32_OperatingSystem",
        Caption=caption,
        Version=version,
        BuildNumber=version.rsplit(".", 1)[-1],
        Name=f"{caption}|C:\\Windows|\\Device\\Harddisk0\\Partition4",
        CSName=server.name,
        InstallDate=CREATED,
        LastBootUpTime=ago(days=9),
        LocalDateTime=plans.made,
    )
    yield _row(
        server,
        "Win32_ComputerSystem",
        Caption=server.name,
        Name=server.name,
        DNSHostName=server.name,
        Domain="WORKGROUP" if server.edge else plans.root,
        PartOfDomain=not server.edge,
        Workgroup="WORKGROUP" if server.edge else None,
        DomainRole=2 if server.edge else 3,
    )
    yield from _volumes(plans, server)
    for member in plans.members(server.dag or ""):
        number = str(plans.members(server.dag or "").index(member) + 1)
        yield _row(
            server,
            "Get-ClusterNode",
            Name=member.name,
            Cluster=server.dag,
            Id=number,
            BuildNumber=int(version.rsplit(".", 1)[-1]),
        )
        yield _row(server, "MSCluster_Node", Name=member.name, Caption=member.name)
    if not server.edge:
        yield _data_file(server, f"{SCAN_ENGINES}\\Configuration.xml", None, CREATED)
        yield from _web_bindings(server)
        for module, image in _WEB_MODULES:
            path = f"%windir%\\System32\\inetsrv\\{image}"
            yield _row(server, "Get-WebGlobalModule", name=module, image=path)


def registry_of(server: ServerPlan) -> Registry:
    """The registry values that are asked for."""
    major, minor, build, revision = (int(part) for part in server.build.split("."))
    own: Registry = {} if server.edge else {_SCAN_ENGINES_KEY: {"DatabasePath": SCAN_ENGINES}}
    return own | {
        # no SuppressExtendedProtection: that is how Windows comes
        _LSA_KEY: {"LimitBlankPasswordUse": 1, "NoLmHash": 1, "LmCompatibilityLevel": 5},
        _SETUP_KEY: {
            "MsiInstallPath": INSTALL_PATH,
            "MsiProductMajor": major,
            "MsiProductMinor": minor,
            "MsiBuildMajor": build,
            "MsiBuildMinor": revision,
            "OwaVersion": server.build,
        },
        _DOTNET_KEY: {"Release": WINDOWS[server.windows][2], "Version": "4.8.04161", "Install": 1},
    }


def file_version(name: str, version: str) -> dict[str, RowValue]:
    """``FileVersionInfo`` of a file; ``FileVersion`` pads its parts, the parts themselves are numbers."""
    parts = [int(part) for part in version.split(".")]
    padded = f"{parts[0]:02}.{parts[1]:02}.{parts[2]:04}.{parts[3]:03}"
    info: dict[str, RowValue] = dict.fromkeys(("FileDescription", "PrivateBuild", "SpecialBuild"), "")
    info |= dict.fromkeys(("IsDebug", "IsPatched", "IsPrivateBuild", "IsPreRelease", "IsSpecialBuild"), False)
    for kind in ("File", "Product"):
        for part, number in zip(("Major", "Minor", "Build", "Private"), parts, strict=True):
            info[f"{kind}{part}Part"] = number
        info[f"{kind}Version"] = padded
        info[f"{kind}VersionRaw"] = version
    own = name.rsplit("\\", 1)[-1]
    return info | {
        "CompanyName": "Microsoft Corporation",
        "FileName": name,
        "InternalName": own,
        "OriginalFilename": own,
        "Language": "Language Neutral",
        "LegalCopyright": "© Microsoft Corporation. All rights reserved.",
        "ProductName": "Microsoft® Exchange",
    }


def _row(server: ServerPlan, shape: str, **values: RowValue) -> Row:
    row = Row(load_shapes()[shape], server=server.name)
    row.set(values)
    return row


def _data_file(server: ServerPlan, name: str, version: str | None, written: datetime) -> Row:
    """A file as CIM shows it: in small letters, with the folder once more and without its drive."""
    folder, _, own = name.casefold().rpartition("\\")
    stem, _, extension = own.rpartition(".")
    return _row(
        server,
        "CIM_DataFile",
        Caption=name,
        Description=name,
        Name=name.casefold(),
        FileName=stem,
        Extension=extension,
        Path=f"{folder.partition(':')[2]}\\",
        FileSize=35240,
        LastModified=written,
        CreationDate=CREATED,
        InstallDate=CREATED,
        Version=version,
    )


def services_new_since(before: ServerPlan, after: ServerPlan) -> Iterator[Row]:
    """The services that an upgrade of the server brings."""
    there = {str(row.get("Name")) for row in _services(before)}
    yield from (row for row in _services(after) if str(row.get("Name")) not in there)


def _services(server: ServerPlan) -> Iterator[Row]:
    build = [int(part) for part in server.build.split(".")]
    for name, entry in service_data()["edge" if server.edge else "mailbox"].items():
        if entry.get("only", server.release) != server.release:
            continue
        if build < [int(part) for part in entry.get("since", server.build).split(".")]:
            continue
        start = entry.get("start", "Auto")
        running = start == "Auto" and not entry.get("stopped", False)
        yield _row(
            server,
            "Win32_Service",
            Name=name,
            DisplayName=entry["title"],
            Caption=entry["title"],
            StartMode=start,
            StartName=entry.get("account", "LocalSystem"),
            SystemName=server.name,
            State="Running" if running else "Stopped",
            Started=running,
            ProcessId=4120 if running else 0,
        )


def _volumes(plans: Plans, server: ServerPlan) -> Iterator[Row]:
    volumes = [("C:\\", "System", 200, 96, "NTFS")]
    volumes += [
        (f"C:\\ExchangeDatabases\\{database.name}\\", database.name, 2048, 1250, "ReFS")
        for database in plans.databases
        if server.name in database.servers
    ]
    for name, label, size, free, system in volumes:
        yield _row(
            server,
            "Win32_Volume",
            Name=name,
            Caption=name,
            Label=label,
            Capacity=size * _GIB,
            FreeSpace=free * _GIB,
            FileSystem=system,
            SystemName=server.name,
            DriveLetter="C:" if name == "C:\\" else None,
            BootVolume=name == "C:\\",
            DeviceID=f"\\\\?\\Volume{{{guid(server.name, name)}}}\\",
        )


def _web_bindings(server: ServerPlan) -> Iterator[Row]:
    for site, bindings in {
        "Default Web Site": ("http *:80:", "https *:443:", "http 127.0.0.1:80:", "https 127.0.0.1:443:"),
        "Exchange Back End": ("http *:81:", "https *:444:"),
    }.items():
        for binding in bindings:
            protocol, _, information = binding.partition(" ")
            yield _row(
                server,
                "Get-WebBinding",
                protocol=protocol,
                bindingInformation=information,
                certificateStoreName="MY" if protocol == "https" else "",
                ItemXPath=f"/system.applicationHost/sites/site[@name='{site}']",
            )
