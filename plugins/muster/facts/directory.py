"""What Exchange's Setup left in Active Directory, and who may change the schema."""

import re
from typing import ClassVar, Self

import pytest
from pydantic import Field

from muster.model import (
    Domain,
    DomainController,
    ExchangeCmdlet,
    Facts,
    FactUnavailable,
    Forest,
    LdapSearch,
    Object,
    Organization,
    PerServer,
    Problem,
    Shape,
    Subject,
    in_organization,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Flag, Number, Text, Texts
from muster.reading.versions import ExchangeVersion


class Entry(Record):
    """A directory entry; its fields are read by LDAP attribute names."""

    @classmethod
    def of(cls, item: Object, subject: str) -> Self:
        """Read one entry, also where .NET's SearchResult holds the attributes one level down."""
        nested = item.properties.get("Properties")
        if item.type.endswith("DirectoryServices.SearchResult") and isinstance(nested, Object):
            item = Object(item.type, item.text, nested.properties)
        return super().of(item, subject)


class SchemaVersion(Entry):
    """``rangeUpper`` of ms-Exch-Schema-Version-Pt as one domain controller has it."""

    range_upper: Number = Field(alias="rangeUpper")

    needs: ClassVar[Needs] = {
        "schema": need(
            LdapSearch(
                base="CN=ms-Exch-Schema-Version-Pt,{schemaNamingContext}",
                scope="base",
                attributes=("rangeUpper",),
                controller="{name}",
            )
        )
    }
    shape: ClassVar[Shape] = Shape()


class ForestSchemaVersion(SchemaVersion):
    """The same, as any controller of the forest has it."""

    needs: ClassVar[Needs] = {
        "schema": need(
            LdapSearch(base="{schemaNamingContext}", filter="(cn=ms-Exch-Schema-Version-Pt)", scope="onelevel")
        )
    }


_ORGANIZATION = LdapSearch(
    base="CN=Microsoft Exchange,CN=Services,{configurationNamingContext}",
    filter="(objectClass=msExchOrganizationContainer)",
    scope="onelevel",
    attributes=("cn", "objectVersion", "msExchProductId"),
)


class OrganizationLevel(Entry):
    """``objectVersion`` of the organisation: from the directory, else from the cmdlet, which shows it too."""

    object_version: Number = Field(alias="objectVersion")

    needs: ClassVar[Needs] = {"organization": need(_ORGANIZATION, ExchangeCmdlet("Get-OrganizationConfig"))}
    shape: ClassVar[Shape] = Shape(identity=("cn",))


class OrganizationProduct(Entry):
    """``msExchProductId`` of the organisation's object: the release that last prepared the directory."""

    product_id: ExchangeVersion = Field(alias="msExchProductId")

    needs: ClassVar[Needs] = {"organization": need(_ORGANIZATION)}
    shape: ClassVar[Shape] = Shape(identity=("cn",))


class SystemObjectsContainer(Entry):
    """One container of class msExchSystemObjectsContainer; after a replication conflict a domain has several."""

    common_name: Text = Field(alias="cn")
    object_version: Number = Field(alias="objectVersion")

    @property
    def identity(self) -> str:
        """Its name, in one line."""
        return " ".join(self.common_name.split())

    @property
    def is_conflict(self) -> bool:
        """Whether it is a copy that lost a replication conflict."""
        return "CNF:" in self.common_name


CONTAINERS = LdapSearch(
    base="{domain_dn}",
    filter="(objectClass=msExchSystemObjectsContainer)",
    scope="onelevel",
    attributes=("cn", "objectVersion"),
    domain="{domain}",
)
"""Microsoft Exchange System Objects of a domain, as any controller of it has them."""


class SystemObjects(Records[SystemObjectsContainer]):
    """Microsoft Exchange System Objects of a domain: none where it was never prepared, or nothing is seen."""

    record = SystemObjectsContainer
    needs: ClassVar[Needs] = {
        "containers": need(
            CONTAINERS,
            may_be_empty=True,
        )
    }
    shape = Shape(identity=("cn",))
    concerns = staticmethod(in_organization)

    def certain(self, domain: str) -> "SystemObjects":
        """Themselves; raises where there are none, for a domain that must have been prepared."""
        if not self.rows:
            problem = Problem(
                "empty",
                "no Microsoft Exchange System Objects container came, though the domain has Exchange servers",
                "the account may lack the permission to see it",
                "Grant read access to the domain's top level, then run again",
            )
            raise FactUnavailable(domain, "SystemObjects", problem)
        return self


_ROLE_OWNER = re.compile(r"CN=NTDS Settings(?P<deleted>\\0ADEL:[^,]*)?,CN=(?P<controller>[^,\\]+)", re.IGNORECASE)


class SchemaMaster(Entry):
    """Who may change the schema: ``fSMORoleOwner`` of the schema naming context."""

    role_owner: Text = Field(alias="fSMORoleOwner")

    needs: ClassVar[Needs] = {
        "schema": need(LdapSearch(base="{schemaNamingContext}", scope="base", attributes=("fSMORoleOwner",)))
    }
    shape: ClassVar[Shape] = Shape()

    @property
    def is_deleted(self) -> bool:
        """Whether the role still belongs to a controller whose settings were deleted."""
        found = _ROLE_OWNER.match(self.role_owner)
        return bool(found and found["deleted"])

    @property
    def controller(self) -> str:
        """The controller's short name; ``""`` where the owner is no controller any more."""
        found = _ROLE_OWNER.match(self.role_owner)
        return found["controller"] if found else ""


class RootDse(Entry):
    """What a domain controller says of itself before anybody logs in.

    The three functionality numbers are Active Directory's: 0 is 2000, 1 2003 interim, 2 2003, 3 2008, 4 2008 R2, 5
    2012, 6 2012 R2, 7 2016, 10 2025. The controller's own says what its Windows can do, so 2016, 2019 and 2022 all
    say 7: ``ControllerComputer`` tells those apart. Source: [MS-ADTS] 3.1.1.3.2.25 to 27 and 6.1.4.2 to 4.
    """

    dns_host_name: Text = Field(alias="dnsHostName")
    naming_contexts: Texts = Field(alias="namingContexts")
    is_synchronized: Flag = Field(alias="isSynchronized")
    is_global_catalog_ready: Flag = Field(alias="isGlobalCatalogReady")
    domain_functionality: Number = Field(alias="domainFunctionality")
    forest_functionality: Number = Field(alias="forestFunctionality")
    domain_controller_functionality: Number = Field(alias="domainControllerFunctionality")

    needs: ClassVar[Needs] = {"rootDSE": need(LdapSearch(base="", scope="base", controller="{name}"))}
    shape: ClassVar[Shape] = Shape(
        volatile={
            "currentTime": "the clock",
            "highestCommittedUSN": "moves with every write",
        }
    )


@pytest.fixture
def schema_version(domain_controller: DomainController, facts: Facts) -> SchemaVersion:
    """The Exchange schema version (rangeUpper) as one domain controller has it."""
    return facts.get(SchemaVersion, domain_controller)


@pytest.fixture
def forest_schema_version(forest: Forest, facts: Facts) -> ForestSchemaVersion:
    """The Exchange schema version (rangeUpper) as any domain controller of the forest has it."""
    return facts.get(ForestSchemaVersion, forest)


@pytest.fixture
def organization_level(organization: Organization, facts: Facts) -> OrganizationLevel:
    """The organisation's objectVersion, which PrepareAD raises."""
    return facts.get(OrganizationLevel, organization)


@pytest.fixture
def organization_product(organization: Organization, facts: Facts) -> OrganizationProduct:
    """The release that last prepared the directory for the organisation (msExchProductId)."""
    return facts.get(OrganizationProduct, organization)


@pytest.fixture
def system_objects(domain: Domain, facts: Facts) -> SystemObjects:
    """Microsoft Exchange System Objects of one domain, conflict copies included."""
    return facts.get(SystemObjects, domain)


@pytest.fixture
def schema_master(forest: Forest, facts: Facts) -> SchemaMaster:
    """The domain controller that may change the schema."""
    return facts.get(SchemaMaster, forest)


@pytest.fixture
def root_dse(domain_controller: DomainController, facts: Facts) -> RootDse:
    """What a domain controller says of itself: synchronized, global catalogue ready, functional levels."""
    return facts.get(RootDse, domain_controller)


@pytest.fixture
def root_dses(members: tuple[Subject, ...], facts: Facts) -> PerServer[RootDse]:
    """What each domain controller of a domain or forest says of itself."""
    return facts.per_server(RootDse, members)


@pytest.fixture
def schema_versions(members: tuple[Subject, ...], facts: Facts) -> PerServer[SchemaVersion]:
    """The Exchange schema version (rangeUpper) on each domain controller of a forest."""
    return facts.per_server(SchemaVersion, members)
