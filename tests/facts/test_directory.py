"""Directory versions, whichever door brought the entry."""

import pytest

from kit.facts import entry, item, read
from muster.catalogue import read_build
from muster.facts.directory import (
    ForestSchemaVersion,
    OrganizationLevel,
    OrganizationProduct,
    RootDse,
    SchemaMaster,
    SchemaVersion,
    SystemObjects,
)
from muster.model import (
    Domain,
    DomainController,
    ExchangeCmdlet,
    Fact,
    FactUnavailable,
    Forest,
    LdapSearch,
    Need,
    Organization,
    Subject,
)
from muster.resolve import bound

ORG = Organization("Example")
FOREST = Forest("example.com")
DC = DomainController("DC9", "dc9.example.com", "example.com")
DOMAIN = Domain("emea.example.com")


def search(fact: type[Fact], subject: Subject) -> LdapSearch:
    (wanted,) = fact.needs.values()
    assert isinstance(wanted, Need)
    asked = bound(wanted.alternatives[0], subject)
    assert isinstance(asked, LdapSearch)
    return asked


def test_range_upper_is_asked_of_the_controller_itself() -> None:
    asked = search(SchemaVersion, DC)
    assert asked.controller == "DC9"
    found = read(SchemaVersion, DC, (asked, (entry("CN=ms-Exch-Schema-Version-Pt,CN=Schema", rangeUpper="17003"),)))
    assert found.range_upper == 17003


def test_a_dotnet_search_result_reads_like_an_entry() -> None:
    asked = search(ForestSchemaVersion, FOREST)
    attributes = item("System.DirectoryServices.ResultPropertyCollection", None, rangeupper=(17003,))
    result = item("System.DirectoryServices.SearchResult", "SearchResult", Path="LDAP://…", Properties=attributes)
    from_result = read(ForestSchemaVersion, FOREST, (asked, (result,)))
    from_entry = read(ForestSchemaVersion, FOREST, (asked, (entry("CN=x", rangeUpper="17003"),)))
    assert from_result.range_upper == from_entry.range_upper == 17003


def test_the_organisation_s_level_from_the_directory_or_from_the_cmdlet() -> None:
    by_search = (search(OrganizationLevel, ORG), (entry("CN=Example", objectVersion="16763"),))
    by_cmdlet = (
        ExchangeCmdlet("Get-OrganizationConfig"),
        (item("OrganizationConfig", "Example", ObjectVersion=16763),),
    )
    assert read(OrganizationLevel, ORG, by_search).object_version == 16763
    assert read(OrganizationLevel, ORG, by_cmdlet).object_version == 16763


def test_only_the_directory_knows_which_release_prepared_it() -> None:
    by_search = (search(OrganizationProduct, ORG), (entry("CN=Example", msExchProductId="15.02.2562.017"),))
    assert read(OrganizationProduct, ORG, by_search).product_id == read_build("15.2.2562.17")
    with pytest.raises(FactUnavailable):
        read(OrganizationProduct, ORG, (ExchangeCmdlet("Get-OrganizationConfig"), (item("OrganizationConfig"),)))


def test_system_objects_are_asked_in_their_own_domain() -> None:
    asked = search(SystemObjects, DOMAIN)
    assert (asked.base, asked.domain) == ("DC=emea,DC=example,DC=com", "emea.example.com")
    name = "Microsoft Exchange System Objects"
    found = read(
        SystemObjects,
        DOMAIN,
        (
            asked,
            (
                entry("CN=x", cn=name, objectVersion="13243"),
                entry("CN=y", cn=f"{name}\nCNF:5c1fa0c5-0000-0000-0000-000000000000", objectVersion="12433"),
            ),
        ),
    )
    assert [(row.object_version, row.is_conflict) for row in found] == [(13243, False), (12433, True)]
    assert found.rows[1].identity == f"{name} CNF:5c1fa0c5-0000-0000-0000-000000000000"


def test_a_domain_without_system_objects_may_be_so_unless_it_must_not() -> None:
    found = read(SystemObjects, DOMAIN, (search(SystemObjects, DOMAIN), ()))
    assert len(found) == 0
    with pytest.raises(FactUnavailable, match="though the domain has Exchange servers"):
        found.certain("emea.example.com")


@pytest.mark.parametrize(
    ("owner", "controller", "deleted"),
    [
        ("CN=NTDS Settings,CN=DC9,CN=Servers,CN=Hamburg,CN=Sites,CN=Configuration,DC=example,DC=com", "DC9", False),
        ("CN=NTDS Settings\\0ADEL:0e5c,CN=DC3,CN=Servers,CN=Hamburg,CN=Sites,DC=x", "DC3", True),
        ("CN=somewhere else", "", False),
    ],
)
def test_the_schema_master_by_its_settings(owner: str, controller: str, *, deleted: bool) -> None:
    found = read(SchemaMaster, FOREST, (search(SchemaMaster, FOREST), (entry("CN=Schema", fSMORoleOwner=owner),)))
    assert (found.controller, found.is_deleted) == (controller, deleted)


def test_the_root_of_a_controller() -> None:
    answered = entry("", dnsHostName="dc9.example.com", isSynchronized="TRUE", isGlobalCatalogReady="FALSE")
    found = read(RootDse, DC, (search(RootDse, DC), (answered,)))
    assert (found.is_synchronized, found.is_global_catalog_ready) == (True, False)
