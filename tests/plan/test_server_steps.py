"""What is done to one server: .NET, maintenance, updates; what the run knew of it stands in the step."""

from dataclasses import replace
from datetime import date
from typing import Any

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
    with_copies,
)
from muster.plan import Choices, Plan, Step
from muster.plan.situation import Activation, Copy, PublicNameState, Situation, Unknown


def _step(plan: Plan, kind: str, name: str = "ex01") -> Step:
    (found,) = [step for step in plan.steps if step.kind == kind and name in step.servers]
    return found


def _dag(**more: Any) -> Situation:
    return situation(*with_copies(*(server(name, dag="DAG01", **more) for name in ("ex01", "ex02"))))


def test_dotnet_only_where_the_target_does_not_support_what_is_there() -> None:
    assert "dotnet" not in [step.kind for step in plan_to("SE RTM", situation(server("ex01"))).steps]
    step = _step(plan_to("SE RTM", situation(server("ex01", dotnet="4.7.2"))), "dotnet")
    assert "4.8.1 (installed: 4.7.2)" in step.title
    assert step.reboot


def test_dotnet_that_the_old_cu_does_not_support_goes_on_to_setup_at_once() -> None:
    found = situation(server("ex05", E2016, "CU10", dotnet="4.7.1"))
    step = _step(plan_to("2016 CU23", found), "dotnet", "ex05")
    assert "4.8" in step.title
    assert any("at once" in note.text for note in step.notes)


def test_windows_2019_has_no_481() -> None:
    step = _step(plan_to("SE RTM", situation(server("ex01", dotnet="4.7.2", windows="2019"))), "dotnet")
    assert "4.8 (installed" in step.title
    assert any(note.unverified for note in step.notes)


def test_a_dag_member_gives_its_databases_away_and_gets_its_policy_back() -> None:
    found = _dag(activation=Activation("IntrasiteOnly", disabled_and_move_now=False))
    plan = plan_to("SE RTM", found)
    enter, leave = _step(plan, "enter maintenance"), _step(plan, "leave maintenance")
    wanted = [
        "HubTransport",
        "Redirect-Message",
        "Suspend-ClusterNode",
        "MoveNow $true",
        "Blocked",
        "ServerWideOffline",
    ]
    places = [next(at for at, line in enumerate(enter.commands) if word in line) for word in wanted]
    assert places == sorted(places)
    assert "Set-MailboxServer ex01 -DatabaseCopyAutoActivationPolicy IntrasiteOnly" in leave.commands
    assert any("DB01 is mounted here" in note.text and "ex02 can take it" in note.text for note in enter.notes)


def test_a_block_that_was_there_before_is_told_and_not_written_back() -> None:
    plan = plan_to("SE RTM", _dag(activation=Activation("Blocked", disabled_and_move_now=True)))
    leave = _step(plan, "leave maintenance")
    assert "Set-MailboxServer ex01 -DatabaseCopyAutoActivationPolicy Unrestricted" in leave.commands
    assert any("Left over from earlier work" in note.text for note in leave.notes)


def test_an_unknown_policy_is_not_guessed() -> None:
    plan = plan_to("SE RTM", _dag(activation=Unknown("the activation settings", NOT_ASKED)))
    assert any("<as before>" in line for line in _step(plan, "leave maintenance").commands)
    assert any("activation settings of ex01, ex02" in step.title for step in plan.steps if step.kind == "find out")


def test_a_database_that_nobody_can_take_is_repaired_first() -> None:
    one, two = (server(name, dag="DAG01") for name in ("ex01", "ex02"))
    found = situation(
        replace(one, copies=(Copy("DB01", "Mounted"),)), replace(two, copies=(Copy("DB01", "FailedAndSuspended"),))
    )
    titles = [step.title for step in plan_to("SE RTM", found).steps if step.kind == "repair copies"]
    assert titles == [
        "Repair DB01\\ex02 (FailedAndSuspended)",
        "A healthy copy elsewhere of DB01, which only ex01 can mount",
    ]


def test_without_a_dag_nothing_of_a_dag_is_typed() -> None:
    enter = _step(plan_to("SE RTM", situation(server("ex01"))), "enter maintenance")
    assert not any(word in line for line in enter.commands for word in ("Cluster", "Database", "Redirect-Message"))
    assert any("offline" in note.text for note in enter.notes)


def test_the_call_router_exists_up_to_2016() -> None:
    old = _step(plan_to("2016 CU23", situation(server("ex01", E2016, "CU22"))), "enter maintenance")
    new = _step(plan_to("SE RTM", situation(server("ex01"))), "enter maintenance")
    assert any("UMCallRouter" in line for line in old.commands)
    assert not any("UMCallRouter" in line for line in new.commands)


def test_an_edge_needs_no_organisation_rights_and_is_marked_unverified() -> None:
    plan = plan_to("SE RTM", situation(server("ex01"), edge()))
    assert _step(plan, "enter maintenance", "edge01").unverified
    assert _step(plan, "setup", "edge01").who == ("local Administrators on the server",)
    assert any("Test-EdgeSynchronization" in line for line in _step(plan, "check", "edge01").commands)


def test_updates_that_not_everybody_gets_are_marked() -> None:
    found = situation(server("ex01", E2019, "CU14"))
    step = _step(plan_to("2019 CU15", found, on=date(2026, 9, 1)), "update")
    assert any("ESU" in note.text for note in step.notes)


def test_a_target_without_support_is_told() -> None:
    found = situation(server("ex01", E2019, "CU14"))
    plan = plan_to("2019 CU15", found, on=date(2026, 9, 1))
    assert any("unsupported" in note.text for note in plan.notes)


def test_old_servers_move_into_a_dag_of_their_own_before_they_go() -> None:
    old = (server("ex05", E2016, "CU23", dag="DAG02"), server("ex06", E2016, "CU23", dag="DAG02", site="London"))
    names = (PublicNameState("mail.contoso.com", ("ex05", "ex06")),)
    plan = plan_to("SE RTM", situation(*old, public_names=names))
    kinds = [step.kind for step in plan.steps if "ex05" in step.servers]
    wanted = [
        "install new",
        "update new",
        "hand over",
        "new dag",
        "namespace",
        "move mailboxes",
        "let go",
        "uninstall",
    ]
    places = [kinds.index(kind) for kind in wanted]
    assert places == sorted(places)
    assert "none of them joins DAG02" in _step(plan, "new dag", "ex05").title
    assert any("mail.contoso.com" in note.text for note in _step(plan, "namespace", "ex05").notes)
    removing = _step(plan, "uninstall", "ex05").commands
    assert removing[-1].startswith('& "$env:ExchangeInstallPath\\Bin\\Setup.exe" /Mode:Uninstall')


def test_arbitration_mailboxes_move_before_the_users() -> None:
    plan = plan_to("SE RTM", situation(server("ex05", E2016, "CU23")))
    moves = [step for step in plan.steps if step.kind == "move mailboxes"]
    assert "-Arbitration" in moves[0].commands[0]
    assert "-Arbitration" not in " ".join(moves[1].commands)


def test_what_the_policy_does_not_allow_is_a_decision() -> None:
    found = situation(server("ex01"))
    beside = Choices(beside=frozenset({E2016, E2019}))
    assert any(step.kind == "decide" for step in plan_to("SE RTM", found, choices=beside).steps)
    allowed = Choices(beside=frozenset({E2019, SE}))
    assert not any(step.kind == "decide" for step in plan_to("SE RTM", found, choices=allowed).steps)


def test_the_same_missing_fact_is_one_step_with_every_name() -> None:
    plan = plan_to("SE RTM", situation(unknown_server("ex01"), unknown_server("ex02")))
    titles = [step.title for step in plan.steps if step.kind == "find out"]
    assert "Find out the installed build (ExSetup.exe) of ex01, ex02" in titles


def test_nothing_to_do_is_said() -> None:
    plan = plan_to("SE RTM", situation(server("ex01", SE, "RTM")))
    assert plan.steps == ()
    assert any("nothing is to be done" in note.text for note in plan.notes)


def test_2013_roles_one_after_the_other() -> None:
    found = situation(
        server("cas", E2013, "CU22", roles=frozenset({"ClientAccess"}), windows="2012 R2"),
        edge("edge", E2013, "CU22", windows="2012 R2"),
        server("mbx", E2013, "CU22", windows="2012 R2"),
        directory=directory(controllers=(controller("dc1", windows="2012 R2"),)),
    )
    order = [step.servers[0] for step in plan_to("2013 CU23", found).steps if step.kind == "setup"]
    assert order == ["mbx", "cas", "edge"]
