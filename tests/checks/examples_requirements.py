"""Examples: what Exchange stands on."""

from datetime import date

from kit.changes import both, drop, partial, put, unanswered
from kit.examples import Examples
from muster.policy import AllowedReleases, FunctionalLevels, Policy

BIN = r"C:\\Program Files\\Microsoft\\Exchange Server\\V15\\bin"
SETUP = f"Get-CimInstance -ClassName CIM_DataFile -Filter 'Name=''{BIN}"
THREE = ("ex01", "ex04", "ex05")
BUILD = {one: f"windows {one}: {SETUP}" for one in THREE}
WINDOWS = {
    one: f"windows {one}: Get-CimInstance -ClassName Win32_OperatingSystem" for one in ("ex01", "ex04", "ex05")
}
DOTNET = {
    one: f"windows {one}: Get-ItemProperty -Path 'HKLM:\\SOFTWARE\\Microsoft\\NET" for one in ("ex01", "ex04", "ex05")
}
DC3 = "(dNSHostName=dc3.emea.contoso.local)"
DC3_ROOT = "ldap dc3: base of ''"
DC1_ROOT = "ldap dc1: base of ''"
SERVERS = "exchange: Get-ExchangeServer"
UNKNOWN_CU = put(SERVERS, "EX04", AdminDisplayVersion="Version 15.2 (Build 2999.4)")
EVERYTHING = AllowedReleases(frozenset({"2012 R2", "2016"}), date(2030, 1, 1))

EXAMPLES = {
    "windows.supported-release": Examples(
        subject="ex05",
        failing={
            "a Windows that its CU never ran on": put(WINDOWS["ex05"], BuildNumber="20348"),
            "supported by Microsoft, not allowed by the policy": put(WINDOWS["ex05"], BuildNumber="9200"),
        },
        undetermined={
            "not sent": drop(WINDOWS["ex05"], "BuildNumber"),
            "no Windows Server that anybody knows": put(WINDOWS["ex05"], BuildNumber="22631"),
            "the build was not sent": drop(BUILD["ex05"], "Version"),
            "no published build": put(BUILD["ex05"], Version="15.1.2507.60"),
            "came with an error": partial(WINDOWS["ex05"]),
        },
        passing={"another supported one": put(WINDOWS["ex05"], BuildNumber="9600")},
        says=("runs Windows Server 2022 where", "the policy allows"),
        policy=Policy(windows_server=EVERYTHING),
    ),
    "windows.dotnet-supported": Examples(
        subject="ex05",
        failing={
            "older than its CU supports": put(DOTNET["ex05"], Release=461814),
            "newer than its CU knows": put(DOTNET["ex05"], Release=533325),
        },
        undetermined={
            "not sent": drop(DOTNET["ex05"], "Release"),
            "older than anything that writes the number": put(DOTNET["ex05"], Release=12),
            "which Windows was not sent": drop(WINDOWS["ex05"], "BuildNumber"),
            "no published build": put(BUILD["ex05"], Version="15.1.2507.60"),
            "came with an error": partial(DOTNET["ex05"]),
        },
        says=(".NET Framework 4.7.2 is installed where 4.8 was expected", ".NET Framework 4.8.1 is installed"),
    ),
    "organization.coexistence": Examples(
        subject="Contoso",
        failing={
            "2016 before its last CU, beside SE": put(
                SERVERS, "EX05", AdminDisplayVersion="Version 15.1 (Build 2375.7)"
            ),
            "2013 beside SE": put(SERVERS, "EX05", AdminDisplayVersion="Version 15.0 (Build 1497.2)"),
        },
        undetermined={
            "a server's CU was not sent": drop(SERVERS, "AdminDisplayVersion", where="EX02"),
            "a CU that the catalogue does not know": UNKNOWN_CU,
            "a product of which nobody says": put(SERVERS, "EX05", AdminDisplayVersion="Version 14.3 (Build 123.4)"),
            "came with an error": partial(SERVERS),
        },
        says=("where Exchange Server 2016 CU23 was expected", "where no Exchange Server 2013 was expected"),
    ),
    "upgrade.preparing-machine": Examples(
        subject="ex04",
        failing={"too old for what will be installed": put(DOTNET["ex04"], Release=461814)},
        undetermined={
            "not sent": drop(DOTNET["ex04"], "Release"),
            "which Windows was not sent": drop(WINDOWS["ex04"], "BuildNumber"),
            "a Windows that the table has no .NET Framework for": put(WINDOWS["ex04"], BuildNumber="14393"),
        },
        says=("for Exchange Server SE RTM",),
    ),
    "setup.dotnet-for-target": Examples(
        subject="ex01",
        failing={"too old for what will be installed": put(DOTNET["ex01"], Release=461814)},
        undetermined={
            "not sent": drop(DOTNET["ex01"], "Release"),
            "which Windows was not sent": drop(WINDOWS["ex01"], "BuildNumber"),
            "the build was not sent": drop(BUILD["ex01"], "Version"),
        },
        says=("for Exchange Server SE RTM",),
    ),
    "setup.windows-for-target": Examples(
        subject="ex01",
        failing={"one that it does not know": put(WINDOWS["ex01"], BuildNumber="14393")},
        undetermined={
            "not sent": drop(WINDOWS["ex01"], "BuildNumber"),
            "no Windows Server that anybody knows": put(WINDOWS["ex01"], BuildNumber="22631"),
            "the build was not sent": drop(BUILD["ex01"], "Version"),
        },
        says=("runs Windows Server 2016 where",),
    ),
    "directory.controller-windows": Examples(
        subject="dc3",
        failing={
            "too old for the newest CU": put(DC3, operatingSystemVersion=("6.2 (9200)",)),
            "too new for the oldest CU": put(DC3, operatingSystemVersion=("10.0 (26100)",)),
        },
        undetermined={
            "not sent": drop(DC3, "operatingSystemVersion"),
            "no Windows Server that anybody knows": put(DC3, operatingSystemVersion=("10.0 (22631)",)),
            "a CU that the catalogue does not know": UNKNOWN_CU,
            "came with an error": partial(DC3),
        },
        passing={"an older one that all support": put(DC3, operatingSystemVersion=("6.3 (9600)",))},
        says=("the controller runs Windows Server",),
    ),
    "directory.forest-functional-level": Examples(
        subject="contoso.local",
        failing={
            "too low for the newest CU": put(DC1_ROOT, forestFunctionality=("5",)),
            "a level that no CU knows": put(DC3_ROOT, forestFunctionality=("10",)),
            "lower than the policy wants": put(DC1_ROOT, forestFunctionality=("6",)),
        },
        undetermined={
            "not sent": drop(DC1_ROOT, "forestFunctionality"),
            "a controller does not answer": unanswered(DC3_ROOT),
            "no level that anybody knows": put(DC1_ROOT, forestFunctionality=("8",)),
            "a CU that the catalogue does not know": UNKNOWN_CU,
        },
        says=("the level is 2012", "the policy wants at least 2016", "the level is 2025"),
        policy=Policy(functional_levels=FunctionalLevels(forest="2016")),
    ),
    "directory.domain-functional-level": Examples(
        subject="emea.contoso.local",
        failing={
            "too low for the newest CU": put(DC3_ROOT, domainFunctionality=("4",)),
            "lower than the policy wants": both(put(DC3_ROOT, domainFunctionality=("6",))),
        },
        undetermined={
            "not sent": drop(DC3_ROOT, "domainFunctionality"),
            "a controller does not answer": unanswered(DC3_ROOT),
            "no level that anybody knows": put(DC3_ROOT, domainFunctionality=("9",)),
        },
        says=("the level is 2008 R2", "the policy wants at least 2016"),
        policy=Policy(functional_levels=FunctionalLevels(domain="2016")),
    ),
}
