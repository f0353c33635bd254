"""Who is the odd one out among servers that stand in for one another."""

from muster.facts.peers import Settings, odd_ones
from muster.model import Answer, Need, Object, Server, Value

SERVERS = tuple(Server(f"EX0{number}", f"ex0{number}.contoso.local") for number in (1, 2, 3))
KIND = "transport service"


def settings(server: Server, **properties: Value) -> Settings:
    fact = Settings.needs[KIND]
    assert not isinstance(fact, Need)
    row = Object("TransportServer", server.name, {"Identity": server.name, **properties})
    return Settings({KIND: fact.read(server, {"services": Answer((row,), "partial")})})


def odd(*each: dict[str, Value]) -> list[str]:
    said = {server: settings(server, **own) for server, own in zip(SERVERS, each, strict=False)}
    return [str(one) for one in odd_ones(said, KIND)]


def test_the_one_that_differs_is_named_with_what_the_majority_has() -> None:
    (told,) = odd({"MaxAge": "30"}, {"MaxAge": "30"}, {"MaxAge": "15"})
    assert told == "EX03: transport service: MaxAge is 15, where 2 of 2 peers have 30"


def test_two_that_differ_have_no_majority() -> None:
    (told,) = odd({"MaxAge": "30"}, {"MaxAge": "15"})
    assert told == "transport service: MaxAge differs, and no value has a majority: EX01 30, EX02 15"


def test_a_servers_own_names_are_no_difference() -> None:
    assert odd({"Path": r"\\EX01\logs"}, {"Path": r"\\ex02.contoso.local\logs"}, {"Path": r"\\EX03\logs"}) == []


def test_what_is_said_first_does_not_depend_on_a_sets_order() -> None:
    names = [f"Setting{number:02}" for number in range(12)]
    told = odd(dict.fromkeys(names, "1"), dict.fromkeys(names, "2"))
    assert [line.split(": ")[1].split()[0] for line in told] == names
