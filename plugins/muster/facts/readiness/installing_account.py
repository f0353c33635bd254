"""The account that will run Setup: which groups it is in, by the directory's own word."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import pytest
from pydantic import BeforeValidator, Field

from muster.facts.directory import Entry
from muster.model import (
    After,
    Domain,
    Facts,
    FactUnavailable,
    Forest,
    LdapSearch,
    Problem,
    Shape,
    Subject,
    Value,
    need,
    not_applicable,
)
from muster.reading.access_lists import read_sid
from muster.reading.needs import Needs
from muster.reading.records import Records
from muster.reading.values import Text

_DOMAIN = LdapSearch(
    base="CN=Partitions,{configurationNamingContext}",
    filter="(&(objectClass=crossRef)(|(nETBIOSName={account_domain})(dnsRoot={account_domain}))(nETBIOSName=*))",
    scope="onelevel",
    attributes=("nETBIOSName", "dnsRoot", "nCName"),
)
_ACCOUNT = LdapSearch(
    base="{after}",
    filter="(&(objectClass=user)(|(sAMAccountName={account_name})(userPrincipalName={account})))",
    attributes=("distinguishedName",),
    domain="{after_domain}",
    after=After(_DOMAIN, "nCName"),
)


def _read_sids(value: Value) -> tuple[str, ...]:
    items = value if isinstance(value, tuple) else (value,)
    return tuple(read_sid(item) for item in items)


Sid = Annotated[str, BeforeValidator(read_sid)]


class InstallingAccount(Entry):
    """The account that the inventory says will run Setup (``upgrade: account:``).

    ``groups`` are the SIDs of every security group that it is in, groups in groups and the primary group included, as
    its own domain works them out (``tokenGroups``, which only a search of the account itself gives). Groups that are
    local to another domain are not among them. Source: [MS-ADTS] 3.1.1.4.5.19.
    """

    sid: Sid = Field(alias="objectSid")
    groups: Annotated[tuple[str, ...], BeforeValidator(_read_sids)] = Field(alias="tokenGroups")

    needs: ClassVar[Needs] = {
        "account": need(
            LdapSearch(
                base="{after}",
                scope="base",
                attributes=("objectSid", "tokenGroups"),
                domain="{after_domain}",
                after=After(_ACCOUNT, "distinguishedName"),
            )
        )
    }
    shape: ClassVar[Shape] = Shape(identity=("objectSid",), unordered=frozenset({"tokenGroups"}))

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only a forest whose installing account is declared."""
        return isinstance(subject, Forest) and subject.installer is not None


class _Group(Entry):
    name: Text = Field(alias="sAMAccountName")
    sid: Sid = Field(alias="objectSid")

    @property
    def identity(self) -> str:
        return self.name


FOREST_GROUPS = ("Schema Admins", "Enterprise Admins", "Organization Management")
_ENDS: Mapping[str, str] = {"Schema Admins": "-518", "Enterprise Admins": "-519"}
"""Relative identifiers that Windows gives in the forest's root domain, whatever the group is called there.
Source: [MS-DTYP] 2.4.2.4."""


class ForestGroups(Records[_Group]):
    """The groups of the root domain that Setup asks for, found by what they are called and by their SIDs.

    ``Organization Management`` is Exchange's own and may have been moved, not renamed: Setup finds it by GUID.
    """

    record = _Group
    needs: ClassVar[Needs] = {
        "groups": need(
            LdapSearch(
                base="{rootDomainNamingContext}",
                filter="(&(objectClass=group)(|" + "".join(f"(sAMAccountName={one})" for one in FOREST_GROUPS) + "))",
                attributes=("sAMAccountName", "objectSid"),
            )
        )
    }
    shape = Shape(identity=("sAMAccountName",))

    def sid_of(self, name: str) -> str:
        """The SID of a group; raises ``FactUnavailable`` for one that was not shown."""
        for group in self.rows:
            if group.has("name") and group.name.casefold() == name.casefold():
                end = _ENDS.get(name, "")
                if not group.sid.endswith(end):
                    said = f"{name} has the SID {group.sid}, where one that ends in {end} was expected"
                    raise FactUnavailable(self._whose, name, Problem("failed", said))
                return group.sid
        self.must_be_whole()
        problem = Problem("empty", f"the root domain showed no group {name}", "it was renamed, or may not be seen")
        raise FactUnavailable(self._whose, name, problem)


class DomainIdentity(Entry):
    """A domain's own SID, in which its groups' SIDs begin: its Domain Admins end in 512."""

    sid: Sid = Field(alias="objectSid")

    needs: ClassVar[Needs] = {
        "domain": need(LdapSearch(base="{domain_dn}", scope="base", attributes=("objectSid",), domain="{domain}"))
    }
    shape: ClassVar[Shape] = Shape(identity=("objectSid",))

    @property
    def admins(self) -> str:
        """The SID of its Domain Admins. Source: [MS-DTYP] 2.4.2.4."""
        return f"{self.sid}-512"


@pytest.fixture
def installing_account(forest: Forest, facts: Facts) -> InstallingAccount:
    """The account that will run Setup, with the groups that it is in; applies where the inventory declares one."""
    if forest.installer is None:
        not_applicable("the inventory does not say who will run Setup (upgrade: account:)")
    return facts.get(InstallingAccount, forest)


@pytest.fixture
def forest_groups(forest: Forest, facts: Facts) -> ForestGroups:
    """The groups that Setup asks for: Schema Admins, Enterprise Admins, Organization Management."""
    return facts.get(ForestGroups, forest)


@pytest.fixture
def domain_identity(domain: Domain, facts: Facts) -> DomainIdentity:
    """The SID of one domain."""
    return facts.get(DomainIdentity, domain)
