"""What the lab's directory says of functional levels, controllers' Windows, an old class, and what domains deny."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from winacl.dtyp.security_descriptor import SECURITY_DESCRIPTOR  # type: ignore[import-untyped] # ships no types

from muster.lab.certificates import Authority
from muster.lab.description import DescriptionMistake, load_description
from muster.lab.directory.tree import Entry
from muster.lab.world.making import World
from muster.lab.world.playing import make_world

Plant = Callable[..., World]
CHILD = "DC=emea,DC=contoso,DC=local"
SCHEMA = "CN=Schema,CN=Configuration,DC=contoso,DC=local"


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    authority = Authority(tmp_path_factory.mktemp("authority"), datetime.now(UTC))

    def make(*patches: dict[str, Any]) -> World:
        return make_world(load_description("demo-clean").with_patches("it", *patches), authority)

    return make


def entry(world: World, controller: str, dn: str) -> Entry:
    (found,) = [one for one in world.directory(controller).entries if one.dn == dn]
    return found


def denials(world: World, controller: str, dn: str) -> list[tuple[str, int, str, str, int]]:
    """Trustee, mask, property, class and flags of every entry that denies."""
    security = entry(world, controller, dn).security
    assert security is not None
    entries = SECURITY_DESCRIPTOR.from_bytes(security.packed(0x4)).Dacl.aces
    return [
        (str(one.Sid), int(one.Mask), str(one.ObjectType), str(one.InheritedObjectType), int(one.AceFlags))
        for one in entries
        if one.AceType.value == 6
    ]


def test_the_levels_of_the_clean_organisation(plant: Plant) -> None:
    root = entry(plant(), "dc1", "")
    levels = ("domainFunctionality", "forestFunctionality", "domainControllerFunctionality")
    assert [root.values(name) for name in levels] == [("7",)] * 3


def test_levels_are_planned(plant: Plant) -> None:
    world = plant(
        {"plan": "forest", "set": {"functional_level": 6}},
        {"plan": "domains.emea.contoso.local", "set": {"functional_level": 5}},
    )
    of_child = entry(world, "dc3", "")
    assert (of_child.values("domainFunctionality"), of_child.values("forestFunctionality")) == (("5",), ("6",))
    assert entry(world, "dc1", "").values("domainFunctionality") == ("7",)
    assert entry(world, "dc3", CHILD).values("msDS-Behavior-Version") == ("5",)


def test_the_windows_of_each_controller(plant: Plant) -> None:
    world = plant()
    own = entry(world, "dc3", f"CN=DC3,OU=Domain Controllers,{CHILD}")
    assert own.values("operatingSystem") == ("Windows Server 2019 Standard",)
    assert own.values("operatingSystemVersion") == ("10.0 (17763)",)
    root = entry(world, "dc1", "CN=DC2,OU=Domain Controllers,DC=contoso,DC=local")
    assert root.values("operatingSystemVersion") == ("10.0 (20348)",)


def test_both_domains_deny_what_they_must(plant: Plant) -> None:
    world, root = plant(), "S-1-5-21-1004336348-1177238915-682003330"
    computer = "bf967a86-0de6-11d0-a285-00aa003049e2"
    for controller, dn in (("dc1", "DC=contoso,DC=local"), ("dc3", CHILD)):
        assert denials(world, controller, dn) == [
            (f"{root}-1120", 0x20, "bf967a7f-0de6-11d0-a285-00aa003049e2", computer, 2),
            (f"{root}-1122", 0x20, "0296c120-40da-11d1-a9c0-0000f80367c1", computer, 2),
        ]


def test_a_domain_s_denials_are_replaced(plant: Plant) -> None:
    world = plant({"directory": CHILD, "denies": [{"group": "Exchange Servers", "property": "userCertificate"}]})
    assert len(denials(world, "dc3", CHILD)) == 1
    assert len(denials(world, "dc1", "DC=contoso,DC=local")) == 2


@pytest.mark.parametrize(
    "patch",
    [
        {"directory": SCHEMA, "denies": []},
        {"directory": CHILD, "denies": [{"group": "Exchange Friends", "property": "userCertificate"}]},
        {"directory": CHILD, "denies": [{"group": "Exchange Servers", "property": "cn"}]},
    ],
)
def test_denials_nobody_can_have_are_mistakes(plant: Plant, patch: dict[str, Any]) -> None:
    with pytest.raises(DescriptionMistake):
        plant(patch)


def test_nothing_may_hold_a_storage_group_unless_planted(plant: Plant) -> None:
    dn = f"CN=ms-Exch-Storage-Group,{SCHEMA}"
    assert entry(plant(), "dc2", dn).values("possSuperiors") == ()
    planted = plant({"directory": dn, "set": {"possSuperiors": "computer"}})
    assert entry(planted, "dc2", dn).values("possSuperiors") == ("computer",)
