"""Each thing that must hold in the tables: it does, and a row that breaks it is found."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest

from muster.catalogue import Release, published, read_build
from muster.catalogue.checking import TABLES, invariants
from muster.catalogue.consistency import (
    Finding,
    ascending,
    doubts,
    fixes,
    inside,
    monotonic,
    named,
    not_after,
    periods,
    sourced,
)
from muster.catalogue.tables import rows, table

RELEASES = published().releases.all
LEVELS = published().schema_levels
E19 = "Exchange Server 2019"


def test_the_bundled_tables_hold_together() -> None:
    checked = invariants(published())
    assert [str(one) for _, findings in checked for one in findings()] == []
    assert len(checked) == 9
    assert checked[0][0].startswith("447 releases in 76 CUs of 7 products")


def broken(which: str, **fields: object) -> tuple[Release, ...]:
    """The releases, one of them with other fields."""
    found = tuple(
        replace(one, **fields) if one.build == read_build(which) else one  # type: ignore[arg-type] # a test's own
        for one in RELEASES
    )
    assert found != RELEASES
    return found


def said(findings: Iterator[Finding]) -> str:
    return "\n".join(map(str, findings))


@pytest.mark.parametrize(
    ("build", "fields", "reason"),
    [
        ("15.2.1748.37", {"released": date(2025, 8, 1)}, "Sep25HU (15.2.1748.37): 2025-08-01 is before 2025-08-12"),
        ("15.2.1748.37", {"released": None}, "neither its day nor its month is known"),
        ("15.2.1748.37", {"build": read_build("15.2.1748.36")}, "has the build of"),
        ("15.2.1748.10", {"released": date(2024, 2, 1)}, "CU15 (15.2.1748.10): 2024-02-01 is before 2024-02-13"),
        ("15.2.1748.10", {"build": read_build("15.2.1500.1")}, "is not above Exchange Server 2019 CU14"),
        ("15.2.1748.10", {"su": "Feb25SU"}, "0 rows without an update, not one"),
        ("15.2.1748.24", {"su": None}, "2 rows without an update, not one"),
    ],
)
def test_releases_ascend(build: str, fields: Mapping[str, object], reason: str) -> None:
    assert reason in said(ascending(broken(build, **fields)))


def test_a_month_is_compared_by_month_only_where_no_day_is_known() -> None:
    own = "15.2.1748.37"
    assert said(ascending(broken(own, released=date(2025, 8, 1), by_month=True))) == ""
    assert "2025-07 is before 2025-08-12" in said(ascending(broken(own, released=date(2025, 7, 1), by_month=True)))


@pytest.mark.parametrize(
    ("build", "fields", "reason"),
    [
        ("15.2.1748.37", {"build": read_build("15.2.1749.37")}, "has not the first three numbers of"),
        ("15.2.1748.37", {"build": read_build("15.2.1748.9")}, "does not lie between"),
        ("15.2.1748.37", {"cu": "CU14"}, "does not lie between Exchange Server 2019 CU14"),
        ("14.2.328.5", {"build": read_build("14.3.328.5")}, "does not lie between Exchange Server 2010 SP2"),
        ("15.2.1748.37", {"cu": "CU16"}, "its CU has no row"),
    ],
)
def test_updates_lie_inside_their_cu(build: str, fields: Mapping[str, object], reason: str) -> None:
    assert reason in said(inside(broken(build, **fields)))


@pytest.mark.parametrize("number", ["range_upper", "organization", "domain"])
def test_no_number_of_the_directory_goes_down(number: str) -> None:
    at = next(index for index, one in enumerate(LEVELS) if (one.product, one.cu) == (E19, "CU14"))
    lower = replace(LEVELS[at], **{number: 12_000})  # type: ignore[arg-type] # one of its numbers
    assert f"{E19} CU14: " in said(monotonic((*LEVELS[:at], lower, *LEVELS[at + 1 :]), RELEASES))
    renamed = replace(LEVELS[at], su="Jan99SU")
    assert "no release is called so" in said(monotonic((*LEVELS[:at], renamed), RELEASES))


Check = Callable[[str, Mapping[str, object]], Iterator[Finding]]


def test_a_row_without_a_source_is_found_in_every_table() -> None:
    for name in TABLES:
        content = {key: value for key, value in table(name).items() if key != "source"}
        key = next(key for key, value in content.items() if isinstance(value, list) and isinstance(value[0], dict))
        bare = {**content, key: [{"product": "X"}]}
        assert f"{name}: {key} X: names no source" in said(sourced(name, bare))
        assert said(sourced(name, {**bare, "source": "one page"})) == ""


def test_a_doubt_without_a_reason_is_found() -> None:
    row = {"product": E19, "cu": "CU15", "unverified": True}
    assert said(doubts("schema", {"rows": [row]})) == f"schema: rows {E19} CU15: is unverified without a reason"
    assert said(doubts("schema", {"rows": [{**row, "reason": "one page"}]})) == ""


def test_a_date_after_the_catalogue_is_found() -> None:
    until = date(2026, 11, 23)
    assert "as_of: 2026-11-24 is after" in said(not_after("builds", {"as_of": "2026-11-24"}, until))
    for name, when in (("date", "2026-11-24"), ("month", "2026-12")):
        assert f"{name} {when}" in said(not_after("builds", {"releases": [{"build": "1", name: when}]}, until))
    assert said(not_after("lifecycle", {"products": [{"extended_end": "2035-12-31"}]}, until)) == ""


def product(**fields: object) -> dict[str, object]:
    row = next(row for row in rows("lifecycle", "products") if row["product"] == E19)
    return {**row, **fields}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"extended_end": None}, "has a fixed policy and no extended_end"),
        ({"mainstream_end": None}, "needs mainstream_end"),
        ({"mainstream_end": "2026-01-09"}, "mainstream support ends after extended support"),
        ({"esu": [{"period": 1, "from": "2025-10-14", "cus": []}]}, "an ESU period needs from: and to:"),
        ({"esu": [{"period": 1, "from": "2025-10-14", "to": "2025-10-13", "cus": []}]}, "ends before it begins"),
        (
            {
                "esu": [
                    {"period": 1, "from": "2025-10-14", "to": "2026-04-14", "cus": []},
                    {"period": 2, "from": "2026-04-14", "to": "2026-10-31", "cus": []},
                ]
            },
            "overlap",
        ),
    ],
)
def test_support_has_ends_and_no_overlap(fields: Mapping[str, object], reason: str) -> None:
    assert reason in said(periods([product(**fields)]))
    assert said(periods([product()])) == ""


def test_a_fixed_build_that_is_no_release_is_found() -> None:
    row: dict[str, object] = {"cve": "CVE-1", "products": [E19], "fixed_builds": {E19: {"CU15": "15.2.1748.40"}}}
    assert said(fixes([row], RELEASES)) == f"cves: CVE-1: 15.2.1748.40 is no release of {E19} CU15"
    assert "is not among its products" in said(fixes([{**row, "products": []}], RELEASES))
    from_there = {"cve": "CVE-1", "products": [E19], "supported_from": {E19: {"CU15": "15.2.1748.40"}}}
    assert "is no release" in said(fixes([from_there], RELEASES))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"product": "Exchange 2019"}, "'Exchange 2019' is no product of the releases"),
        ({"product": E19, "cu": "CU14-15"}, "'15' is no CU"),
        ({"product": E19, "cu": "CU15-CU14"}, "the range CU15-CU14 runs backwards"),
        ({"from": {"product": E19, "cu": "CUx"}}, "'CUx' is no CU"),
        ({"with": {"product": "Exchange Server 2012"}}, "'Exchange Server 2012' is no product"),
        ({"minimum": {"cu": "14"}}, "'14' is no CU"),
        ({"applies_to": ["Exchange"]}, "'Exchange' is no product"),
    ],
)
def test_names_that_nothing_has_are_found(row: Mapping[str, object], reason: str) -> None:
    assert reason in said(named("lifecycle", {"upgrade_paths": [row]}, published().products))
