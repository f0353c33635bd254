"""What follows from component states: the directory's words, health pages, and where a load balancer leads."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from muster.lab.description import load_description
from muster.lab.serving import Running
from muster.model import HttpsRequest, Object, Value
from muster.transport import doors


@pytest.fixture
def maintained(play: Callable[..., Any]) -> Iterator[Running]:
    with play(load_description("demo-maintenance")) as running:
        yield running


def page(running: Running, name: str, path: str) -> dict[str, Value]:
    places = {(one, port): (address, to) for one, port, address, to in running.addresses.relocated}
    address, port = places[name, 443]
    (found,) = doors.probe(HttpsRequest(name, path), address, port, 5.0).objects
    assert isinstance(found, Object)
    return dict(found.properties)


def test_a_server_in_maintenance_sends_load_balancers_away(maintained: Running) -> None:
    assert page(maintained, "ex01.contoso.local", "/owa/healthcheck.htm")["Status"] == 503
    assert page(maintained, "ex02.contoso.local", "/owa/healthcheck.htm")["Status"] == 200


def test_a_public_name_leads_to_a_server_that_says_yes(maintained: Running) -> None:
    found = page(maintained, "mail.contoso.com", "/owa/healthcheck.htm")
    assert found["Body"] == "200 OK<br/>EX02.CONTOSO.LOCAL"


def test_the_directory_has_the_same_words(maintained: Running) -> None:
    plans = maintained.world.plans
    words = {
        node.dn: node.attributes["msExchComponentStates"]
        for node in maintained.world.nodes
        if "msExchComponentStates" in node.attributes
    }
    own = words[plans.server_dn("EX01")]
    assert "1:ServerWideOffline:Maintenance:0:638935620510000000" in own
    assert "1:HubTransport:Maintenance:2:638935603240000000" in own
    assert not any(":Maintenance:" in word for word in words[plans.server_dn("EX02")])
    assert plans.server_dn("EDGE01") not in words
