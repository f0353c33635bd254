"""The lab's own process, and an environment that asks it."""

import os
import socket
from pathlib import Path

import pytest

from muster import inventory, lab, policy
from muster.lab.addresses import JEA
from muster.lab.description import load_description
from muster.model import Environment

INVENTORIES = Path(__file__).parents[2] / "inventory"


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_runs_while_the_context_lasts() -> None:
    before = os.environ.get("MUSTER_LAB_PASSWORD")
    with lab.start("demo-clean") as running:
        port = running.addresses.places[0].port
        folder = Path(running.addresses.ca_file).parent
        assert accepts(port)
        assert Path(running.addresses.ca_file).is_file()
        assert len(os.environ["MUSTER_LAB_PASSWORD"]) > 20
        assert not any(
            os.environ["MUSTER_LAB_PASSWORD"] in file.read_text("latin-1") for file in folder.glob("*.pem")
        )
    assert not accepts(port)
    assert not folder.exists()
    assert os.environ.get("MUSTER_LAB_PASSWORD") == before
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)


def test_one_that_cannot_start_says_why() -> None:
    with pytest.raises(lab.LabDidNotStart, match="no such description; there are demo"), lab.start("nonsense"):
        pytest.fail("it started")
    with pytest.raises(lab.LabDidNotStart, match="there is no fault '99'"), lab.start("demo", faults=("99",)):
        pytest.fail("it started")


@pytest.mark.parametrize("name", ["demo", "demo-clean", "demo-restricted"])
def test_inventories_are_the_organisation_that_the_lab_plays(name: str) -> None:
    environment = inventory.load(INVENTORIES / name)
    description = load_description(name)
    plan = description.plan
    assert environment.lab == name
    assert policy.load(INVENTORIES / name).as_of == description.as_of
    assert environment.organization.name == plan["organisation"]
    assert {
        server.name: (server.site, server.dag, server.product, "Edge" in server.roles)
        for server in environment.servers
    } == {
        server: (entry["site"], entry.get("dag"), entry["product"], entry.get("edge", False))
        for server, entry in plan["servers"].items()
    }
    assert {one.name: (one.domain, one.site) for one in environment.domain_controllers} == {
        controller: (domain, entry["site"])
        for domain, controllers in plan["domains"].items()
        for controller, entry in controllers["controllers"].items()
    }
    assert {one.name: [server.name for server in one.members] for one in environment.public_names} == {
        public: entry["servers"] for public, entry in plan["public_names"].items()
    }


@pytest.fixture(scope="module")
def environment() -> Environment:
    return inventory.load(INVENTORIES / "demo-clean")


def test_attaching(environment: Environment) -> None:
    with lab.start("demo-clean") as running:
        attached = lab.attach(environment, running, serialization="full", jea=JEA, ldap="starttls")
    kinds = {(endpoint.kind, endpoint.name): endpoint for endpoint in attached.endpoints}
    assert set(kinds) == {
        *(("exchange", f"ex0{number}") for number in range(1, 7)),
        *(("windows", server.name) for server in environment.servers),
        *(("ldap", controller.name) for controller in environment.domain_controllers),
    }
    assert {endpoint.address for endpoint in attached.endpoints} == {"127.0.0.1"}
    assert len({endpoint.port for endpoint in attached.endpoints}) == len(attached.endpoints)
    exchange, windows, edge = kinds["exchange", "ex04"], kinds["windows", "ex04"], kinds["windows", "edge01"]
    assert (exchange.tls, exchange.serialization, exchange.version) == ("tls", "full", (15, 2, 2562, 17))
    assert (windows.tls, windows.configuration, windows.jea) == ("", JEA, True)
    assert edge.tls == "tls"
    assert kinds["ldap", "dc3"].tls == "starttls"
    assert {endpoint.authentication.secret for endpoint in attached.endpoints} == {"env:MUSTER_LAB_PASSWORD"}
    assert ("ex01.contoso.local", 444) in attached.relocated
    behind = attached.relocated["ex01.contoso.local", 443]
    assert attached.relocated["mail.contoso.com", 443] == behind
    assert attached.relocated["mx.contoso.com", 25] == attached.relocated["edge01.contoso.com", 25]
    assert ("edge01.contoso.com", 443) not in attached.relocated
