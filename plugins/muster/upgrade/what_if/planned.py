"""The inventory as it would be kept after the upgrade."""

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from muster.catalogue import Release
from muster.model import DatabaseAvailabilityGroup, Environment, Organization, PublicName, Server, Site

Group = TypeVar("Group", DatabaseAvailabilityGroup, Organization, PublicName, Site)


def planned(environment: Environment, servers: Collection[Server], target: Release) -> Environment:
    """The environment whose inventory speaks of the target where it speaks of a product at all."""

    def server_of(server: Server) -> Server:
        goes = server in servers and server.product is not None
        return replace(server, product=target.cumulative_update) if goes else server

    def group_of(group: Group) -> Group:
        return replace(group, members=tuple(map(server_of, group.members)))

    return replace(
        aiming_at(environment, target),
        organization=group_of(environment.organization),
        sites=tuple(map(group_of, environment.sites)),
        dags=tuple(map(group_of, environment.dags)),
        public_names=tuple(map(group_of, environment.public_names)),
    )


def aiming_at(environment: Environment, target: Release) -> Environment:
    """The environment whose declared upgrade is this one: what the checks before an upgrade judge by."""
    return replace(environment, upgrade=replace(environment.upgrade, to=target.cumulative_update))
