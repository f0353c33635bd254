"""What a control expects follows from the inventory: the same answers under another inventory end otherwise."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kit.changes import Change, both, put
from kit.recorded import organisation
from muster.model import DatabaseAvailabilityGroup, Environment, Server

Inventory = Callable[[Environment], Environment]


def as_it_is(environment: Environment) -> Environment:
    return environment


def without_public_names(environment: Environment) -> Environment:
    return replace(environment, public_names=())


def nothing_in_progress(environment: Environment) -> Environment:
    return replace(environment, upgrade=replace(environment.upgrade, in_progress=frozenset()))


def every_server(**said: str | None) -> Inventory:
    """The inventory says the same of every server."""

    def changed(server: Server) -> Server:
        return Server(**{**{name: getattr(server, name) for name in Server.__slots__}, **said})

    def change(environment: Environment) -> Environment:
        organization = environment.organization
        members = tuple(changed(server) for server in organization.members)
        dags = tuple(
            DatabaseAvailabilityGroup(dag.name, tuple(changed(member) for member in dag.members))
            for dag in environment.dags
        )
        return replace(environment, organization=replace(organization, members=members), dags=dags)

    return change


NOTHING = both()
URI = "AutoDiscoverServiceInternalUri"
OWN_NAME = put("Get-ClientAccessService", "EX02", **{URI: "https://ex02.contoso.local/Autodiscover/Autodiscover.xml"})
ANY_NAME = put("Get-ClientAccessService", "EX02", **{URI: "https://post.fabrikam.com/Autodiscover/Autodiscover.xml"})

CASES = [
    ("autodiscover.service-uri", "ex02", as_it_is, ANY_NAME, "fail"),
    ("autodiscover.service-uri", "ex02", without_public_names, ANY_NAME, "pass"),
    ("autodiscover.service-uri", "ex02", without_public_names, OWN_NAME, "fail"),
    ("build.matches-inventory", "ex01", every_server(product=None), NOTHING, "not applicable"),
    ("build.matches-inventory", "ex01", every_server(product="Exchange Server 2019"), NOTHING, "pass"),
    ("build.matches-inventory", "ex02", every_server(product="Exchange Server 2019 CU1"), NOTHING, "fail"),
    ("dag.same-build", "DAG01", nothing_in_progress, NOTHING, "fail"),
    ("dag.activation-not-blocked", "ex02", every_server(dag=None), NOTHING, "not applicable"),
    ("dag.replication-health", "ex02", every_server(dag=None), NOTHING, "not applicable"),
    ("dag.datacenter-activation", "DAG01", every_server(site="Seattle"), NOTHING, "not applicable"),
]


@pytest.mark.parametrize(("control", "subject", "inventory", "change", "outcome"), CASES)
def test_the_inventory_decides(
    control: str, subject: str, inventory: Inventory, change: Change, outcome: str
) -> None:
    base = organisation("demo-clean")
    bench = replace(base, environment=inventory(base.environment), observations=change(base.observations))
    judgement = bench.judged(control, subject)
    assert judgement.outcome == outcome, judgement.reason
