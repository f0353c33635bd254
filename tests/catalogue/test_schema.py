"""Directory versions per release, the security updates with a prepare step of their own included."""

import pytest

from muster.catalogue import schema_for


@pytest.mark.parametrize(
    ("product", "cu", "numbers"),
    [
        ("Exchange Server SE", "RTM", (17003, 16763, 13243)),
        ("Exchange Server 2019", "CU15", (17003, 16763, 13243)),
        ("Exchange Server 2016", "CU22", (15334, 16222, 13242)),
    ],
)
def test_the_numbers_of_a_cu(product: str, cu: str, numbers: tuple[int, int, int]) -> None:
    level = schema_for(product, cu)
    assert level is not None
    assert (level.range_upper, level.organization, level.domain) == numbers


@pytest.mark.parametrize(
    ("su", "domain"), [("Oct21SU", 13242), ("Mar22SU", 13242), ("May22SU", 13243), ("Nov22SU", 13243)]
)
def test_a_security_update_with_a_prepare_step_counts_from_itself_on(su: str, domain: int) -> None:
    level = schema_for("Exchange Server 2016", "CU22", su)
    assert level is not None
    assert level.domain == domain


def test_the_last_of_several_such_updates_counts() -> None:
    level = schema_for("Exchange Server 2013", "CU23", "Aug22SU")
    assert level is not None
    assert (level.su, level.domain, level.unverified) == ("May22SU", 13238, True)


def test_what_the_table_does_not_have() -> None:
    assert schema_for("Exchange Server SE", "CU9") is None
    with pytest.raises(LookupError, match="'Jan99SU' of Exchange Server 2016 CU22"):
        schema_for("Exchange Server 2016", "CU22", "Jan99SU")
