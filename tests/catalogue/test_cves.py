"""Every row of the CVE table, fixed build by fixed build: vulnerable before it, not from it on."""

from collections.abc import Iterator
from datetime import date

import pytest

from muster.catalogue import Catalogue, Cve, Overlay, Release, published, read_build
from muster.catalogue.tables import rows

E16, E19, SE = (f"Exchange Server {name}" for name in ("2016", "2019", "SE"))
Fix = tuple[Cve, str, str, str]


def fixes() -> Iterator[Fix]:
    """CVE, product, CU and fixed build of every row."""
    for cve in published().vulnerabilities.all:
        for product, cus in cve.fixed.items():
            yield from ((cve, product, cu, str(build)) for cu, build in cus.items())


def is_open(cve: Cve, build: str) -> bool:
    return any(one.cve is cve for one in published().cves_open(build))


def test_the_walk_over_every_row_and_every_fixed_build() -> None:
    wrong, skipped, walked = [], 0, 0
    for cve, product, cu, fixed in fixes():
        before = [one for one in published().releases_of(product, cu) if one.build < read_build(fixed)]
        if not before:
            skipped += 1  # the fixed build is the CU itself: nothing of that CU came before it
            continue
        walked += 1
        if not is_open(cve, str(before[-1].build)):
            wrong.append(f"{before[-1]} is not vulnerable to {cve.name}")
        if is_open(cve, fixed):
            wrong.append(f"{fixed} is vulnerable to {cve.name}")
    assert wrong == []
    # Counted from the rows as they are written, without the code that judges.
    heads = {str(row["build"]) for row in rows("builds", "releases") if row["su"] is None}
    written = [
        build
        for row in rows("cves", "cves")
        for key in ("fixed_builds", "supported_from")
        for cus in _mapping(row.get(key)).values()
        for build in _mapping(cus).values()
    ]
    assert skipped == sum(1 for build in written if build in heads)
    assert walked == len(written) - skipped
    assert (skipped, walked) == (SKIPPED, len(written) - SKIPPED)


SKIPPED = 6
"""The fixed builds of Feb19SU (2013 CU22, 2016 CU12, 2019 CU1), once for each CVE that it closed."""


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def test_what_was_skipped_is_the_update_that_was_a_cu() -> None:
    itself = {
        (cve.update, product, cu)
        for cve, product, cu, fixed in fixes()
        if isinstance(found := published().release_of(fixed), Release) and found.su is None
    }
    assert {update for update, _, _ in itself} == {"Feb19SU"}


def test_a_cu_without_a_fix_of_its_own_is_vulnerable_until_a_newer_cu() -> None:
    # Feb26SU has fixes for CU14 and CU15 only
    for build in ("15.2.1258.39", "15.2.1258.9999", "15.2.221.12"):
        assert "CVE-2026-21527" in [one.cve.name for one in published().cves_open(build)]
    (found,) = [one for one in published().cves_open("15.2.1258.39") if one.cve.name == "CVE-2026-21527"]
    assert str(found) == "CVE-2026-21527 (closed by Exchange Server 2019 CU14 Feb26SU (15.2.1544.39))"


def test_a_build_of_no_known_cu_has_no_fix_of_its_own() -> None:
    # above CU14 with its Feb26SU, but its third number is not CU14's: nobody says that the fix is in it
    assert "CVE-2026-21527" in [one.cve.name for one in published().cves_open("15.2.1600.5")]


def test_a_build_above_the_newest_fix_of_its_product_is_not_vulnerable() -> None:
    assert published().cves_open("15.2.2562.53") == ()
    assert published().cves_open("15.2.9999.1") == ()
    assert published().cves_open("8.3.83.6") == ()


def test_nothing_of_another_product_counts() -> None:
    for one in published().cves_open("15.1.2507.6"):
        assert E16 in one.cve.fixed
    assert "CVE-2023-36439" not in [one.cve.name for one in published().cves_open("15.2.2562.17")]


def test_text_that_is_no_build_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'15\.2rc1' is no build"):
        published().cves_open("15.2rc1")


@pytest.mark.parametrize(("on", "open_"), [("2026-02-09", False), ("2026-02-10", True)])
def test_a_cve_is_open_from_the_day_it_was_first_closed_anywhere(on: str, *, open_: bool) -> None:
    found = published().cves_open("15.2.1748.42", date.fromisoformat(on))
    assert ("CVE-2026-21527" in [one.cve.name for one in found]) == open_


def release(build: str) -> Release:
    found = published().release_of(build)
    assert isinstance(found, Release)
    return found


@pytest.mark.parametrize(
    "build", ["15.2.2562.37", "15.2.2562.41", "15.2.2562.45", "15.2.2562.49", "15.2.1748.43", "15.1.2507.66"]
)
def test_between_the_end_of_the_data_and_the_newest_nobody_knows(build: str) -> None:
    found = published().release_of(build)
    if not isinstance(found, Release):  # no release between two: the walk needs published ones
        pytest.fail(f"{build} is no release")
    why = published().cves_unknown(found, date(2026, 10, 5))
    assert why is not None
    assert why.startswith("the CVE data end with Feb26SU, and ")
    assert "came later" in why


def test_of_the_newest_nothing_is_unknown() -> None:
    newest = {product: published().newest(product) for product in (E16, E19, SE)}
    assert {product: published().cves_unknown(one, date(2026, 10, 5)) for product, one in newest.items()} == {
        E16: None,
        E19: None,
        SE: None,
    }
    assert published().cves_unknown(release("15.2.2562.37"), date(2026, 2, 10)) is None


def test_an_overlaid_update_makes_the_former_newest_unknown() -> None:
    row = {"product": SE, "kind": "SU", "cu": "RTM", "su": "Nov26SU", "build": "15.2.2562.61", "date": "2026-11-10"}
    own = Catalogue(Overlay(releases=(row,)))
    why = own.cves_unknown(release("15.2.2562.53"), date(2026, 11, 24))
    assert why is not None
    assert "Nov26SU (15.2.2562.61) of 2026-11-10 came later" in why


def test_without_any_support_nobody_publishes_what_is_open() -> None:
    newest = published().newest(E19)
    assert "has had no support since 2026-10-31" in (published().cves_unknown(newest, date(2026, 11, 1)) or "")
    assert "do not cover Exchange Server 2010" in (published().cves_unknown(release("14.3.513.0")) or "")


def test_what_a_condition_decides_is_told_apart() -> None:
    names = {cve.name for cve in published().conditional_cves(release("15.2.2562.53"))}
    assert {"CVE-2021-1730", "CVE-2023-36434", "CVE-2024-21410"} <= names
    assert "CVE-2020-0796" not in names  # 2019 only
    assert "CVE-2021-34470" not in names
    below = {cve.name for cve in published().conditional_cves(release("15.2.858.5"))}
    assert "CVE-2021-34470" in below  # below CU10
    old = {cve.name for cve in published().conditional_cves(release("15.2.858.5"), date(2022, 1, 1))}
    assert not {name for name in old if name.startswith(("CVE-2023", "CVE-2024", "CVE-2025"))}
