"""Before an upgrade: may the account that will run Setup do what is left to do?"""

from collections.abc import Iterator

import pytest

from muster import Domain, Environment, Forest, Organization, Severity, about, certain, control, not_applicable
from muster.catalogue import Catalogue, SchemaLevel
from muster.facts.directory import ForestSchemaVersion, OrganizationLevel, SystemObjects
from muster.facts.readiness.installing_account import DomainIdentity, ForestGroups, InstallingAccount

pytestmark = [pytest.mark.pre_upgrade, pytest.mark.only_at_gates]

PREPARE = "https://learn.microsoft.com/exchange/plan-and-deploy/prepare-ad-and-domains"
UPDATE = "https://learn.microsoft.com/exchange/plan-and-deploy/install-cumulative-updates"


def _needed(environment: Environment, catalogue: Catalogue) -> SchemaLevel:
    """The directory versions that the target needs; does not apply where the inventory declares no target."""
    if environment.upgrade.to is None:
        not_applicable("the inventory does not say what is going to be installed (upgrade: to:)")
    product, _, cu = environment.upgrade.to.rpartition(" ")
    why_not = f"the catalogue does not say which directory {environment.upgrade.to} needs"
    return certain(catalogue.schema_for(product, cu), environment.organization.name, "directory versions", why_not)


def _missing_rights(needed: SchemaLevel, schema: int, organization: int) -> Iterator[tuple[str, str]]:
    """Group and reason, of what the forest still lacks."""
    if schema < needed.range_upper:
        why = f"the schema is to be prepared (rangeUpper {schema}, {needed.range_upper} is needed)"
        yield "Schema Admins", why
        yield "Enterprise Admins", why
    elif organization < needed.organization:
        why = f"the organisation is to be prepared (objectVersion {organization}, {needed.organization} is needed)"
        yield "Enterprise Admins", why
    yield "Organization Management", "Setup changes objects of the organisation"


@control(
    "upgrade.account-may-install",
    title="The installing account is in every group that Setup still asks for",
    severity=Severity.HIGH,
    references=(PREPARE, UPDATE),
    remediation="Add the account to the group (Add-ADGroupMember; Add-RoleGroupMember 'Organization Management'), "
    "then log off and on: a logon keeps the groups that it began with. Take it out again afterwards.",
)
def check_account_may_install(
    forest: Forest,
    environment: Environment,
    installing_account: InstallingAccount,
    forest_groups: ForestGroups,
    forest_schema_version: ForestSchemaVersion,
    organization_level: OrganizationLevel,
    catalogue: Catalogue,
) -> None:
    """Setup asks for Schema Admins and Enterprise Admins only while schema and organisation are not yet prepared for
    the target: what is done already needs nobody's rights.
    """  # noqa: D205 - one sentence
    needed = _needed(environment, catalogue)
    found = forest_schema_version.range_upper, organization_level.object_version
    for group, why in _missing_rights(needed, *found):
        with about(group):
            sid = forest_groups.sid_of(group)
            assert sid in installing_account.groups, f"{forest.installer} is not in it, and {why}"


@control(
    "upgrade.account-may-prepare-domain",
    title="The installing account may prepare the domain, where that is still to be done",
    severity=Severity.HIGH,
    references=(PREPARE,),
    remediation="Add the account to the domain's Domain Admins or to Enterprise Admins, or let somebody who is in "
    "them run Setup.exe /PrepareDomain there.",
)
def check_account_may_prepare_domain(
    domain: Domain,
    environment: Environment,
    organization: Organization,
    system_objects: SystemObjects,
    domain_identity: DomainIdentity,
    installing_account: InstallingAccount,
    forest_groups: ForestGroups,
    catalogue: Catalogue,
) -> None:
    """PrepareAllDomains wants an Enterprise Admin, PrepareDomain a Domain Admin of that domain; nobody else can."""
    needed = _needed(environment, catalogue)
    if not system_objects.rows and not organization.may_have_servers_in(domain.name):
        not_applicable("no Microsoft Exchange System Objects container was shown, and it has no Exchange server")
    true = [one.object_version for one in system_objects.certain(domain.name) if not one.is_conflict]
    version = max(true, default=0)
    allowed = {domain_identity.admins, forest_groups.sid_of("Enterprise Admins")} & set(installing_account.groups)
    assert version >= needed.domain or allowed, (
        f"{environment.upgrade.account} is in neither Domain Admins of {domain.name} nor Enterprise Admins, and the "
        f"domain is to be prepared (objectVersion {version}, {needed.domain} is needed)"
    )
