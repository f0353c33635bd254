"""What ``--to`` may say, and what is said when it names nothing."""

from datetime import date

import pytest

from muster.catalogue import published
from muster.plan import UnknownTarget, read_target

DAY = date(2025, 9, 15)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SE RTM", "Exchange Server SE RTM"),
        ("se  rtm", "Exchange Server SE RTM"),
        ("Exchange Server SE RTM", "Exchange Server SE RTM"),
        ("Exchange Server Subscription Edition RTM", "Exchange Server SE RTM"),
        ("Exchange 2019 CU15", "Exchange Server 2019 CU15"),
        ("2019 cu15", "Exchange Server 2019 CU15"),
        ("2016 CU23", "Exchange Server 2016 CU23"),
    ],
)
def test_product_and_cu_in_any_usual_form(text: str, name: str) -> None:
    assert read_target(text, published(), DAY).name == name


def test_the_newest_update_of_the_day_comes_on_top() -> None:
    target = read_target("SE RTM", published(), DAY)
    assert str(target.update.build) == "15.2.2562.27"
    assert str(target.security.build) == "15.2.2562.20"
    assert str(read_target("SE RTM", published(), date(2026, 2, 20)).update.build) == "15.2.2562.37"


@pytest.mark.parametrize("text", ["15.2.2562.20", "15.02.2562.020", "Version 15.2 (Build 2562.20)"])
def test_a_build_names_its_update(text: str) -> None:
    target = read_target(text, published(), DAY)
    assert (target.name, target.update.su) == ("Exchange Server SE RTM", "Aug25SU")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2019 CU16", "The nearest is 'Exchange Server 2019 CU15'"),
        ("SE CU1", "The nearest is 'Exchange Server SE RTM'"),
        ("2019", "Of Exchange Server 2019 it knows RTM, CU1"),
        ("2018 CU15", "Did you mean 'Exchange Server 201"),
        ("", "It knows"),
        ("nonsense", "It knows"),
        ("15.3.1750.8", "nobody released 15.3.1750.8"),
        ("15.2.2562.21", "lies between"),
        ("15.2", "is no build"),
        ("15.2.2562.37", "came out on 2026-02-10"),
    ],
)
def test_what_nobody_knows_is_refused_with_the_nearest(text: str, said: str) -> None:
    with pytest.raises(UnknownTarget) as refused:
        read_target(text, published(), DAY)
    assert said in str(refused.value)


def test_a_cu_that_was_not_out_yet_is_refused() -> None:
    with pytest.raises(UnknownTarget, match="2025-07-01"):
        read_target("SE RTM", published(), date(2025, 6, 1))
