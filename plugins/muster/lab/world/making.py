"""A description played: everything every endpoint says, with the faults planted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from muster.lab.certificates import Authority, Certificate
from muster.lab.description import Description
from muster.lab.directory.tree import DirectoryContents
from muster.lab.rows import Row, rows_of
from muster.lab.shapes import load_shapes
from muster.lab.world.access_lists import Grant
from muster.lab.world.audit_log import former_entries
from muster.lab.world.certificates import (
    CertificateStore,
    certificate_rows,
    connector_name,
    install_certificates,
)
from muster.lab.world.configuration import configuration_rows
from muster.lab.world.databases import database_rows
from muster.lab.world.directory import Node, connector_node, contents_for
from muster.lab.world.health import health_rows
from muster.lab.world.mail_flow import connector_dn, mail_flow_rows
from muster.lab.world.organization import organization_rows
from muster.lab.world.own_settings import lay_own_settings
from muster.lab.world.plans import Plans, ServerPlan, make_plans
from muster.lab.world.readiness import readiness_rows
from muster.lab.world.replication import State, Writes, replicate, state
from muster.lab.world.servers import server_rows
from muster.lab.world.setup_windows import setup_registry, setup_rows
from muster.lab.world.upgrade_exchange import upgrade_exchange_rows
from muster.lab.world.upgrade_registry import upgrade_registry
from muster.lab.world.virtual_directories import virtual_directory_rows
from muster.lab.world.web_settings import owa_files, web_rows
from muster.lab.world.windows import Registry, registry_of, service_data, windows_rows

HTTPS_PORTS, SMTP_PORTS = (443, 444), (25, 587)


@dataclass(slots=True)
class Wire:
    """What a server's port shows to anybody: the certificate, and on SMTP ports what EHLO offers."""

    certificate: Certificate | None
    starttls: bool = True


@dataclass(slots=True)
class World:
    """Everything said by the simulated organisation.

    ``exchange`` maps a cmdlet to its rows, Edges' own rows among them; ``windows`` a server to its rows;
    ``wire`` (server, logical port) to what is seen there; ``endpoints`` (kind, name) to how it misbehaves, as
    written; ``down`` are servers that nobody reaches by RPC; ``writes`` is when which attribute of the directory was
    written since it is as described.
    """

    plans: Plans
    certificates: CertificateStore
    exchange: dict[str, list[Row]] = field(default_factory=dict)
    windows: dict[str, list[Row]] = field(default_factory=dict)
    registry: dict[str, Registry] = field(default_factory=dict)
    grants: dict[str, list[Grant]] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    wire: dict[tuple[str, int], Wire] = field(default_factory=dict)
    endpoints: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    writes: Writes = field(default_factory=dict)

    def directory(self, controller: str) -> DirectoryContents:
        """What one domain controller holds."""
        plan = next(one for one in self.plans.controllers if one.name == controller)
        return contents_for(self.plans, plan, self.nodes)

    def rows(self, cmdlet: str) -> Sequence[Row]:
        """What a cmdlet prints, all of it."""
        return self.exchange.get(cmdlet, ())

    def owa_files(self, server: ServerPlan) -> Mapping[str, str]:
        """The files of Outlook on the web as Setup brings them: hash by path in small letters."""
        files = owa_files(server, ".".join(server.build.split(".")[:3]))
        return {row.text("Path").casefold(): row.text("Hash") for row in files}

    def touch_connector(self, connector: Row) -> None:
        """Write a receive connector's entry of the directory anew, after the connector or its grants changed."""
        dn = str(connector.get("DistinguishedName"))
        self.nodes = [node for node in self.nodes if node.dn != dn]
        if any(row is connector for row in self.rows("Get-ReceiveConnector")):
            self.nodes.append(connector_node(self.plans, connector, self.grants.get(dn, ())))

    def in_directory(self) -> State:
        """Everything that lies in the directory as it is now, to see later what has been written."""
        return state((row for rows in self.exchange.values() for row in rows), self.nodes)

    def add(self, row: Row) -> None:
        """Put an Exchange row where it belongs."""
        self.exchange.setdefault(row.shape.name, []).append(row)


def make_faultless(description: Description, authority: Authority) -> World:
    """Make what a description's plan says, without patches; raises ``DescriptionMistake``."""
    plans = make_plans(description)
    store = install_certificates(plans, authority)
    world = World(plans, store)
    used = {server.name: store.served(server.name, 25) for server in plans.servers}
    names = {server: connector_name(certificate) for server, certificate in used.items() if certificate}
    auth = plans.written["auth_certificate"]
    organization = organization_rows(
        plans, store.thumbprints[auth["current"]], store.thumbprints.get(auth.get("next", ""), "")
    )
    for rows in (
        server_rows(plans),
        health_rows(plans),
        virtual_directory_rows(plans),
        mail_flow_rows(plans, names),
        upgrade_exchange_rows(plans),
        readiness_rows(plans),
        database_rows(plans),
        organization,
        certificate_rows(store),
        former_entries(plans),
    ):
        for row in rows:
            world.add(row)
    for server in plans.servers:
        world.windows[server.name] = [
            *windows_rows(plans, server),
            *configuration_rows(plans, server),
            *web_rows(server),
            *setup_rows(server),
        ]
        world.registry[server.name] = {
            **upgrade_registry(),
            **registry_of(server),
            **setup_registry(plans, server),
        }
        for port in (*SMTP_PORTS, *(() if server.edge else HTTPS_PORTS)):
            world.wire[server.name, port] = Wire(store.served(server.name, port))
    for name, entry in plans.written["receive_connectors"].items():
        dn = connector_dn(plans, plans.server(entry["server"]).name, name)
        world.grants[dn] = list(entry.get("grants", ()))
    lay_own_settings(plans, world.exchange, world.windows, world.registry)
    return world


def settle(world: World) -> None:
    """What follows from the rest, once rows are patched: Test-ServiceHealth, bindings' certificates, zero rows."""
    for server in world.plans.servers:
        states = {
            str(row.get("Name")).casefold(): row.get("State")
            for row in world.windows[server.name]
            if row.shape.name == "Win32_Service"
        }
        for role, required in service_data()["required_edge" if server.edge else "required"].items():
            wanted = [name for name in required if name.casefold() in states]
            if role.startswith("Unified") and server.release != "2016":
                continue
            stopped = [name for name in wanted if states[name.casefold()] != "Running"]
            row = Row(load_shapes()["Test-ServiceHealth"], server=server.name)
            row.set(
                {
                    "Role": role,
                    "RequiredServicesRunning": not stopped,
                    "ServicesRunning": [name for name in wanted if name not in stopped],
                    "ServicesNotRunning": stopped,
                }
            )
            world.add(row)
        _bind_certificates(world, server.name)
    replicate(world.plans, [row for rows in world.exchange.values() for row in rows], world.nodes, world.writes)
    if not world.plans.written["account"].get("sees_receive_connectors", True):
        world.exchange["Get-ReceiveConnector"] = []


def _bind_certificates(world: World, server: str) -> None:
    for row in rows_of(server, world.windows[server]):
        if row.shape.name == "Get-WebBinding" and row.get("protocol") == "https":
            port = int(str(row.get("bindingInformation")).split(":")[1])
            shown = world.wire.get((server, port))
            if shown and shown.certificate:
                row.set({"certificateHash": shown.certificate.thumbprint})
