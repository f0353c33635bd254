"""Examples: installed builds."""

from kit.changes import drop, partial, put
from kit.examples import Examples

EX01, EX05, EX06 = (f"windows {name}: Get-CimInstance -ClassName CIM_DataFile" for name in ("ex01", "ex05", "ex06"))

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
