"""A server's object in the directory, read by LDAP: what can still be told of it while Setup runs.

The directory has one of the two words that each requester says of a component (``RemoteStates``); the other is in
the server's registry, which nobody may ask then.
"""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import pytest
from packaging.version import Version
from pydantic import BeforeValidator, Field, InstanceOf

from muster.catalogue import read_build
from muster.facts.directory import Entry
from muster.model import Facts, LdapSearch, Object, Server, Shape, Subject, Value, in_organization, need
from muster.reading.needs import Needs
from muster.reading.values import read_text, read_texts

_STATES = {"0": "Inactive", "1": "Active", "2": "Draining"}
"""Numbers of Microsoft.Exchange.Data.ServiceState; unverified: no published page prints the attribute's values."""
_STATES_NAME = "msExchComponentStates"
_PARTS = 5
_ADDED = 30000


@dataclass(frozen=True, slots=True)
class DirectoryWord:
    """What one requester said last of one component; ``ticks`` orders the words of one requester."""

    component: str
    requester: str
    state: str
    ticks: int


def _read_words(value: Value) -> tuple[DirectoryWord, ...]:
    return tuple(_read_word(text) for text in read_texts(value))


def _read_word(text: str) -> DirectoryWord:
    """``1:ServerWideOffline:Maintenance:0:638935482000000000``: version, component, requester, state, ticks."""
    parts = text.split(":")
    if len(parts) != _PARTS or parts[3] not in _STATES or not parts[4].isdigit():
        raise ValueError(f"'{text}' where '1:<component>:<requester>:<state>:<ticks>' was expected")
    return DirectoryWord(parts[1], parts[2], _STATES[parts[3]], int(parts[4]))


def _read_serial(value: Value) -> Version:
    """``Version 15.2 (Build 31748.10)`` is 15.2.1748.10: the directory adds 30000 to the build (unverified)."""
    major, minor, build, *rest = read_build(read_text(value)).release
    return Version(".".join(map(str, (major, minor, build - _ADDED if build >= _ADDED else build, *rest))))


def _without_ticks(objects: tuple[Object, ...]) -> tuple[Object, ...]:
    """What each requester says of each component, without when: the same word said again is no other word."""
    return tuple(
        replace(
            item,
            properties={
                name: tuple(map(_untimed, value)) if name == _STATES_NAME and isinstance(value, tuple) else value
                for name, value in item.properties.items()
            },
        )
        for item in objects
    )


def _untimed(value: Value) -> Value:
    return value.rpartition(":")[0] if isinstance(value, str) and value.count(":") == _PARTS - 1 else value


class ServerObject(Entry):
    """One server as the directory has it. ``cu_build`` is the build of the installed CU, which Setup writes.

    Asked of any controller: right after Setup wrote it, another site's may not have it yet.
    """

    cn: Annotated[str, BeforeValidator(read_text)] = Field(alias="cn")
    cu_build: Annotated[InstanceOf[Version], BeforeValidator(_read_serial)] = Field(alias="serialNumber")
    words: Annotated[tuple[DirectoryWord, ...], BeforeValidator(_read_words)] = Field(alias="msExchComponentStates")

    needs: ClassVar[Needs] = {
        "object": need(
            LdapSearch(
                base="CN=Microsoft Exchange,CN=Services,{configurationNamingContext}",
                filter="(&(objectClass=msExchExchangeServer)(cn={name}))",
                attributes=("cn", "serialNumber", "msExchComponentStates"),
            )
        )
    }
    shape: ClassVar[Shape] = Shape(identity=("cn",), unordered=frozenset({_STATES_NAME}), compared=_without_ticks)

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Not an Edge: the organisation's directory holds a subscription of it, and not what it says of itself."""
        return in_organization(subject)

    def held_by(self, requester: str) -> tuple[str, ...]:
        """The components that a requester's newest word does not leave active, in alphabetical order."""
        newest: dict[str, DirectoryWord] = {}
        for word in sorted(self.words, key=lambda one: one.ticks):
            if word.requester.casefold() == requester.casefold():
                newest[word.component] = word
        return tuple(sorted(name for name, word in newest.items() if word.state != "Active"))


@pytest.fixture
def server_object(server: Server, facts: Facts) -> ServerObject:
    """One server's object in the directory, by LDAP: its CU, and which requester holds which component inactive."""
    return facts.get(ServerObject, server)
