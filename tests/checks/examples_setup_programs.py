"""Examples: whether Setup finds what it needs."""

from kit.changes import add, both, copy, drop, partial, put, remove, unanswered
from kit.examples import Examples
from muster.model import Object
from muster.policy import FreeDisk, Policy, UpgradePolicy

VOLUMES = "windows ex01: Get-CimInstance -ClassName Win32_Volume"
FOLDER = "windows ex01: Get-ItemProperty -Path HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup"
PACKAGES = "windows {}: Get-ItemProperty -Path HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Installer"
CACHE = "windows ex01: Get-ChildItem -LiteralPath C:\\Windows\\Installer"
FEATURES = "windows ex01: Get-WindowsFeature"
SERVICES = "windows ex01: Get-CimInstance -ClassName Win32_Service -Filter 'State=''Running'''"
STREAMS = "windows ex01: Get-Item -LiteralPath D:\\ExchangeSE\\Setup.exe -Stream"
SIGNATURE = "windows ex01: Get-AuthenticodeSignature"
MEDIA = "windows ex01: Get-CimInstance -ClassName CIM_DataFile -Filter 'Name=''D:\\\\ExchangeSE\\\\Setup.exe"
EXCHANGE = {"DisplayName": "Microsoft Exchange Server 2019"}
UM_PACK = Object(
    "InstallProperties",
    None,
    {
        "DisplayName": "Microsoft Exchange 2016 UM Language Pack - German",
        "DisplayVersion": "15.1.2507.6",
        "LocalPackage": "C:\\Windows\\Installer\\77.msi",
    },
)


def service(name: str, display_name: str) -> Object:
    return Object("Win32_Service", name, {"Name": name, "DisplayName": display_name, "StartMode": "Auto"})


EXAMPLES = {
    "setup.free-disk": Examples(
        "ex01",
        failing={
            "no room": put(VOLUMES, {"Name": "C:\\"}, FreeSpace=29 * 2**30),
            "none for either": put(VOLUMES, {"Name": "C:\\"}, FreeSpace=2 * 2**30),
        },
        undetermined={
            "what is free was not sent": drop(VOLUMES, "FreeSpace"),
            "where Exchange is was not sent": drop(FOLDER, "MsiInstallPath"),
            "its volume was not shown": put(FOLDER, MsiInstallPath="E:\\Exchange\\"),
            "came with an error": partial(VOLUMES),
        },
        passing={
            "a full volume that Setup does not use": put(VOLUMES, {"Label": "DB"}, FreeSpace=2**30),
            "just enough": put(VOLUMES, {"Name": "C:\\"}, FreeSpace=31 * 2**30),
        },
        says=("has 29 GB free where the policy wants 30 GB", "has 2 GB free where the policy wants 10 GB"),
        policy=Policy(upgrade=UpgradePolicy(free_disk=FreeDisk(system=10, install=30))),
    ),
    "setup.installer-cache": Examples(
        "ex01",
        failing={
            "tidied away": remove(CACHE, {"Name": "1a4f30.msi"}),
            "never there": put(PACKAGES.format("ex01"), EXCHANGE, LocalPackage=""),
            "of a language": remove(CACHE, {"Name": "2a4f31.msi"}),
        },
        undetermined={
            "where it is was not sent": drop(PACKAGES.format("ex01"), "LocalPackage"),
            "what it is was not sent": drop(PACKAGES.format("ex01"), "DisplayName"),
            "a part of the cache": both(remove(CACHE, {"Name": "1a4f30.msi"}), partial(CACHE)),
            "no answer": unanswered(CACHE),
        },
        passing={
            "of another program": both(
                copy(
                    PACKAGES.format("ex01"),
                    EXCHANGE,
                    DisplayName="7-Zip",
                    LocalPackage="C:\\Windows\\Installer\\99.msi",
                )
            )
        },
        says=("is not in the installer cache",),
    ),
    "setup.prerequisites": Examples(
        "ex01",
        failing={
            "Visual C++": remove(PACKAGES.format("ex01"), {"DisplayName": "Visual C++ 2013"}),
            "URL Rewrite": remove(PACKAGES.format("ex01"), {"DisplayName": "URL Rewrite"}),
            "UCMA": remove(PACKAGES.format("ex01"), {"DisplayName": "Unified Communications"}),
        },
        undetermined={
            "a name was not sent": drop(PACKAGES.format("ex01"), "DisplayName"),
            "a part of them": both(
                remove(PACKAGES.format("ex01"), {"DisplayName": "URL Rewrite"}), partial(PACKAGES.format("ex01"))
            ),
        },
        says=("Visual C++ 2013 Redistributable (x64): is not installed", "IIS URL Rewrite", "Unified Communications"),
    ),
    "setup.windows-features": Examples(
        "ex01",
        failing={"tidied away": put(FEATURES, {"Name": "Web-Metabase"}, Installed=False)},
        undetermined={
            "not sent": drop(FEATURES, "Installed"),
            "one that Windows does not show": remove(FEATURES, {"Name": "RSAT-ADDS"}),
            "came with an error": partial(FEATURES),
        },
        passing={"what only an Edge needs": both()},
        says=("Web-Metabase: is not installed",),
    ),
    "setup.no-language-packs": Examples(
        "ex05",
        failing={"one": add(PACKAGES.format("ex05"), UM_PACK)},
        undetermined={
            "a name was not sent": drop(PACKAGES.format("ex05"), "DisplayName"),
            "came with an error": partial(PACKAGES.format("ex05")),
        },
        says=("UM Language Pack - German",),
    ),
    "setup.third-party-services": Examples(
        "ex01",
        failing={
            "antivirus": add(SERVICES, service("ntrtscan", "Trend Micro Real-time Scan")),
            "monitoring, by its display name": add(SERVICES, service("x1", "Splunkd Service")),
            "backup": add(SERVICES, service("VeeamDeploySvc", "Veeam Installer Service")),
        },
        undetermined={
            "a name was not sent": drop(SERVICES, "Name"),
            "a display name was not sent": drop(SERVICES, "DisplayName"),
            "came with an error": partial(SERVICES),
        },
        passing={
            "Windows' own antivirus": add(SERVICES, service("WinDefend", "Microsoft Defender Antivirus Service"))
        },
        says=("runs, of Trend Micro", "runs, of Splunk", "runs, of Veeam"),
    ),
    "setup.media-not-blocked": Examples(
        "ex01",
        failing={
            "from the internet": add(STREAMS, Object("AlternateStreamData", None, {"Stream": "Zone.Identifier"}))
        },
        undetermined={
            "not sent": drop(STREAMS, "Stream"),
            "no media": unanswered(STREAMS),
            "came with an error": partial(STREAMS),
        },
        says=("D:\\ExchangeSE\\Setup.exe has a Zone.Identifier",),
    ),
    "setup.media-signed": Examples(
        "ex01",
        failing={
            "changed": put(SIGNATURE, Status="HashMismatch"),
            "not signed": put(SIGNATURE, Status="NotSigned"),
        },
        undetermined={"not sent": drop(SIGNATURE, "Status"), "came with an error": partial(SIGNATURE)},
        says=("HashMismatch, not Valid", "NotSigned, not Valid"),
    ),
    "setup.media-right-release": Examples(
        "ex01",
        failing={"another release": put(MEDIA, Version="15.2.1748.10")},
        undetermined={
            "not sent": drop(MEDIA, "Version"),
            "no published build": put(MEDIA, Version="15.2.9999.1"),
            "came with an error": partial(MEDIA),
        },
        says=("is of Exchange Server 2019 CU15 (15.2.1748.10) where Exchange Server SE RTM was declared",),
    ),
}
