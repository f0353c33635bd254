"""Who may relay through a receive connector, from the access list of its directory object."""

from dataclasses import replace

import pytest

from kit.access_lists import ANONYMOUS, CONTROL_ACCESS, RIGHT, ace, descriptor
from kit.forms import EX01, TAKEN
from muster.facts.mailflow.receive_connectors import ReceiveConnector, RelayRights
from muster.model import Answer, FactUnavailable, LdapSearch, Need, Object, Observation, Value
from muster.resolve import Book, bound, resolve

DN = "CN=Relay,CN=SMTP Receive Connectors,CN=Protocols,CN=EX01,CN=Servers,CN=Org,DC=example,DC=com"
CONNECTOR = ReceiveConnector.of(
    Object("ReceiveConnector", None, {"DistinguishedName": DN, "Identity": r"EX01\Relay"}), "EX01"
)
OPEN = descriptor(ace(ANONYMOUS, CONTROL_ACCESS, RIGHT))


def entry(dn: str, **attributes: Value) -> Object:
    return Object("LdapEntry", dn, attributes)


def book(*connectors: Object, right: tuple[Object, ...] | None = None) -> Book:
    rights = (entry("CN=x,CN=Extended-Rights", rightsGuid=(str(RIGHT),)),) if right is None else right
    observed = {}
    for name, items in (("connectors", connectors), ("right", rights)):
        wanted = RelayRights.needs[name]
        assert isinstance(wanted, Need)
        question = bound(wanted.alternatives[0], EX01)
        observed[question.key] = Observation(question, "forest", TAKEN, 0.1, "dc1", Answer(items))
    return lambda question, _: observed.get(question.key)


@pytest.mark.parametrize(("octets", "may"), [(OPEN, True), (descriptor(), False)])
def test_the_access_list_of_the_connector_decides(octets: bytes, may: bool) -> None:
    rights = resolve(RelayRights, EX01, book(entry(DN.upper(), nTSecurityDescriptor=(octets,)))).fact
    assert rights.anonymous_may_relay(CONNECTOR) is may


def test_the_guid_of_the_right_comes_from_the_directory() -> None:
    other = entry("CN=x,CN=Extended-Rights", rightsGuid=("00000000-0000-0000-0000-000000000001",))
    found = resolve(RelayRights, EX01, book(entry(DN, nTSecurityDescriptor=(OPEN,)), right=(other,))).fact
    assert not found.anonymous_may_relay(CONNECTOR)


@pytest.mark.parametrize(
    ("connector", "says"),
    [
        (entry(DN), "nTSecurityDescriptor was not sent"),
        (entry(DN, nTSecurityDescriptor=(OPEN[:-1],)), "cut off"),
        (entry(DN.replace("Relay", "Other"), nTSecurityDescriptor=(OPEN,)), "showed no object"),
    ],
)
def test_a_list_that_nobody_can_read_is_unknown(connector: Object, says: str) -> None:
    rights = resolve(RelayRights, EX01, book(connector)).fact
    with pytest.raises(FactUnavailable, match=says):
        rights.anonymous_may_relay(CONNECTOR)


def test_another_server_s_connectors_are_none_of_ours() -> None:
    theirs = entry(DN.replace("EX01", "EX02"), nTSecurityDescriptor=(OPEN,))
    with pytest.raises(FactUnavailable, match="none of this subject"):
        resolve(RelayRights, EX01, book(theirs))


def test_the_question_asks_for_the_security_descriptor() -> None:
    wanted = RelayRights.needs["connectors"]
    assert isinstance(wanted, Need)
    (search,) = wanted.alternatives
    assert isinstance(search, LdapSearch)
    assert search.security_descriptor
    assert replace(search, security_descriptor=False).key != search.key
