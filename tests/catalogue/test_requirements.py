"""What a CU runs on: .NET Framework by CU and Windows, Windows Server, domain controllers, functional levels."""

from itertools import pairwise

import pytest

from muster.catalogue import published
from muster.catalogue.cumulative_updates import includes, rank
from muster.catalogue.requirements import dotnet_version
from muster.catalogue.tables import rows

E13, E16, E19, SE = (f"Exchange Server {name}" for name in ("2013", "2016", "2019", "SE"))


@pytest.mark.parametrize(
    ("product", "cu", "windows", "supported", "best"),
    [
        (E19, "CU15", "2022", ("4.8", "4.8.1"), "4.8.1"),
        (E19, "CU15", "2019", ("4.8",), "4.8"),
        (E19, "CU4", None, ("4.8",), "4.8"),
        (E19, "CU3", "2019", ("4.7.2", "4.8"), "4.8"),
        (E19, "RTM", None, ("4.7.2",), "4.7.2"),
        (E16, "CU23", "2016", ("4.8",), "4.8"),
        (E16, "CU14", None, ("4.7.2", "4.8"), "4.8"),
        (E13, "CU23", None, ("4.7.2", "4.8"), "4.8"),
        (SE, "RTM", "2025", ("4.8", "4.8.1"), "4.8.1"),
    ],
)
def test_dotnet_by_cu_and_windows(
    product: str, cu: str, windows: str | None, supported: tuple[str, ...], best: str
) -> None:
    found = published().dotnet_for(product, cu, windows)
    assert found is not None
    assert (found.supported, found.recommended) == (supported, best)


def test_dotnet_that_depends_on_windows_needs_windows() -> None:
    assert published().dotnet_for(E19, "CU15") is None
    assert published().dotnet_for(E19, "CU15", "2012 R2") is None
    doubtful = published().dotnet_for(E19, "CU12")
    assert doubtful is not None
    assert doubtful.unverified
    assert "no stored matrix covers" in (doubtful.reason or "")


@pytest.mark.parametrize("product", [E13, E16, E19])
def test_every_cu_has_exactly_one_row_for_dotnet(product: str) -> None:
    own = [row for row in rows("dotnet", "supported") if row["product"] == product]
    for cu in published().cus_of(product):
        found = [row for row in own if includes(str(row["cu"]), cu)]
        windows = [str(name) for row in found for name in (row["os"] if isinstance(row["os"], list) else ["any"])]
        assert len(windows) == len(set(windows)) >= 1, (cu, found)


@pytest.mark.parametrize(
    ("number", "version"),
    [
        (378388, None),
        (378389, "4.5"),
        (460805, "4.7"),
        (461813, "4.7.2"),
        (528039, "4.7.2"),
        (528040, "4.8"),
        (533319, "4.8"),
        (533325, "4.8.1"),
    ],
)
def test_what_the_number_of_the_registry_means(number: int, version: str | None) -> None:
    assert published().dotnet_version(number) == version


def test_versions_of_dotnet_ascend() -> None:
    versions = [dotnet_version(name) for name in published().dotnet_versions]
    assert all(older < newer for older, newer in pairwise(versions))
    assert dotnet_version("4.6.1 with hotfix") == dotnet_version("4.6.1") < dotnet_version("4.8")


@pytest.mark.parametrize(
    ("product", "cu", "windows", "controllers", "levels"),
    [
        (SE, "RTM", "2019, 2022, 2025", "2012 R2, 2016, 2019, 2022, 2025", "2012 R2, 2016"),
        (E19, "CU15", "2019, 2022, 2025", "2012 R2, 2016, 2019, 2022, 2025", "2012 R2, 2016"),
        (E19, "CU12", "2019, 2022", "2012 R2, 2016, 2019, 2022", "2012 R2, 2016"),
        (E19, "CU11", "2019", "2012 R2, 2016, 2019", "2012 R2, 2016"),
        (E16, "CU23", "2012, 2012 R2, 2016", "2012, 2012 R2, 2016, 2019, 2022", "2012, 2012 R2, 2016"),
        (E16, "CU2", "2012, 2012 R2", "2003 SP2, 2008 SP2, 2008 R2 SP1, 2012, 2012 R2, 2016", "2003, 2008"),
    ],
)
def test_windows_controllers_and_levels(product: str, cu: str, windows: str, controllers: str, levels: str) -> None:
    found = published()
    assert str(found.windows_for(product, cu)) == windows
    assert str(found.controllers_for(product, cu)) == controllers
    assert str(found.forest_levels_for(product, cu)).startswith(levels)
    assert found.windows_for(product, "CU99") is None or "-" in str(found.windows_for(product, "CU99"))


def test_names_of_windows_and_of_levels() -> None:
    assert published().windows_release(20348) == "2022"
    assert published().windows_release(20349) is None
    assert published().functional_level(7) == "2016"
    assert published().functional_level(8) is None
    known = set(published().windows_releases)
    for key in ("windows_server", "domain_controller_os"):
        for row in rows("lifecycle", key):
            names = row["os"]
            assert isinstance(names, list)
            assert set(names) <= known, row
    for row in rows("lifecycle", "forest_functional_level"):
        names = row["levels"]
        assert isinstance(names, list)
        assert set(names) <= set(published().functional_levels), row


@pytest.mark.parametrize(
    ("written", "cu", "inside"),
    [("RTM-CU11", "RTM", True), ("RTM-CU11", "CU11", True), ("RTM-CU11", "CU12", False), ("CU23", "CU22", False)],
)
def test_ranges_include_both_ends(written: str, cu: str, *, inside: bool) -> None:
    assert includes(written, cu) is inside
    assert includes(None, cu)


def test_cus_have_an_order() -> None:
    assert [rank(name) for name in ("Preview", "RTM", "CU9", "CU10", "SP3")] == [-1, 0, 9, 10, 3]
    with pytest.raises(ValueError, match="'CU' is no CU"):
        rank("CU")
