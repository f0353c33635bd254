"""``Environment`` → the ``inventory.yaml`` that gives it back: every endpoint and every probe written out."""

from pathlib import Path
from typing import Any

import yaml

from muster.inventory.loading import FILE
from muster.model import Endpoint, Environment, Server


def write(environment: Environment, folder: Path, first_line: str = "") -> Path:
    """Write the environment into ``folder``, which is made where it is not there; the file. Raises ``OSError``.

    The environment's own name is that of the folder. ``first_line`` is a comment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(document(environment), sort_keys=False, allow_unicode=True, width=110)
    path = folder / FILE
    path.write_text(f"# {first_line}\n{text}" if first_line else text, "utf-8")
    return path


def document(environment: Environment) -> dict[str, Any]:
    """What the file holds, as YAML data. A lab is not named: its endpoints are endpoints as any other."""
    return {
        "organisation": environment.organization.name,
        "forest": {
            "root": environment.forest.name,
            "domains": {
                domain.name: [
                    _without_nothing(
                        {"name": one.name, "site": one.site, "endpoints": _endpoints(environment, one.name)}
                    )
                    for one in domain.controllers
                ]
                for domain in environment.domains
            },
        },
        "sites": {site.name: {"internet_facing": site.internet_facing} for site in environment.sites},
        "dags": [dag.name for dag in environment.dags],
        "servers": [_server(environment, server) for server in environment.servers],
        "public_names": {
            public.name: {
                "servers": [server.name for server in public.members],
                "mail_exchanger": public.mail_exchanger,
            }
            for public in environment.public_names
        },
        "upgrade": _without_nothing(
            {
                "in_progress": sorted(environment.upgrade.in_progress),
                "account": environment.upgrade.account,
                "to": environment.upgrade.to,
                "prepared_on": environment.upgrade.prepared_on,
                "media": environment.upgrade.media,
            }
        ),
        "probes": {
            f"{name}:{port}": f"{address}:{there}"
            for (name, port), (address, there) in sorted(environment.relocated.items())
        },
    }


def _server(environment: Environment, server: Server) -> dict[str, Any]:
    written = {
        "name": server.fqdn or server.name,
        "roles": sorted(server.roles),
        "site": server.site,
        "dag": server.dag,
        "product": server.product,
        "endpoints": _endpoints(environment, server.name),
    }
    return _without_nothing(written)


def _endpoints(environment: Environment, name: str) -> dict[str, Any]:
    return {one.kind: _endpoint(one) for one in environment.endpoints if one.name == name}


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    login = endpoint.authentication
    written = {
        "address": endpoint.address,
        "port": endpoint.port,
        "tls": endpoint.tls if endpoint.kind == "ldap" else bool(endpoint.tls),
        "service_class": endpoint.service_class,
        "kerberos_name": endpoint.kerberos_name,
        "jea": endpoint.configuration if endpoint.jea else None,
        "serialization": endpoint.serialization if endpoint.kind == "exchange" else None,
        "ca_file": endpoint.ca_file,
        "authentication": _without_nothing(
            {
                "method": login.method,
                "user": login.user,
                "secret": login.secret,
                "certificate": login.certificate,
                "key": login.key,
            }
        ),
    }
    return _without_nothing(written)


def _without_nothing(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in (None, {})}
