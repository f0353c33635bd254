"""Rounds of asking, with doors that are made up: what is asked of whom, how often, and what silence costs."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from muster.model import (
    After,
    Answer,
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    Endpoint,
    Environment,
    ExchangeCmdlet,
    Fact,
    Forest,
    HttpsRequest,
    LdapSearch,
    Need,
    Object,
    Observation,
    Organization,
    Problem,
    Question,
    Server,
    Shape,
    SmtpDialogue,
    Subject,
    TlsHandshake,
    Upgrade,
    WindowsCmdlet,
    need,
)
from muster.observe import Doors, Observing
from muster.transport.session import Unanswered

NAMES = ("EX01", "EX02", "EX03", "EX04", "EX05", "EX06")
SERVERS = tuple(Server(name, f"{name.lower()}.contoso.local", dag="DAG01") for name in NAMES)
DEAD = Problem("unreachable", "connection refused", "nobody listens", "start it")


def environment(**changes: object) -> Environment:
    endpoints = tuple(
        Endpoint(kind, server.name, server.fqdn, 443, version=(15, 2, index))
        for index, server in enumerate(SERVERS)
        for kind in ("exchange", "windows")
    )
    given = {
        "name": "made-up",
        "organization": Organization("Contoso", SERVERS),
        "forest": Forest("contoso.local"),
        "dags": (DatabaseAvailabilityGroup("DAG01", SERVERS),),
        "endpoints": endpoints,
    }
    return Environment(**(given | changes))  # type: ignore[arg-type] # keyword arguments of a frozen value


def fact_of(*needs: Need) -> type[Fact]:
    class Made:
        needs: ClassVar[Mapping[str, Need | type[Fact]]] = {}
        shape: ClassVar[Shape] = Shape()

        @classmethod
        def read(cls, subject: Subject, answers: Mapping[str, Answer | Fact]) -> "Made":
            raise AssertionError("observing reads no facts")

    Made.needs = {str(index): one for index, one in enumerate(needs)}
    return Made


@dataclass
class World:
    """Made-up doors: ``reply`` answers or raises; what happened is counted."""

    reply: Callable[[str, Question], Answer]
    dead: frozenset[str] = frozenset()
    asked: list[tuple[str, str]] = field(default_factory=list)
    opened: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    busy: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def connect(self, endpoint: Endpoint, seconds: float) -> "MadeUpSession":
        if endpoint.name in self.dead:
            raise Unanswered(DEAD, lost=True)
        with self.lock:
            self.opened[endpoint.name] += 1
        return MadeUpSession(self, endpoint)

    def probe(
        self, question: TlsHandshake | SmtpDialogue | HttpsRequest, host: str, port: int, seconds: float
    ) -> Answer:
        self.asked.append((host, question.key))
        return self.reply(host, question)


@dataclass
class MadeUpSession:
    world: World
    endpoint: Endpoint

    def ask(self, question: Question, seconds: float) -> Answer:
        world, place = self.world, f"{self.endpoint.kind} {self.endpoint.name}"
        with world.lock:
            world.asked.append((self.endpoint.name, question.key))
            for name in (place, self.endpoint.kind):
                world.busy[name] += 1
                world.most[name] = max(world.most[name], world.busy[name])
        try:
            return world.reply(self.endpoint.name, question)
        finally:
            with world.lock:
                for name in (place, self.endpoint.kind):
                    world.busy[name] -= 1

    def close(self) -> None:
        with self.world.lock:
            self.world.closed[self.endpoint.name] += 1


def one_row(_who: str, _question: Question) -> Answer:
    return Answer((Object("T", "row", {"Path": "C:\\Ex\\"}),))


def slow_row(who: str, question: Question) -> Answer:
    time.sleep(0.02)
    return one_row(who, question)


def run(world: World, wants: Iterable[tuple[type[Fact], Subject]], **options: object) -> dict[str, Observation]:
    made = options.pop("environment", None) or environment()
    doors = Doors(world.connect, world.probe)
    return Observing(made, doors, **options).run(wants)  # type: ignore[arg-type] # options of a test


def test_an_organisation_wide_question_is_asked_once_for_all_servers() -> None:
    world = World(one_row)
    fact = fact_of(need(ExchangeCmdlet("Get-ReceiveConnector"), split_by=("Server",), may_be_empty=True))
    run(world, [(fact, server) for server in SERVERS])
    assert [key for _, key in world.asked] == ["exchange: Get-ReceiveConnector"]


def test_caps_hold_and_every_session_is_closed() -> None:
    world = World(slow_row)
    exchange = fact_of(*(need(ExchangeCmdlet(f"Get-{index}", Server="{name}")) for index in range(6)))
    windows = fact_of(*(need(WindowsCmdlet(f"Get-{index}")) for index in range(6)))
    run(world, [(fact, server) for server in SERVERS for fact in (exchange, windows)])
    assert len(world.asked) == 72
    assert world.most["exchange"] == 4
    assert {world.most[f"exchange {name}"] for name in NAMES} <= {0, 1}
    assert max(world.most[f"windows {name}"] for name in NAMES) == 2
    assert world.opened == world.closed


def test_a_dead_exchange_endpoint_is_tried_once_and_its_peers_answer() -> None:
    world = World(one_row, dead=frozenset({"EX06", "EX05"}))
    fact = fact_of(*(need(ExchangeCmdlet(f"Get-{index}", Server="{name}")) for index in range(3)))
    found = run(world, [(fact, server) for server in SERVERS])
    assert len(found) == 18
    assert all(observation.answer for observation in found.values())
    assert {observation.answered_by for observation in found.values()} <= {"EX01", "EX02", "EX03", "EX04"}


def test_when_every_exchange_endpoint_is_dead_each_question_says_so() -> None:
    world = World(one_row, dead=frozenset(NAMES))
    fact = fact_of(*(need(ExchangeCmdlet(f"Get-{index}")) for index in range(9)))
    found = run(world, [(fact, SERVERS[0])])
    assert len(found) == 9
    assert {observation.problem for observation in found.values()} == {DEAD}
    assert world.asked == []


def test_a_server_that_never_answers_costs_its_deadline_once() -> None:
    asked: list[str] = []

    def silent(who: str, question: Question) -> Answer:
        if who == "EX03":
            asked.append(question.key)
            raise Unanswered(Problem("timeout", "nothing for 60 s"))
        return one_row(who, question)

    fact = fact_of(*(need(WindowsCmdlet(f"Get-{index}")) for index in range(20)))
    found = run(World(silent), [(fact, server) for server in SERVERS])
    assert len(asked) <= 2, "one per session, not one per question"
    silent_ones = [one for one in found.values() if one.subject == "EX03"]
    assert len(silent_ones) == 20
    assert {one.problem.kind for one in silent_ones if one.problem} == {"timeout"}
    assert all(one.answer for one in found.values() if one.subject != "EX03")


def test_a_session_that_is_stuck_for_good_is_left_behind() -> None:
    release = threading.Event()

    def stuck(who: str, question: Question) -> Answer:
        if who == "EX03":
            release.wait(30)
        return one_row(who, question)

    fact = fact_of(*(need(WindowsCmdlet(f"Get-{index}")) for index in range(5)))
    world = World(stuck)
    found = run(world, [(fact, server) for server in SERVERS], deadline=0.2, connect_within=0.1)
    release.set()
    assert all(one.problem and one.problem.kind == "timeout" for one in found.values() if one.subject == "EX03")
    assert sum(1 for one in found.values() if one.answer) == 25


@pytest.mark.parametrize(("dead", "asked"), [((), "dc1"), (("dc1",), "dc2")])
def test_any_controller_is_one_controller_as_long_as_it_answers(dead: tuple[str, ...], asked: str) -> None:
    controllers = tuple(DomainController(name, domain="contoso.local") for name in ("dc1", "dc2"))
    made = environment(
        forest=Forest("contoso.local", (Domain("contoso.local", controllers),)),
        endpoints=tuple(Endpoint("ldap", one.name, "127.0.0.1", 636) for one in controllers),
    )
    world = World(slow_row, dead=frozenset(dead))
    searches = [need(LdapSearch(base=f"CN={number}")) for number in range(8)]
    found = run(world, [(fact_of(*searches), made.forest)], environment=made)
    assert len(found) == 8
    assert {name for name, _ in world.asked} == {asked}


def test_one_question_that_fails_does_not_lose_the_endpoint() -> None:
    def picky(who: str, question: Question) -> Answer:
        if "Get-1" in question.key:
            raise Unanswered(Problem("failed", "no such object"))
        return one_row(who, question)

    fact = fact_of(*(need(WindowsCmdlet(f"Get-{index}")) for index in range(4)))
    found = run(World(picky), [(fact, SERVERS[0])])
    assert sorted(one.problem.kind for one in found.values() if one.problem) == ["failed"]


def test_a_door_that_breaks_is_an_observation_not_a_hang() -> None:
    def broken(who: str, question: Question) -> Answer:
        raise ZeroDivisionError("oh")

    found = run(World(broken), [(fact_of(need(WindowsCmdlet("Get-1"))), SERVERS[0])])
    (only,) = found.values()
    assert only.problem is not None
    assert "ZeroDivisionError" in only.problem.message


def test_a_follow_up_is_asked_with_the_earlier_answer() -> None:
    path = WindowsCmdlet("Get-ItemProperty", Path="HKLM:\\Setup")
    name = "Name='{after}bin\\\\ExSetup.exe'"
    file = WindowsCmdlet("Get-CimInstance", Filter=name, after=After(path, "Path", escape="wql"))
    found = run(World(one_row), [(fact_of(need(file)), SERVERS[0])])
    assert sorted(found) == [
        "windows EX01: Get-CimInstance -Filter 'Name=''C:\\\\Ex\\\\bin\\\\ExSetup.exe'''",
        "windows EX01: Get-ItemProperty -Path HKLM:\\Setup",
    ]


def test_an_alternative_is_asked_only_where_the_first_has_a_problem() -> None:
    def old(who: str, question: Question) -> Answer:
        if "Get-ClientAccessService" in question.key:
            raise Unanswered(Problem("unknown cmdlet", "not recognized"))
        return one_row(who, question)

    both = need(ExchangeCmdlet("Get-ClientAccessService"), ExchangeCmdlet("Get-ClientAccessServer"))
    assert len(run(World(old), [(fact_of(both), SERVERS[0])])) == 2
    assert len(run(World(one_row), [(fact_of(both), SERVERS[0])])) == 1


def test_a_server_under_upgrade_is_asked_about_through_a_peer() -> None:
    world = World(slow_row)
    fact = fact_of(*(need(ExchangeCmdlet(f"Get-{index}", Server="{name}", about="{name}")) for index in range(5)))
    upgrading = environment(upgrade=Upgrade(frozenset({"DAG01"})))
    found = run(world, [(fact, server) for server in SERVERS], environment=upgrading)
    assert all(observation.answer for observation in found.values())
    assert not [one for one in found.values() if one.answered_by == one.subject]


def test_what_has_no_endpoint_says_so_without_asking() -> None:
    edge = Server("EDGE01", roles=frozenset({"Edge"}))
    world = World(one_row)
    search = LdapSearch(base="", controller="dc9")
    found = run(world, [(fact_of(need(ExchangeCmdlet("Get-Queue"))), edge), (fact_of(need(search)), SERVERS[0])])
    messages = sorted(one.problem.message for one in found.values() if one.problem)
    assert messages == ["Edge has no Exchange endpoint", "no LDAP endpoint for dc9"]
    assert world.asked == []


def test_probes_go_to_where_the_environment_relocates_them() -> None:
    world = World(one_row)
    moved = environment(relocated={("EX01", 443): ("127.0.0.1", 40443)})
    run(world, [(fact_of(need(TlsHandshake("{name}", 443))), SERVERS[0])], environment=moved)
    run(world, [(fact_of(need(TlsHandshake("{name}", 443))), SERVERS[1])], environment=moved)
    assert [host for host, _ in world.asked] == ["127.0.0.1", "ex02.contoso.local"]


def test_a_name_that_never_answers_costs_one_probe_per_lane() -> None:
    asked: list[str] = []

    def silent(host: str, question: Question) -> Answer:
        if host == "ex03.contoso.local":
            asked.append(question.key)
            raise Unanswered(Problem("timeout", "nothing for 15 s"))
        return one_row(host, question)

    fact = fact_of(
        *(need(HttpsRequest("{name}", f"/{index}")) for index in range(8)),
        *(need(TlsHandshake("{name}", port)) for port in (25, 444, 587)),
    )
    found = run(World(silent), [(fact, server) for server in SERVERS])
    assert len(asked) <= 2
    silent_ones = [one for one in found.values() if one.subject == "EX03"]
    assert len(silent_ones) == 11
    assert {one.problem.kind for one in silent_ones if one.problem} == {"timeout"}
    assert sum(1 for one in found.values() if one.answer) == 55


def test_a_closed_port_does_not_silence_the_other_ports() -> None:
    def closed(host: str, question: Question) -> Answer:
        if isinstance(question, TlsHandshake) and question.port == 587:
            raise Unanswered(Problem("unreachable", "refused"), lost=True)
        return one_row(host, question)

    fact = fact_of(*(need(TlsHandshake("{name}", port)) for port in (587, 25, 443)))
    found = run(World(closed), [(fact, SERVERS[0])])
    assert sorted("" if one.answer else "refused" for one in found.values()) == ["", "", "refused"]


def test_an_interrupt_keeps_what_was_had_and_marks_the_rest_as_not_run() -> None:
    def interrupt(done: int, total: int) -> None:
        if done >= 3:
            raise KeyboardInterrupt

    world = World(slow_row)
    fact = fact_of(*(need(WindowsCmdlet(f"Get-{index}")) for index in range(30)))
    observing = Observing(environment(), Doors(world.connect, world.probe), progress=interrupt)
    with pytest.raises(KeyboardInterrupt):
        observing.run([(fact, SERVERS[0])])
    kinds = Counter(one.problem.kind if one.problem else "answer" for one in observing.observations.values())
    assert kinds["answer"] >= 3
    assert kinds["not run"] > 0
    assert sum(kinds.values()) == 30
    assert world.opened == world.closed


def test_what_follows_from_the_answers_is_asked_over_the_same_sessions() -> None:
    world = World(one_row, dead=frozenset({"EX06"}))
    first, second = (fact_of(need(ExchangeCmdlet(name))) for name in ("Get-TransportConfig", "Get-AuthConfig"))
    heard: list[str] = []

    def then(observations: Mapping[str, Observation]) -> list[tuple[type[Fact], Subject]]:
        heard.extend(observations)
        return [(second, SERVERS[0]), (first, SERVERS[0])]

    observing = Observing(environment(), Doors(world.connect, world.probe))
    found = observing.run([(first, SERVERS[0])], then)
    assert heard == ["exchange: Get-TransportConfig"]
    assert set(found) == {"exchange: Get-TransportConfig", "exchange: Get-AuthConfig"}
    assert [key for _, key in world.asked] == ["exchange: Get-TransportConfig", "exchange: Get-AuthConfig"]
    assert sum(world.opened.values()) == 1
    assert world.opened == world.closed


def test_what_follows_is_not_asked_of_an_endpoint_that_was_lost() -> None:
    world = World(one_row, dead=frozenset(NAMES))
    first, second = (fact_of(need(ExchangeCmdlet(name))) for name in ("Get-TransportConfig", "Get-AuthConfig"))
    observing = Observing(environment(), Doors(world.connect, world.probe))
    found = observing.run([(first, SERVERS[0])], lambda _: [(second, SERVERS[0])])
    assert [one.problem and one.problem.kind for one in found.values()] == ["unreachable", "unreachable"]
