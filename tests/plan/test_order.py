"""No step out of order: what must hold in every plan, over many organisations."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
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
    with_copies,
)
from muster.plan import Plan, Step
from muster.plan.situation import DomainState, ServerState, Situation, Unknown, known

UNKNOWN = Unknown("rangeUpper of the schema", NOT_ASKED)
LONDON = {"site": "London"}


def _dag(*names: str, **more: Any) -> tuple[ServerState, ...]:
    return with_copies(*(server(name, dag="DAG01", **more) for name in names))


SITUATIONS: dict[str, Situation] = {
    "one server": situation(server("ex01")),
    "a dag": situation(*_dag("ex01", "ex02", "ex03")),
    "a dag over two sites": situation(*_dag("ex03", **LONDON), *_dag("ex01", "ex02")),
    "two dags over two sites": situation(
        server("a2", dag="A", **LONDON), server("a1", dag="A"), server("b2", dag="B", **LONDON), server("b1", dag="B")
    ),
    "a dag under way": situation(
        server("ex01", E2019, "CU14", dag="DAG01"),
        server("ex02", dag="DAG01"),
        server("ex03", SE, "RTM", dag="DAG01", **LONDON),
        server("other"),
        in_progress=("DAG01",),
    ),
    "a dag under way away from the internet": situation(
        server("ex01", dag="DAG01", **LONDON),
        server("ex02", SE, "RTM", dag="DAG01", **LONDON),
        server("other"),
        in_progress=("DAG01",),
    ),
    "2013 present": situation(server("ex01"), server("old", E2013, "CU23")),
    "2019 below CU14": situation(server("ex01", E2019, "CU13"), server("ex02", E2019, "CU15")),
    "2019 and 2016 too old": situation(
        server("ex01", E2019, "CU12"), server("ex05", E2016, "CU21", dag="DAG02"), edge("edge01", E2019, "CU11")
    ),
    "2016 only": situation(
        server("ex05", E2016, "CU22", dag="DAG02"),
        server("ex06", E2016, "CU23", dag="DAG02", **LONDON),
        directory=directory(
            controllers=(controller("dc1", 15334), controller("dc2", 15334)),
            domains=(DomainState("contoso.local", 13242, (), has_exchange=True),),
            organization=16222,
        ),
    ),
    "nothing known of one": situation(server("ex01"), unknown_server("ex02")),
    "nothing known of any": situation(unknown_server("ex01")),
    "old dotnet": situation(server("ex01", E2019, "CU13", dotnet="4.7.2"), server("ex02", dotnet="4.7.2")),
    "unknown dotnet": situation(server("ex01", dotnet=Unknown("the version of .NET Framework", NOT_ASKED))),
    "windows 2016 below 2019": situation(*_dag("ex01", "ex02", windows="2016")),
    "a controller behind": situation(
        server("ex01"), directory=directory(controllers=(controller("dc1"), controller("dc2", 17002)))
    ),
    "unknown schema": situation(
        server("ex01"), directory=directory(controllers=(controller("dc1", UNKNOWN), controller("dc2", UNKNOWN)))
    ),
    "a forgotten domain": situation(
        server("ex01"),
        directory=directory(
            domains=(
                DomainState("contoso.local", 13243, (), has_exchange=True),
                DomainState("emea.contoso.local", 13242),
            )
        ),
    ),
    "an unprepared directory": situation(
        server("ex01", E2019, "CU9"),
        directory=directory(
            controllers=(controller("dc1", 17002), controller("dc2", 17002)),
            domains=(DomainState("contoso.local", 13240), DomainState("emea.contoso.local", 13240)),
            organization=16757,
        ),
    ),
    "edge only": situation(edge()),
    "edge and mailbox": situation(edge("a-edge"), server("ex01"), edge("b-edge", windows="2016")),
    "2013 with client access apart": situation(
        server("cas", E2013, "CU22", roles=frozenset({"ClientAccess"}), windows="2012 R2"),
        server("mbx", E2013, "CU22", windows="2012 R2"),
        edge("edge", E2013, "CU22", windows="2012 R2"),
        directory=directory(controllers=(controller("dc1", windows="2012 R2"),)),
    ),
    "two sites, none faces the internet": situation(
        server("ex01", internet_facing=False), server("ex03", internet_facing=False, **LONDON)
    ),
    "everything is there": situation(server("ex01", SE, "RTM"), edge("edge01", SE, "RTM")),
    "updates only": situation(server("ex01", SE, "RTM", None), edge("edge01", SE, "RTM", su=None)),
    "forest too low": situation(server("ex01"), directory=directory(forest_level="2012")),
    "the schema master unknown": situation(
        server("ex01"), directory=directory(schema_master=Unknown("the schema master", NOT_ASKED))
    ),
}
TARGETS = ("SE RTM", "2019 CU15", "2016 CU23", "2013 CU23")
PLANS = [pytest.param(to, found, id=f"{name} to {to}") for name, found in SITUATIONS.items() for to in TARGETS]
every_plan = pytest.mark.parametrize(("to", "found"), PLANS)


def _where(plan: Plan, wanted: Callable[[Step], bool]) -> list[int]:
    return [place for place, step in enumerate(plan.steps) if wanted(step)]


def _of(plan: Plan, kind: str, name: str) -> list[int]:
    return _where(plan, lambda step: step.kind == kind and step.servers == (name,))


@every_plan
def test_each_server_in_maintenance_once_at_a_time(to: str, found: Situation) -> None:
    """Enter, then .NET, Setup, update, leave, check; and nobody else in between."""
    plan = plan_to(to, found)
    inside: str | None = None
    last = ""
    order = ("enter maintenance", "dotnet", "setup", "update", "leave maintenance", "check")
    for step in plan.steps:
        if step.kind not in order:
            assert inside is None, (step.kind, inside)
            continue
        (name,) = step.servers
        if step.kind == "enter maintenance":
            assert inside is None, f"{name} while {inside} is in maintenance"
            inside = name
        elif step.kind == "check":
            assert (inside, last) == (None, "leave maintenance")
        else:
            assert inside == name
            assert order.index(step.kind) > order.index(last)
            if step.kind == "leave maintenance":
                inside = None
        last = step.kind
    assert inside is None


@every_plan
def test_before_everything_directory_before_servers(to: str, found: Situation) -> None:
    plan = plan_to(to, found)
    changing = _where(plan, lambda step: bool(step.cannot_undo) or step.reboot or step.kind == "enter maintenance")
    preparing = _where(
        plan,
        lambda step: (
            step.kind
            in {"find out", "clear the way", "repair replication", "backup", "before picture", "close sessions"}
        ),
    )
    assert not changing or not preparing or max(preparing) < min(changing)
    for kind, then in (
        ("prepare schema", "prepare organisation"),
        ("prepare organisation", "prepare domains"),
    ):
        for phase in plan.phases:
            kinds = [step.kind for step in phase.steps]
            if kind in kinds and then in kinds:
                assert kinds.index(kind) < kinds.index(then)
    last_prepared = _where(plan, lambda step: step.kind.startswith("prepare ") and plan.target.name in step.title)
    target_setup = _where(
        plan,
        lambda step: step.kind in {"setup", "install new"} and f"{plan.target.name}" in step.title.split(", over")[0],
    )
    assert not last_prepared or not target_setup or max(last_prepared) < min(target_setup)


@every_plan
def test_every_preparation_is_followed_by_its_wait(to: str, found: Situation) -> None:
    for step, then in pairwise(plan_to(to, found).steps):
        if step.kind in {"prepare schema", "prepare organisation", "prepare domains"}:
            assert then.kind == "wait for replication"


@every_plan
def test_what_must_come_first_comes_first_everywhere(to: str, found: Situation) -> None:
    """An intermediate CU on every server that needs it, before the target is installed anywhere."""
    plan = plan_to(to, found)
    middle = _where(
        plan, lambda step: step.kind == "setup" and not step.title.split(", over")[0].endswith(plan.target.name)
    )
    target = _where(
        plan,
        lambda step: (
            step.kind == "install new"
            or (step.kind == "setup" and step.title.split(", over")[0].endswith(plan.target.name))
        ),
    )
    assert not middle or not target or max(middle) < min(target)


@every_plan
def test_mailbox_then_client_access_then_edge(to: str, found: Situation) -> None:
    plan = plan_to(to, found)
    for title in {phase.title for phase in plan.phases}:
        ranks = []
        for phase in plan.phases:
            if phase.title != title:
                continue
            for step in phase.steps:
                if step.kind == "setup":
                    one = found.server(step.servers[0])
                    ranks.append(2 if one.is_edge else 0 if one.is_mailbox else 1)
        assert ranks == sorted(ranks)
    final = [
        (place, found.server(step.servers[0]).is_edge)
        for place, step in enumerate(plan.steps)
        if step.kind in {"setup", "install new"} and plan.target.name in step.title.split(", over")[0]
    ]
    assert [is_edge for _, is_edge in final] == sorted(is_edge for _, is_edge in final)


@every_plan
def test_the_internet_facing_site_first(to: str, found: Situation) -> None:
    """Among servers of one role, unless a DAG's upgrade is under way already: that one is finished first."""
    plan = plan_to(to, found)
    for phase in plan.phases:
        for step, then in pairwise([step for step in phase.steps if step.kind == "setup"]):
            one, two = found.server(step.servers[0]), found.server(then.servers[0])
            groups = [found.group_of(one), found.group_of(two)]
            under_way = [bool(group and group.in_progress) for group in groups]
            if one.is_edge == two.is_edge and one.is_mailbox == two.is_mailbox:
                assert under_way[0] >= under_way[1]
                if under_way[0] == under_way[1]:
                    assert one.internet_facing >= two.internet_facing


@every_plan
def test_maintenance_is_left_as_it_was_entered(to: str, found: Situation) -> None:
    """The same components with the same requester, in reverse order."""
    plan = plan_to(to, found)

    def components(step: Step, *states: str) -> list[str]:
        states_of = [line.split() for line in step.commands if line.startswith("Set-ServerComponentState")]
        assert all(words[-1] == "Maintenance" and words[5] in states for words in states_of)
        return [words[3] for words in states_of]

    entered = {
        step.servers: components(step, "Draining", "Inactive")
        for step in plan.steps
        if step.kind == "enter maintenance"
    }
    for step in plan.steps:
        if step.kind == "leave maintenance":
            assert components(step, "Active") == entered[step.servers][::-1]


@every_plan
def test_a_server_without_a_way_has_no_step_and_every_way_has_all_of_it(to: str, found: Situation) -> None:
    plan = plan_to(to, found)
    worked = {"enter maintenance", "setup", "update", "install new", "uninstall"}
    for path in plan.paths:
        name = path.server.name
        kinds = {step.kind for step in plan.steps if name in step.servers and step.kind in worked}
        match path.kind:
            case "in-place":
                assert {"enter maintenance", "setup"} <= kinds
                assert "uninstall" not in kinds
            case "legacy":
                assert {"install new", "uninstall"} <= kinds
                assert ("setup" in kinds) == (path.first is not None)
            case "update":
                assert kinds == {"enter maintenance", "update"}
            case _:
                assert not kinds


@every_plan
def test_nothing_unknown_is_left_out(to: str, found: Situation) -> None:
    """Each fact that a server with steps, or without a way, lacks: a step that names server and fact."""
    plan = plan_to(to, found)
    out = [step for step in plan.steps if step.kind == "find out"]

    def told(fact: object, name: str) -> bool:
        return any(isinstance(fact, Unknown) and fact.fact in step.title and name in step.title for step in out)

    for path in plan.paths:
        one = path.server
        if path.kind in {"in-place", "unknown"}:
            for fact in (one.cumulative_update, one.release, one.windows, one.dotnet):
                assert known(fact) is not None or told(fact, one.name), (one.name, fact)
    if any(path.moves for path in plan.paths):
        for held in found.directory.controllers:
            assert known(held.range_upper) is not None or told(held.range_upper, held.name)
        master = found.directory.schema_master
        assert known(master) is not None or told(master, "Contoso")


@every_plan
def test_what_is_blocked_says_what_to_do(to: str, found: Situation) -> None:
    plan = plan_to(to, found)
    for path in plan.paths:
        if path.kind == "blocked":
            assert path.why
            assert path.do
            assert [step for step in plan.steps if step.kind == "clear the way" and path.server.name in step.servers]


@every_plan
def test_whatever_stays_is_in_the_list_of_what_cannot_be_undone(to: str, found: Situation) -> None:
    plan = plan_to(to, found)
    listed = {step.kind for _, step in plan.irreversible}
    for step in plan.steps:
        if step.kind in {"setup", "uninstall", "prepare schema", "prepare organisation", "prepare domains"}:
            assert step.cannot_undo
            assert step.kind in listed


@every_plan
def test_an_update_follows_setup_at_once(to: str, found: Situation) -> None:
    for step, then in pairwise(plan_to(to, found).steps):
        if step.kind == "setup":
            assert (then.kind, then.servers) == ("update", step.servers)


@every_plan
def test_every_step_to_be_done_says_where_and_with_which_rights(to: str, found: Situation) -> None:
    for step in plan_to(to, found).steps:
        if step.kind not in {"find out", "clear the way", "decide"}:
            assert step.where, step.title
            assert step.who, step.title


def test_who_lags_in_a_dag_under_way_comes_first() -> None:
    plan = plan_to("SE RTM", SITUATIONS["a dag under way"])
    assert [step.servers[0] for step in plan.steps if step.kind == "setup"] == ["ex01", "ex02", "other"]
    assert any("under way" in note.text for phase in plan.phases for note in phase.notes)


def test_fewest_active_databases_first() -> None:
    one, two = _dag("ex01", "ex02")
    plan = plan_to("SE RTM", situation(one, two))
    assert [step.servers[0] for step in plan.steps if step.kind == "setup"] == ["ex02", "ex01"]


def test_two_sites_of_which_none_faces_the_internet_is_asked() -> None:
    plan = plan_to("SE RTM", SITUATIONS["two sites, none faces the internet"])
    assert any(step.kind == "find out" and "faces the internet" in step.title for step in plan.steps)
    named = replace(SITUATIONS["two sites, none faces the internet"].servers[0], internet_facing=True)
    answered = plan_to("SE RTM", situation(named, *SITUATIONS["two sites, none faces the internet"].servers[1:]))
    assert not any("faces the internet" in step.title for step in answered.steps)
