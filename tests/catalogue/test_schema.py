"""Directory versions per release, the security updates with a prepare step of their own included."""

import pytest

from muster.catalogue import published, read_build
from muster.model import FactUnavailable


@pytest.mark.parametrize(
    ("product", "cu", "numbers"),
    [
        ("Exchange Server SE", "RTM", (17003, 16763, 13243)),
        ("Exchange Server 2019", "CU15", (17003, 16763, 13243)),
        ("Exchange Server 2016", "CU22", (15334, 16222, 13242)),
    ],
)
def test_the_numbers_of_a_cu(product: str, cu: str, numbers: tuple[int, int, int]) -> None:
    level = published().schema_for(product, cu)
    assert level is not None
    assert (level.range_upper, level.organization, level.domain) == numbers


@pytest.mark.parametrize(
    ("su", "domain"), [("Oct21SU", 13242), ("Mar22SU", 13242), ("May22SU", 13243), ("Nov22SU", 13243)]
)
def test_a_security_update_with_a_prepare_step_counts_from_itself_on(su: str, domain: int) -> None:
    level = published().schema_for("Exchange Server 2016", "CU22", su)
    assert level is not None
    assert level.domain == domain


def test_the_last_of_several_such_updates_counts() -> None:
    level = published().schema_for("Exchange Server 2013", "CU23", "Aug22SU")
    assert level is not None
    assert (level.su, level.domain, level.unverified) == ("May22SU", 13238, True)


def test_what_the_table_does_not_have() -> None:
    assert published().schema_for("Exchange Server SE", "CU9") is None
    with pytest.raises(LookupError, match="'Jan99SU' of this CU"):
        published().schema_for("Exchange Server 2016", "CU22", "Jan99SU")


def test_together_releases_need_the_highest_of_each_number() -> None:
    builds = [read_build(text) for text in ("15.1.2375.7", "15.2.2562.17", "15.2.1544.4")]
    needed = published().needed_by(builds, "the organisation")
    assert (needed.range_upper, needed.organization, needed.domain) == (17003, 16763, 13243)
    assert (needed.product, needed.cu) == ("Exchange Server SE", "RTM")


def test_one_unknown_release_makes_the_need_unknown() -> None:
    with pytest.raises(FactUnavailable, match=r"15\.2\.9999\.1 is newer than"):
        published().needed_by([read_build("15.2.1544.4"), read_build("15.2.9999.1")], "the organisation")
    with pytest.raises(FactUnavailable, match="no Exchange server is known"):
        published().needed_by([], "the organisation")
