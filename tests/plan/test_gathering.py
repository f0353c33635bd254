"""From answers to a situation: what is partial, missing or behind is told, never smoothed over."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kit.recorded import organisation
from muster.catalogue import Release, published
from muster.facts.directory_replication import ControllerOrganizationLevel, ControllerSystemObjects
from muster.model import (
    Answer,
    Environment,
    Fact,
    LdapSearch,
    Object,
    Observation,
    Problem,
    Value,
    WindowsCmdlet,
)
from muster.plan import gather
from muster.plan.situation import Situation, Unknown
from muster.resolve import bound, needs_of

Change = Callable[[Observation], Observation | None]


def _gathered(
    change: Change = lambda one: one, environment: Environment | None = None, more: tuple[Observation, ...] = ()
) -> Situation:
    bench = organisation("demo-clean")
    changed = (change(one) for one in bench.observations.values())
    theirs = {one.question.key for one in more}
    kept = tuple(one for one in changed if one is not None and one.question.key not in theirs)
    return gather(environment or bench.environment, (*kept, *more), published())


def _without_build_of(name: str) -> Change:
    def change(one: Observation) -> Observation | None:
        question = one.question
        setup = isinstance(question, WindowsCmdlet) and question.server == name and "ExSetup" in question.key
        return None if setup else one

    return change


def test_everything_of_a_clean_organisation_is_known() -> None:
    found = _gathered()
    ex02 = found.server("ex02")
    assert isinstance(ex02.release, Release)
    assert (ex02.windows, ex02.dotnet, ex02.internet_facing, ex02.dag) == ("2022", "4.8", True, "DAG01")
    assert found.directory.master is not None
    assert found.directory.master.name == "dc1"
    assert found.directory.forest_level == "2016"
    assert [(one.name, one.object_version) for one in found.directory.domains] == [
        ("contoso.local", 13243),
        ("emea.contoso.local", 13243),
    ]


def test_without_exsetup_the_cu_comes_from_the_directory_and_the_update_is_unknown() -> None:
    ex02 = _gathered(_without_build_of("ex02")).server("ex02")
    assert ex02.cumulative_update == ("Exchange Server 2019", "CU15")
    assert isinstance(ex02.release, Unknown)
    assert ex02.installed == "Exchange Server 2019 CU15, update unknown"


def test_part_of_an_answer_is_not_known() -> None:
    def change(one: Observation) -> Observation:
        if "NDP" in one.question.key and one.answer is not None:
            partial = Answer(one.answer.objects, one.answer.serialization, (Problem("partial", "RPC failed"),))
            return replace(one, answer=partial)
        return one

    dotnet = _gathered(change).server("ex02").dotnet
    assert isinstance(dotnet, Unknown)
    assert "RPC failed" in dotnet.why


def _lower(one: Observation) -> Observation:
    """Every answer that shows an objectVersion shows one that is lower by one."""
    if one.answer is None or not isinstance(one.question, LdapSearch):
        return one
    items = tuple(replace(item, properties=_one_less(item.properties)) for item in one.answer.objects)
    return replace(one, answer=replace(one.answer, objects=items))


def _one_less(properties: Mapping[str, Value]) -> dict[str, Value]:
    return {
        name: tuple(str(int(str(one)) - 1) for one in value)
        if name == "objectVersion" and isinstance(value, tuple)
        else value
        for name, value in properties.items()
    }


def _by_itself(controller: str, fact: type[Fact], version: int) -> Observation:
    """What one controller says of a number when it is asked itself."""
    subject = next(one for one in organisation("demo-clean").environment.domain_controllers if one.name == controller)
    question = bound(next(needs_of(fact)).alternatives[0], subject)
    entry = Object("LdapEntry", "CN=x", {"cn": ("Contoso",), "objectVersion": (str(version),)})
    return Observation(question, controller, None, 0.1, controller, Answer((entry,), ""))


def test_a_controller_that_lags_does_not_take_the_organisation_back() -> None:
    """Any controller may have been asked for the organisation's number: the highest of all counts."""
    asked = (
        _by_itself("dc1", ControllerOrganizationLevel, 16763),
        _by_itself("dc2", ControllerOrganizationLevel, 16762),
        _by_itself("dc3", ControllerSystemObjects, 13243),
    )
    directory = _gathered(_lower, more=asked).directory
    assert directory.organization == 16763
    assert [(one.name, one.organization) for one in directory.controllers][:2] == [("dc1", 16763), ("dc2", 16762)]
    assert {one.name: one.object_version for one in directory.domains}["emea.contoso.local"] == 13243


def test_a_server_that_only_the_directory_knows_counts() -> None:
    environment = organisation("demo-clean").environment
    fewer = replace(
        environment,
        organization=replace(
            environment.organization, members=tuple(one for one in environment.servers if one.name != "ex05")
        ),
    )
    (ex05,) = [one for one in _gathered(environment=fewer).servers if not one.listed]
    assert (ex05.name.casefold(), ex05.cumulative_update) == ("ex05", ("Exchange Server 2016", "CU23"))


def test_no_list_of_servers_is_said() -> None:
    found = _gathered(lambda one: None if one.question.key == "exchange: Get-ExchangeServer" else one)
    assert found.every_server is not None


def test_a_build_that_nobody_released_is_unknown() -> None:
    def change(one: Observation) -> Observation:
        if one.answer is None or "ExSetup" not in one.question.key:
            return one
        items = tuple(
            replace(item, properties={**item.properties, "Version": "15.02.1748.011"}) for item in one.answer.objects
        )
        return replace(one, answer=replace(one.answer, objects=items))

    ex02 = _gathered(change).server("ex02")
    assert isinstance(ex02.release, Unknown)
    assert "no published release" in ex02.release.why
    assert ex02.cumulative_update == ("Exchange Server 2019", "CU15")
