"""What Setup left in Active Directory, as each single domain controller has it: an upgrade waits for all of them."""

from dataclasses import replace
from typing import ClassVar

import pytest

from muster.facts.directory import CONTAINERS, OrganizationLevel, SystemObjects
from muster.model import Facts, LdapSearch, PerServer, Shape, Subject, need
from muster.reading.needs import Needs


class ControllerOrganizationLevel(OrganizationLevel):
    """``objectVersion`` of the organisation as one domain controller has it."""

    needs: ClassVar[Needs] = {
        "organization": need(
            LdapSearch(
                base="CN=Microsoft Exchange,CN=Services,{configurationNamingContext}",
                filter="(objectClass=msExchOrganizationContainer)",
                scope="onelevel",
                attributes=("cn", "objectVersion"),
                controller="{name}",
            )
        )
    }
    shape: ClassVar[Shape] = Shape(identity=("cn",))


class ControllerSystemObjects(SystemObjects):
    """Microsoft Exchange System Objects of a controller's own domain, as this controller has them."""

    needs: ClassVar[Needs] = {
        "containers": need(
            replace(CONTAINERS, domain=None, controller="{name}"),
            may_be_empty=True,
        )
    }


@pytest.fixture
def organization_levels(members: tuple[Subject, ...], facts: Facts) -> PerServer[ControllerOrganizationLevel]:
    """The organisation's objectVersion on each domain controller of a domain or forest."""
    return facts.per_server(ControllerOrganizationLevel, members)


@pytest.fixture
def controller_system_objects(members: tuple[Subject, ...], facts: Facts) -> PerServer[ControllerSystemObjects]:
    """Microsoft Exchange System Objects on each domain controller of a domain."""
    return facts.per_server(ControllerSystemObjects, members)
