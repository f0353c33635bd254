"""The plan's parts as values, with what follows from them: names, DNs, GUIDs, controllers."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from muster.lab.description import Description, DescriptionMistake

_ADMIN_GROUP = "Exchange Administrative Group (FYDIBOHF23SPDLT)"
_GUIDS = uuid.UUID("6f6d6f73-7465-7200-8000-6d7573746572")
CREATED = datetime(2022, 3, 14, 9, 26, 53, tzinfo=UTC)
"""When everything in the organisation was made: long ago, and always the same."""


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """An Exchange server. ``name`` is as Exchange prints it (upper case); ``release`` ``2016`` or ``2019``."""

    name: str
    fqdn: str
    site: str
    product: str
    build: str
    cu_build: str
    release: str
    windows: str
    dag: str | None = None
    edge: bool = False

    @property
    def admin_display_version(self) -> str:
        """The CU's own build, as the directory shows it."""
        major, minor, build, revision = self.cu_build.split(".")
        return f"Version {major}.{minor} (Build {build}.{revision})"

    @property
    def serial_number(self) -> str:
        """The same as the directory itself holds it: 30000 is added to the build (unverified)."""
        major, minor, build, revision = self.cu_build.split(".")
        return f"Version {major}.{minor} (Build {30000 + int(build)}.{revision})"


@dataclass(frozen=True, slots=True)
class ControllerPlan:
    """A domain controller; ``roles`` are its operations master roles, ``windows`` its release (2022)."""

    name: str
    domain: str
    site: str
    roles: tuple[str, ...] = ()
    windows: str = "2022"

    @property
    def fqdn(self) -> str:
        """Its DNS name."""
        return f"{self.name}.{self.domain}"


@dataclass(frozen=True, slots=True)
class DatabasePlan:
    """A mailbox database: its servers in activation preference order, and where it is mounted."""

    name: str
    servers: tuple[str, ...]
    mounted_on: str


@dataclass(frozen=True, slots=True)
class Plans:
    """Everything that is planned. Sections without a type of their own stay as written.

    ``made`` is what every clock of the organisation shows: they agree.
    """

    organisation: str
    servers: tuple[ServerPlan, ...]
    controllers: tuple[ControllerPlan, ...]
    databases: tuple[DatabasePlan, ...]
    written: Mapping[str, Any] = field(repr=False)
    made: datetime = field(default_factory=lambda: ago(seconds=0))

    @property
    def mailbox_servers(self) -> tuple[ServerPlan, ...]:
        """All but the Edges."""
        return tuple(server for server in self.servers if not server.edge)

    @property
    def root(self) -> str:
        """The forest's root domain."""
        return str(self.written["forest"]["root"])

    @property
    def root_sid(self) -> str:
        """The SID of the forest's root domain."""
        return str(self.written["domains"][self.root]["sid"])

    def server(self, name: str) -> ServerPlan:
        """A server by its name in whatever case, or its FQDN."""
        wanted = name.casefold()
        for server in self.servers:
            if wanted in {server.name.casefold(), server.fqdn.casefold()}:
                return server
        raise DescriptionMistake("plan", f"there is no server '{name}'")

    def members(self, dag: str) -> tuple[ServerPlan, ...]:
        """The members of a DAG."""
        return tuple(server for server in self.servers if server.dag == dag)

    def controller_near(self, server: ServerPlan) -> ControllerPlan:
        """A controller of the root domain, in the server's site where there is one."""
        own = [controller for controller in self.controllers if controller.domain == self.root]
        return next((controller for controller in own if controller.site == server.site), own[0])

    @property
    def configuration_dn(self) -> str:
        """The configuration naming context."""
        return f"CN=Configuration,{domain_dn(self.root)}"

    @property
    def organization_dn(self) -> str:
        """The Exchange organisation's object."""
        return f"CN={self.organisation},CN=Microsoft Exchange,CN=Services,{self.configuration_dn}"

    @property
    def admin_group_dn(self) -> str:
        """The only administrative group."""
        return f"CN={_ADMIN_GROUP},CN=Administrative Groups,{self.organization_dn}"

    def server_dn(self, name: str) -> str:
        """A server's object in the configuration."""
        return f"CN={name},CN=Servers,{self.admin_group_dn}"

    def legacy_dn(self, name: str) -> str:
        """A server's legacy DN."""
        group = f"/o={self.organisation}/ou={_ADMIN_GROUP}"
        return f"{group}/cn=Configuration/cn=Servers/cn={name}"


def make_plans(description: Description) -> Plans:
    """Read a description's plan with its ``plan`` patches; raises ``DescriptionMistake``."""
    written = description.patched_plan()
    try:
        root = written["forest"]["root"]
        servers = tuple(_server(name, entry, written["products"], root) for name, entry in written["servers"].items())
        controllers = tuple(
            ControllerPlan(
                name,
                domain,
                controller["site"],
                tuple(controller.get("roles", ())),
                controller.get("windows", "2022"),
            )
            for domain, entry in written["domains"].items()
            for name, controller in entry["controllers"].items()
        )
        databases = tuple(_database(name, entry) for name, entry in written["databases"].items())
        return Plans(written["organisation"], servers, controllers, databases, written)
    except (KeyError, TypeError, AttributeError) as error:
        raise DescriptionMistake(description.name, f"the plan lacks or misspells {error}") from error


def _server(name: str, entry: Mapping[str, Any], products: Mapping[str, Any], root: str) -> ServerPlan:
    product = products[entry["product"]]
    return ServerPlan(
        name=name.upper(),
        fqdn=entry.get("fqdn", f"{name}.{root}"),
        site=entry["site"],
        product=entry["product"],
        build=entry["build"],
        cu_build=product["cu_build"],
        release=product["release"],
        windows=product["windows"],
        dag=entry.get("dag"),
        edge=entry.get("edge", False),
    )


def _database(name: str, entry: Mapping[str, Any]) -> DatabasePlan:
    servers = tuple(server.upper() for server in entry["servers"])
    return DatabasePlan(name, servers, entry.get("mounted_on", servers[0]).upper())


def domain_dn(domain: str) -> str:
    """``DC=contoso,DC=local`` of ``contoso.local``."""
    return ",".join(f"DC={label}" for label in domain.split("."))


def guid(*parts: str) -> str:
    """The same GUID for the same parts, in every run."""
    return str(uuid.uuid5(_GUIDS, "/".join(parts)))


def ago(**parts: float) -> datetime:
    """A time before now, whole seconds."""
    return (datetime.now(UTC) - timedelta(**parts)).replace(microsecond=0)
