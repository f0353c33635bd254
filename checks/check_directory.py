"""Whether Active Directory is prepared for the Exchange releases that are installed, everywhere."""

import pytest

from muster import (
    Domain,
    DomainController,
    Environment,
    Forest,
    Organization,
    PerServer,
    Severity,
    about,
    control,
    not_applicable,
)
from muster.catalogue import Catalogue
from muster.facts.directory import (
    ForestSchemaVersion,
    OrganizationLevel,
    OrganizationProduct,
    RootDse,
    SchemaMaster,
    SchemaVersion,
    SystemObjects,
)
from muster.facts.directory_levels import DomainDenies, StorageGroupClass
from muster.facts.servers import ExchangeServer, ExchangeServers

PREPARE = "https://learn.microsoft.com/exchange/plan-and-deploy/prepare-ad-and-domains"
LICENCE = "/IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF"


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "directory.schema-level",
    title="The controller has the schema that the installed Exchange needs",
    severity=Severity.MEDIUM,
    references=(PREPARE,),
    remediation="Find out why the schema does not replicate to this controller: repadmin /showrepl <controller>. "
    f"Where no controller has it: Setup.exe /PrepareSchema {LICENCE}.",
)
def check_schema_level(
    domain_controller: DomainController,
    schema_version: SchemaVersion,
    exchange_servers: ExchangeServers,
    catalogue: Catalogue,
) -> None:
    """Exchange reads and writes through any controller of its site; one with an older schema refuses attributes
    that the others know, now and then and with errors that blame something else.
    """  # noqa: D205 - one sentence
    needed = catalogue.needed_by(exchange_servers.cumulative_updates(), "the organisation")
    found = schema_version.range_upper
    assert found >= needed.range_upper, (
        f"rangeUpper is {found} where at least {needed.range_upper} was expected ({needed.product} {needed.cu})"
    )


@pytest.mark.pre_upgrade
@control(
    "directory.schema-prepared",
    title="The forest's schema was prepared for the installed Exchange",
    severity=Severity.LOW,
    references=(PREPARE,),
    remediation=f"Setup.exe /PrepareSchema {LICENCE}, in the schema master's domain and site.",
)
def check_schema_prepared(
    organization: Organization,
    servers_in_directory: PerServer[ExchangeServer],
    forest_schema_version: ForestSchemaVersion,
    catalogue: Catalogue,
) -> None:
    """Any controller's word for the whole forest, for those who cannot ask each: where every controller is asked,
    directory.schema-level is the one that counts.
    """  # noqa: D205 - one sentence
    needed = catalogue.needed_by(
        (found.admin_display_version for found in servers_in_directory.values()), organization.name
    )
    found = forest_schema_version.range_upper
    assert found >= needed.range_upper, (
        f"rangeUpper is {found} where at least {needed.range_upper} was expected ({needed.product} {needed.cu})"
    )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "directory.organization-level",
    title="The organisation was prepared for the installed Exchange",
    severity=Severity.MEDIUM,
    references=(PREPARE,),
    remediation=f"Setup.exe /PrepareAD {LICENCE}, as Enterprise Admin, in the schema master's domain and site.",
)
def check_organization_level(
    organization: Organization,
    servers_in_directory: PerServer[ExchangeServer],
    organization_level: OrganizationLevel,
    catalogue: Catalogue,
) -> None:
    """PrepareAD brings the roles, groups and settings that the installed cmdlets take for granted."""
    needed = catalogue.needed_by(
        (found.admin_display_version for found in servers_in_directory.values()), organization.name
    )
    found = organization_level.object_version
    assert found >= needed.organization, (
        f"objectVersion is {found} where at least {needed.organization} was expected ({needed.product} {needed.cu})"
    )


@pytest.mark.post_upgrade
@control(
    "directory.product-id",
    title="The release that last prepared the directory is no older than those installed",
    severity=Severity.LOW,
    references=(PREPARE,),
    remediation=f"Setup.exe /PrepareAD {LICENCE} of the newest installed CU.",
)
def check_product_id(
    organization: Organization,
    servers_in_directory: PerServer[ExchangeServer],
    organization_product: OrganizationProduct,
    catalogue: Catalogue,
) -> None:
    """A restored configuration partition shows here first: the servers went on, the directory went back.

    Releases are compared by what they need in the directory, because some CUs change nothing there.
    """
    needed = catalogue.needed_by(
        (found.admin_display_version for found in servers_in_directory.values()), organization.name
    )
    release = catalogue.identify(organization_product.product_id, organization.name)
    level = catalogue.schema_for(release.product, release.cu)
    assert level is not None, f"msExchProductId names {release}, a release that prepares no directory"
    assert level.organization >= needed.organization, (
        f"msExchProductId names {release} where at least {needed.product} {needed.cu} was expected"
    )


def _must_show_a_container(domain: Domain, system_objects: SystemObjects, organization: Organization) -> None:
    """No container was shown: unknown of a domain with Exchange servers; to others the control does not apply.

    A server whose domain the inventory does not say may be in this one.
    """
    if system_objects.rows:
        return
    if organization.may_have_servers_in(domain.name):
        system_objects.certain(domain.name)
    not_applicable("no Microsoft Exchange System Objects container was shown, and it has no Exchange server")


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "directory.domain-prepared",
    title="The domain was prepared for the installed Exchange",
    severity=Severity.MEDIUM,
    references=(PREPARE, "CVE-2022-21978"),
    remediation=f"Setup.exe /PrepareDomain:<domain> {LICENCE}, as Domain Admin there; or /PrepareAllDomains.",
)
def check_domain_prepared(
    domain: Domain,
    system_objects: SystemObjects,
    exchange_servers: ExchangeServers,
    organization: Organization,
    catalogue: Catalogue,
) -> None:
    """PrepareAD prepares its own domain only. A forgotten domain keeps the rights that later releases took away,
    and its mailboxes miss those that were added.
    """  # noqa: D205 - one sentence
    _must_show_a_container(domain, system_objects, organization)
    needed = catalogue.needed_by(exchange_servers.cumulative_updates(), "the organisation")
    true = [container for container in system_objects if not container.is_conflict]
    assert true, "all its containers are copies that lost a replication conflict (CNF)"
    for container in true:
        with about(container):
            assert container.object_version >= needed.domain, (
                f"objectVersion is {container.object_version} where at least {needed.domain} was expected "
                f"({needed.product} {needed.cu})"
            )


@pytest.mark.pre_upgrade
@control(
    "directory.no-conflicting-system-objects",
    title="The domain has one Microsoft Exchange System Objects container",
    severity=Severity.MEDIUM,
    references=(PREPARE,),
    remediation="Move what the conflict copy still holds into the true container with Active Directory tools, "
    "delete the copy, then run Setup.exe /PrepareDomain again.",
)
def check_no_conflicting_system_objects(
    domain: Domain, system_objects: SystemObjects, organization: Organization
) -> None:
    """Two preparations at once leave a copy that lost: Setup then writes its version to one and reads the other."""
    _must_show_a_container(domain, system_objects, organization)
    for container in system_objects:
        with about(container):
            assert not container.is_conflict, "a copy that lost a replication conflict (CNF)"


@pytest.mark.pre_upgrade
@control(
    "directory.schema-master",
    title="The schema master is a controller that exists",
    severity=Severity.MEDIUM,
    references=(
        PREPARE,
        "https://learn.microsoft.com/troubleshoot/windows-server/active-directory/fsmo-roles",
    ),
    remediation="netdom query fsmo; seize the role on a living controller, or add the controller to the inventory.",
)
def check_schema_master(forest: Forest, environment: Environment, schema_master: SchemaMaster) -> None:
    """PrepareSchema runs against the schema master only: a role that belongs to a dead controller stops the upgrade
    night at its first step.
    """  # noqa: D205 - one sentence
    controllers = {one.name.casefold() for domain in forest.domains for one in domain.controllers}
    owner = schema_master.role_owner
    assert not schema_master.is_deleted, f"the role belongs to a controller that was deleted: {owner}"
    if environment.derived:
        not_applicable("nobody wrote an inventory down: the capture's own answers stand for it")
    assert schema_master.controller.casefold() in controllers, (
        f"the role belongs to {schema_master.controller or owner}, which the inventory does not have"
    )


@pytest.mark.pre_upgrade
@control(
    "directory.controller-synchronized",
    title="The controller has finished its first synchronization",
    severity=Severity.MEDIUM,
    references=("MS-ADTS 3.1.1.3.2, rootDSE attributes",),
    remediation="repadmin /showrepl <controller>; Exchange should not use it until it has caught up.",
)
def check_controller_synchronized(domain_controller: DomainController, root_dse: RootDse) -> None:
    """A controller that was just promoted or restored answers at once, and knows only half."""
    assert root_dse.is_synchronized, "isSynchronized is FALSE: its first synchronization is not finished"


@pytest.mark.pre_upgrade
@control(
    "directory.schema-master-answers",
    title="The schema master can be reached",
    severity=Severity.MEDIUM,
    references=(PREPARE,),
    remediation="Find out why it does not answer; Setup prepares the schema on this controller and on no other.",
)
def check_schema_master_answers(
    domain_controller: DomainController, schema_master: SchemaMaster, root_dse: RootDse
) -> None:
    """A schema master that cannot be reached stops an upgrade at its first step."""
    if schema_master.controller.casefold() != domain_controller.name.partition(".")[0].casefold():
        not_applicable("it is not the schema master")
    named = root_dse.dns_host_name
    assert named.casefold() == domain_controller.fqdn.casefold(), (
        f"{named} answered where {domain_controller.fqdn} was asked"
    )


@control(
    "directory.domain-denies",
    title="The domain refuses Exchange's groups what CVE-2022-21978 abuses",
    severity=Severity.MEDIUM,
    references=("CVE-2022-21978", PREPARE),
    remediation=f"Setup.exe /PrepareDomain:<domain> {LICENCE}, of a release since May 2022. With "
    "split permissions the entries are rightly missing: accept it by a waiver.",
)
def check_domain_denies(
    domain: Domain, domain_denies: DomainDenies, system_objects: SystemObjects, organization: Organization
) -> None:
    """Without the two entries whoever controls one Exchange server can take over computers of the domain."""
    _must_show_a_container(domain, system_objects, organization)
    assert not domain_denies.missing, f"it does not refuse: {'; '.join(map(str, domain_denies.missing))}"


@control(
    "directory.storage-group-class",
    title="The schema lets no computer hold a storage group",
    severity=Severity.MEDIUM,
    references=("CVE-2021-34470", PREPARE),
    remediation=f"Setup.exe /PrepareSchema {LICENCE} of a CU since June 2021; where only Exchange 2013 was left, "
    "Microsoft's Test-CVE-2021-34470.ps1 -ApplyFix.",
)
def check_storage_group_class(forest: Forest, storage_group_class: StorageGroupClass) -> None:
    """Every computer may create objects below itself: this class let it make a container to write into."""
    assert not storage_group_class.may_be_in_computers, "possSuperiors of ms-Exch-Storage-Group holds computer"
