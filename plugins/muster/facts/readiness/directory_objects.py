"""Objects of the directory that Setup takes for granted, and stops without."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, ClassVar, NamedTuple, Self

import pytest
from pydantic import BeforeValidator, Field

from muster.facts.directory import Entry
from muster.model import (
    Answer,
    Domain,
    Fact,
    Facts,
    Forest,
    LdapSearch,
    Need,
    Organization,
    Shape,
    Subject,
    Value,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import Records, answer_named
from muster.reading.values import Text, read_texts

_SITE = re.compile(
    r"CN=NTDS Settings,CN=(?P<controller>[^,]+),CN=Servers,CN=(?P<site>[^,]+),CN=Sites,", re.IGNORECASE
)


class _GlobalCatalog(Entry):
    dn: Text = Field(alias="distinguishedName")

    @property
    def identity(self) -> str:
        return self.controller

    @property
    def controller(self) -> str:
        """The controller's short name."""
        found = _SITE.match(self.dn)
        return found["controller"] if found else self.dn

    @property
    def site(self) -> str:
        """The site that it is in; ``""`` where the DN does not say."""
        found = _SITE.match(self.dn)
        return found["site"] if found else ""


class WritableGlobalCatalogs(Records[_GlobalCatalog]):
    """The settings of every writable domain controller that is a global catalogue, anywhere in the forest.

    Bit 1 of ``options`` makes it one; a read-only controller has a class of its own.
    Source: [MS-ADTS] 6.1.1.2.2.1.2.1.
    """

    record = _GlobalCatalog
    needs: ClassVar[Needs] = {
        "settings": need(
            LdapSearch(
                base="CN=Sites,{configurationNamingContext}",
                filter="(&(objectClass=nTDSDSA)(!(objectClass=nTDSDSARO))(options:1.2.840.113556.1.4.803:=1))",
                attributes=("distinguishedName",),
            )
        )
    }
    shape = Shape(identity=("distinguishedName",))


class _Container(Entry):
    name: Text = Field(alias="cn")

    @property
    def identity(self) -> str:
        return self.name


def _container(name: str) -> Need:
    base = f"CN={name},{{domain_dn}}"
    return need(LdapSearch(base=base, scope="base", attributes=("cn",), domain="{domain}"), may_be_empty=True)


class PlainContainers(Records[_Container]):
    """``Users`` and ``Computers`` of a domain. Where not even Users is shown, nothing is known of Computers either.

    A domain whose new computers go elsewhere (redircmp) still has the container.
    """

    record = _Container
    needs: ClassVar[Needs] = {"users": _container("Users"), "computers": _container("Computers")}
    shape = Shape(identity=("cn",))

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Those of the two that were shown."""
        found = [answer_named(answers, name) for name in answers]
        objects = tuple(item for answer in found for item in answer.objects)
        whole = Answer(objects, shortfalls=tuple(problem for answer in found for problem in answer.shortfalls))
        return cls(tuple(cls.record.of(item, subject.name) for item in objects)).told_by(whole, subject)


class WellKnown(NamedTuple):
    """One value of ``otherWellKnownObjects``: which object (a GUID as hexadecimal), and where it is."""

    guid: str
    dn: str


_VALUE = re.compile(r"B:32:([0-9A-Fa-f]{32}):(.+)", re.DOTALL)


def _read_well_known(value: Value) -> tuple[WellKnown, ...]:
    found = []
    for text in read_texts(value):
        match = _VALUE.fullmatch(text)
        if not match:
            raise ValueError(f"'{text[:60]}' where B:32:<guid>:<DN> was expected")
        found.append(WellKnown(match[1].upper(), match[2]))
    return tuple(found)


class OtherWellKnownObjects(Entry):
    """Exchange's groups as Setup finds them: by GUID on the object Microsoft Exchange, whatever they are called.

    Source: microsoft/CSS-Exchange, SetupAssist, Test-OtherWellKnownObjects.
    """

    values: Annotated[tuple[WellKnown, ...], BeforeValidator(_read_well_known)] = Field(alias="otherWellKnownObjects")

    needs: ClassVar[Needs] = {
        "exchange": need(
            LdapSearch(
                base="CN=Microsoft Exchange,CN=Services,{configurationNamingContext}",
                scope="base",
                attributes=("cn", "otherWellKnownObjects"),
            )
        )
    }
    shape: ClassVar[Shape] = Shape(identity=("cn",), unordered=frozenset({"otherWellKnownObjects"}))

    def wrong(self) -> tuple[tuple[str, str], ...]:
        """DN and what is wrong with it, of every value that Setup stumbles over."""
        often = Counter(value.guid for value in self.values)
        found: list[tuple[str, str]] = []
        for value in self.values:
            if "\\0ADEL:" in value.dn:
                found.append((value.dn, "was deleted"))
            elif "\\0ACNF:" in value.dn or "CNF:" in value.dn:
                found.append((value.dn, "is a copy that lost a replication conflict (CNF)"))
            elif often[value.guid] > 1:
                found.append((value.dn, f"is one of {often[value.guid]} objects for {value.guid}"))
        return tuple(found)


@pytest.fixture
def writable_global_catalogs(forest: Forest, facts: Facts) -> WritableGlobalCatalogs:
    """The writable global catalogues of the forest, and the sites that they are in."""
    return facts.get(WritableGlobalCatalogs, forest)


@pytest.fixture
def plain_containers(domain: Domain, facts: Facts) -> PlainContainers:
    """The containers Users and Computers of one domain."""
    return facts.get(PlainContainers, domain)


@pytest.fixture
def other_well_known_objects(organization: Organization, facts: Facts) -> OtherWellKnownObjects:
    """Where Setup looks for Exchange's groups (otherWellKnownObjects)."""
    return facts.get(OtherWellKnownObjects, organization)
