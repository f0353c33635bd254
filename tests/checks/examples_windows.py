"""Examples for the checks of Windows under Exchange."""

from kit.changes import both, drop, put
from kit.examples import Examples

SYSTEM = "windows {}: Get-CimInstance -ClassName Win32_OperatingSystem"
VOLUMES = "windows ex02: Get-CimInstance -ClassName Win32_Volume"

EXAMPLES = {
    "dag.same-windows": Examples(
        "DAG01",
        says=("older than another member",),
        failing={
            "one behind": put(SYSTEM.format("ex03"), Version="10.0.17763", BuildNumber="17763"),
            "one ahead": put(SYSTEM.format("ex04"), Version="10.0.26100", BuildNumber="26100"),
            "one behind while another is unknown": both(
                drop(SYSTEM.format("ex01"), "Version"), put(SYSTEM.format("ex03"), Version="10.0.17763")
            ),
        },
        undetermined={
            "one member's version": drop(SYSTEM.format("ex02"), "Version"),
            "a version that nobody can read": put(SYSTEM.format("ex02"), Version=None),
        },
    ),
    "windows.free-space": Examples(
        "ex02",
        says=("GB are free",),
        failing={
            "a database's volume": put(VOLUMES, "DB02", FreeSpace=9 * 2**30),
            "the system's": put(VOLUMES, {"Label": "System"}, FreeSpace=2**30),
        },
        undetermined={
            "what is free": drop(VOLUMES, "FreeSpace", where="DB02"),
            "how large it is": drop(VOLUMES, "Capacity", where="DB02"),
        },
    ),
}
