"""The environment that a capture tells of, made from its own answers, so that it needs no inventory.

What the answers do not say is not guessed: a server without a captured Get-ExchangeServer has only its name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from muster.model import (
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    EnumValue,
    Environment,
    ExchangeCmdlet,
    Forest,
    LdapSearch,
    Object,
    Observation,
    Organization,
    Server,
    Site,
    Value,
    same_server,
)


def environment_of(name: str, servers: Iterable[str], observations: Iterable[Observation]) -> Environment:
    """The environment ``name`` with these servers, and what the observations say about them."""
    seen = tuple(observations)
    rows = _rows(seen, "Get-ExchangeServer")
    members = tuple(_server(server, rows) for server in servers)
    dags: list[DatabaseAvailabilityGroup] = []
    for group in _rows(seen, "Get-DatabaseAvailabilityGroup"):
        title, names = _text(group.properties.get("Name")), _texts(group.properties.get("Servers"))
        inside = {server.name for server in members if any(same_server(text, server) for text in names)}
        members = tuple(replace(server, dag=title) if server.name in inside else server for server in members)
        dags.append(DatabaseAvailabilityGroup(title, tuple(server for server in members if server.name in inside)))
    organizations = [_text(row.properties.get("Name")) for row in _rows(seen, "Get-OrganizationConfig")]
    sites = dict.fromkeys(server.site for server in members if server.site)
    return Environment(
        name=name,
        organization=Organization(next(filter(None, organizations), name), members),
        forest=_forest(rows, members, seen),
        sites=tuple(Site(site, members=tuple(s for s in members if s.site == site)) for site in sites),
        dags=tuple(dags),
        derived=True,
    )


def _rows(observations: tuple[Observation, ...], cmdlet: str) -> list[Object]:
    return [
        item
        for observation in observations
        if isinstance(observation.question, ExchangeCmdlet) and observation.answer is not None
        if [step.name for step in observation.question.pipeline] == [cmdlet]
        for item in observation.answer.objects
    ]


def _server(name: str, rows: list[Object]) -> Server:
    bare = Server(name)
    row = next((row for row in rows if same_server(_text(row.properties.get("Name")), bare)), None)
    if row is None:
        return bare
    site = _text(row.properties.get("Site")).rpartition("/")[2]
    roles = _text(row.properties.get("ServerRole"))
    return Server(
        name,
        _text(row.properties.get("Fqdn")).casefold(),
        frozenset({"Edge"}) if "Edge" in roles else frozenset({"Mailbox"}),
        site or None,
    )


def _forest(rows: list[Object], members: tuple[Server, ...], seen: tuple[Observation, ...]) -> Forest:
    """The forest by the configuration container that the servers' own objects lie in; else by a server's domain.

    Its domains are these, and those that were searched.
    """
    domains = [
        server.fqdn.partition(".")[2] for server in members if "Edge" not in server.roles and "." in server.fqdn
    ]
    roots = []
    for row in rows:
        _, found, root = _text(row.properties.get("DistinguishedName")).casefold().partition("cn=configuration,")
        if found:
            roots.append(".".join(part.strip().removeprefix("dc=") for part in root.split(",")))
    name = next(iter([*roots, *domains]), "forest")
    searched = [one.question.domain for one in seen if isinstance(one.question, LdapSearch) and one.question.domain]
    every = dict.fromkeys([*roots, *domains, *map(str.casefold, searched)])
    controllers = tuple(_controllers(seen, tuple(every)))
    every.update(dict.fromkeys(one.domain for one in controllers))
    return Forest(
        name, tuple(Domain(each, tuple(one for one in controllers if one.domain == each)) for each in every)
    )


def _controllers(seen: tuple[Observation, ...], domains: tuple[str, ...]) -> Iterator[DomainController]:
    """The controllers that were asked by name: each is of the domain that its rootDSE tells, or of the only one."""
    asked = [(one.question, one.answer) for one in seen if isinstance(one.question, LdapSearch)]
    for name in dict.fromkeys(question.controller for question, _ in asked if question.controller):
        roots = [answer for question, answer in asked if question.controller == name and not question.base]
        items = [item for root in roots if root for item in root.objects]
        told = {key.casefold(): value for item in items for key, value in item.properties.items()}
        context = next(iter(_texts(told.get("defaultnamingcontext"))), "").casefold()
        own = ".".join(part.strip().removeprefix("dc=") for part in context.split(",")) if context else ""
        if own or len(domains) == 1:
            fqdn = next(iter(_texts(told.get("dnshostname"))), "").casefold()
            yield DomainController(name, fqdn, own or domains[0])


def _text(value: Value) -> str:
    match value:
        case str():
            return value
        case Object(text=text) | EnumValue(text=text):
            return text or ""
        case _:
            return ""


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(map(_text, value)) if isinstance(value, tuple) else ((_text(value),) if value else ())
