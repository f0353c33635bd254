"""An inventory without mistakes → ``Environment``."""

from collections.abc import Iterator
from pathlib import Path

from muster.inventory.document import InventoryFile
from muster.inventory.endpoints import endpoints
from muster.inventory.members import Members, probed_names
from muster.model import (
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    Environment,
    Forest,
    Organization,
    PublicName,
    Server,
    Site,
    Upgrade,
)
from muster.naming.patterns import expand


def build(inventory: InventoryFile, members: Members, folder: Path) -> Environment:
    """Make the environment; with a lab it has no endpoints: the lab brings its own, and nothing real can be asked."""
    servers = tuple(
        Server(
            item.name,
            item.fqdn,
            item.roles,
            item.site,
            item.dag,
            item.product,
            inventory.upgrade.account,
            inventory.upgrade.media,
        )
        for item in members.servers
    )
    dags = dict.fromkeys([*(inventory.dags or ()), *(server.dag for server in servers if server.dag)])
    return Environment(
        name=folder.name,
        organization=Organization(inventory.organisation, servers),
        forest=_forest(inventory, members),
        sites=tuple(
            Site(name, entry.internet_facing, tuple(server for server in servers if server.site == name))
            for name, entry in inventory.sites.items()
        ),
        dags=tuple(
            DatabaseAvailabilityGroup(name, tuple(server for server in servers if server.dag == name))
            for name in dags
        ),
        public_names=tuple(
            PublicName(name, _behind(entry.servers, servers), entry.mail_exchanger)
            for name, entry in inventory.public_names.items()
        ),
        endpoints=() if inventory.lab else endpoints(inventory, members, folder),
        relocated=dict(_relocated(inventory, servers)),
        upgrade=_upgrade(inventory, servers),
        folder=folder,
        lab=inventory.lab,
    )


def _upgrade(inventory: InventoryFile, servers: tuple[Server, ...]) -> Upgrade:
    said = inventory.upgrade
    on = _behind([said.prepared_on], servers) if said.prepared_on else ()
    return Upgrade(frozenset(said.in_progress), said.account, said.to, on[0].name if on else None, said.media)


def _relocated(
    inventory: InventoryFile, servers: tuple[Server, ...]
) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    """Probes by the name that a question carries: a server is probed by its full name, or its short one."""
    for logical, there in inventory.probes.items():
        name, _, port = logical.rpartition(":")
        address, _, to = there.rpartition(":")
        spelled = {known.casefold(): known for known in probed_names(inventory, servers)}
        yield (spelled[name.casefold()], int(port)), (address, int(to))


def _forest(inventory: InventoryFile, members: Members) -> Forest:
    domains = tuple(
        Domain(
            name,
            tuple(
                DomainController(item.name, item.fqdn, item.domain, item.entry.site)
                for item in members.controllers
                if item.domain == name
            ),
        )
        for name in inventory.forest.domains
    )
    return Forest(inventory.forest.root or domains[0].name, domains, inventory.upgrade.account)


def _behind(patterns: list[str], servers: tuple[Server, ...]) -> tuple[Server, ...]:
    wanted = {name.casefold() for pattern in patterns for name in expand(pattern)}
    return tuple(server for server in servers if wanted & {server.name.casefold(), server.fqdn.casefold()})
