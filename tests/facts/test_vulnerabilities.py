"""Every condition of the catalogue has a reader, and each reader speaks for what it needs only."""

from datetime import date

import pytest

from kit.recorded import organisation
from muster.catalogue import Catalogue, Cve, Release, published
from muster.facts.vulnerabilities import CONDITIONS, VulnerabilityConditions
from muster.model import FactUnavailable, Server
from muster.pytest.store import FactStore
from muster.resolve import book_of, needs_of

EX05 = Server("ex05", "ex05.contoso.local")
EDGE = Server("edge01", "edge01.contoso.com", frozenset({"Edge"}))


def conditions(server: Server) -> VulnerabilityConditions:
    return VulnerabilityConditions.gathered(FactStore(book_of(organisation("demo-clean").observations)), server)


def release(build: str) -> Release:
    found = published().release_of(build)
    assert isinstance(found, Release)
    return found


def test_every_condition_of_the_catalogue_can_be_read() -> None:
    named = {cve.condition for cve in published().vulnerabilities.all if cve.condition}
    assert named == CONDITIONS


@pytest.mark.parametrize("condition", sorted(CONDITIONS))
def test_in_an_organisation_in_order_no_condition_holds(condition: str) -> None:
    found = conditions(EX05)
    cves = [cve for cve in published().vulnerabilities.all if cve.condition == condition]
    assert cves
    for cve in cves:
        assert found.open(cve, release("15.1.2507.59"), EX05) == ""


@pytest.mark.parametrize("condition", sorted(CONDITIONS))
def test_without_any_answer_every_condition_is_unknown(condition: str) -> None:
    nothing = VulnerabilityConditions.gathered(FactStore(book_of({})), EX05)
    cve = next(cve for cve in published().vulnerabilities.all if cve.condition == condition)
    with pytest.raises(FactUnavailable):
        nothing.open(cve, release("15.1.2507.59"), EX05)


def test_a_condition_that_nothing_reads_is_unknown_never_harmless() -> None:
    cve = Cve("CVE-2099-0001", None, ("Exchange Server 2016",), {}, condition="phase-of-the-moon")
    with pytest.raises(FactUnavailable, match="nothing here reads the condition 'phase-of-the-moon'"):
        conditions(EX05).open(cve, release("15.1.2507.59"), EX05)


def test_an_edge_is_asked_nothing_that_only_the_organisation_knows() -> None:
    asked = len(list(needs_of(VulnerabilityConditions, EX05)))
    of_an_edge = len(list(needs_of(VulnerabilityConditions, EDGE)))
    assert 0 < of_an_edge < asked
    assert {"OWA", "organization", "storage group"}.isdisjoint({*conditions(EDGE).known, *conditions(EDGE).unknown})


def test_what_the_data_cannot_know_is_told(catalogue: Catalogue = published()) -> None:  # noqa: B008 - one value
    day = date(2026, 8, 1)
    assert catalogue.cves_unknown(release("15.2.2562.45"), day) is None  # the newest security update of that day
    assert "Jul26SU" in (catalogue.cves_unknown(release("15.2.2562.37"), day) or "")
