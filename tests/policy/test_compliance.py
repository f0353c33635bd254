"""Each decision over the published tables: the same releases, judged differently."""

from datetime import date

import pytest
from packaging.version import Version

from muster.catalogue import Catalogue, Overlay, Release, published
from muster.policy import ReleaseDecision
from muster.policy.compliance import compliance

DAY = date(2025, 9, 15)
LATEST, N1, SUPPORTED = ReleaseDecision("latest"), ReleaseDecision("n-1"), ReleaseDecision("supported")
CURRENT, GRACE = ReleaseDecision("security-current"), ReleaseDecision("security-current", grace_days=40)


def judged(
    decision: ReleaseDecision,
    build: str,
    day: date = DAY,
    esu: tuple[int, ...] = (),
    catalogue: Catalogue | None = None,
) -> tuple[bool | None, str]:
    tables = catalogue or published()
    release = tables.release_of(build)
    assert isinstance(release, Release)
    found = compliance(decision, release, tables, day, frozenset(esu))
    return found.accepted, found.why


@pytest.mark.parametrize(
    ("decision", "build", "accepted", "why"),
    [
        (LATEST, "15.2.1748.36", True, ""),
        (LATEST, "15.2.1748.37", True, ""),  # the hotfix update after it
        (LATEST, "15.2.1748.26", False, "at least Exchange Server 2019 CU15 Aug25SU"),
        (LATEST, "15.2.1544.34", False, "at least Exchange Server 2019 CU15 Aug25SU"),  # N-1, with its newest update
        (LATEST, "15.1.2507.59", True, ""),  # the newest of its own product
        (N1, "15.2.1544.4", True, ""),  # no update at all: N-1 does not ask for one
        (N1, "15.2.1258.39", False, "only CU15 and CU14 are serviced"),
        (N1, "15.1.2375.37", False, "only the last CU (CU23) is serviced in extended support"),
        (SUPPORTED, "15.2.1748.10", True, ""),
        (SUPPORTED, "15.0.1497.48", False, "extended support ended on 2023-04-11"),
        (CURRENT, "15.2.1748.36", True, ""),
        (CURRENT, "15.2.1748.26", False, "at least Exchange Server 2019 CU15 Aug25SU (15.2.1748.36) of 2025-08-12"),
        (GRACE, "15.2.1748.26", True, ""),  # May25HU: Aug25SU is 34 days old
        (GRACE, "15.2.1748.10", True, ""),  # the CU itself: no security update came out before the grace began
        (CURRENT, "15.2.1258.39", False, "gets no security updates any more"),
        (ReleaseDecision("pinned", build=Version("15.2.1748.26")), "15.2.1748.26", True, ""),
        (ReleaseDecision("pinned", build=Version("15.2.1748.26")), "15.2.1748.36", False, "exactly 15.2.1748.26"),
        (ReleaseDecision("supported", until=date(2025, 9, 15)), "15.2.1748.10", True, ""),
        (ReleaseDecision("supported", until=date(2025, 9, 14)), "15.2.1748.10", False, "until 2025-09-14 only"),
    ],
)
def test_a_decision_accepts_or_not(decision: ReleaseDecision, build: str, accepted: bool, why: str) -> None:
    found, said = judged(decision, build)
    assert found is accepted, said
    assert why in said


@pytest.mark.parametrize(
    ("day", "esu", "accepted"),
    [
        (date(2025, 10, 14), (), True),
        (date(2025, 10, 15), (), False),
        (date(2025, 10, 15), (1,), True),
        (date(2026, 4, 15), (1, 2), False),  # between the periods
        (date(2026, 5, 1), (1,), False),
        (date(2026, 5, 1), (1, 2), True),
        (date(2026, 11, 1), (1, 2), False),
    ],
)
def test_supported_counts_the_periods_that_were_bought(day: date, esu: tuple[int, ...], accepted: bool) -> None:
    assert judged(SUPPORTED, "15.1.2507.59", day, esu)[0] is accepted


def test_a_rule_that_nobody_published_is_neither_accepted_nor_refused() -> None:
    row = {
        "product": "Exchange Server SE",
        "kind": "CU",
        "cu": "CU1",
        "build": "15.2.2900.4",
        "date": "2027-01-12",
        "sources": ["made up"],
    }
    later = Catalogue(Overlay(releases=(row,)))
    for decision in (N1, SUPPORTED, CURRENT):
        accepted, why = judged(decision, "15.2.2562.27", date(2027, 2, 1), catalogue=later)
        assert accepted is None
        assert "nobody has published" in why
    assert judged(SUPPORTED, "15.2.2900.4", date(2027, 2, 1), catalogue=later)[0] is True
    assert judged(LATEST, "15.2.2562.27", date(2027, 2, 1), catalogue=later)[0] is False
