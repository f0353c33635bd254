"""Windows of the controllers, and what the directory must not allow any more."""

from dataclasses import replace
from uuid import UUID

import pytest

from kit.facts import entry, read
from muster.facts.directory_levels import REFUSED, ControllerComputer, DomainDenies, StorageGroupClass
from muster.lab.directory.security_descriptors import AccessEntry, SecurityDescriptor, sid_bytes
from muster.model import (
    Domain,
    DomainController,
    Fact,
    FactUnavailable,
    Forest,
    LdapSearch,
    Object,
    Question,
    Subject,
)
from muster.resolve import bound, needs_of

FOREST = Forest("example.com")
DC = DomainController("DC9", "dc9.emea.example.com", "emea.example.com")
DOMAIN = Domain("emea.example.com")


def searches(fact: type[Fact], subject: Subject) -> list[LdapSearch]:
    found = [bound(need.alternatives[0], subject) for need in needs_of(fact)]
    return [one for one in found if isinstance(one, LdapSearch)]


@pytest.mark.parametrize(
    ("version", "build"), [("10.0 (20348)", 20348), ("10.0 (14393)", 14393), ("6.3 (9600)", 9600)]
)
def test_the_windows_of_a_controller_is_asked_in_its_own_domain(version: str, build: int) -> None:
    (asked,) = searches(ControllerComputer, DC)
    assert (asked.base, asked.domain) == ("DC=emea,DC=example,DC=com", "emea.example.com")
    assert "(dNSHostName=dc9.emea.example.com)" in asked.filter
    found = read(ControllerComputer, DC, (asked, (entry("CN=DC9", operatingSystemVersion=version),)))
    assert found.windows_build == build
    with pytest.raises(FactUnavailable, match="operatingSystem was not sent"):
        _ = found.operating_system


@pytest.mark.parametrize("version", ["10.0", "", "20348", "10.0 (20348) Service Pack 1"])
def test_another_form_of_a_windows_version_is_not_guessed(version: str) -> None:
    (asked,) = searches(ControllerComputer, DC)
    found = read(ControllerComputer, DC, (asked, (entry("CN=DC9", operatingSystemVersion=version),)))
    with pytest.raises(FactUnavailable, match="was expected"):
        _ = found.windows_build


def storage_group(**attributes: str) -> StorageGroupClass:
    (asked,) = searches(StorageGroupClass, FOREST)
    return read(StorageGroupClass, FOREST, (asked, (entry("CN=ms-Exch-Storage-Group", **attributes),)))


def test_a_computer_may_hold_a_storage_group_or_nothing_may() -> None:
    open_to_all = storage_group(lDAPDisplayName="msExchStorageGroup", possSuperiors="computer")
    assert (open_to_all.poss_superiors, open_to_all.may_be_in_computers) == (("computer",), True)
    cured = storage_group(lDAPDisplayName="msExchStorageGroup")
    assert (cured.poss_superiors, cured.may_be_in_computers) == ((), False)


def test_a_class_of_which_nothing_came_is_not_cured() -> None:
    with pytest.raises(FactUnavailable, match="possSuperiors was not sent"):
        _ = storage_group(cn="ms-Exch-Storage-Group").may_be_in_computers
    (asked,) = searches(StorageGroupClass, FOREST)
    with pytest.raises(FactUnavailable, match="brought nothing"):
        read(StorageGroupClass, FOREST, (asked, ()))


SIDS = {"Exchange Servers": "S-1-5-21-1-2-3-1120", "Exchange Windows Permissions": "S-1-5-21-1-2-3-1122"}
COMPUTER = "bf967a86-0de6-11d0-a285-00aa003049e2"
USER = "bf967aba-0de6-11d0-a285-00aa003049e2"
DENIES = tuple(
    AccessEntry(SIDS[one.group], 0x20, str(one.guid), COMPUTER, kind="deny", handed_down=True) for one in REFUSED
)


def denies(*entries: AccessEntry, groups: tuple[str, ...] = tuple(SIDS)) -> DomainDenies:
    domain, found = searches(DomainDenies, DOMAIN)
    own = Object("LdapEntry", domain.base, {"nTSecurityDescriptor": (packed(*entries),)})
    return read(DomainDenies, DOMAIN, (domain, (own,)), asked_groups(found, groups))


def packed(*entries: AccessEntry) -> bytes:
    return SecurityDescriptor("S-1-5-32-544", entries).packed(0x4)


def asked_groups(asked: Question, names: tuple[str, ...]) -> tuple[Question, tuple[Object, ...]]:
    return asked, tuple(
        Object("LdapEntry", f"CN={name}", {"sAMAccountName": (name,), "objectSid": (sid_bytes(SIDS[name]),)})
        for name in names
    )


def test_the_groups_are_asked_in_the_root_domain_and_the_list_in_its_own() -> None:
    domain, groups = searches(DomainDenies, DOMAIN)
    assert (domain.base, domain.scope, domain.domain) == ("DC=emea,DC=example,DC=com", "base", "emea.example.com")
    assert domain.security_descriptor
    assert (groups.base, groups.domain) == ("{rootDomainNamingContext}", None)


def test_a_prepared_domain_lacks_nothing() -> None:
    assert denies(*DENIES).missing == ()


@pytest.mark.parametrize("place", [0, 1])
def test_the_one_that_is_missing_is_named(place: int) -> None:
    (missing,) = denies(DENIES[1 - place]).missing
    assert (
        str(missing)
        == (
            "Exchange Servers: write userCertificate of computers",
            "Exchange Windows Permissions: write managedBy of computers",
        )[place]
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "allow"},
        {"mask": 0x10},
        {"handed_down": False},
        {"inherited_object_type": USER},
        {"object_type": str(UUID(int=7))},
        {"sid": "S-1-5-11"},
    ],
    ids=str,
)
def test_an_entry_that_refuses_something_else_does_not_count(changed: dict[str, object]) -> None:
    assert [one.group for one in denies(replace(DENIES[0], **changed), DENIES[1]).missing] == ["Exchange Servers"]  # type: ignore[arg-type] # each of its own type


def test_a_wider_entry_counts() -> None:
    everything = AccessEntry(SIDS["Exchange Servers"], 0x20, kind="deny", handed_down=True)
    assert denies(everything, DENIES[1]).missing == ()


def test_what_cannot_be_seen_is_not_missing() -> None:
    with pytest.raises(FactUnavailable, match="no group Exchange Windows Permissions"):
        denies(*DENIES, groups=("Exchange Servers",))
    domain, groups = searches(DomainDenies, DOMAIN)
    with pytest.raises(FactUnavailable, match="nTSecurityDescriptor was not sent"):
        read(DomainDenies, DOMAIN, (domain, (entry(domain.base, name="emea"),)), asked_groups(groups, tuple(SIDS)))


def test_no_list_at_all_refuses_nothing() -> None:
    domain, groups = searches(DomainDenies, DOMAIN)
    nothing = SecurityDescriptor("S-1-5-32-544", None).packed(0x4)
    header = bytearray(nothing)
    header[2] |= 0x04  # present, and null: everybody may do everything
    own = Object("LdapEntry", domain.base, {"nTSecurityDescriptor": (bytes(header),)})
    found = read(DomainDenies, DOMAIN, (domain, (own,)), asked_groups(groups, tuple(SIDS)))
    assert len(found.missing) == 2
