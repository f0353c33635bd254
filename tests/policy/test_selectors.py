from collections.abc import Callable

import pytest

from muster.model import Environment, Server
from muster.policy import Policy

Read = Callable[[str], Policy]

# From the least specific to the most; each decides something of its own.
LADDER = [
    ("every server", "supported"),
    ("Exchange Server 2019", "n-1"),
    ("Exchange Server 2019 CU15", "latest"),
    ("Mailbox", "security-current"),
    ("Seattle", "'security-current (grace: 1d)'"),
    ("DAG01", "'security-current (grace: 2d)'"),
    ("ex[01-02]", "'security-current (grace: 3d)'"),
    ("ex01", "'security-current (grace: 4d)'"),
]


def ex01(environment: Environment) -> Server:
    return environment.servers[0]


@pytest.mark.parametrize("height", range(1, len(LADDER) + 1))
@pytest.mark.parametrize("backwards", [False, True])
def test_the_most_specific_selector_wins(read: Read, environment: Environment, height: int, backwards: bool) -> None:
    rungs = LADDER[:height][:: -1 if backwards else 1]
    policy = read("releases:\n" + "".join(f"  {selector}: {decision}\n" for selector, decision in rungs))
    assert policy.release_decision(ex01(environment)).selector == LADDER[height - 1][0]


def test_each_server_has_the_selector_that_means_it(read: Read, environment: Environment) -> None:
    policy = read("""
        releases:
          every server: supported
          2016: n-1
          Edge: latest
          se: latest
          "EX[03-04].contoso.local": n-1
          ex04.CONTOSO.local: latest
    """)
    found = {server.name: policy.release_decision(server).selector for server in environment.servers}
    assert found == {
        "ex01": "every server",
        "ex02": "every server",
        "ex03": "EX[03-04].contoso.local",
        "ex04": "ex04.contoso.local",
        "ex05": "Exchange Server 2016",
        "ex06": "Exchange Server 2016",
        "ex07": "SE",  # the site, not the product
        "edge01": "Edge",
    }


def test_what_is_installed_wins_over_what_is_declared(read: Read, environment: Environment) -> None:
    policy = read("releases: {2019 CU15: latest, 2019: n-1, 2016: supported}")
    server = ex01(environment)

    def chosen(product: str | None = None, cu: str | None = None) -> str:
        return policy.release_decision(server, product, cu).selector

    assert chosen() == "Exchange Server 2019 CU15"
    assert chosen("Exchange Server 2019", "CU14") == "Exchange Server 2019"
    assert chosen("Exchange Server 2019", "CU15") == "Exchange Server 2019 CU15"
    assert chosen("Exchange Server 2019") == "Exchange Server 2019"
    assert chosen("Exchange Server 2016", "CU23") == "Exchange Server 2016"


def test_a_cu_is_not_the_beginning_of_another(read: Read, environment: Environment) -> None:
    policy = read("releases: {2019 CU1: latest}")
    assert policy.release_decision(ex01(environment)).by_default
    assert not policy.release_decision(ex01(environment), "Exchange Server 2019", "CU1").by_default


def test_two_patterns_may_agree(read: Read, environment: Environment) -> None:
    policy = read("releases: {'ex[01-02]': n-1, 'ex[02-03]': n-1}")
    assert policy.release_decision(environment.servers[1]).selector == "ex[01-02]"


def test_a_line_of_its_own_settles_what_two_patterns_would_contradict(read: Read, environment: Environment) -> None:
    policy = read("releases: {'ex[01-02]': n-1, 'ex[02-03]': latest, ex02: supported}")
    assert policy.release_decision(environment.servers[1]).selector == "ex02"
