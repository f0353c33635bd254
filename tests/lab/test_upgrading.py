"""An upgrade changes answers as Setup does, and what is lost can be seen."""

from collections.abc import Callable
from typing import Any

import pytest
from lab.comparing import AT, MakeWorld, Said, differences, happened, said

from muster.lab.description import Description, load_description
from muster.lab.played import UpgradeEvent
from muster.lab.upgrading import LOSSES, UpgradeRefused, chosen, read_target
from muster.lab.world.making import World
from muster.lab.world.playing import NotPlayed

CU15 = "2019 CU15"
BY_DESIGN = (
    # door, what the object's name begins with (exchange: cmdlet), property
    ("exchange", "", "AdminDisplayVersion"),
    ("windows", "CIM_DataFile", "Version"),
    ("windows", "Win32_Service EX01 MSExchangeFlighting", ""),
    ("windows", "Get-FileHash", ""),
    ("registry", "Setup", ""),
    ("registry", "MailboxRole", ""),
    ("registry", "AdminTools", ""),
    ("registry", "InstallProperties", "DisplayVersion"),
    ("ldap", "CN=EX01,", "serialNumber"),
)


@pytest.fixture(scope="module")
def before(make: MakeWorld) -> Said:
    return happened(make)


@pytest.fixture(scope="module")
def upgraded(make: MakeWorld) -> Said:
    return happened(make, UpgradeEvent(AT, "ex01", CU15))


def is_by_design(key: tuple[str, ...]) -> bool:
    door, *_, who, name = key
    who = who.rsplit("\\", 1)[-1] if door == "registry" else who
    return any(door == wanted and who.startswith(start) and prop in {"", name} for wanted, start, prop in BY_DESIGN)


def test_without_losses_only_what_is_meant_changes(before: Said, upgraded: Said) -> None:
    changed = list(differences(before, upgraded))
    assert [key for key in changed if not is_by_design(key)] == []
    assert not [key for key in changed if any(f"EX0{number}" in " ".join(key) for number in range(2, 7))]
    versions = {key[1] for key in changed if key[-1] == "AdminDisplayVersion"}
    assert {"Get-ExchangeServer", "Get-MailboxServer", "Get-OwaVirtualDirectory", "Get-OutlookAnywhere"} <= versions
    kinds = {key[0] for key in changed}
    assert kinds == {"exchange", "windows", "registry", "ldap"}


def test_an_update_of_the_same_cu_is_seen_in_files_only(make: MakeWorld, before: Said) -> None:
    changed = list(differences(before, happened(make, UpgradeEvent(AT, "ex01", "15.2.1544.36"))))
    assert {key[0] for key in changed} == {"windows", "registry"}
    assert any("CIM_DataFile" in key[2] for key in changed if key[0] == "windows")


def test_playing_again_gives_the_same(make: MakeWorld, upgraded: Said) -> None:
    event = UpgradeEvent(AT, "ex01", CU15, tuple(LOSSES))
    first = happened(make, event)
    assert list(differences(first, happened(make, event))) == []
    assert list(differences(first, upgraded)) != []


@pytest.mark.parametrize("name", LOSSES)
def test_each_loss_can_be_seen(make: MakeWorld, upgraded: Said, name: str) -> None:
    lost = happened(make, UpgradeEvent(AT, "ex01", CU15, (name,)))
    changed = list(differences(upgraded, lost))
    assert changed, f"{name} changes nothing that anybody can see on ex01"


def test_losses_are_told() -> None:
    groups = [loss.group for loss in LOSSES.values()]
    assert groups.count("lost") >= 15
    assert {"owa-urls", "connector-tls", "offline-component"} <= set(LOSSES)
    for loss in LOSSES.values():
        assert loss.what
        assert loss.source
        assert "\n" not in loss.what
    assert {loss.group for loss in chosen(["all"])} == {"lost"}
    assert {loss.name for loss in chosen(["everything"])} == {
        loss.name for loss in LOSSES.values() if loss.group != "by-design"
    }
    assert [loss.name for loss in chosen(["owa-urls", "offline-component", "owa-urls"])] == [
        "offline-component",
        "owa-urls",
    ]
    with pytest.raises(UpgradeRefused, match="nothing is lost by the name 'owa'; there are all, everything, offline"):
        chosen(["owa"])


@pytest.mark.parametrize(
    ("server", "to", "said_why"),
    [
        ("ex02", "2019 CU15", "EX02 runs 15.2.1748.37 already, and Exchange Server 2019 CU15 is 15.2.1748.10"),
        ("ex02", "2019 CU14", "leads to something newer"),
        ("ex05", "SE", "takes no server of that line"),
        ("edge01", "SE", "EDGE01 is an Edge Transport server"),
        ("ex09", "SE", "there is no server 'ex09'; there are EX01"),
        ("ex01", "2019 CU99", "no release that the lab can play; there are"),
    ],
)
def test_what_setup_would_not_do_is_refused(make: MakeWorld, server: str, to: str, said_why: str) -> None:
    with pytest.raises(NotPlayed, match=r"event 1 of played.yaml cannot be played") as refused:
        make(UpgradeEvent(AT, server, to))
    assert said_why in str(refused.value)


@pytest.mark.parametrize(
    ("text", "build"),
    [("SE", "15.2.2562.17"), ("Exchange Server SE RTM", "15.2.2562.17"), ("2019 cu15", "15.2.1748.10")],
)
def test_targets_as_people_write_them(text: str, build: str) -> None:
    assert read_target(text).build == build


def old() -> Description:
    """Ex01 before 2019 CU14, in a forest that was prepared for no more than CU13."""
    return load_description("demo-clean").with_patches(
        "old",
        {
            "plan": "products.Exchange Server 2019 CU13",
            "set": {"cu_build": "15.2.1258.12", "release": "2019", "windows": "2019"},
        },
        {
            "plan": "servers.ex01",
            "set": {"product": "Exchange Server 2019 CU13", "build": "15.2.1258.12"},
        },
        {"output": "Get-OwaVirtualDirectory", "server": "ex01", "set": {"ExtendedProtectionTokenChecking": "None"}},
        {
            "output": "Get-WebServicesVirtualDirectory",
            "server": "ex01",
            "set": {"ExtendedProtectionTokenChecking": "None"},
        },
        {"output": "Get-OutlookAnywhere", "server": "ex01", "set": {"SSLOffloading": True}},
        {"directory": "CN=Contoso,CN=Microsoft Exchange,*", "set": {"objectVersion": 16761}},
        {"output": "Get-OrganizationConfig", "set": {"ObjectVersion": 16761}},
    )


def protection(world: World, cmdlet: str) -> dict[str, Any]:
    return {
        row.text("Name"): row.get("ExtendedProtectionTokenChecking")
        for row in world.rows(cmdlet)
        if row.server == "EX01"
    }


def test_crossing_2019_cu14_switches_extended_protection_on(make: MakeWorld) -> None:
    world = make(UpgradeEvent(AT, "ex01", CU15), description=old())
    assert protection(world, "Get-OwaVirtualDirectory") == {
        "owa (Default Web Site)": "Require",
        "owa (Exchange Back End)": "Require",
    }
    assert protection(world, "Get-WebServicesVirtualDirectory") == {
        "EWS (Default Web Site)": "Allow",
        "EWS (Exchange Back End)": "Require",
    }
    (anywhere,) = [row for row in world.rows("Get-OutlookAnywhere") if row.server == "EX01"]
    assert anywhere.get("SSLOffloading") is False
    (organization,) = world.rows("Get-OrganizationConfig")
    assert organization.get("ObjectVersion") == 16763
    (node,) = [node for node in world.nodes if node.matches("CN=Contoso,CN=Microsoft Exchange,*")]
    assert node.attributes["objectVersion"] == [16763]


def test_setup_can_be_told_to_leave_extended_protection(make: MakeWorld) -> None:
    world = make(UpgradeEvent(AT, "ex01", CU15, (), ("/DoNotEnableEP",)), description=old())
    assert set(protection(world, "Get-OwaVirtualDirectory").values()) == {"None"}
    world = make(UpgradeEvent(AT, "ex01", CU15, (), ("/DoNotEnableEP_FEEWS",)), description=old())
    assert protection(world, "Get-WebServicesVirtualDirectory")["EWS (Default Web Site)"] == "None"
    assert set(protection(world, "Get-OwaVirtualDirectory").values()) == {"Require"}
    with pytest.raises(NotPlayed, match="/donothing changes nothing here"):
        make(UpgradeEvent(AT, "ex01", CU15, (), ("/DoNothing",)))


def test_a_wider_schema_stays(make: MakeWorld) -> None:
    """A forest that is prepared for more than the target keeps what it has."""
    (node,) = [
        node for node in make(UpgradeEvent(AT, "ex01", CU15)).nodes if node.matches("CN=ms-Exch-Schema-Version-Pt,*")
    ]
    assert node.attributes["rangeUpper"] == [17003]


def test_before_2019_cu13_every_file_is_reset(make: MakeWorld) -> None:
    def queue(world: World, server: str) -> str:
        (row,) = [
            row
            for row in world.windows[server]
            if row.shape.name == "ConfigurationElement" and row.get("key") == "QueueDatabasePath"
        ]
        return row.text("value")

    description = load_description("demo-clean").with_patches(
        "old",
        {
            "plan": "products.Exchange Server 2016 CU22",
            "set": {"cu_build": "15.1.2375.7", "release": "2016", "windows": "2016"},
        },
        {"plan": "servers.ex05", "set": {"product": "Exchange Server 2016 CU22", "build": "15.1.2375.7"}},
    )
    lost = make(UpgradeEvent(AT, "ex05", "2016 CU23", ("transport-config",)), description=description)
    assert queue(lost, "EX05").endswith("TransportRoles\\data\\Queue")
    kept = make(UpgradeEvent(AT, "ex01", CU15, ("transport-config",)))
    assert queue(kept, "EX01") == "E:\\Queue"
    assert not any(
        row.get("Section") == "defaultProxy"
        for row in kept.windows["EX01"]
        if row.shape.name == "ConfigurationElement"
    )


def test_an_upgraded_lab_answers_so(play: Callable[..., Any], client: Any) -> None:
    event = UpgradeEvent(AT, "ex01", CU15, ("offline-component", "connector-tls", "services-disabled"))
    with play(load_description("demo-clean"), event) as running:
        asked = client(running, "exchange", "ex02")
        server = asked.ask(("Get-ExchangeServer", {"Identity": "EX01"})).output[0]
        assert server.adapted_properties["AdminDisplayVersion"] == "Version 15.2 (Build 1748.10)"
        states = asked.ask(("Get-ServerComponentState", {"Identity": "EX01"})).output
        inactive = {
            one.adapted_properties["Component"] for one in states if one.adapted_properties["State"] == "Inactive"
        }
        assert {"ServerWideOffline", "Monitoring", "RecoveryActionsEnabled", "HubTransport"} <= inactive
        health = asked.ask(("Test-ServiceHealth", {"Server": "EX01"})).output
        assert any(not one.adapted_properties["RequiredServicesRunning"] for one in health)
        windows = client(running, "windows", "ex01")
        question = {"ClassName": "Win32_Service", "Filter": "Name='MSExchangeDelivery'"}
        (service,) = windows.ask(("Get-CimInstance", question)).output
        assert service.adapted_properties["StartMode"] == "Disabled"
    assert said(running.world)["wire", "EX01", "25"][1] is False
