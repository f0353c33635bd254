"""Builds are looked up exactly, however they are printed, and nothing is concluded from a neighbour."""

from datetime import date

import pytest
from packaging.version import Version

from muster.catalogue import Release, Unpublished, published, read_build
from muster.model import FactUnavailable


@pytest.mark.parametrize(
    "printed", ["15.2.1748.37", "15.02.1748.037", "Version 15.2 (Build 1748.37)", " 15.2.1748.37 "]
)
def test_every_way_of_printing_a_build_finds_the_same_release(printed: str) -> None:
    found = published().release_of(printed)
    assert isinstance(found, Release)
    assert (found.product, found.cu, found.su, found.kb) == ("Exchange Server 2019", "CU15", "Sep25HU", "KB5066372")
    assert found.released == date(2025, 9, 8)
    assert str(found) == "Exchange Server 2019 CU15 Sep25HU (15.2.1748.37)"


@pytest.mark.parametrize("nonsense", ["", "newest", "15.2", "15.2.1748.37-beta", "Version 15.2", "15.2.1748.37.1"])
def test_nonsense_is_refused_and_quoted(nonsense: str) -> None:
    with pytest.raises(ValueError, match="is no build") as refused:
        read_build(nonsense)
    assert f"'{nonsense}'" in str(refused.value)


@pytest.mark.parametrize(
    ("build", "newer", "where"),
    [
        ("15.2.1748.38", False, "between Exchange Server 2019 CU15 Sep25HU (15.2.1748.37) and"),
        ("15.2.1748.9999", True, "newer than Exchange Server 2019 CU15"),
        ("15.2.1800.3", False, "between Exchange Server 2019 CU15"),  # no CU anybody knows, below SE
        ("15.2.2562.5", False, "between Exchange Server 2019 CU15"),  # of SE's branch, below its RTM
        ("15.2.9999.1", True, "newer than Exchange Server SE"),
        ("15.1.2600.1", True, "newer than Exchange Server 2016 CU23"),  # above all of 2016, below all of 2019
        ("15.3.1750.8", True, "newer than Exchange Server SE"),
        ("5.5.2653", False, "older than every"),
    ],
)
def test_where_a_build_lies_that_nobody_released(build: str, newer: bool, where: str) -> None:
    found = published().release_of(build)
    assert isinstance(found, Unpublished)
    assert found.is_newer_than_known is newer
    assert where in str(found)


def test_the_newest_known_is_not_newer_than_known() -> None:
    for product in ("Exchange Server 2016", "Exchange Server 2019", "Exchange Server SE"):
        newest = published().newest(product)
        assert published().release_of(newest.build) is newest


@pytest.mark.parametrize("written", ["6.5.6944", "6.5.6944.0", "06.05.6944"])
def test_a_build_of_three_numbers(written: str) -> None:
    found = published().release_of(written)
    assert isinstance(found, Release)
    assert found.cumulative_update == "Exchange Server 2003 RTM"


def test_a_build_that_circulates_and_was_never_released() -> None:
    assert "Microsoft released no such build" in (published().circulating(read_build("15.3.1750.8")) or "")
    assert published().circulating(read_build("15.2.1748.8")) is None


def test_builds_compare_as_numbers() -> None:
    assert read_build("15.2.1748.9") < read_build("15.2.1748.10")


@pytest.mark.parametrize(
    ("product", "cu", "build"),
    [
        ("Exchange Server 2016", "CU23", "15.1.2507.59"),
        ("Exchange Server 2019", "CU14", "15.2.1544.34"),
        ("Exchange Server 2019", "CU15", "15.2.1748.37"),
        ("Exchange Server SE", "RTM", "15.2.2562.27"),
    ],
)
def test_the_newest_release_of_a_cu_on_a_day(product: str, cu: str, build: str) -> None:
    assert published().newest(product, cu, date(2025, 9, 15)).build == Version(build)


def test_a_release_does_not_count_before_its_day() -> None:
    day_before = published().newest("Exchange Server 2019", "CU15", date(2025, 9, 7))
    assert day_before.su == "Aug25SU"
    assert published().newest("Exchange Server 2019", "CU15", date(2025, 2, 10)).su is None


def test_security_only_leaves_hotfix_updates_out() -> None:
    found = published().newest("Exchange Server 2019", "CU15", date(2025, 9, 15), security_only=True)
    assert (found.su, found.kind) == ("Aug25SU", "SU")


def test_no_release_up_to_a_day_is_an_error_that_says_so() -> None:
    with pytest.raises(FactUnavailable, match="Exchange Server 2019 CU15 up to 2020-01-01"):
        published().newest("Exchange Server 2019", "CU15", date(2020, 1, 1))


def test_a_release_known_by_month_is_out_from_the_next_month_on() -> None:
    (february,) = [
        found for found in published().releases_of("Exchange Server 2016", "CU14") if found.su == "Feb20SU"
    ]
    assert (february.released, february.by_month, february.when) == (date(2020, 2, 1), True, "2020-02")
    assert published().newest("Exchange Server 2016", "CU14", date(2020, 2, 29)).su == "Nov19SU"
    assert published().newest("Exchange Server 2016", "CU14", date(2020, 3, 1)).su == "Feb20SU"


@pytest.mark.parametrize(
    ("build", "why"), [("15.2.1748.9999", "is newer than Exchange Server 2019"), ("15.2.1748.38", "lies between")]
)
def test_an_unknown_build_is_undetermined_and_says_why(build: str, why: str) -> None:
    with pytest.raises(FactUnavailable, match=why) as missing:
        published().identify(read_build(build), "SRV1")
    assert missing.value.problem.kind == "not in the catalogue"
    assert published().identify(read_build("15.2.1748.37"), "SRV1").su == "Sep25HU"


def test_unverified_rows_keep_their_mark() -> None:
    marked: list[Release] = [
        found for found in published().releases_of("Exchange Server 2019", "RTM") if found.unverified
    ]
    assert {found.su for found in marked} == {"Jan19SU", "Jun19SU"}
