"""The way of each server: what decides it, and that nothing is guessed."""

from datetime import date
from typing import Any

import pytest

from kit.situations import (
    E2013,
    E2016,
    E2019,
    NOT_ASKED,
    SE,
    controller,
    directory,
    edge,
    plan_to,
    server,
    situation,
    unknown_server,
)
from muster.catalogue import Catalogue, Overlay
from muster.plan import Choices
from muster.plan.paths import Path
from muster.plan.situation import Situation, Unknown


def _path(found: Situation, name: str = "ex01", to: str = "SE RTM", **more: Any) -> Path:
    return next(path for path in plan_to(to, found, **more).paths if path.server.name == name)


@pytest.mark.parametrize(
    ("product", "cu", "to", "kind", "first"),
    [
        (E2019, "CU15", "SE RTM", "in-place", None),
        (E2019, "CU14", "SE RTM", "in-place", None),
        (E2019, "CU13", "SE RTM", "in-place", "Exchange Server 2019 CU15"),
        (E2016, "CU23", "SE RTM", "legacy", None),
        (E2016, "CU22", "SE RTM", "legacy", "Exchange Server 2016 CU23"),
        (E2013, "CU23", "SE RTM", "blocked", None),
        (SE, "RTM", "SE RTM", "already there", None),
        (SE, "RTM", "2019 CU15", "newer", None),
        (E2019, "CU15", "2019 CU14", "newer", None),
        (E2019, "CU12", "2019 CU15", "in-place", None),
        (E2016, "CU23", "2019 CU15", "legacy", None),
        (E2013, "CU23", "2019 CU14", "legacy", None),
        (E2013, "CU23", "2019 CU15", "blocked", None),
    ],
)
def test_by_product_and_cu(product: str, cu: str, to: str, kind: str, first: str | None) -> None:
    path = _path(situation(server("ex01", product, cu)), to=to)
    assert (path.kind, path.first and path.first.name) == (kind, first)


def test_a_way_that_no_source_names_is_marked() -> None:
    assert _path(situation(server("ex01", E2013, "CU23")), to="2019 CU14").unverified


def test_only_an_update_is_missing() -> None:
    behind = situation(server("ex01", SE, "RTM", None))
    path = _path(behind)
    assert path.kind == "update"
    kinds = [step.kind for step in plan_to("SE RTM", behind).steps if step.servers == ("ex01",)]
    assert "update" in kinds
    assert "setup" not in kinds


def test_a_hotfix_update_alone_is_not_behind() -> None:
    assert _path(situation(server("ex01", SE, "RTM", "Aug25SU"))).kind == "already there"


def test_2013_anywhere_keeps_se_out() -> None:
    found = situation(server("ex01"), server("old", E2013, "CU23"))
    path = _path(found)
    assert path.kind == "blocked"
    assert "old" in path.why
    assert "remove 2013" in path.do
    assert not [step for step in plan_to("SE RTM", found).steps if step.kind in {"setup", "prepare schema"}]


def test_2013_that_only_the_directory_knows_keeps_se_out_too() -> None:
    old = server("old", E2013, "CU23", listed=False)
    plan = plan_to("SE RTM", situation(server("ex01"), old))
    assert [path.kind for path in plan.paths] == ["blocked"]
    assert any("old" in step.title and step.kind == "find out" for step in plan.steps)


def test_an_edge_counts_for_who_may_stand_beside_whom() -> None:
    assert _path(situation(server("ex01"), edge(product=E2013, cu="CU23"))).kind == "blocked"


def test_an_older_cu_outside_the_inventory_cannot_be_brought_up_by_the_plan() -> None:
    found = situation(server("ex01"), server("old", E2019, "CU12", listed=False))
    path = _path(found)
    assert path.kind == "blocked"
    assert "old" in path.do


def test_windows_that_the_target_does_not_run_on_means_a_new_server() -> None:
    path = _path(situation(server("ex01", windows="2016")))
    assert path.kind == "legacy"
    assert "never upgraded in place" in path.why


def test_unknown_windows_matters_only_where_the_installed_cu_runs_on_more() -> None:
    unknown = Unknown("the release of Windows Server", NOT_ASKED)
    assert _path(situation(server("ex01", windows=unknown))).kind == "in-place"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"forest_level": "2012"}, "raise the forest functional level to 2012 R2"),
        ({"forest_level": "2025"}, "look whether"),
        ({"controllers": (controller("dc1", windows="2012"),)}, "replace dc1"),
    ],
)
def test_the_directory_keeps_it_out(changed: dict[str, Any], said: str) -> None:
    path = _path(situation(server("ex01"), directory=directory(**changed)))
    assert path.kind == "blocked"
    assert said in path.do


def test_what_is_installed_is_never_guessed() -> None:
    path = _path(situation(unknown_server("ex01")))
    assert path.kind == "unknown"
    assert NOT_ASKED in path.why


def test_the_cu_alone_is_enough_for_a_way_and_not_for_being_there() -> None:
    build = Unknown("the installed build (ExSetup.exe)", NOT_ASKED)
    assert _path(situation(server("ex01", release=build))).kind == "in-place"
    assert _path(situation(server("ex01", SE, "RTM", release=build))).kind == "unknown"


def test_policy_may_ask_for_a_new_server_and_not_for_the_impossible() -> None:
    wish = Choices(methods={"ex01": "legacy"})
    assert _path(situation(server("ex01")), choices=wish).kind == "legacy"
    path = _path(situation(server("ex01", E2016, "CU23")), choices=Choices(methods={"ex01": "in-place"}))
    assert path.kind == "legacy"
    assert "policy" in path.why


def test_se_cu2_stands_beside_nothing_older() -> None:
    """CU2 is announced, not released: an environment's own catalogue may have it one day."""
    row = {"product": SE, "kind": "CU", "cu": "CU2", "build": "15.2.3000.1", "date": "2027-01-12", "sources": ["x"]}
    catalogue = Catalogue(Overlay(releases=(row,)))
    day = date(2027, 2, 1)
    for other in (server("old", E2019, "CU15"), server("old", E2016, "CU23")):
        plan = plan_to("SE CU2", situation(server("ex01", SE, "RTM"), other), catalogue=catalogue, on=day)
        (path,) = [path for path in plan.paths if path.server.name == "ex01"]
        assert path.kind == "blocked"
        assert "old" in path.why
    plan = plan_to("SE CU2", situation(server("ex01", SE, "RTM")), catalogue=catalogue, on=day)
    assert any("the catalogue has no row" in note.text for step in plan.steps for note in step.notes)
