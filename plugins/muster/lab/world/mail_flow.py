"""Connectors, accepted domains and transport settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from muster.lab.rows import Row, RowValue
from muster.lab.world.directory_objects import directory_row
from muster.lab.world.plans import Plans, ServerPlan, ago

_EVERYBODY = ["::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0-255.255.255.255"]
_SERVER_LOGIN = "Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer"
_CLIENT_LOGIN = "Tls, Integrated, BasicAuth, BasicAuthRequireTLS"
# what Setup makes: name, role, port, authentication, permission groups
_FROM_SETUP = (
    ("Default", "HubTransport", 2525, _SERVER_LOGIN, "ExchangeUsers, ExchangeServers, ExchangeLegacyServers"),
    ("Client Proxy", "HubTransport", 465, _SERVER_LOGIN, "ExchangeUsers, ExchangeServers"),
    (
        "Default Frontend",
        "FrontendTransport",
        25,
        _SERVER_LOGIN,
        "AnonymousUsers, ExchangeServers, ExchangeLegacyServers",
    ),
    ("Outbound Proxy Frontend", "FrontendTransport", 717, _SERVER_LOGIN, "ExchangeServers"),
    ("Client Frontend", "FrontendTransport", 587, _CLIENT_LOGIN, "ExchangeUsers"),
)


def mail_flow_rows(plans: Plans, certificate_names: Mapping[str, str]) -> Iterator[Row]:
    """Every connector and domain; ``certificate_names`` is ``<I>…<S>…`` of what each server serves on 25."""
    for server in plans.servers:
        yield from _receive_connectors(plans, server, certificate_names.get(server.name))
    for name, entry in plans.written["receive_connectors"].items():
        yield _own_connector(plans, name, entry)
    for name, entry in plans.written["send_connectors"].items():
        yield _send_connector(plans, name, entry)
    for name, entry in plans.written["accepted_domains"].items():
        yield _accepted_domain(plans, name, entry)
    yield _transport_config(plans)
    for server in plans.servers:
        if server.edge:
            yield _edge_subscription(plans, server)


def connector_dn(plans: Plans, server: str, name: str) -> str:
    """A receive connector's object."""
    return f"CN={name},CN=SMTP Receive Connectors,CN=Protocols,{plans.server_dn(server)}"


def _receive_connectors(plans: Plans, server: ServerPlan, certificate_name: str | None) -> Iterator[Row]:
    if server.edge:
        yield _receive_connector(
            plans,
            server,
            f"Default internal receive connector {server.name}",
            TransportRole="None",
            Bindings=["0.0.0.0:25"],
            AuthMechanism="Tls, ExchangeServer",
            PermissionGroups="AnonymousUsers, ExchangeServers, Partners",
            TlsCertificateName=certificate_name,
        )
        return
    for prefix, role, port, login, groups in _FROM_SETUP:
        yield _receive_connector(
            plans,
            server,
            f"{prefix} {server.name}",
            TransportRole=role,
            Bindings=[f"[::]:{port}", f"0.0.0.0:{port}"],
            AuthMechanism=login,
            PermissionGroups=groups,
            TlsCertificateName=certificate_name if port in {25, 587} else None,
        )


def _receive_connector(plans: Plans, server: ServerPlan, name: str, **values: RowValue) -> Row:
    common: dict[str, RowValue] = {
        "Server": server.name,
        "Fqdn": server.fqdn,
        "RemoteIPRanges": list(_EVERYBODY),
        "MaxMessageSize": plans.written["max_message_size"],
    }
    dn = connector_dn(plans, server.name, name)
    identity = f"{server.name}\\{name}"
    return directory_row(
        plans, "Get-ReceiveConnector", name, dn, identity=identity, server=server, **{**common, **values}
    )


def new_receive_connector(plans: Plans, server: ServerPlan, name: str) -> Row:
    """A connector as New-ReceiveConnector makes it where nothing more is told (custom usage)."""
    return _receive_connector(
        plans, server, name, TransportRole="FrontendTransport", AuthMechanism="Tls", PermissionGroups="None"
    )


def _own_connector(plans: Plans, name: str, entry: Mapping[str, Any]) -> Row:
    return _receive_connector(
        plans,
        plans.server(entry["server"]),
        name,
        TransportRole=entry.get("role", "FrontendTransport"),
        Bindings=list(entry["bindings"]),
        RemoteIPRanges=list(entry["remote"]),
        AuthMechanism=entry["authentication"],
        PermissionGroups=entry["permissions"],
    )


def _send_connector(plans: Plans, name: str, entry: Mapping[str, Any]) -> Row:
    sources = [plans.server(source).name for source in entry["sources"]]
    hosts = list(entry.get("smart_hosts", ()))
    domain = entry.get("tls_domain")
    group = "CN=Exchange Routing Group (DWBGZMFD01QNBJR),CN=Routing Groups"
    return directory_row(
        plans,
        "Get-SendConnector",
        name,
        f"CN={name},CN=Connections,{group},{plans.admin_group_dn}",
        SmartHosts=hosts,
        SmartHostsString=", ".join(hosts),
        DNSRoutingEnabled=not hosts,
        TlsDomain=domain,
        TlsAuthLevel="DomainValidation" if domain else None,
        RequireTLS=entry.get("require_tls", False),
        Fqdn=next(iter(plans.written["public_names"])),
        AddressSpaces=list(entry["address_spaces"]),
        SourceTransportServers=sources,
        HomeMtaServerId=sources[0],
        MaxMessageSize=entry["max_message_size"],
    )


def _accepted_domain(plans: Plans, name: str, entry: Mapping[str, Any]) -> Row:
    dn = f"CN={name},CN=Accepted Domains,CN=Transport Settings,{plans.organization_dn}"
    return directory_row(
        plans,
        "Get-AcceptedDomain",
        name,
        dn,
        DomainName=entry.get("domain", name),
        DomainType=entry.get("type", "Authoritative"),
        Default=entry.get("default", False),
    )


def _transport_config(plans: Plans) -> Row:
    size = plans.written["max_message_size"]
    return directory_row(
        plans,
        "Get-TransportConfig",
        "Transport Settings",
        f"CN=Transport Settings,{plans.organization_dn}",
        MaxReceiveSize=size,
        MaxSendSize=size,
    )


def _edge_subscription(plans: Plans, server: ServerPlan) -> Row:
    return directory_row(
        plans,
        "Get-EdgeSubscription",
        server.name,
        plans.server_dn(server.name),
        Site=f"{plans.root}/Configuration/Sites/Seattle",
        Domain=server.fqdn.partition(".")[2],
        LeaseExpiryUtc=ago(minutes=-60),
    )
