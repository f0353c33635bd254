"""Examples for the checks of Windows services."""

from kit.changes import both, drop, partial, put, remove
from kit.examples import Examples

ON_EX02 = "windows ex02: Get-CimInstance -ClassName Win32_Service"
HEALTH = "Test-ServiceHealth -Server ex06"
HUB = {"Role": "Hub Transport"}

EXAMPLES = {
    "services.running": Examples(
        "ex02",
        says=("where Running was expected", "where Automatic was expected", "is not installed"),
        failing={
            "stopped": put(ON_EX02, {"Name": "MSExchangeThrottling"}, State="Stopped"),
            "disabled, and still running": put(ON_EX02, {"Name": "MSExchangeDelivery"}, StartMode="Disabled"),
            "manual, and running": put(ON_EX02, {"Name": "HostControllerService"}, StartMode="Manual"),
            "gone": remove(ON_EX02, {"Name": "MSExchangeServiceHost"}),
            "one that no role needs, automatic and stopped": put(
                ON_EX02, {"Name": "MSExchangeEdgeSync"}, State="Stopped"
            ),
        },
        undetermined={
            "a start mode that nobody knows": put(
                ON_EX02, {"Name": "MSExchangeEdgeSync"}, State="Stopped", StartMode="Automatisch"
            ),
            "a state of null": put(ON_EX02, {"Name": "MSExchangeThrottling"}, State=None),
            "a state": drop(ON_EX02, "State", where={"Name": "MSExchangeThrottling"}),
            "a start mode": drop(ON_EX02, "StartMode", where={"Name": "MSExchangeDelivery"}),
            "a name": drop(ON_EX02, "Name", where={"Name": "MSExchangeServiceHost"}),
            "not among part of the services": both(
                remove(ON_EX02, {"Name": "MSExchangeServiceHost"}), partial(ON_EX02)
            ),
        },
    ),
    "services.required-by-exchange": Examples(
        "ex06",
        says=("not running: MSExchangeTransport",),
        failing={
            "one is stopped": put(
                HEALTH, HUB, RequiredServicesRunning=False, ServicesNotRunning=("MSExchangeTransport",)
            )
        },
        undetermined={
            "one role's opinion": drop(HEALTH, "RequiredServicesRunning", where=HUB),
            "part of the roles": both(remove(HEALTH, HUB), partial(HEALTH)),
        },
    ),
}
