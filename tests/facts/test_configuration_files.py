"""Configuration files: what is told of them, and what never leaves the server."""

import pytest

from kit.facts import SRV1, item
from kit.played import played
from muster.facts.upgrade.configuration_files import (
    ConfigurationFiles,
    ConfigurationLimits,
    ConfigurationProxies,
    MailboxReplicationLimits,
    RuntimeSettings,
    TransportAgents,
)
from muster.facts.upgrade.files import AGENTS, elements
from muster.model import Answer, Fact, FactUnavailable, Problem, WindowsCmdlet, fill_after
from muster.resolve import book_of, resolve
from muster.transport.readonly.allowed import refusal

BIN = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\"


def of(fact: type[Fact], name: str) -> Fact:
    one = played("demo-clean", more=True).partial
    server = next(server for server in one.environment.servers if server.name == name)
    return resolve(fact, server, book_of(one.observations)).fact


def test_a_setting_is_known_by_file_and_key() -> None:
    found = of(ConfigurationFiles, "ex01")
    assert isinstance(found, ConfigurationFiles)
    values = {row.identity: row.value for row in found}
    assert values[r"Bin\EdgeTransport.exe.config QueueDatabasePath"] == r"E:\Queue"
    assert values[r"ClientAccess\ecp\web.config GetListDefaultResultSize"] == "2000"
    assert len(values) == len(found)


def test_a_secret_stays_on_the_server() -> None:
    one = played("demo-clean", more=True)
    elements_there = [row for row in one.world.windows["EX01"] if row.shape.name == "ConfigurationElement"]
    assert any(row.get("key") == "OwnRelayPassword" for row in elements_there)
    assert "OwnRelayPassword" not in repr([seen.answer for seen in one.partial.observations.values()])


def test_limits_and_moves_and_proxies_and_runtime() -> None:
    limits, moves = of(ConfigurationLimits, "ex01"), of(MailboxReplicationLimits, "ex01")
    assert isinstance(limits, ConfigurationLimits)
    assert isinstance(moves, MailboxReplicationLimits)
    sizes = {row.identity: row.max_allowed_content_length for row in limits}
    assert sizes[r"FrontEnd\HttpProxy\sync\web.config requestLimits"] == "52428800"
    assert {row.name: row.value for row in moves}["MaxActiveMovesPerTargetMDB"] == "40"
    proxies, runtime = of(ConfigurationProxies, "ex01"), of(RuntimeSettings, "ex01")
    assert isinstance(proxies, ConfigurationProxies)
    assert isinstance(runtime, RuntimeSettings)
    assert [row.proxy_address for row in proxies] == ["http://proxy.contoso.local:8080"]
    assert {row.tag for row in runtime} == {"gcServer"}


def test_the_place_of_an_agent_is_its_priority() -> None:
    found = of(TransportAgents, "ex01")
    assert isinstance(found, TransportAgents)
    own = next(agent for agent in found if agent.name == "Contoso Disclaimer Agent")
    assert (own.service, own.enabled, found.priority(own)) == ("Hub", True, 10)


def test_an_answer_with_an_error_beside_it_is_not_whole() -> None:
    row = item("Selected", Path=f"{BIN}EdgeTransport.exe.config", key="A", value="1")
    denied = Problem("partial", "Access to the path is denied.")
    found = ConfigurationFiles.read(SRV1, {"services": Answer((row,)), "back end": Answer((), shortfalls=(denied,))})
    assert [setting.key for setting in found] == ["A"]
    with pytest.raises(FactUnavailable, match="denied"):
        found.must_be_whole()


AGENT = "/configuration/mexRuntime/agentList/agent"
FOLDER = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"


@pytest.mark.parametrize(
    ("path", "xpath"),
    [
        (f"{FOLDER}TransportRoles\\Shared\\agents.config", AGENT),  # stops at a file that is not there
        (f"{FOLDER}TransportRoles\\Shared\\*.confi[g]", AGENT),
        (f"{FOLDER}TransportRoles\\..\\Shared\\agents.confi[g]", AGENT),
        (f"\\\\other\\c$\\Shared\\{AGENTS[0][:-1]}[g]", AGENT),
        (f"{FOLDER}Bin\\*.confi[g]", AGENT),
        (f"{FOLDER}Bin\\*\\*.exe.confi[g]", AGENT),
        (f"{FOLDER}Bin\\RemoteExchange.confi[g]", AGENT),
        (f"{FOLDER}ClientAccess\\Owa\\web.confi[g]", "/configuration/connectionStrings/add"),
        (f"{FOLDER}ClientAccess\\Owa\\web.confi[g]", "/configuration/appSettings/add"),
        (f"{FOLDER}ClientAccess\\Owa\\web.confi[g]", "//*"),
    ],
)
def test_other_files_and_other_elements_are_refused(path: str, xpath: str) -> None:
    assert refusal(WindowsCmdlet("Select-Xml", Path=(path,), XPath=xpath, server="SRV1"))


def test_the_files_of_the_facts_may_be_asked_for() -> None:
    asked = fill_after(elements(AGENTS, AGENT, "name"), FOLDER)
    assert refusal(asked) is None
