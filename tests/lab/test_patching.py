"""Faults are general patches: on any server, object and value."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from muster.lab.certificates import Authority
from muster.lab.description import Description, DescriptionMistake, descriptions, load_description
from muster.lab.rows import Row
from muster.lab.world.access_lists import right_guid
from muster.lab.world.making import World
from muster.lab.world.playing import make_world


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), datetime.now(UTC))


@pytest.fixture
def plant(authority: Authority) -> Callable[..., World]:
    def make(*patches: dict[str, Any]) -> World:
        return make_world(load_description("demo-clean").with_patches("it", *patches), authority)

    return make


def one(rows: Any, **wanted: Any) -> Row:
    (row,) = [row for row in rows if row.matches(wanted)]
    return row  # type: ignore[no-any-return]


def test_every_description_plays(authority: Authority) -> None:
    for name in descriptions():
        assert make_world(load_description(name), authority).exchange["Get-ExchangeServer"]


def test_rows_of_another_server(plant: Callable[..., World]) -> None:
    world = plant({"output": "Get-OutlookAnywhere", "server": "ex05", "set": {"SSLOffloading": True}})
    offloading = {row.server for row in world.rows("Get-OutlookAnywhere") if row.get("SSLOffloading")}
    assert offloading == {"EX05"}


def test_a_new_row_like_another_has_its_own_object_in_the_directory(plant: Callable[..., World]) -> None:
    dn = "CN=Printers,CN=SMTP Receive Connectors,CN=Protocols,CN=EX02,CN=Servers"
    scanner = {"Name": "Scanner Relay"}
    made = plant({"output": "Get-ReceiveConnector", "where": scanner, "server": "ex05", "remove": True})
    assert not any(row.get("Name") == "Scanner Relay" for row in made.rows("Get-ReceiveConnector"))
    whole = one(made.rows("Get-ReceiveConnector"), Name="Client Frontend EX02").get("DistinguishedName")
    full = f"{dn},{str(whole).partition('CN=Servers,')[2]}"
    world = plant(
        {
            "output": "Get-ReceiveConnector",
            "server": "ex02",
            "where": {"Name": "Client Frontend EX02"},
            "add": {"Name": "Printers", "Identity": "EX02\\Printers", "DistinguishedName": full},
        },
        {"connector": "EX02\\Printers", "grants": [{"sid": "S-1-5-7", "right": "ms-exch-smtp-accept-any-recipient"}]},
    )
    (node,) = [node for node in world.nodes if node.matches("CN=Printers,*")]
    assert node.security is not None
    assert node.security.dacl is not None
    entry = node.security.dacl[0]
    assert (entry.sid, entry.object_type) == ("S-1-5-7", right_guid("ms-Exch-SMTP-Accept-Any-Recipient"))


def test_anonymous_users_may_submit_but_not_relay(plant: Callable[..., World]) -> None:
    world = plant()
    (node,) = [node for node in world.nodes if node.matches("CN=Default Frontend EX01,*")]
    assert node.security is not None
    assert node.security.dacl is not None
    rights = {entry.object_type for entry in node.security.dacl if entry.sid == "S-1-5-7"}
    assert right_guid("ms-Exch-SMTP-Submit") in rights
    assert right_guid("ms-Exch-SMTP-Accept-Any-Recipient") not in rights


def test_services_decide_what_exchange_says_of_them(plant: Callable[..., World]) -> None:
    stopped = {
        "windows": "ex02",
        "class": "Win32_Service",
        "where": {"Name": "MSExchangeIS"},
        "set": {"State": "Stopped"},
    }
    health = one(
        plant(stopped).rows("Test-ServiceHealth"), Role="Mailbox Server Role", ServicesNotRunning=["MSExchangeIS"]
    )
    assert (health.server, health.get("RequiredServicesRunning")) == ("EX02", False)


def test_a_certificate_of_one_server(plant: Callable[..., World]) -> None:
    renewed = {"like": "mail", "replaces": "mail", "installed": ["ex03"], "valid_to": 5}
    world = plant({"plan": "certificates.soon", "set": renewed})
    shown = {server: world.wire[server, 443].certificate for server in ("EX02", "EX03")}
    assert shown["EX02"] != shown["EX03"]
    assert shown["EX03"] == world.certificates.issued["soon"]
    keys = {one.key for one in world.certificates.installed if one.server == "EX03"}
    assert keys == {"soon", "own", "wmsvc", "auth"}
    bindings = {
        row.get("certificateHash")
        for row in world.windows["EX03"]
        if row.shape.name == "Get-WebBinding" and row.get("bindingInformation") == "*:443:"
    }
    assert bindings == {world.certificates.thumbprints["soon"]}


def test_one_controller_lags(plant: Callable[..., World]) -> None:
    world = plant({"directory": "CN=ms-Exch-Schema-Version-Pt,*", "controller": "dc3", "set": {"rangeUpper": 17001}})
    found = {
        name: next(entry for entry in world.directory(name).entries if entry.dn.startswith("CN=ms-Exch")).values(
            "rangeUpper"
        )
        for name in ("dc1", "dc3")
    }
    assert found == {"dc1": ("17003",), "dc3": ("17001",)}


def test_registry_values(plant: Callable[..., World]) -> None:
    key = "HKLM:\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full"
    world = plant({"registry": "ex04", "key": key, "set": {"Release": 461814, "Version": None}})
    assert world.registry["EX04"][key] == {"Release": 461814, "Install": 1}
    assert world.registry["EX03"][key]["Release"] == 528449


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({"output": "Get-Nonsense", "set": {}}, "knows no Get-Nonsense"),
        (
            {"output": "Get-SendConnector", "where": {"Name": "Inbound"}, "set": {}},
            "no row of Get-SendConnector fits",
        ),
        ({"output": "Get-SendConnector", "set": {"Nonsense": 1}}, "prints no 'Nonsense'"),
        ({"output": "Get-OutlookAnywhere", "server": "ex09", "set": {}}, "there is no server 'ex09'"),
        ({"directory": "CN=Nonsense", "set": {}}, "no entry's DN fits"),
        ({"wire": "edge01", "ports": [443], "set": {}}, "shows nothing on port 443"),
        ({"plan": "nonsense.x", "set": {}}, "the plan has no 'nonsense'"),
        ({"plan": "databases.DB99", "remove": True}, "'databases' has no 'DB99'"),
        ({"nonsense": 1}, "says what it changes with one of"),
    ],
)
def test_a_patch_that_changes_nothing_is_a_mistake(
    plant: Callable[..., World], patch: dict[str, Any], said: str
) -> None:
    with pytest.raises(DescriptionMistake, match=said) as mistake:
        plant(patch)
    assert "demo-clean, fault it" in str(mistake.value)


def test_descriptions_extend_one_another(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("extends: base\naccount: {user: 'X\\y'}\nsites: [A]\n")
    (tmp_path / "base.yaml").write_text("account: {user: a, sees_receive_connectors: true}\nsites: [B, C]\n")
    description = load_description(own)
    assert description.plan["account"] == {"user": "X\\y", "sees_receive_connectors": True}
    assert description.plan["sites"] == ["A"]


def test_a_missing_description_lists_those_that_exist() -> None:
    with pytest.raises(DescriptionMistake, match="there are demo, demo-clean, demo-maintenance, demo-restricted"):
        load_description("nonsense")


def test_one_fault_alone() -> None:
    demo = load_description("demo")
    assert list(demo.only("7").patches) == ["7"]
    with pytest.raises(DescriptionMistake, match="no fault '99'"):
        demo.only("99")
    assert isinstance(demo, Description)
    assert demo.as_of.isoformat() == "2025-09-15"
