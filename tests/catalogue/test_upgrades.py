"""Ways from one release to another, and who may stand beside whom."""

import pytest

from muster.catalogue import published

E10, E13, E16, E19, SE = (f"Exchange Server {name}" for name in ("2010", "2013", "2016", "2019", "SE"))


@pytest.mark.parametrize(
    ("here", "there", "method", "supported", "first"),
    [
        ((E19, "CU15"), (SE, "RTM"), "in-place", True, None),
        ((E19, "CU14"), (SE, "RTM"), "in-place", True, None),
        ((E19, "CU13"), (SE, "RTM"), "in-place", False, (E19, "CU15")),
        ((E16, "CU23"), (SE, "RTM"), "legacy", True, None),
        ((E16, "CU22"), (SE, "RTM"), "legacy", False, (E16, "CU23")),
        ((E13, "CU23"), (SE, "RTM"), "none", False, None),
        ((E10, "SP3"), (E19, "CU15"), "none", False, None),
        ((E16, "CU19"), (E19, "CU15"), "legacy", True, None),
        ((E19, "CU12"), (E19, "CU15"), "in-place", True, None),
        ((E19, "CU15"), (E19, "CU12"), "none", False, None),
        ((E19, "CU15"), (E19, "CU15"), "in-place", True, None),
    ],
)
def test_the_way(
    here: tuple[str, str], there: tuple[str, str], method: str, first: tuple[str, str] | None, *, supported: bool
) -> None:
    path = published().upgrade_path(here, there)
    assert path is not None
    assert (path.method, path.supported, path.first) == (method, supported, first)
    assert path.do or path.supported


def test_no_source_is_no_way() -> None:
    assert published().upgrade_path((E10, "SP3"), (SE, "RTM")) is None
    assert published().upgrade_path((SE, "RTM"), (E19, "CU15")) is None


@pytest.mark.parametrize(
    ("installing", "beside", "allowed", "enforced", "minimum"),
    [
        ((SE, "RTM"), E13, False, True, None),
        ((SE, "RTM"), E16, True, False, "CU23"),
        ((SE, "RTM"), E19, True, False, "CU14"),
        ((SE, "CU1"), E19, True, False, "CU14"),
        ((SE, "CU2"), E19, False, True, None),
        ((SE, "CU2"), E16, False, True, None),
        ((E19, "CU15"), E13, False, True, None),
        ((E19, "CU14"), E13, True, False, "CU21"),
        ((E16, "CU3"), E10, True, False, "SP3"),
    ],
)
def test_who_may_stand_beside_whom(
    installing: tuple[str, str], beside: str, minimum: str | None, *, allowed: bool, enforced: bool
) -> None:
    rule = published().coexistence(installing, beside)
    assert rule is not None
    assert (rule.allowed, rule.enforced, rule.minimum) == (allowed, enforced, minimum)


def test_a_minimum_is_a_minimum() -> None:
    rule = published().coexistence((SE, "RTM"), E19)
    assert rule is not None
    assert [rule.accepts(cu) for cu in ("CU13", "CU14", "CU15")] == [False, True, True]
    blocked = published().coexistence((SE, "CU2"), E19)
    assert blocked is not None
    assert not blocked.accepts("CU15")
    assert published().coexistence((SE, "CU3"), E19) is None
    assert published().coexistence((E16, "RTM"), SE) is None
