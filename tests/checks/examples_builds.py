"""Examples: installed builds."""

from datetime import UTC, datetime

from kit.changes import Change, add, both, drop, partial, put, remove, unanswered
from kit.examples import Examples
from muster.model import Object, Value
from muster.policy import Policy, SupportPolicy

BIN = r"C:\\Program Files\\Microsoft\\Exchange Server\\V15\\bin"
SETUP = f"Get-CimInstance -ClassName CIM_DataFile -Filter 'Name=''{BIN}"
EX01, EX04, EX05, EX06 = (f"windows {name}: {SETUP}" for name in ("ex01", "ex04", "ex05", "ex06"))
LIBRARY, CONFIGURATION, TOKEN_CACHE = (
    f"windows ex05: Get-CimInstance -ClassName CIM_DataFile -Filter 'Name=''C:\\\\Windows\\\\{file}"
    for file in (
        "Microsoft.NET\\\\Framework64\\\\v4.0.30319\\\\System.Data.dll",
        "Microsoft.NET\\\\Framework64\\\\v4.0.30319\\\\System.Configuration.dll",
        "System32\\\\inetsrv\\\\cachtokn.dll",
    )
)
LSA = "windows ex05: Get-ItemProperty -Path HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa"
WINDOWS = "windows ex05: Get-CimInstance -ClassName Win32_OperatingSystem"
MODULES = "windows ex05: Get-WebGlobalModule"
ENGINES = "windows ex05: Select-String"
OWA, OAB = "exchange: Get-OwaVirtualDirectory", "exchange: Get-OabVirtualDirectory"
OVERRIDES = "exchange: Get-SettingOverride"
ROOT = "ldap contoso.local: onelevel of 'DC=contoso"


def override(component: str, section: str, *parameters: str, **more: Value) -> Change:
    """A setting override of the organisation."""
    properties: dict[str, Value] = {
        "Name": "By hand",
        "ComponentName": component,
        "SectionName": section,
        "Parameters": parameters,
        "MinVersion": None,
        "MaxVersion": None,
        "Server": (),
        "Status": "Accepted",
    }
    return add(OVERRIDES, Object("SettingOverride", "By hand", properties | more))


P2_FROM = ("Transport", "NonCompliantSenderSettings", "AddP2FromRegexMatchHeader=false")
SIGNING = ("Data", "EnableSerializationDataSigning", "Enabled=false")

EXAMPLES = {
    "build.known": Examples(
        subject="ex05",
        failing={"between two published builds": put(EX05, Version="15.1.2507.60")},
        undetermined={
            "not sent": drop(EX05, "Version"),
            "no build": put(EX05, Version="unknown"),
            "newer than the catalogue": put(EX05, Version="15.1.2507.9999"),
            "came with an error": partial(EX05),
        },
        says=("15.1.2507.60 lies between",),
    ),
    "build.security-current": Examples(
        subject="ex05",
        failing={
            "the CU without any update": put(EX05, Version="15.1.2507.6"),
            "last year's update": put(EX05, Version="15.1.2507.44"),
            "a CU that gets updates no more, with its last": put(EX05, Version="15.1.2375.37"),
        },
        undetermined={
            "not sent": drop(EX05, "Version"),
            "no published build": put(EX05, Version="15.1.2507.60"),
            "came with an error": partial(EX05),
        },
        passing={"the security update without the later hotfix update": put(EX05, Version="15.1.2507.58")},
        says=("Aug25SU", "gets no security updates any more"),
    ),
    "build.supported": Examples(
        subject="ex05",
        failing={
            "not the last CU": put(EX05, Version="15.1.2375.37"),
            "a product that is out of support": put(EX05, Version="15.0.1497.48"),
            "an old CU of 2019": put(EX05, Version="15.2.1258.39"),
        },
        undetermined={
            "not sent": drop(EX05, "Version"),
            "no published build": put(EX05, Version="15.1.2507.60"),
            "newer than the catalogue": put(EX05, Version="15.2.2562.999"),
            "newer than the catalogue, of a product out of support": put(EX05, Version="15.0.1497.999"),
            "came with an error": partial(EX05),
        },
        passing={"the newest CU without any update": put(EX05, Version="15.1.2507.6")},
        says=("only the last CU (CU23) is serviced", "extended support ended on 2023-04-11", "only CU15 and CU14"),
    ),
    "build.support-ends": Examples(
        subject="ex04",
        failing={"a product whose support, ESU included, ends within the year": put(EX04, Version="15.2.1748.37")},
        undetermined={
            "not sent": drop(EX04, "Version"),
            "no published build": put(EX04, Version="15.2.2562.18"),
        },
        says=("ends on 2026-04-14, in less than 365 days",),
        policy=Policy(support=SupportPolicy(365), esu=frozenset({1, 2})),
    ),
    "build.follows-policy": Examples(
        subject="ex05",
        failing={
            "older than the build that was decided on": put(EX05, Version="15.1.2507.58"),
            "newer than the build that was decided on": put(EX05, Version="15.1.2507.61"),
        },
        undetermined={
            "not sent": drop(EX05, "Version"),
            "no published build": put(EX05, Version="15.1.2507.60"),
            "came with an error": partial(EX05),
        },
        says=("'pinned to 15.1.2507.59 until 2025-12-31' (policy for DAG02)",),
    ),
    "build.known-vulnerable": Examples(
        subject="ex05",
        failing={
            "an update is missing": put(EX05, Version="15.1.2507.44"),
            "a CU that never got the update": put(EX05, Version="15.1.2375.37"),
            "an update is missing, and Windows does not answer": both(
                put(EX05, Version="15.1.2507.44"), unanswered(LSA)
            ),
            "an override switches a fix off": override(*P2_FROM),
            "the same for this server only": override(*P2_FROM, Server=("EX05",)),
            "an override switches signing off": override(*SIGNING),
            "Extended Protection is off on one directory": put(
                OAB, "EX05\\OAB (Default", ExtendedProtectionTokenChecking="None"
            ),
            "Windows does without Extended Protection": put(LSA, SuppressExtendedProtection=1),
            "an old library of .NET": put(LIBRARY, Version="4.7.3620.0"),
            "an old library of .NET by its date": put(CONFIGURATION, LastModified=datetime(2020, 5, 1, tzinfo=UTC)),
            "no download domains": put("exchange: Get-OrganizationConfig", EnableDownloadDomains=False),
            "no download host name": put(OWA, "EX05\\owa (Default", InternalDownloadHostName=None),
            "the download host name is OWA's own": put(
                OWA, "EX05\\owa (Default", ExternalDownloadHostName="mail.contoso.com"
            ),
            "the domain was not prepared": put(ROOT, objectVersion=("13242",)),
            "an old token cache": put(TOKEN_CACHE, Version="10.0.14393.5000"),
            "the scan engines are told not to": add(
                ENGINES, Object("MatchInfo", "", {"Path": "C:\\Configuration.xml", "Line": "<Engine>|NO</Engine>"})
            ),
        },
        undetermined={
            "not sent": drop(EX05, "Version"),
            "no published build": put(EX05, Version="15.1.2507.60"),
            "the overrides did not come": unanswered(OVERRIDES),
            "signing by two minds": both(override(*SIGNING), override("Data", SIGNING[1], "Enabled=true")),
            "Windows does not answer": unanswered(LSA),
            "a library is not there": remove(LIBRARY),
            "a kind of directory was not shown": remove(OAB, "EX05\\OAB (Default"),
            "OWA's host name was not sent": drop(OWA, "InternalDownloadHostName", where="EX05\\owa (Default"),
            "the domain's container was not shown": remove(ROOT),
            "a Windows whose token cache nobody has judged": put(WINDOWS, BuildNumber="14300"),
        },
        passing={
            "the override is for another server": override(*P2_FROM, Server=("EX01",)),
            "the override ends before this build": override(*P2_FROM, MaxVersion="15.1.2507.44"),
            "the override says something else": override(*P2_FROM[:2], "AddP2FromRegexMatchHeader=true"),
            "the token cache is old, and not loaded": both(
                put(TOKEN_CACHE, Version="10.0.14393.5000"), remove(MODULES, {"name": "TokenCacheModule"})
            ),
            "Windows Server 2025 never had that fault": both(
                put(TOKEN_CACHE, Version="10.0.14393.5000"), put(WINDOWS, BuildNumber="26100")
            ),
        },
        says=(
            "it is closed by Exchange Server 2016 CU23",
            "switches the fix off",
            "switches the signing of serialized data off",
            "OAB: ExtendedProtectionTokenChecking is None",
            "SuppressExtendedProtection is set",
            "from before July 2020",
            "EnableDownloadDomains is False",
            "OWA has no download host name",
            "OWA's download host name mail.contoso.com is that of its URL",
            "objectVersion is 13242",
            "cachtokn.dll is 10.0.14393.5000 where at least",
            "holds '|NO'",
        ),
    ),
    "build.matches-directory": Examples(
        subject="ex05",
        failing={
            "the upgrade broke off after the files": put(
                "exchange: Get-ExchangeServer", "EX05", AdminDisplayVersion="Version 15.1 (Build 2375.7)"
            ),
            "files of another CU": put(EX05, Version="15.1.2375.37"),
        },
        undetermined={
            "the directory's version was not sent": drop(
                "exchange: Get-ExchangeServer", "AdminDisplayVersion", where="EX05"
            ),
            "the directory's version is no version": put(
                "exchange: Get-ExchangeServer", "EX05", AdminDisplayVersion="15"
            ),
            "the file's version was not sent": drop(EX05, "Version"),
        },
        says=("not the same CU",),
    ),
    "build.matches-inventory": Examples(
        subject="ex01",
        failing={
            "upgraded, and the inventory forgotten": put(EX01, Version="15.2.2562.27"),
            "not the CU that was declared, but the one before": put(EX01, Version="15.2.1258.39"),
        },
        undetermined={
            "not sent": drop(EX01, "Version"),
            "no published build": put(EX01, Version="15.2.1544.5"),
        },
        says=("is installed where the inventory declares Exchange Server 2019 CU14",),
    ),
    "dag.same-build": Examples(
        subject="DAG02",
        failing={
            "one member missed an update": put(EX06, Version="15.1.2507.58"),
        },
        undetermined={
            "one member's build was not sent": drop(EX05, "Version"),
            "came with an error": partial(EX06),
        },
        says=("where another member runs",),
    ),
}
