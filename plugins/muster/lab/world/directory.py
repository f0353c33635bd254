"""The directory: what every domain controller holds, made from the plans and the connectors."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID

from muster.lab.directory.security_descriptors import SecurityDescriptor, sid_bytes
from muster.lab.directory.tree import DirectoryContents, Elsewhere, Entry
from muster.lab.rows import Row
from muster.lab.world.access_lists import (
    EXCHANGE_GROUPS,
    Grant,
    connector_descriptor,
    domain_descriptor,
    rights_data,
)
from muster.lab.world.plans import CREATED, ControllerPlan, Plans, ServerPlan, domain_dn, guid
from muster.lab.world.upgrade_directory import backup_metadata, upgrade_entries, well_known_objects
from muster.lab.world.windows import WINDOWS

_ADMINISTRATOR = "administrator"
"""An account that sees what the lab's own account may not."""


@dataclass(slots=True)
class Node:
    """An entry while the world is being made. ``only`` names the controllers that have it, ``None`` all.

    ``attributes`` maps names to lists; ``grants`` are explicit rights of a connector.
    """

    dn: str
    attributes: dict[str, list[Any]]
    security: SecurityDescriptor | None = None
    hidden: bool = False
    constructed: dict[str, list[Any]] = field(default_factory=dict)
    differs: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def matches(self, pattern: str) -> bool:
        """Whether the DN fits, ``*`` standing for anything."""
        return fnmatchcase(self.dn.casefold(), pattern.casefold())

    def entry(self, controller: str) -> Entry:
        """The entry as one controller has it."""
        attributes = {**self.attributes, **self.differs.get(controller, {})}
        return Entry(
            self.dn,
            {name: tuple(_sent(value) for value in values) for name, values in attributes.items()},
            constructed={name: tuple(map(_sent, values)) for name, values in self.constructed.items()},
            security=self.security,
            visible_to=frozenset({_ADMINISTRATOR}) if self.hidden else None,
        )


def directory_nodes(plans: Plans, connectors: Iterable[Row], grants: Mapping[str, list[Grant]]) -> list[Node]:
    """Every entry of the forest but the rootDSEs; ``grants`` by connector DN."""
    nodes = [*_domains(plans), *_groups(plans), *_upgrade(plans), *_configuration(plans), *_exchange(plans)]
    for node in nodes:
        if set(node.attributes["objectClass"]) & {"domainDNS", "configuration", "dMD"}:
            node.constructed["msDS-ReplAttributeMetaData"] = list(backup_metadata(node.dn))
    nodes += [connector_node(plans, one, grants.get(str(one.get("DistinguishedName")), ())) for one in connectors]
    return nodes


def connector_node(plans: Plans, connector: Row, grants: Iterable[Grant]) -> Node:
    """A receive connector's own entry, with who may do what there."""
    dn = str(connector.get("DistinguishedName"))
    node = _node(dn, "top msExchSmtpReceiveConnector", msExchSmtpReceiveBindings=list(connector.get("Bindings")))  # type: ignore[arg-type] # a list by its shape
    node.security = connector_descriptor(connector, grants, plans.root_sid)
    node.hidden = not plans.written["account"].get("sees_receive_connectors", True)
    return node


def contents_for(plans: Plans, controller: ControllerPlan, nodes: Iterable[Node]) -> DirectoryContents:
    """What one controller holds: its own domain, configuration and schema."""
    own = domain_dn(controller.domain)
    held = (own, plans.configuration_dn, f"CN=Schema,{plans.configuration_dn}")
    others = {domain: domain_dn(domain) for domain in plans.written["domains"] if domain != controller.domain}
    entries = [_root_dse(plans, controller, held)]
    entries += [node.entry(controller.name) for node in nodes if _context(plans, node.dn) in held]
    elsewhere = tuple(Elsewhere(dn, domain) for domain, dn in others.items())
    return DirectoryContents(tuple(entries), held, elsewhere)


def _context(plans: Plans, dn: str) -> str:
    """The naming context that a DN belongs to."""
    schema = f"CN=Schema,{plans.configuration_dn}"
    domains = sorted(map(domain_dn, plans.written["domains"]), key=len, reverse=True)
    return next(context for context in (schema, plans.configuration_dn, *domains) if dn.endswith(context))


def _root_dse(plans: Plans, controller: ControllerPlan, held: tuple[str, ...]) -> Entry:
    own, configuration, schema = held
    settings = f"CN=NTDS Settings,{_controller_dn(plans, controller)}"
    now = plans.made.strftime("%Y%m%d%H%M%S.0Z")
    return Entry(
        "",
        {
            "currentTime": (now,),
            "subschemaSubentry": (f"CN=Aggregate,{schema}",),
            "dsServiceName": (settings,),
            "namingContexts": (own, configuration, schema),
            "defaultNamingContext": (own,),
            "schemaNamingContext": (schema,),
            "configurationNamingContext": (configuration,),
            "rootDomainNamingContext": (domain_dn(plans.root),),
            "supportedControl": ("1.2.840.113556.1.4.319", "1.2.840.113556.1.4.801", "1.2.840.113556.1.4.417"),
            "supportedLDAPVersion": ("3", "2"),
            "highestCommittedUSN": ("248117",),
            "dnsHostName": (controller.fqdn,),
            "ldapServiceName": (f"{plans.root}:{controller.name}$@{controller.domain.upper()}",),
            "serverName": (_controller_dn(plans, controller),),
            "isSynchronized": ("TRUE",),
            "isGlobalCatalogReady": ("TRUE",),
            "domainFunctionality": (str(_domain_level(plans, controller.domain)),),
            "forestFunctionality": (str(_forest_level(plans)),),
            "domainControllerFunctionality": (str(_LEVELS.get(controller.windows, _LEVEL_2016)),),
        },
    )


_LEVEL_2016 = 7
_LEVELS = {"2012 R2": 6, "2025": 10}
"""What a controller's Windows can do, where it is not as 2016, 2019 and 2022."""


def _forest_level(plans: Plans) -> int:
    return int(plans.written["forest"].get("functional_level", _LEVEL_2016))


def _domain_level(plans: Plans, domain: str) -> int:
    return int(plans.written["domains"][domain].get("functional_level", _LEVEL_2016))


def _node(dn: str, classes: str, **attributes: list[Any]) -> Node:
    name, _, value = dn.partition(",")[0].partition("=")
    common: dict[str, list[Any]] = {
        "objectClass": classes.split(),
        name.lower(): [value],
        "name": [value],
        "objectGUID": [UUID(guid(dn)).bytes_le],
        "whenCreated": [CREATED],
        "whenChanged": [CREATED],
    }
    return Node(dn, {**common, **attributes})


def _domains(plans: Plans) -> Iterator[Node]:
    for domain, entry in plans.written["domains"].items():
        dn = domain_dn(domain)
        pdc = next(
            (one for one in plans.controllers if one.domain == domain and "pdc" in one.roles), plans.controllers[0]
        )
        owner = [f"CN=NTDS Settings,{_controller_dn(plans, pdc)}"]
        node = _node(
            dn,
            "top domain domainDNS",
            objectSid=[sid_bytes(entry["sid"])],
            fSMORoleOwner=owner,
            **{"msDS-Behavior-Version": [_domain_level(plans, domain)]},
        )
        node.security = domain_descriptor(entry["sid"], plans.root_sid)
        yield node
        yield _node(
            f"CN=Microsoft Exchange System Objects,{dn}",
            "top container msExchSystemObjectsContainer",
            objectVersion=[entry["object_version"]],
        )
        yield _node(f"CN=Computers,{dn}", "top container")
        yield _node(f"OU=Domain Controllers,{dn}", "top organizationalUnit")
        for controller in plans.controllers:
            if controller.domain == domain:
                name = controller.name.upper()
                caption, version, _ = WINDOWS[controller.windows]
                yield _node(
                    f"CN={name},OU=Domain Controllers,{dn}",
                    "top person organizationalPerson user computer",
                    dNSHostName=[controller.fqdn],
                    sAMAccountName=[f"{name}$"],
                    operatingSystem=[caption.removeprefix("Microsoft ")],
                    operatingSystemVersion=["{} ({})".format(*version.rsplit(".", 1))],
                )


def _groups(plans: Plans) -> Iterator[Node]:
    """Setup's groups, in the root domain."""
    unit = f"OU=Microsoft Exchange Security Groups,{domain_dn(plans.root)}"
    yield _node(unit, "top organizationalUnit")
    for name, sid in EXCHANGE_GROUPS.items():
        own = sid_bytes(sid.format(domain=plans.root_sid))
        yield _node(f"CN={name},{unit}", "top group", sAMAccountName=[name], objectSid=[own])


def _upgrade(plans: Plans) -> Iterator[Node]:
    """What is looked at before an upgrade."""
    for dn, classes, attributes, constructed in upgrade_entries(plans):
        node = _node(dn, classes, **attributes)
        node.constructed = constructed
        yield node


def _controller_dn(plans: Plans, controller: ControllerPlan) -> str:
    return f"CN={controller.name.upper()},CN=Servers,CN={controller.site},CN=Sites,{plans.configuration_dn}"


def _configuration(plans: Plans) -> Iterator[Node]:
    root = plans.configuration_dn
    schema = f"CN=Schema,{root}"

    def owner(role: str) -> list[str]:
        holder = next(one for one in plans.controllers if role in one.roles)
        return [f"CN=NTDS Settings,{_controller_dn(plans, holder)}"]

    yield _node(root, "top configuration")
    yield _node(schema, "top dMD", fSMORoleOwner=owner("schema"), objectVersion=[88])
    yield _node(
        f"CN=ms-Exch-Schema-Version-Pt,{schema}",
        "top attributeSchema",
        lDAPDisplayName=["msExchSchemaVersionPt"],
        rangeUpper=[plans.written["forest"]["range_upper"]],
    )
    # since July 2021 nothing may hold one any more, and the directory sends no empty possSuperiors
    yield _node(
        f"CN=ms-Exch-Storage-Group,{schema}",
        "top classSchema",
        lDAPDisplayName=["msExchStorageGroup"],
        systemOnly=["FALSE"],
    )
    yield _node(f"CN=Sites,{root}", "top sitesContainer")
    for site in plans.written["sites"]:
        yield _node(f"CN={site},CN=Sites,{root}", "top site")
        yield _node(f"CN=Servers,CN={site},CN=Sites,{root}", "top serversContainer")
    for controller in plans.controllers:
        dn = _controller_dn(plans, controller)
        yield _node(dn, "top server", dNSHostName=[controller.fqdn])
        yield _node(f"CN=NTDS Settings,{dn}", "top applicationSettings nTDSDSA", options=[1])
    yield _node(
        f"CN=Partitions,{root}",
        "top crossRefContainer",
        fSMORoleOwner=owner("naming"),
        **{"msDS-Behavior-Version": [_forest_level(plans)]},
    )
    for domain, entry in plans.written["domains"].items():
        yield _node(
            f"CN={entry['netbios']},CN=Partitions,{root}",
            "top crossRef",
            nCName=[domain_dn(domain)],
            dnsRoot=[domain],
            nETBIOSName=[entry["netbios"]],
            systemFlags=[3],
        )
    yield _node(
        f"CN=Enterprise Configuration,CN=Partitions,{root}",
        "top crossRef",
        nCName=[root],
        dnsRoot=[plans.root],
        systemFlags=[1],
    )
    yield _node(f"CN=Extended-Rights,{root}", "top container")
    for name, entry in rights_data()["rights"].items():
        yield _node(
            f"CN={name},CN=Extended-Rights,{root}",
            "top controlAccessRight",
            displayName=[entry["title"]],
            rightsGuid=[entry["guid"]],
            validAccesses=[256],
        )


def _exchange(plans: Plans) -> Iterator[Node]:
    forest = plans.written["forest"]
    services = f"CN=Services,{plans.configuration_dn}"
    yield _node(services, "top container")
    yield _node(
        f"CN=Microsoft Exchange,{services}",
        "top container msExchConfigurationContainer",
        otherWellKnownObjects=well_known_objects(plans),
    )
    yield _node(
        plans.organization_dn,
        "top container msExchOrganizationContainer",
        objectVersion=[forest["object_version"]],
        msExchProductId=[forest["product_id"]],
    )
    yield _node(f"CN=Administrative Groups,{plans.organization_dn}", "top msExchAdminGroupContainer")
    yield _node(plans.admin_group_dn, "top msExchAdminGroup")
    yield _node(f"CN=Servers,{plans.admin_group_dn}", "top msExchServersContainer")
    for server in plans.servers:
        yield from _server(plans, server)


def _server(plans: Plans, server: ServerPlan) -> Iterator[Node]:
    dn = plans.server_dn(server.name)
    yield _node(
        dn,
        "top server msExchExchangeServer",
        serialNumber=[server.serial_number],
        networkAddress=[f"netbios:{server.name}", f"ncacn_ip_tcp:{server.fqdn}"],
        msExchCurrentServerRoles=[64 if server.edge else 54],
        legacyExchangeDN=[plans.legacy_dn(server.name)],
        msExchServerSite=[f"CN={server.site},CN=Sites,{plans.configuration_dn}"],
    )
    yield _node(f"CN=Protocols,{dn}", "top container msExchProtocolCfgProtocolContainer")
    if not server.edge:
        yield _node(f"CN=SMTP Receive Connectors,CN=Protocols,{dn}", "top msExchContainer")


def _sent(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y%m%d%H%M%S.0Z")
    return value if isinstance(value, bytes | str) else str(value)
