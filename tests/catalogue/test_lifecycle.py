"""Support by product, phase, CU and day: both ends count, a gap between them is no support, ESU only where bought."""

from datetime import date

import pytest

from muster.catalogue import Catalogue, Overlay, published
from muster.catalogue.lifecycle import product_from

E13, E16, E19, SE = (f"Exchange Server {name}" for name in ("2013", "2016", "2019", "SE"))
BOTH = frozenset({1, 2})


def state(product: str, cu: str, on: str, esu: frozenset[int] = frozenset()) -> tuple[str, str]:
    found = published().support_of(product, cu, date.fromisoformat(on), esu)
    return found.state, found.phase


@pytest.mark.parametrize("product", [E16, E19])
@pytest.mark.parametrize(
    ("on", "esu", "expected"),
    [
        ("2025-10-14", (), ("supported", "extended")),
        ("2025-10-15", (), ("unsupported", "ESU period 1")),
        ("2025-10-15", (1,), ("supported", "ESU period 1")),
        ("2025-10-15", (2,), ("unsupported", "ESU period 1")),
        ("2026-04-14", (1,), ("supported", "ESU period 1")),
        ("2026-04-15", (1, 2), ("unsupported", "none")),
        ("2026-04-30", (1, 2), ("unsupported", "none")),
        ("2026-05-01", (2,), ("supported", "ESU period 2")),
        ("2026-05-01", (1,), ("unsupported", "ESU period 2")),
        ("2026-10-31", (2,), ("supported", "ESU period 2")),
        ("2026-11-01", (1, 2), ("unsupported", "none")),
    ],
)
def test_the_end_of_support_day_by_day(
    product: str, on: str, esu: tuple[int, ...], expected: tuple[str, str]
) -> None:
    cu = published().cus_of(product)[-1]
    assert state(product, cu, on, frozenset(esu)) == expected


def test_a_day_between_two_periods_says_so() -> None:
    found = published().support_of(E19, "CU15", date(2026, 4, 20), BOTH)
    assert "2026-04-20 lies between ESU period 1 (2025-10-14 to 2026-04-14) and ESU period 2 (2026-05-01" in found.why
    assert found.until is None
    not_bought = published().support_of(E19, "CU15", date(2026, 5, 2))
    assert "was not bought (policy.yaml: esu)" in not_bought.why


def test_until_is_the_end_of_what_follows_without_a_gap() -> None:
    days = {
        ("2025-09-15", frozenset()): "2025-10-14",
        ("2025-09-15", frozenset({1})): "2026-04-14",
        ("2025-09-15", BOTH): "2026-04-14",  # the second period begins after a gap
        ("2026-06-01", frozenset({2})): "2026-10-31",
    }
    for (on, esu), until in days.items():
        assert published().support_of(E19, "CU15", date.fromisoformat(on), esu).until == date.fromisoformat(until)
    assert published().support_of(SE, "RTM", date(2026, 11, 24)).until is None


@pytest.mark.parametrize(
    ("product", "cu", "on", "expected"),
    [
        (E16, "CU17", "2020-10-01", "supported"),  # N-1 in mainstream support
        (E16, "CU18", "2020-10-01", "supported"),
        (E16, "CU16", "2020-09-14", "supported"),  # the day before CU18 came out
        (E16, "CU16", "2020-10-01", "unknown"),  # N-2: sources disagree about three months
        (E16, "CU15", "2020-10-01", "unsupported"),
        (E16, "CU22", "2022-04-20", "unsupported"),  # only the last one in extended support
        (E16, "CU23", "2022-04-20", "supported"),
        (E19, "CU8", "2021-07-10", "unknown"),
        (E19, "CU8", "2021-09-28", "unsupported"),  # CU11 is out: it is N-3 now
        (E19, "CU13", "2025-02-09", "supported"),  # the exception: two CUs in extended support
        (E19, "CU13", "2025-02-10", "unsupported"),  # the day CU15 shipped
        (E19, "CU14", "2025-02-10", "supported"),
        (E19, "CU15", "2025-02-09", "unsupported"),  # not out yet
        (SE, "RTM", "2025-06-30", "unsupported"),
        (SE, "RTM", "2025-07-01", "supported"),
        (E13, "CU23", "2023-04-11", "supported"),
        (E13, "CU23", "2023-04-12", "unsupported"),
    ],
)
def test_which_cus_are_serviced(product: str, cu: str, on: str, expected: str) -> None:
    assert state(product, cu, on)[0] == expected


def test_three_months_end() -> None:
    # CU18 of 2020-09-15; mainstream support of 2016 ended on 2020-10-13, so 2019 shows it: CU10 of 2021-06-29
    assert state(E19, "CU8", "2021-09-27") == ("unknown", "mainstream")
    assert state(E19, "CU7", "2021-07-10") == ("unsupported", "mainstream")


def test_esu_serve_only_their_cus() -> None:
    assert state(E19, "CU14", "2026-01-15", BOTH)[0] == "supported"
    assert state(E19, "CU13", "2026-01-15", BOTH)[0] == "unsupported"


def test_once_a_cu_of_se_is_out_nobody_knows_about_rtm() -> None:
    row = {"product": SE, "kind": "CU", "cu": "CU1", "build": "15.2.2900.10", "date": "2026-11-10"}
    own = Catalogue(Overlay(releases=(row,)))
    before, after = date(2026, 11, 9), date(2026, 11, 10)
    assert [own.support_of(SE, "RTM", on).state for on in (before, after)] == ["supported", "unknown"]
    assert [own.support_of(SE, "CU1", on).state for on in (before, after)] == ["unsupported", "supported"]
    assert published().support_of(SE, "RTM", after).state == "supported"


def test_all_that_is_supported_on_a_day() -> None:
    names = [f"{one.product} {one.cu}" for one in published().supported_on(date(2025, 9, 15))]
    assert names == [f"{E16} CU23", f"{E19} CU14", f"{E19} CU15", f"{SE} RTM"]
    assert [one.product for one in published().supported_on(date(2026, 11, 24), BOTH)] == [SE]


def test_an_unknown_product_is_unknown() -> None:
    assert state("Exchange Server 2031", "RTM", "2031-01-01")[0] == "unknown"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"policy": "fixed"}, "has a fixed policy and no extended_end"),
        ({"policy": "eternal"}, "'eternal' of X is neither fixed nor modern"),
        ({"policy": "modern", "esu": [{"period": 1, "from": "2026-01-01", "cus": []}]}, "needs from: and to:"),
        ({"policy": "modern", "esu": [{"period": 1, "from": "2026-01-02", "to": "2026-01-01"}]}, "ends before it"),
    ],
)
def test_a_row_that_cannot_be_is_refused(row: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        product_from({"product": "X", **row})
