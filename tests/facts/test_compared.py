"""What drift compares where the objects of an answer do not say it themselves."""

import pytest

from kit.access_lists import ANONYMOUS, CONTROL_ACCESS, RIGHT, ace, descriptor
from kit.facts import SRV1, item
from kit.played import played
from muster.facts.upgrade.configuration_files import ConfigurationLimits, TransportAgents
from muster.facts.upgrade.connector_permissions import ConnectorPermissions, permissions
from muster.facts.upgrade.owa_files import OwaFiles
from muster.model import Answer, FactUnavailable, Object, Shape
from muster.resolve import book_of, resolve

AUTH = "C:\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\"
DN = "CN=Relay,CN=SMTP Receive Connectors,CN=Protocols,CN=SRV1,CN=Servers,DC=example,DC=com"


def compared(shape: Shape, *objects: Object) -> tuple[Object, ...]:
    assert shape.compared is not None
    return shape.compared(objects)


def test_an_agent_that_moves_has_another_priority() -> None:
    rows = [item("Selected", Path=path, name=name) for path, name in (("a", "X"), ("f", "Z"), ("a", "Y"))]
    found = compared(TransportAgents.shape, *rows)
    assert [(row.properties["name"], row.properties["Priority"]) for row in found] == [("X", 1), ("Z", 1), ("Y", 2)]


def test_elements_without_a_name_are_told_apart_by_their_place() -> None:
    rows = [item("Selected", Path="w", LocalName="httpsTransport", name="httpsTransport") for _ in range(2)]
    found = compared(ConfigurationLimits.shape, *rows)
    identities = {tuple(row.properties[name] for name in ConfigurationLimits.shape.identity) for row in found}
    assert len(identities) == 2


def test_a_file_is_the_same_in_the_next_builds_folder() -> None:
    before = item("Selected", Path=f"{AUTH}15.2.1544\\logon.css", Hash="1")
    after = item("Selected", Path=f"{AUTH}15.2.1748\\logon.css", Hash="1")
    assert compared(OwaFiles.shape, before) == compared(OwaFiles.shape, before, after)
    own = item("Selected", Path=f"{AUTH}15.2.1544\\own.png", Hash="2")
    lost = {row.properties["Path"] for row in compared(OwaFiles.shape, before, own, after)}
    assert lost == {f"{AUTH}<build>\\logon.css"}


def entry(*aces: bytes) -> Object:
    return Object("LdapEntry", DN, {"nTSecurityDescriptor": (descriptor(*aces),)})


def test_a_lost_right_is_a_lost_record() -> None:
    had = compared(ConnectorPermissions.shape, entry(ace(ANONYMOUS, CONTROL_ACCESS, RIGHT)))
    assert [row.properties["Trustee"] for row in had] == [ANONYMOUS]
    assert compared(ConnectorPermissions.shape, entry()) == ()
    denied = compared(ConnectorPermissions.shape, entry(ace(ANONYMOUS, CONTROL_ACCESS, RIGHT, deny=True)))
    assert [row.properties["Access"] for row in denied] == ["deny"]


def test_a_list_that_did_not_come_is_no_empty_list() -> None:
    with pytest.raises(ValueError, match="was not sent"):
        permissions((Object("LdapEntry", DN, {}),))
    with pytest.raises(FactUnavailable, match="was not sent"):
        ConnectorPermissions.read(SRV1, {"connectors": Answer((Object("LdapEntry", DN, {}),))})


def test_the_rights_have_names() -> None:
    one = played("demo-clean", more=True).partial
    server = next(server for server in one.environment.servers if server.name == "ex05")
    found = resolve(ConnectorPermissions, server, book_of(one.observations)).fact
    held = {(row.trustee, row.right, row.access) for row in found if row.connector.startswith("CN=Scanner Relay,")}
    assert ("S-1-5-7", "ms-Exch-SMTP-Accept-Any-Recipient", "allow") in held
