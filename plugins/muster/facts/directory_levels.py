"""What Exchange asks of Active Directory beside its own versions: Windows of the controllers, and two old holes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Self
from uuid import UUID

import pytest
from pydantic import BeforeValidator, Field

from muster.facts.directory import Entry
from muster.model import (
    Answer,
    Domain,
    DomainController,
    Fact,
    Facts,
    FactUnavailable,
    Forest,
    LdapSearch,
    Object,
    Problem,
    Shape,
    Subject,
    Value,
    in_organization,
    need,
)
from muster.reading.access_lists import WriteDenial, read_sid, read_write_denials
from muster.reading.needs import Needs
from muster.reading.records import answer_named
from muster.reading.values import Text, Texts, read_bytes, read_text

_WINDOWS = re.compile(r"\d+\.\d+ \((\d+)\)")


def _read_windows_build(value: Value) -> int:
    text = read_text(value)
    found = _WINDOWS.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' where a version such as '10.0 (20348)' was expected")
    return int(found[1])


class ControllerComputer(Entry):
    """The computer object of a domain controller, which says what Windows it runs.

    ``operating_system`` is for reading (``Windows Server 2022 Standard``); ``windows_build`` (20348) tells releases
    apart. Windows writes both when it starts, so right after an in-place upgrade they may still be the old ones.
    Any controller of the domain is asked: one that is down is known all the same.
    Source: [MS-ADA3] operatingSystem, operatingSystemVersion.
    """

    dns_host_name: Text = Field(alias="dNSHostName")
    operating_system: Text = Field(alias="operatingSystem")
    windows_build: Annotated[int, BeforeValidator(_read_windows_build)] = Field(alias="operatingSystemVersion")

    needs: ClassVar[Needs] = {
        "computer": need(
            LdapSearch(
                base="{domain_dn}",
                filter="(&(objectClass=computer)(dNSHostName={fqdn}))",
                attributes=("dNSHostName", "operatingSystem", "operatingSystemVersion"),
                domain="{domain}",
            )
        )
    }
    shape: ClassVar[Shape] = Shape(identity=("dNSHostName",))


class StorageGroupClass(Entry):
    """The schema class ms-Exch-Storage-Group: ``poss_superiors`` are the classes whose objects may hold one.

    ``computer`` among them is CVE-2021-34470: whoever may create objects below a computer, which every computer may
    below itself, can then make a container to write into. The schema of the cure leaves the list empty, and the
    directory does not send an empty list: no ``possSuperiors`` beside a class whose name came is none.

    A class that did not come at all was not seen, never "not there": nothing can be deleted from a schema, and every
    Exchange since 2000 brought the class. Source: microsoft/CSS-Exchange, Security/src/Test-CVE-2021-34470.ps1.
    """

    name: Text = Field(alias="lDAPDisplayName")
    poss_superiors: Texts = Field(alias="possSuperiors")

    needs: ClassVar[Needs] = {
        "class": need(
            LdapSearch(
                base="{schemaNamingContext}",
                filter="(cn=ms-Exch-Storage-Group)",
                scope="onelevel",
                attributes=("cn", "lDAPDisplayName", "possSuperiors"),
            )
        )
    }
    shape: ClassVar[Shape] = Shape(identity=("cn",), unordered=frozenset({"possSuperiors"}))

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Not Edge Transport servers."""
        return in_organization(subject)

    @classmethod
    def of(cls, item: Object, subject: str) -> Self:
        """Read the class; an empty list only where the account is known to read its attributes."""
        made = super().of(item, subject)
        if not made.has("poss_superiors") and made.has("name"):
            nothing: Mapping[str, Value] = {"lDAPDisplayName": made.name, "possSuperiors": ()}
            made = super().of(Object(item.type, item.text, nothing), subject)
        return made

    @property
    def may_be_in_computers(self) -> bool:
        """Whether a computer may hold one."""
        return any(name.casefold() == "computer" for name in self.poss_superiors)


@dataclass(frozen=True, slots=True)
class Refused:
    """What a domain must refuse a group of Exchange: to write ``attribute`` of the computers below it."""

    group: str
    attribute: str
    guid: UUID

    def __str__(self) -> str:
        """As a line of a finding."""
        return f"{self.group}: write {self.attribute} of computers"


REFUSED = (
    Refused("Exchange Servers", "userCertificate", UUID("bf967a7f-0de6-11d0-a285-00aa003049e2")),
    Refused("Exchange Windows Permissions", "managedBy", UUID("0296c120-40da-11d1-a9c0-0000f80367c1")),
)
"""What PrepareDomain refuses since May 2022 against CVE-2022-21978.
Source: microsoft/CSS-Exchange, HealthChecker, Get-ExchangeAdPermissions.ps1."""
_COMPUTER = UUID("bf967a86-0de6-11d0-a285-00aa003049e2")


def _write_denials(value: Value) -> frozenset[WriteDenial]:
    return read_write_denials(read_bytes(value))


class _DomainObject(Entry):
    denials: Annotated[frozenset[WriteDenial], BeforeValidator(_write_denials)] = Field(alias="nTSecurityDescriptor")


class _Group(Entry):
    name: Text = Field(alias="sAMAccountName")
    sid: Annotated[str, BeforeValidator(read_sid)] = Field(alias="objectSid")


class DomainDenies:
    """What a domain refuses the groups of Exchange on the computers in it (CVE-2022-21978).

    ``missing`` are the entries of ``REFUSED`` that the domain's access list lacks. An entry counts where it covers
    what is asked for, also a wider one; HealthChecker compares it letter by letter. Where Exchange was set up with
    Active Directory split permissions the entries are rightly absent, and nothing here shows that: a check that finds
    one missing has to say so. A domain that Exchange never prepared lacks both (``SystemObjects`` tells).
    """

    needs: ClassVar[Needs] = {
        "domain": need(
            LdapSearch(
                base="{domain_dn}",
                scope="base",
                attributes=("name",),
                security_descriptor=True,
                domain="{domain}",
            )
        ),
        "groups": need(
            LdapSearch(
                base="{rootDomainNamingContext}",
                filter="(&(objectClass=group)(|" + "".join(f"(sAMAccountName={one.group})" for one in REFUSED) + "))",
                attributes=("sAMAccountName", "objectSid"),
            )
        ),
    }
    shape: ClassVar[Shape] = Shape(identity=("sAMAccountName",))
    concerns = staticmethod(in_organization)

    def __init__(self, missing: tuple[Refused, ...]) -> None:
        self.missing = missing

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Find each group's entry; raises where a group, the list, or the whole of the answer was not seen."""
        domain = _DomainObject.of(answer_named(answers, "domain").objects[0], subject.name)
        groups = [_Group.of(item, subject.name) for item in answer_named(answers, "groups").objects]
        sids = {group.name.casefold(): group for group in groups}
        missing: list[Refused] = []
        for wanted in REFUSED:
            group = sids.get(wanted.group.casefold())
            if group is None:
                raise FactUnavailable(subject.name, cls.__name__, _no_group(wanted.group))
            if not any(found.covers(group.sid, wanted.guid, _COMPUTER) for found in domain.denials):
                missing.append(wanted)
        return cls(tuple(missing))

    def __eq__(self, other: object) -> bool:
        """Equal when the same is missing."""
        return isinstance(other, DomainDenies) and self.missing == other.missing

    __hash__ = None  # type: ignore[assignment] # a value compared, never a key


def _no_group(name: str) -> Problem:
    return Problem(
        "empty",
        f"the forest's root domain showed no group {name}",
        "the account may not see it, or Setup never made it",
        "Look for it under Microsoft Exchange Security Groups in the root domain",
    )


@pytest.fixture
def controller_computer(domain_controller: DomainController, facts: Facts) -> ControllerComputer:
    """The Windows release of one domain controller, from its computer object."""
    return facts.get(ControllerComputer, domain_controller)


@pytest.fixture
def storage_group_class(forest: Forest, facts: Facts) -> StorageGroupClass:
    """The schema class ms-Exch-Storage-Group and the classes whose objects may hold one (CVE-2021-34470)."""
    return facts.get(StorageGroupClass, forest)


@pytest.fixture
def domain_denies(domain: Domain, facts: Facts) -> DomainDenies:
    """What one domain refuses the groups of Exchange on its computers, and what of it is missing (CVE-2022-21978)."""
    return facts.get(DomainDenies, domain)
