"""Whether the domain controllers agree on what Exchange's Setup left in Active Directory."""

import pytest

from muster import Domain, Forest, Organization, PerServer, Severity, about, certain, control, not_applicable
from muster.facts.directory import SchemaVersion
from muster.facts.directory_replication import ControllerOrganizationLevel, ControllerSystemObjects

NOBODY = "no domain controller of it is known"
PREPARE = "https://learn.microsoft.com/exchange/plan-and-deploy/prepare-ad-and-domains"


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "directory.schema-replicated",
    title="Every controller has the same Exchange schema and organisation version",
    severity=Severity.MEDIUM,
    references=(PREPARE,),
    remediation="Wait, or repadmin /showrepl: run no further step of an upgrade before all controllers agree.",
)
def check_schema_replicated(
    forest: Forest,
    schema_versions: PerServer[SchemaVersion],
    organization_levels: PerServer[ControllerOrganizationLevel],
) -> None:
    """Setup reads one controller and writes to another: while they differ, a preparation looks done and is not."""
    certain(schema_versions.known or None, forest.name, "its domain controllers", NOBODY)
    highest = max((found.range_upper for found in schema_versions.values()), default=0)
    for controller, schema in schema_versions.items():
        with about(f"{controller.name} rangeUpper"):
            assert schema.range_upper == highest, f"is {schema.range_upper} where another controller has {highest}"
    highest = max((found.object_version for found in organization_levels.values()), default=0)
    for controller, level in organization_levels.items():
        with about(f"{controller.name} objectVersion"):
            assert level.object_version == highest, (
                f"of the organisation is {level.object_version} where another controller has {highest}"
            )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "directory.domain-replicated",
    title="Every controller of the domain has the same version of Microsoft Exchange System Objects",
    severity=Severity.MEDIUM,
    references=(PREPARE,),
    remediation="Wait, or repadmin /showrepl <controller>.",
)
def check_domain_replicated(
    domain: Domain, organization: Organization, controller_system_objects: PerServer[ControllerSystemObjects]
) -> None:
    """A domain is prepared when all of its controllers know it: Exchange uses whichever is near."""
    found = {
        controller.name: {container.object_version for container in containers if not container.is_conflict}
        for controller, containers in controller_system_objects.items()
    }
    certain(found or None, domain.name, "its domain controllers", NOBODY)
    if not any(found.values()):
        seen = None if organization.may_have_servers_in(domain.name) else ""
        none = "no controller shows a Microsoft Exchange System Objects container"
        certain(
            seen, domain.name, "Microsoft Exchange System Objects", f"{none}, though the domain has Exchange servers"
        )
        not_applicable(none)
    highest = max(version for versions in found.values() for version in versions)
    for controller, versions in found.items():
        with about(controller):
            assert versions == {highest}, (
                f"objectVersion is {', '.join(map(str, sorted(versions))) or 'not there'} where another controller "
                f"has {highest}"
            )
