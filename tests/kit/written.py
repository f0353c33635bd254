"""An inventory in YAML that leads to a lab's ports as if they were real servers: the lab is not named in it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muster.model import Endpoint, Environment

Broken = Mapping[tuple[str, str], Mapping[str, Any]]
"""(kind, name in lower case) → keys that differ: what is broken about this endpoint."""


def write_inventory(folder: Path, environment: Environment, broken: Broken | None = None) -> Path:
    """Write ``inventory.yaml`` (JSON is YAML) for an environment that is attached to a lab."""
    changes = broken or {}

    def endpoints(name: str) -> dict[str, Any]:
        mine = [endpoint for endpoint in environment.endpoints if endpoint.name == name]
        return {one.kind: _endpoint(one, changes.get((one.kind, name.casefold()), {})) for one in mine}

    document = {
        "organisation": environment.organization.name,
        "forest": {
            "domains": {
                domain.name: [{"name": one.name, "endpoints": endpoints(one.name)} for one in domain.controllers]
                for domain in environment.domains
            }
        },
        "sites": {site.name: {"internet_facing": site.internet_facing} for site in environment.sites},
        "servers": [
            {
                "name": server.fqdn,
                "roles": sorted(server.roles),
                "site": server.site,
                **({"dag": server.dag} if server.dag else {}),
                **({"product": server.product} if server.product else {}),
                "endpoints": endpoints(server.name),
            }
            for server in environment.servers
        ],
        "upgrade": {"in_progress": sorted(environment.upgrade.in_progress)},
    }
    folder.mkdir(parents=True)
    (folder / "inventory.yaml").write_text(json.dumps(document, indent=1), "utf-8")
    (folder / "policy.yaml").write_text("as_of: 2025-09-15\n", "utf-8")
    return folder


def _endpoint(endpoint: Endpoint, changes: Mapping[str, Any]) -> dict[str, Any]:
    login = endpoint.authentication
    tls = endpoint.tls if endpoint.kind == "ldap" else bool(endpoint.tls)
    written: dict[str, Any] = {
        "address": endpoint.address,
        "port": endpoint.port,
        "tls": tls,
        "authentication": {"method": login.method, "user": login.user, "secret": login.secret},
    }
    if endpoint.ca_file:
        written["ca_file"] = endpoint.ca_file
    return written | dict(changes)
