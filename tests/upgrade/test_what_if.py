"""Stored answers as they would be after an upgrade: changed by what the tables say, and by nothing else."""

from collections.abc import Mapping

import pytest
from packaging.version import Version

from kit.facts import entry, item, member
from kit.recorded import organisation
from muster.catalogue import Release, published
from muster.facts.builds import Build
from muster.facts.servers import ExchangeServer
from muster.facts.web.virtual_directories import OabDirectories, OwaDirectories
from muster.model import Answer, Environment, LdapSearch, Object, Observation, Problem, Server, Value
from muster.resolve import book_of, resolve
from muster.upgrade.what_if import Imagined, NobodyGoes, what_if
from muster.upgrade.what_if.directory import prepared
from muster.upgrade.what_if.printed import file_of, reprinted

CATALOGUE = published()
CU15_SU = "15.2.1748.37"


def release(build: str) -> Release:
    found = CATALOGUE.release_of(build)
    assert isinstance(found, Release)
    return found


CU15, SE = release("15.2.1748.10"), release("15.2.2562.17")


def imagined(target: Release, *only: str, **other: Mapping[str, Observation]) -> Imagined:
    bench = organisation("demo")
    seen = other.get("seen", bench.observations)
    return what_if(bench.environment, seen.values(), CATALOGUE, target, only)


def server(name: str, environment: Environment | None = None) -> Server:
    every = (environment or organisation("demo").environment).servers
    return next(one for one in every if one.name == name)


def book(found: Imagined) -> Mapping[str, Observation]:
    return {one.question.key: one for one in found.observations}


def build_of(name: str, found: Imagined) -> str:
    return str(resolve(Build, server(name), book_of(book(found))).fact.version)


def shown_of(name: str, found: Imagined) -> str:
    return str(resolve(ExchangeServer, server(name), book_of(book(found))).fact.admin_display_version)


# who goes


def test_only_servers_that_can_go_in_place_go_and_of_each_other_it_is_said_why_not() -> None:
    found = imagined(SE)
    assert found.servers == ("ex01", "ex02", "ex03")
    assert [build_of(name, found) for name in found.servers] == ["15.2.2562.17"] * 3
    assert build_of("ex05", found).startswith("15.1.2507.")
    told = "\n".join(found.told)
    assert "ex05 stays as it is: Exchange Server 2016 CU23 cannot become Exchange Server SE in place" in told
    assert "that needs a new server" in told
    assert "edge01 stays as it is: it is an Edge Transport server" in told
    assert "ex04 stays as it is: it has Exchange Server SE RTM" in told


def test_only_the_named_servers_go() -> None:
    found = imagined(SE, "EX02")
    assert found.servers == ("ex02",)
    assert build_of("ex01", found).startswith("15.2.1544.")


def test_where_nobody_can_go_it_is_said_of_each() -> None:
    with pytest.raises(NobodyGoes, match=r"ex05 stays .* new server"):
        imagined(SE, "ex05")
    with pytest.raises(NobodyGoes, match="which is newer: Setup installs no older one"):
        imagined(release("15.2.1258.12"))


# what is changed


def test_the_directory_shows_the_cus_own_build_whatever_update_is_named() -> None:
    found = imagined(release(CU15_SU), "ex01")
    assert build_of("ex01", found) == CU15_SU
    assert shown_of("ex01", found) == "15.2.1748.10"


def test_an_update_inside_a_cu_moves_the_file_and_nothing_that_setup_of_a_cu_would() -> None:
    seen = organisation("demo").observations
    found = imagined(release("15.2.1544.39"), "ex01")
    differing = [one.question.key for one in found.observations if one != seen[one.question.key]]
    assert len(differing) == 1
    assert "ExSetup.exe" in differing[0]


def test_extended_protection_is_switched_on_as_the_table_says_on_those_that_go_only() -> None:
    before = resolve(OabDirectories, server("ex01"), book_of(organisation("demo").observations)).fact
    assert {one.extended_protection_token_checking for one in before} == {"None"}  # planted
    found = book_of(book(imagined(CU15, "ex01")))
    after = resolve(OabDirectories, server("ex01"), found).fact
    assert {one.identity: one.extended_protection_token_checking for one in after} == {
        r"EX01\OAB (Default Web Site)": "Allow",
        r"EX01\OAB (Exchange Back End)": "Require",
    }
    other = resolve(OwaDirectories, server("ex02"), found).fact
    assert other == resolve(OwaDirectories, server("ex02"), book_of(organisation("demo").observations)).fact


def test_a_problem_stays_a_problem_and_no_observation_comes_or_goes() -> None:
    seen = dict(organisation("demo").observations)
    key = next(key for key in seen if key.startswith("windows ex02:") and "ExSetup.exe" in key)
    lost = Observation(seen[key].question, "ex02", None, 0.0, "ex02", problem=Problem("timeout", "nobody answered"))
    found = imagined(SE, seen={**seen, key: lost})
    assert book(found).keys() == seen.keys()
    assert book(found)[key] == lost
    assert "ex02" in found.servers  # by what the directory shows
    assert any(line.startswith("No answer shows ExSetup.exe's version of ex02") for line in found.told)


def test_the_inventory_speaks_of_the_target_and_declares_the_upgrade() -> None:
    found = imagined(SE)
    assert server("ex01", found.environment).product == "Exchange Server SE RTM"
    dag = next(one for one in found.environment.dags if one.name == "DAG01")
    assert {one.product for one in dag.members} == {"Exchange Server SE RTM"}
    assert server("ex05", found.environment).product == "Exchange Server 2016 CU23"
    assert server("ex01", found.before).product == "Exchange Server 2019 CU14"
    assert found.before.upgrade.to == "Exchange Server SE RTM"


# the directory


MESO = LdapSearch(base="DC=x", filter="(objectClass=msExchSystemObjectsContainer)", domain="x")
ORGANIZATION = LdapSearch(base="CN=x", filter="(objectClass=msExchOrganizationContainer)")


@pytest.mark.parametrize(
    ("question", "was", "now"),
    [
        (LdapSearch(base="x", controller="dc1"), {"rangeUpper": "17002"}, {"rangeUpper": "17003"}),
        (LdapSearch(base="x", controller="dc1"), {"rangeUpper": "17003"}, None),
        (LdapSearch(base="x", controller="dc1"), {"rangeUpper": "99999"}, None),
        (MESO, {"cn": "Microsoft Exchange System Objects", "objectVersion": "13242"}, {"objectVersion": "13243"}),
        (MESO, {"cn": "Microsoft Exchange System Objects\nCNF:1", "objectVersion": "13242"}, None),
        (ORGANIZATION, {"objectVersion": "16760"}, {"objectVersion": "16763"}),
        (ORGANIZATION, {"msExchProductId": "15.02.1748.010"}, {"msExchProductId": "15.02.2562.017"}),
        (LdapSearch(base="x"), {"objectVersion": "87"}, None),  # the schema of Windows is not Exchange's
    ],
)
def test_numbers_of_the_directory_are_raised_where_more_is_needed_and_never_lowered(
    question: LdapSearch, was: dict[str, str], now: dict[str, str] | None
) -> None:
    level = CATALOGUE.schema_for(SE.product, SE.cu)
    assert level is not None
    found = prepared(entry("CN=x", **was), question, level, SE.build)
    assert (found[0] if found else None) == (entry("CN=x", **{**was, **now}) if now else None)


# printed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Version 15.2 (Build 1544.4)", "Version 15.2 (Build 2562.17)"),
        ("Version 15.2 (Build 31544.4)", "Version 15.2 (Build 32562.17)"),
        (("Version 15.2 (Build 31544.4)",), ("Version 15.2 (Build 32562.17)",)),
        ("15.2.1544.4", "15.2.2562.17"),
        ("15.02.1544.004", "15.02.2562.017"),
        (
            item("ServerVersion", "Version 15.2 (Build 1544.4)", Major=15, Minor=2, Build=1544, Revision=4),
            item("ServerVersion", "Version 15.2 (Build 2562.17)", Major=15, Minor=2, Build=2562, Revision=17),
        ),
        ("0.20 (15.0.0.0)", None),
        (None, None),
        (member("Version", 1, "15.2"), None),
    ],
)
def test_a_build_keeps_the_form_it_was_printed_in(old: Value, new: Value) -> None:
    assert reprinted(old, Version("15.2.2562.17")) == new


def test_a_files_version_is_changed_in_every_form_that_is_read() -> None:
    info = item("FileVersionInfo", FileMajorPart=15, FileMinorPart=2, FileBuildPart=1544, FilePrivatePart=4)
    text = item("FileVersionInfo", FileVersion="15.02.1544.004", ProductVersion="15.02.1544.004", Language="x")
    other = file_of(info, SE.build)
    assert other is not None
    assert Build.read(server("ex01"), {"ExSetup": Answer((other,))}).version == SE.build
    assert file_of(text, SE.build) == item(
        "FileVersionInfo", FileVersion="15.02.2562.017", ProductVersion="15.02.2562.017", Language="x"
    )
    assert file_of(Object("FileVersionInfo", None, {"Language": "x"}), SE.build) is None
