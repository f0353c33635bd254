"""What servers that stand in for one another are set to, property by property: who is the odd one out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import pytest

from muster.facts.dag import ActivationSettings
from muster.facts.hardening import ExtendedProtectionSuppressed
from muster.facts.mailflow.receive_connectors import ReceiveConnectors
from muster.facts.mailflow.transport import FrontendTransportServices, TransportServices
from muster.facts.services import WindowsServices
from muster.facts.web.client_access import ClientAccessServices
from muster.facts.web.virtual_directories import VirtualDirectories
from muster.model import (
    Answer,
    EnumValue,
    Fact,
    Facts,
    FactUnavailable,
    Need,
    Object,
    PerServer,
    Server,
    Shape,
    Subject,
    Value,
    in_organization,
)
from muster.reading.needs import Needs
from muster.reading.several import Several

OWN = frozenset(
    {
        *(
            "guid",
            "objectguid",
            "id",
            "identity",
            "distinguishedname",
            "name",
            "server",
            "objectcategory",
            "objectclass",
        ),
        *("whencreated", "whencreatedutc", "organizationid", "exchangeversion", "adminobjectversion", "objectstate"),
        *(
            "admindisplayversion",
            "autodiscoverserviceguid",
            "runspaceid",
            "pscomputername",
            "psshowcomputername",
            "processid",
            "metabasepath",
            "isvalid",
            "tlscertificatename",
        ),
    }
)
"""What every object has for itself, or what the session adds: two servers never share it, or it says nothing."""


class Settings(Several):
    """The answers of one server about what it is set to, as they came, kind by kind."""

    concerns = staticmethod(in_organization)


class _Raw:
    """The rows of one question of one server, as they came."""

    needs: ClassVar[Needs] = {}
    shape: ClassVar[Shape] = Shape()
    concerns = staticmethod(in_organization)

    def __init__(self, answer: Answer, server: Subject) -> None:
        self.answer = answer
        self.server = server

    def __eq__(self, other: object) -> bool:
        """Equal where the same is said, whatever door it came through."""
        return isinstance(other, _Raw) and self.said() == other.said()

    __hash__ = None  # type: ignore[assignment] # a value compared, never a key

    def said(self) -> frozenset[tuple[str, str, str]]:
        """Object, property and value, without the server's own names."""
        return frozenset(_properties(self.answer, self.shape, self.server))

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Keep the rows; a part of them is nothing to compare."""
        (answer,) = answers.values()
        if not isinstance(answer, Answer):
            raise TypeError("rows are of a question")
        if answer.shortfalls:
            raise FactUnavailable(subject.name, cls.__name__, answer.shortfalls[0])
        return cls(answer, subject)


_TWICE = "the same answers are facts of their own"


def _raw(fact: type[Fact]) -> type[_Raw]:
    needs = {name: wanted for name, wanted in fact.needs.items() if isinstance(wanted, Need)}
    return type(
        fact.__name__,
        (_Raw,),
        {"needs": needs, "shape": replace(fact.shape, momentary=_TWICE), "__doc__": fact.__doc__},
    )


def _sources() -> Iterator[tuple[str, type[Fact]]]:
    for kind, fact in VirtualDirectories.needs.items():
        if not isinstance(fact, Need):
            yield f"{kind} directory", fact
    yield "receive connector", ReceiveConnectors
    yield "client access service", ClientAccessServices
    yield "transport service", TransportServices
    yield "front-end transport service", FrontendTransportServices
    yield "mailbox server", ActivationSettings
    yield "service", WindowsServices
    yield "registry", ExtendedProtectionSuppressed


Settings.needs = {kind: _raw(fact) for kind, fact in _sources() if len(fact.needs) == 1}


@dataclass(frozen=True, slots=True)
class Odd:
    """One property that peers do not share: ``server`` differs from the majority, ``None`` without one."""

    server: Server | None
    what: str
    property: str
    told: str

    def __str__(self) -> str:
        """As a sentence without its full stop."""
        who = f"{self.server.name}: " if self.server else ""
        return f"{who}{self.what}: {self.property} {self.told}"


def odd_ones(settings: Mapping[Server, Settings], kind: str) -> tuple[Odd, ...]:
    """Who differs from the majority of these servers in one kind of settings; raises where one could not be had.

    The servers are peers: one role, one site, one build. Names of the servers themselves are no difference.
    """
    seen: dict[tuple[str, str], dict[Server, str]] = {}
    for server, own in settings.items():
        rows = own[kind]
        if not isinstance(rows, _Raw):
            raise TypeError(f"{kind} is no raw answer")
        for what, name, value in sorted(rows.said()):  # or a sentence would depend on a set's order
            seen.setdefault((f"{kind} {what}".strip(), name), {})[server] = value
    found: list[Odd] = []
    for (what, name), values in seen.items():
        if len(set(values.values())) > 1 or (name == _THERE and len(values) < len(settings)):
            found += _odd(what, name, values, tuple(settings))
    return tuple(found)


_THERE = "there"


def _odd(what: str, name: str, values: Mapping[Server, str], everybody: Sequence[Server]) -> Iterator[Odd]:
    said = {server: values.get(server, "not there") for server in everybody} if name == _THERE else values
    ((value, number),) = Counter(said.values()).most_common(1)
    label = "" if name == _THERE else name
    if number * 2 <= len(said):
        shown = ", ".join(f"{server.name} {own}" for server, own in said.items())
        yield Odd(None, what, label, f"differs, and no value has a majority: {shown}")
        return
    for server, own in said.items():
        if own != value:
            yield Odd(server, what, label, f"is {own}, where {number} of {len(said) - 1} peers have {value}")


def _properties(answer: Answer, shape: Shape, server: Subject) -> Iterator[tuple[str, str, str]]:
    skipped = OWN | {name.casefold() for name in (*shape.volatile, *shape.identity)}
    free = {name.casefold() for name in shape.unordered}
    for item in answer.objects:
        what = _called(item, shape, server)
        yield what, _THERE, "there"
        for name, value in item.properties.items():
            if name.casefold() not in skipped:
                yield what, name, _neutral(_shown(value, ordered=name.casefold() not in free), server)


def _called(item: Object, shape: Shape, server: Subject) -> str:
    sent = {name.casefold(): value for name, value in item.properties.items()}
    parts = [_shown(sent.get(name.casefold()), ordered=True) for name in shape.identity]
    named = _neutral(" ".join(filter(None, parts)) or item.text or "", server)
    return "" if named == "{server}" else named.removeprefix("{server}\\")


def _neutral(text: str, server: Subject) -> str:
    """The text without the server's own names, so that peers can say the same."""
    for own in filter(None, (getattr(server, "fqdn", ""), server.name)):
        place = text.casefold().find(own.casefold())
        while place >= 0:
            text = f"{text[:place]}{{server}}{text[place + len(own) :]}"
            place = text.casefold().find(own.casefold(), place + len("{server}"))
    return text


def _shown(value: Value, *, ordered: bool) -> str:  # noqa: PLR0911 - one per kind of value
    match value:
        case None | "" | ():
            return "blank"
        case tuple():
            parts = [_shown(one, ordered=ordered) for one in value]
            return ", ".join(parts if ordered else sorted(parts))
        case EnumValue(text=text):
            return text
        case Object(text=str(text)) if text and text != value.type:
            return text
        case Object(properties=properties):
            return "; ".join(f"{name}={_shown(one, ordered=ordered)}" for name, one in sorted(properties.items()))
        case bytes():
            return f"{len(value)} bytes {value.hex()[:16]}"
        case _:
            return str(value)


@pytest.fixture
def settings_of_members(members: tuple[Server, ...], facts: Facts) -> PerServer[Settings]:
    """What the members of a site are set to; a kind that could not be had says so when it is read."""
    return PerServer({member: Settings.gathered(facts, member) for member in members if in_organization(member)}, {})
