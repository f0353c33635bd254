"""An environment ↔ JSON, so that a replay needs no inventory.

What is left out on purpose: how to log in (references to secrets included), certificate authorities, the inventory's
folder and the lab, all of which belong to the machine that asked and mean nothing where nothing is asked.
Servers and domain controllers are written once; everything else names them.
"""

from muster.model import (
    Authentication,
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    Endpoint,
    Environment,
    Forest,
    Organization,
    PublicName,
    Server,
    Site,
    Upgrade,
)
from muster.snapshot.text import Json, UnreadableSnapshot, each, exactly, field, mapping, optional

_text = exactly(str)
_maybe = optional(_text)
_texts = each(_text)


def dump_environment(environment: Environment) -> Json:
    """One environment as JSON, without anything that helps to log in."""
    return {
        "name": environment.name,
        "derived": environment.derived,
        "organization": environment.organization.name,
        "servers": [_dump_server(server) for server in environment.servers],
        "forest": environment.forest.name,
        "domains": [
            {"name": domain.name, "controllers": [_dump_controller(each) for each in domain.controllers]}
            for domain in environment.domains
        ],
        "sites": [
            {"name": site.name, "internet_facing": site.internet_facing, "members": _names(site.members)}
            for site in environment.sites
        ],
        "dags": [{"name": dag.name, "members": _names(dag.members)} for dag in environment.dags],
        "public_names": [
            {"name": public.name, "mail_exchanger": public.mail_exchanger, "members": _names(public.members)}
            for public in environment.public_names
        ],
        "endpoints": [_dump_endpoint(endpoint) for endpoint in environment.endpoints],
        "relocated": [
            {"name": name, "port": port, "to": address, "to_port": to_port}
            for (name, port), (address, to_port) in sorted(environment.relocated.items())
        ],
        "upgrade": {
            "in_progress": sorted(environment.upgrade.in_progress, key=str),
            "account": environment.upgrade.account,
            "to": environment.upgrade.to,
            "prepared_on": environment.upgrade.prepared_on,
            "media": environment.upgrade.media,
        },
    }


def _names(members: tuple[Server, ...]) -> Json:
    return [server.name for server in members]


def _dump_server(server: Server) -> Json:
    return {
        "name": server.name,
        "fqdn": server.fqdn,
        "roles": sorted(server.roles, key=str),
        "site": server.site,
        "dag": server.dag,
        "product": server.product,
        "installer": server.installer,
        "media": server.media,
    }


def _dump_controller(controller: DomainController) -> Json:
    return {
        "name": controller.name,
        "fqdn": controller.fqdn,
        "domain": controller.domain,
        "site": controller.site,
    }


def _dump_endpoint(endpoint: Endpoint) -> Json:
    return {
        "kind": endpoint.kind,
        "name": endpoint.name,
        "address": endpoint.address,
        "port": endpoint.port,
        "tls": endpoint.tls,
        "authentication": endpoint.authentication.method,
        "service_class": endpoint.service_class,
        "kerberos_name": endpoint.kerberos_name,
        "configuration": endpoint.configuration,
        "jea": endpoint.jea,
        "serialization": endpoint.serialization,
        "version": list(endpoint.version),
    }


def load_environment(data: object) -> Environment:
    """One environment back from JSON; raises ``UnreadableSnapshot``."""
    servers = field(data, "servers", each(_load_server))
    by_name = {server.name: server for server in servers}

    def member(item: object) -> Server:
        name = _text(item)
        if name not in by_name:
            raise UnreadableSnapshot("the name of one of the servers", f"'{name}'")
        return by_name[name]

    members = each(member)
    upgrade = field(data, "upgrade", _load_upgrade)
    return Environment(
        name=field(data, "name", _text),
        derived=field(data, "derived", exactly(bool)),
        organization=Organization(field(data, "organization", _text), servers),
        forest=Forest(field(data, "forest", _text), field(data, "domains", each(_load_domain)), upgrade.account),
        sites=field(
            data,
            "sites",
            each(
                lambda item: Site(
                    field(item, "name", _text),
                    field(item, "internet_facing", exactly(bool)),
                    field(item, "members", members),
                )
            ),
        ),
        dags=field(
            data,
            "dags",
            each(lambda item: DatabaseAvailabilityGroup(field(item, "name", _text), field(item, "members", members))),
        ),
        public_names=field(
            data,
            "public_names",
            each(
                lambda item: PublicName(
                    field(item, "name", _text),
                    field(item, "members", members),
                    field(item, "mail_exchanger", exactly(bool)),
                )
            ),
        ),
        endpoints=field(data, "endpoints", each(_load_endpoint)),
        relocated=dict(field(data, "relocated", each(_load_relocation))),
        upgrade=upgrade,
    )


def _load_server(data: object) -> Server:
    later = mapping(data)  # what older runs do not have
    return Server(
        name=field(data, "name", _text),
        fqdn=field(data, "fqdn", _text),
        roles=frozenset(field(data, "roles", _texts)),
        site=field(data, "site", _maybe),
        dag=field(data, "dag", _maybe),
        product=field(data, "product", _maybe),
        installer=_maybe(later.get("installer")),
        media=_maybe(later.get("media")),
    )


def _load_domain(data: object) -> Domain:
    return Domain(field(data, "name", _text), field(data, "controllers", each(_load_controller)))


def _load_controller(data: object) -> DomainController:
    return DomainController(
        name=field(data, "name", _text),
        fqdn=field(data, "fqdn", _text),
        domain=field(data, "domain", _text),
        site=field(data, "site", _maybe),
    )


def _load_endpoint(data: object) -> Endpoint:
    return Endpoint(
        kind=field(data, "kind", _text),
        name=field(data, "name", _text),
        address=field(data, "address", _text),
        port=field(data, "port", exactly(int)),
        tls=field(data, "tls", _text),
        authentication=Authentication(field(data, "authentication", _text)),
        service_class=field(data, "service_class", _text),
        kerberos_name=field(data, "kerberos_name", _maybe),
        configuration=field(data, "configuration", _text),
        jea=field(data, "jea", exactly(bool)),
        serialization=field(data, "serialization", _text),
        version=field(data, "version", each(exactly(int))),
    )


def _load_relocation(data: object) -> tuple[tuple[str, int], tuple[str, int]]:
    name, port = field(data, "name", _text), field(data, "port", exactly(int))
    return (name, port), (field(data, "to", _text), field(data, "to_port", exactly(int)))


def _load_upgrade(data: object) -> Upgrade:
    later = mapping(data)  # what older runs do not have
    return Upgrade(
        frozenset(field(data, "in_progress", _texts)),
        field(data, "account", _maybe),
        _maybe(later.get("to")),
        _maybe(later.get("prepared_on")),
        _maybe(later.get("media")),
    )
