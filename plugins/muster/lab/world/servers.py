"""Servers as the cmdlets about servers print them."""

from collections.abc import Iterator

from muster.lab.rows import Row, RowValue
from muster.lab.shapes import load_shapes
from muster.lab.world.directory_objects import directory_row
from muster.lab.world.plans import CREATED, Plans, ServerPlan, ago, guid

_INACTIVE_BY_DEFAULT = frozenset({"ForwardSyncDaemon", "ProvisioningRps"})
_EDGE_COMPONENTS = ("ServerWideOffline", "EdgeTransport", "Monitoring", "RecoveryActionsEnabled")


def server_rows(plans: Plans) -> Iterator[Row]:
    """Every server, seen through the cmdlets that print one row per server."""
    for server in plans.servers:
        yield _exchange_server(plans, server)
        if not server.edge:
            yield _mailbox_server(plans, server)
            yield _client_access_service(plans, server)
            yield _frontend_transport_service(plans, server)
        yield _transport_service(plans, server)
        yield from _components(server)
        yield from _queues(plans, server)


def _exchange_server(plans: Plans, server: ServerPlan) -> Row:
    near = [controller.fqdn for controller in plans.controllers if controller.site == server.site]
    protocols = ("ncacn_vns_spp", "netbios", "ncacn_np", "ncacn_spx")
    addresses = [f"{protocol}:{server.name}" for protocol in protocols]
    mailbox = not server.edge
    status: dict[str, RowValue] = {}
    if mailbox:
        status = {
            "CurrentDomainControllers": list(near),
            "CurrentGlobalCatalogs": list(near),
            "CurrentConfigDomainController": plans.controller_near(server).fqdn,
            "MitigationsApplied": ["PING1"],
            "MitigationsAppliedTime": ago(hours=1),
        }
    row = directory_row(
        plans,
        "Get-ExchangeServer",
        server.name,
        plans.server_dn(server.name),
        server=server,
        Domain=plans.root if mailbox else server.fqdn.partition(".")[2],
        ExchangeLegacyDN=plans.legacy_dn(server.name),
        Fqdn=server.fqdn,
        NetworkAddress=[*addresses, f"ncacn_ip_tcp:{server.fqdn}", f"ncalrpc:{server.name}"],
        OrganizationalUnit=f"{plans.root}/{server.name}" if mailbox else "",
        AdminDisplayVersion=server.admin_display_version,
        Site=f"{plans.root}/Configuration/Sites/{server.site if mailbox else 'Seattle'}",
        ServerRole="Mailbox" if mailbox else "Edge",
        IsEdgeServer=server.edge,
        IsMailboxServer=mailbox,
        IsClientAccessServer=mailbox,
        IsHubTransportServer=mailbox,
        IsFrontendTransportServer=mailbox,
    )
    row.set(status)
    return row


def _mailbox_server(plans: Plans, server: ServerPlan) -> Row:
    return directory_row(
        plans,
        "Get-MailboxServer",
        server.name,
        plans.server_dn(server.name),
        server=server,
        DatabaseAvailabilityGroup=server.dag,
        AdminDisplayVersion=server.admin_display_version,
    )


def _client_access_service(plans: Plans, server: ServerPlan) -> Row:
    shared = next(name for name in plans.written["public_names"] if name.startswith("autodiscover."))
    return directory_row(
        plans,
        "Get-ClientAccessService",
        server.name,
        plans.server_dn(server.name),
        server=server,
        Fqdn=server.fqdn,
        AutoDiscoverServiceCN=server.name,
        AutoDiscoverServiceInternalUri=f"https://{shared}/Autodiscover/Autodiscover.xml",
        AutoDiscoverServiceGuid=guid("autodiscover", server.name),
        AutoDiscoverSiteScope=[server.site],
    )


def _transport_service(plans: Plans, server: ServerPlan) -> Row:
    return directory_row(plans, "Get-TransportService", server.name, plans.server_dn(server.name), server=server)


def _frontend_transport_service(plans: Plans, server: ServerPlan) -> Row:
    return directory_row(
        plans,
        "Get-FrontendTransportService",
        "Frontend",
        f"CN=Frontend,{plans.server_dn(server.name)}",
        identity=f"{server.name}\\Frontend",
        server=server,
    )


def _components(server: ServerPlan) -> Iterator[Row]:
    shape = load_shapes()["Get-ServerComponentState"]
    names = _EDGE_COMPONENTS if server.edge else shape.more["components"][server.release]
    for component in names:
        row = Row(shape, server=server.name)
        row.set({"ServerFqdn": server.fqdn, "Component": component, "Identity": server.name})
        if component in _INACTIVE_BY_DEFAULT:
            row.set({"State": "Inactive", "RemoteStates": [], "LocalStates": []})
        else:
            said = [component_state("Functional", "Active", component)]
            row.set({"State": "Active", "RemoteStates": said, "LocalStates": list(said)})
        yield row


def component_state(requester: str, state: str, component: str) -> dict[str, RowValue]:
    """What one requester said of a component."""
    return {"Requester": requester, "State": state, "Timestamp": CREATED, "Component": component}


def _queues(plans: Plans, server: ServerPlan) -> Iterator[Row]:
    """Submission, a queue to a database or the next hop, shadow and poison."""
    queues: list[tuple[str, str, str, int]] = [("Submission", "Undefined", "Submission", 0)]
    if server.edge:
        queues.append(("3", "SmtpDeliveryToMailbox", "Seattle", 0))
    else:
        own = [database.name for database in plans.databases if database.mounted_on == server.name]
        queues += [
            (str(number), "SmtpDeliveryToMailbox", name.casefold(), 0) for number, name in enumerate(own, start=3)
        ]
        peer = next(peer for peer in plans.members(server.dag or "") if peer.name != server.name)
        queues.append(("90", "ShadowRedundancy", peer.fqdn, 7))
    queues.append(("Poison", "Undefined", "Poison Message", 0))
    for name, delivery, next_hop, messages in queues:
        row = Row(load_shapes()["Get-Queue"], server=server.name)
        identity = f"{server.name}\\{name}"
        row.set(
            {
                "Identity": identity,
                "QueueIdentity": identity,
                "DeliveryType": delivery,
                "NextHopDomain": next_hop,
                "NextHopConnector": guid("next hop", identity),
                "MessageCount": messages,
                "LastError": "",
            }
        )
        yield row
