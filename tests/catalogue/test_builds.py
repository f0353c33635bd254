"""Builds are looked up exactly, however they are printed, and nothing is concluded from a neighbour."""

from datetime import date

import pytest
from packaging.version import Version

from muster.catalogue import (
    Release,
    identify,
    is_newer_than_known,
    newest,
    newest_security_update,
    read_build,
    release_of,
    releases_of,
)
from muster.model import FactUnavailable


@pytest.mark.parametrize(
    "printed", ["15.2.1748.37", "15.02.1748.037", "Version 15.2 (Build 1748.37)", " 15.2.1748.37 "]
)
def test_every_way_of_printing_a_build_finds_the_same_release(printed: str) -> None:
    found = release_of(printed)
    assert found is not None
    assert (found.product, found.cu, found.su, found.kb) == ("Exchange Server 2019", "CU15", "Sep25HU", "KB5066372")
    assert found.released == date(2025, 9, 8)
    assert str(found) == "Exchange Server 2019 CU15 Sep25HU (15.2.1748.37)"


@pytest.mark.parametrize("nonsense", ["", "newest", "15.2", "15.2.1748.37-beta", "Version 15.2", "15.2.1748.37.1"])
def test_nonsense_is_refused_and_quoted(nonsense: str) -> None:
    with pytest.raises(ValueError, match="is no build") as refused:
        read_build(nonsense)
    assert f"'{nonsense}'" in str(refused.value)


def test_a_build_between_two_releases_is_no_release() -> None:
    assert release_of("15.2.1748.38") is None
    assert not is_newer_than_known(read_build("15.2.1748.38"))


def test_a_build_after_everything_known_or_of_an_unknown_cu_is_newer_than_known() -> None:
    assert is_newer_than_known(read_build("15.2.1748.9999"))
    assert is_newer_than_known(read_build("15.2.9999.1"))
    assert not is_newer_than_known(releases_of("Exchange Server 2019", "CU15")[-1].build)


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
    assert newest(product, cu, date(2025, 9, 15)).build == Version(build)


def test_a_release_does_not_count_before_its_day() -> None:
    day_before = newest("Exchange Server 2019", "CU15", date(2025, 9, 7))
    assert day_before.su == "Aug25SU"
    assert newest("Exchange Server 2019", "CU15", date(2025, 2, 10)).su is None


def test_security_only_leaves_hotfix_updates_out() -> None:
    found = newest("Exchange Server 2019", "CU15", date(2025, 9, 15), security_only=True)
    assert (found.su, found.kind) == ("Aug25SU", "SU")


def test_no_release_up_to_a_day_is_an_error_that_says_so() -> None:
    with pytest.raises(FactUnavailable, match="Exchange Server 2019 CU15 up to 2020-01-01"):
        newest("Exchange Server 2019", "CU15", date(2020, 1, 1))


def test_a_release_known_by_month_counts_from_its_last_day() -> None:
    (february,) = [found for found in releases_of("Exchange Server 2016", "CU14") if found.su == "Feb20SU"]
    assert february.released == date(2020, 2, 29)


def test_the_newest_security_update_of_any_product() -> None:
    found = newest_security_update(date(2026, 4, 2))
    assert found is not None
    assert (found.su, found.released) == ("Feb26SU", date(2026, 2, 10))
    assert newest_security_update(date(2000, 1, 1)) is None


@pytest.mark.parametrize(
    ("build", "why"), [("15.2.1748.9999", "newer than every release"), ("15.2.1748.38", "among")]
)
def test_an_unknown_build_is_undetermined_and_says_why(build: str, why: str) -> None:
    with pytest.raises(FactUnavailable, match=why) as missing:
        identify(read_build(build), "SRV1")
    assert missing.value.problem.kind == "not in the catalogue"
    assert identify(read_build("15.2.1748.37"), "SRV1").su == "Sep25HU"


def test_unverified_rows_keep_their_mark() -> None:
    marked: list[Release] = [found for found in releases_of("Exchange Server 2019", "RTM") if found.unverified]
    assert {found.su for found in marked} == {"Jan19SU", "Jun19SU"}
