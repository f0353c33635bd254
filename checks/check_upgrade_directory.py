"""Before an upgrade: does the directory hold what Setup takes for granted?"""

import pytest

from muster import Domain, Organization, Server, Severity, about, certain, control, not_applicable
from muster.facts.readiness.directory_objects import OtherWellKnownObjects, PlainContainers, WritableGlobalCatalogs

pytestmark = [pytest.mark.pre_upgrade, pytest.mark.only_at_gates]

PREPARE = "https://learn.microsoft.com/exchange/plan-and-deploy/prepare-ad-and-domains"
ACCESS = "https://learn.microsoft.com/exchange/plan-and-deploy/active-directory/ad-access"
ASSIST = "https://microsoft.github.io/CSS-Exchange/Setup/SetupAssist/"


@control(
    "upgrade.global-catalog-in-site",
    title="The server's site has a writable global catalogue",
    severity=Severity.HIGH,
    references=(ACCESS, PREPARE),
    remediation="Make a writable controller of the site a global catalogue, or bring one back.",
    roles={"Mailbox"},
)
def check_global_catalog_in_site(server: Server, writable_global_catalogs: WritableGlobalCatalogs) -> None:
    """Setup and Exchange want one near: without it every look-up goes to another site, or fails with the line."""
    if server.site is None:
        not_applicable("the inventory does not say which site it is in")
    sites = {found.site.casefold() for found in writable_global_catalogs}
    if server.site.casefold() not in sites:
        writable_global_catalogs.must_be_whole()
    assert server.site.casefold() in sites, (
        f"{server.site} has none, where one was expected; they are in {', '.join(sorted(sites - {''})) or 'no site'}"
    )


@control(
    "upgrade.computers-container",
    title="The domain has its container Computers",
    severity=Severity.HIGH,
    references=(ASSIST,),
    remediation="Make the container again, or give it its name back: CN=Computers below the domain. New computers "
    "may go elsewhere all the same (redircmp).",
)
def check_computers_container(domain: Domain, plain_containers: PlainContainers) -> None:
    """Setup's PrepareAD and PrepareDomain read it, and stop with an error that does not name it."""
    names = {found.name.casefold() for found in plain_containers}
    if "computers" not in names:
        plain_containers.must_be_whole()
        why_not = "not even CN=Users was shown, so the account may not see what lies below the domain"
        certain("users" in names or None, domain.name, "CN=Computers", why_not)
    assert "computers" in names, f"there is no CN=Computers below {domain.name}"


@control(
    "upgrade.well-known-objects",
    title="Setup finds each of Exchange's groups once",
    severity=Severity.HIGH,
    references=(ASSIST,),
    remediation="Take the wrong value out of otherWellKnownObjects of CN=Microsoft Exchange,CN=Services (SetupAssist "
    "writes the import file), then run Setup.exe /PrepareAD again.",
)
def check_well_known_objects(organization: Organization, other_well_known_objects: OtherWellKnownObjects) -> None:
    """A value that leads to a deleted group, or two values for one group, end PrepareAD in the middle."""
    found = other_well_known_objects.values
    certain(found or None, organization.name, "otherWellKnownObjects", "no value came, where Setup left several")
    for dn, what in other_well_known_objects.wrong():
        with about(dn):
            assert not what, f"the group {what}"
    assert found, "no value"
