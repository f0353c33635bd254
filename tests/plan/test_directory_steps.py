"""Schema, organisation and domains: only what the numbers call for, where and with which rights."""

from typing import Any

import pytest

from kit.situations import E2013, E2019, NOT_ASKED, controller, directory, plan_to, server, situation
from muster.plan import Plan, Step
from muster.plan.situation import DomainState, Unknown

PREPARING = {"prepare schema", "prepare organisation", "prepare domains"}


def _plan(to: str = "SE RTM", cu: str = "CU15", **changed: Any) -> Plan:
    return plan_to(to, situation(server("ex01", E2019, cu), directory=directory(**changed)))


def _kinds(plan: Plan) -> list[str]:
    return [step.kind for step in plan.steps if step.kind in PREPARING]


def _step(plan: Plan, kind: str) -> Step:
    (found,) = [step for step in plan.steps if step.kind == kind]
    return found


def test_se_rtm_needs_nothing_after_2019_cu15_and_the_plan_says_so() -> None:
    plan = _plan()
    assert _kinds(plan) == []
    (phase,) = [phase for phase in plan.phases if phase.title.startswith("Active Directory")]
    said = " ".join(note.text for note in phase.notes)
    assert "No step: rangeUpper is 17003 already" in said
    assert "Setup looks for itself" in said


def test_only_the_organisation_is_behind() -> None:
    plan = _plan(organization=16762)
    assert _kinds(plan) == ["prepare organisation"]
    step = _step(plan, "prepare organisation")
    assert step.who == ("Enterprise Admins", "Organization Management")
    assert "site Seattle" in step.where
    assert "contoso.local" in step.where
    assert any(note.unverified and "Organization Management" in note.text for note in step.notes)
    assert "16763 on dc1, dc2" in _step(plan, "wait for replication").title


def test_everything_is_behind() -> None:
    plan = plan_to("SE RTM", SITUATION)
    assert _kinds(plan)[:3] == ["prepare schema", "prepare organisation", "prepare domains"]
    schema, _, domains = (step for step in plan.steps if step.kind in PREPARING)
    assert schema.who == ("Schema Admins", "Enterprise Admins")
    assert schema.commands == ("D:\\Setup.exe /IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF /PrepareSchema",)
    assert domains.who == ("Enterprise Admins",)
    assert domains.commands[0].endswith("/PrepareAllDomains")


SITUATION = situation(
    server("ex01", E2019, "CU15"),
    directory=directory(
        controllers=(controller("dc1", 17002), controller("dc3", 17002, domain="emea.contoso.local")),
        domains=(DomainState("contoso.local", 13242), DomainState("emea.contoso.local", 13242)),
        organization=16757,
    ),
)


def test_a_forgotten_domain_by_name_and_with_its_own_administrators() -> None:
    domains = (DomainState("contoso.local", 13243), DomainState("emea.contoso.local", 13242))
    controllers = (controller("dc1"), controller("dc3", domain="emea.contoso.local"))
    plan = _plan(domains=domains, controllers=controllers)
    step = _step(plan, "prepare domains")
    assert step.commands[0].endswith("/PrepareDomain:emea.contoso.local")
    assert step.who == ("Domain Admins of emea.contoso.local",)
    assert any("forgotten" in note.text for note in step.notes)
    wait = _step(plan, "wait for replication")
    assert "dc3" in wait.title
    assert "dc1" not in wait.title


def test_one_controller_behind_is_repaired_not_prepared() -> None:
    plan = _plan(controllers=(controller("dc1"), controller("dc2", 17002)))
    assert _kinds(plan) == []
    step = _step(plan, "repair replication")
    assert step.servers == ("dc2",)
    assert any("17002 of 17003" in note.text for note in step.notes)


@pytest.mark.parametrize("held", [{"organization": 16762}, {"system_objects": 13242}])
def test_so_are_the_other_numbers_of_one_controller(held: dict[str, int]) -> None:
    plan = _plan(controllers=(controller("dc1"), controller("dc2", **held)))
    assert _kinds(plan) == []
    assert _step(plan, "repair replication").servers == ("dc2",)


def test_unknown_numbers_are_found_out_and_the_step_stays() -> None:
    unknown = Unknown("rangeUpper of the schema", NOT_ASKED)
    plan = _plan(
        controllers=(controller("dc1", unknown),),
        organization=Unknown("objectVersion of the organisation", NOT_ASKED),
        domains=(DomainState("contoso.local", Unknown("objectVersion of MESO", NOT_ASKED)),),
    )
    assert _kinds(plan) == ["prepare schema", "prepare organisation", "prepare domains"]
    titles = [step.title for step in plan.steps if step.kind == "find out"]
    assert len(titles) >= 3


def test_a_domain_that_shows_no_container_is_asked_about() -> None:
    plan = _plan(domains=(DomainState("contoso.local", 13243), DomainState("other.local", None)))
    assert _kinds(plan) == []
    assert any("other.local" in step.title for step in plan.steps if step.kind == "find out")


def test_copies_that_lost_a_conflict_come_before() -> None:
    plan = _plan(domains=(DomainState("contoso.local", 13243, ("Microsoft Exchange System Objects CNF:1",)),))
    assert any(step.kind == "clear the way" and "contoso.local" in step.title for step in plan.steps)


def test_a_schema_master_on_windows_2025_needs_its_update() -> None:
    notes = _step(
        _plan(organization=1, controllers=(controller("dc1", windows="2025"),)), "prepare organisation"
    ).notes
    assert any("dc1 runs Windows Server 2025" in note.text and "November 2025" in note.text for note in notes)
    notes = _step(_plan(organization=1), "prepare organisation").notes
    assert not any("November 2025" in note.text for note in notes)


def test_each_wave_has_its_own_directory_step_and_nothing_twice() -> None:
    """2019 CU13 → CU15 → SE RTM: CU15's media raises the organisation, SE finds it done."""
    plan = _plan(cu="CU13", organization=16761)
    assert _kinds(plan) == ["prepare organisation"]
    assert "2019 CU15" in _step(plan, "prepare organisation").title


def test_an_old_cu_takes_the_old_licence_switch() -> None:
    old: dict[str, Any] = {"windows": "2012 R2"}
    found = situation(
        server("ex01", E2013, "CU22", **old),
        directory=directory(organization=1, controllers=(controller("dc1", **old),)),
    )
    step = _step(plan_to("2013 CU23", found), "prepare organisation")
    assert "/IAcceptExchangeServerLicenseTerms /PrepareAD" in step.commands[0]
