"""Services, from CIM or from Get-Service."""

import pytest

from kit.facts import SRV1, item, member, read
from muster.facts.services import NEEDED, ServiceHealths, WindowsServices
from muster.model import ExchangeCmdlet, FactUnavailable, Object, WindowsCmdlet
from muster.resolve import bound, needs_of

BY_CIM = bound(next(needs_of(WindowsServices)).alternatives[0], SRV1)
BY_CONTROLLER = WindowsCmdlet("Get-Service", server="SRV1")
UNFILTERED = WindowsCmdlet("Get-CimInstance", ClassName="Win32_Service", server="SRV1")


def cim(name: str, state: str, mode: str) -> Object:
    return item(
        "CimInstance", f"Win32_Service ({name})", Name=name, State=state, StartMode=mode, StartName="LocalSystem"
    )


def controller(name: str, status: str, start: str) -> Object:
    status_value = member("ServiceControllerStatus", 4, status)
    return item(
        "System.ServiceProcess.ServiceController",
        name,
        ServiceName=name,
        DisplayName="Anzeigename",
        Status=status_value,
        StartType=member("ServiceStartMode", 2, start),
    )


def test_both_ways_tell_the_same() -> None:
    by_cim = read(
        WindowsServices,
        SRV1,
        (BY_CIM, (cim("MSExchangeIS", "Running", "Auto"), cim("MSExchangePop3", "Stopped", "Manual"))),
    )
    by_controller = read(
        WindowsServices,
        SRV1,
        (
            BY_CONTROLLER,
            (controller("MSExchangeIS", "Running", "Automatic"), controller("MSExchangePop3", "Stopped", "Manual")),
        ),
    )
    told = [(row.name, row.state, row.start_mode) for row in by_cim]
    assert told == [("MSExchangeIS", "Running", "Auto"), ("MSExchangePop3", "Stopped", "Manual")]
    assert [(row.name, row.state, row.start_mode) for row in by_controller] == told
    assert by_cim.rows[0].start_name == "LocalSystem"
    with pytest.raises(FactUnavailable, match="StartName was not sent"):
        _ = by_controller.rows[0].start_name


@pytest.mark.parametrize("question", [BY_CONTROLLER, UNFILTERED])
def test_a_question_without_the_filter_gives_no_other_services(question: WindowsCmdlet) -> None:
    make = controller if question is BY_CONTROLLER else cim
    services = (make("Spooler", "Running", "Automatic"), make("w3svc", "Running", "Automatic"))
    found = read(WindowsServices, SRV1, (question, services))
    assert [row.name for row in found] == ["w3svc"]
    assert found.named("W3SVC") is found.rows[0]
    assert found.named("Spooler") is None


def test_every_needed_service_is_among_those_that_are_asked_for() -> None:
    for role, names in NEEDED.items():
        services = tuple(cim(name, "Running", "Auto") for name in names)
        assert len(read(WindowsServices, SRV1, (UNFILTERED, services))) == len(names), role
        for name in names:
            assert name.startswith("MSExchange") or f"Name='{name}'" in BY_CIM.key.replace("''", "'"), name


def test_exchange_s_own_opinion() -> None:
    asked = ExchangeCmdlet("Test-ServiceHealth", Server="SRV1", about="SRV1")
    rich = item(
        "ExchangeServicesStatus",
        None,
        Role="Postfachserverrolle",
        RequiredServicesRunning=False,
        ServicesNotRunning=("MSExchangeIS",),
        ServicesRunning=("W3Svc", "WinRM"),
    )
    partial = item(
        "ExchangeServicesStatus",
        None,
        Role="Postfachserverrolle",
        RequiredServicesRunning="False",
        ServicesNotRunning="MSExchangeIS",
        ServicesRunning=("W3Svc", "WinRM"),
    )
    assert read(ServiceHealths, SRV1, (asked, (rich,))) == read(ServiceHealths, SRV1, (asked, (partial,)))
    (found,) = read(ServiceHealths, SRV1, (asked, (rich,)))
    assert (found.identity, found.services_not_running) == ("Postfachserverrolle", ("MSExchangeIS",))
