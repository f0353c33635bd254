"""From the facts of a run to a situation: what could not be had stays, with the reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from packaging.version import Version

from muster.catalogue import Catalogue, Release
from muster.facts.builds import Build
from muster.facts.dag import ActivationSettings, DatabaseCopies
from muster.facts.directory import OrganizationLevel, RootDse, SchemaMaster, SchemaVersion, SystemObjects
from muster.facts.directory_levels import ControllerComputer
from muster.facts.directory_replication import ControllerOrganizationLevel, ControllerSystemObjects
from muster.facts.servers import ExchangeServer, ExchangeServers
from muster.facts.windows import DotNetFramework, OperatingSystem
from muster.model import (
    Domain,
    DomainController,
    Environment,
    Fact,
    FactUnavailable,
    Observation,
    Server,
    Subject,
    same_server,
)
from muster.plan.situation import (
    Activation,
    ControllerState,
    Copy,
    Directory,
    DomainState,
    Group,
    PublicNameState,
    ServerState,
    Situation,
    Unknown,
    known,
)
from muster.resolve import book_of, resolve

F = TypeVar("F", bound=Fact)
V = TypeVar("V")

BUILD = "the installed build (ExSetup.exe)"
CUMULATIVE_UPDATE = "the installed CU"
WINDOWS = "the release of Windows Server"
DOTNET = "the version of .NET Framework"
ACTIVATION = "the activation settings"
COPIES = "the database copies"
RANGE_UPPER = "rangeUpper of the schema"
CONTROLLER_WINDOWS = "the controller's Windows Server"
ORGANIZATION_VERSION = "objectVersion of the organisation"
DOMAIN_VERSION = "objectVersion of Microsoft Exchange System Objects"
SCHEMA_MASTER = "the schema master"
FOREST_LEVEL = "the forest functional level"
EVERY_SERVER = "every Exchange server that the directory knows"


def gather(environment: Environment, observations: tuple[Observation, ...], catalogue: Catalogue) -> Situation:
    """Read an environment's observations into a situation."""
    return _Gathering(environment, {one.question.key: one for one in observations}, catalogue).situation()


class _Gathering:
    def __init__(
        self, environment: Environment, observations: Mapping[str, Observation], catalogue: Catalogue
    ) -> None:
        self.environment = environment
        self.catalogue = catalogue
        self.book = book_of(observations)

    def situation(self) -> Situation:
        environment = self.environment
        every = self._read(ExchangeServers, environment.organization, EVERY_SERVER, lambda fact: fact)
        strangers = () if isinstance(every, Unknown) else tuple(self._strangers(every))
        return Situation(
            environment=environment.name,
            organization=environment.organization.name,
            servers=(*map(self._server, environment.servers), *strangers),
            directory=self._directory(),
            groups=tuple(
                Group(dag.name, tuple(one.name for one in dag.members), dag.name in environment.upgrade.in_progress)
                for dag in environment.dags
            ),
            public_names=tuple(
                PublicNameState(one.name, tuple(server.name for server in one.members), one.mail_exchanger)
                for one in environment.public_names
            ),
            account=environment.upgrade.account,
            every_server=every if isinstance(every, Unknown) else None,
        )

    def _read(self, fact: type[F], subject: Subject, name: str, value: Callable[[F], V]) -> V | Unknown:
        """One value of a fact, or why it is not known; part of an answer is not taken for the whole."""
        try:
            found = resolve(fact, subject, self.book)
            if found.shortfalls:
                return Unknown(name, str(found.shortfalls[0]))
            return value(found.fact)
        except FactUnavailable as missing:
            return Unknown(name, str(missing.problem))

    # servers

    def _server(self, server: Server) -> ServerState:
        build = self._read(Build, server, BUILD, lambda fact: fact.version)
        release = build if isinstance(build, Unknown) else self._release(build, server.name, BUILD)
        shown = self._read(ExchangeServer, server, CUMULATIVE_UPDATE, lambda fact: fact.admin_display_version)
        roles = known(self._read(ExchangeServer, server, "roles", lambda fact: fact.server_role))
        mailbox = "Edge" not in server.roles
        return ServerState(
            name=server.name,
            fqdn=server.fqdn or server.name,
            roles=frozenset(roles) if roles else server.roles,
            cumulative_update=self._cumulative_update(release, shown, server.name),
            release=release,
            windows=self._windows(server),
            dotnet=self._dotnet(server),
            site=server.site,
            internet_facing=any(one.internet_facing for one in self.environment.sites if one.name == server.site),
            dag=server.dag,
            activation=self._activation(server) if mailbox else None,
            copies=self._copies(server) if mailbox and server.dag else (),
        )

    def _release(self, build: Version, whose: str, name: str) -> Release | Unknown:
        try:
            return self.catalogue.identify(build, whose)
        except FactUnavailable as missing:
            return Unknown(name, str(missing.problem))

    def _cumulative_update(
        self, release: Release | Unknown, shown: Version | Unknown, whose: str
    ) -> tuple[str, str] | Unknown:
        """By the installed build; else by what the directory shows, which is the CU's own build."""
        if isinstance(release, Release):
            return release.product, release.cu
        if isinstance(shown, Unknown):
            return Unknown(CUMULATIVE_UPDATE, f"{release.why}; in the directory: {shown.why}")
        found = self._release(shown, whose, CUMULATIVE_UPDATE)
        return found if isinstance(found, Unknown) else (found.product, found.cu)

    def _windows(self, server: Server) -> str | Unknown:
        number = self._read(OperatingSystem, server, WINDOWS, lambda fact: int(fact.version.split(".")[2]))
        return number if isinstance(number, Unknown) else self._windows_name(number, WINDOWS)

    def _windows_name(self, number: int, name: str) -> str | Unknown:
        found = self.catalogue.windows_release(number)
        return found or Unknown(name, f"the catalogue knows no Windows Server with build {number}")

    def _dotnet(self, server: Server) -> str | Unknown:
        number = self._read(DotNetFramework, server, DOTNET, lambda fact: fact.release)
        if isinstance(number, Unknown):
            return number
        found = self.catalogue.dotnet_version(number)
        return found or Unknown(DOTNET, f"the catalogue knows no .NET Framework with Release {number}")

    def _activation(self, server: Server) -> Activation | Unknown:
        return self._read(
            ActivationSettings,
            server,
            ACTIVATION,
            lambda fact: Activation(
                fact.database_copy_auto_activation_policy, fact.database_copy_activation_disabled_and_move_now
            ),
        )

    def _copies(self, server: Server) -> tuple[Copy, ...] | Unknown:
        return self._read(
            DatabaseCopies,
            server,
            COPIES,
            lambda fact: tuple(Copy(one.database_name, one.status) for one in fact),
        )

    def _strangers(self, every: ExchangeServers) -> Iterator[ServerState]:
        """Servers that the directory has and the inventory lacks: they count for who may stand beside whom."""
        for row in every:
            if any(same_server(row.name, one) for one in self.environment.servers):
                continue
            why = "it is not in the inventory"
            shown = self._shown(row)
            yield ServerState(
                name=row.name,
                fqdn=row.name,
                roles=frozenset({"Edge"} if row.is_edge_server else {"Mailbox"}),
                cumulative_update=self._cumulative_update(Unknown(BUILD, why), shown, row.name),
                release=Unknown(BUILD, why),
                windows=Unknown(WINDOWS, why),
                dotnet=Unknown(DOTNET, why),
                listed=False,
            )

    def _shown(self, row: ExchangeServer) -> Version | Unknown:
        try:
            return row.admin_display_version
        except FactUnavailable as missing:
            return Unknown(CUMULATIVE_UPDATE, str(missing.problem))

    # the directory

    def _directory(self) -> Directory:
        environment = self.environment
        level = self._forest_level()
        controllers = tuple(map(self._controller, environment.domain_controllers))
        organization = self._read(
            OrganizationLevel, environment.organization, ORGANIZATION_VERSION, lambda fact: fact.object_version
        )
        return Directory(
            controllers=controllers,
            domains=tuple(self._domain(one, controllers) for one in environment.domains),
            organization=_highest(organization, (one.organization for one in controllers)),
            schema_master=self._schema_master(),
            forest_level=level,
        )

    def _schema_master(self) -> str | Unknown:
        found = self._read(
            SchemaMaster,
            self.environment.forest,
            SCHEMA_MASTER,
            lambda fact: "" if fact.is_deleted else fact.controller,
        )
        return found or Unknown(SCHEMA_MASTER, "the role belongs to a controller that is no more: seize it")

    def _forest_level(self) -> str | Unknown:
        first = Unknown(FOREST_LEVEL, "no domain controller was asked")
        for number, controller in enumerate(self.environment.domain_controllers):
            found = self._read(RootDse, controller, FOREST_LEVEL, lambda fact: fact.forest_functionality)
            if not isinstance(found, Unknown):
                name = self.catalogue.functional_level(found)
                return name or Unknown(FOREST_LEVEL, f"the catalogue knows no functional level {found}")
            first = first if number else found
        return first

    def _controller(self, controller: DomainController) -> ControllerState:
        windows = self._read(ControllerComputer, controller, CONTROLLER_WINDOWS, lambda fact: fact.windows_build)
        return ControllerState(
            name=controller.name,
            fqdn=controller.fqdn or controller.name,
            domain=controller.domain,
            site=controller.site,
            range_upper=self._read(SchemaVersion, controller, RANGE_UPPER, lambda fact: fact.range_upper),
            windows=windows if isinstance(windows, Unknown) else self._windows_name(windows, CONTROLLER_WINDOWS),
            organization=known(
                self._read(
                    ControllerOrganizationLevel, controller, ORGANIZATION_VERSION, lambda fact: fact.object_version
                )
            ),
            system_objects=known(self._read(ControllerSystemObjects, controller, DOMAIN_VERSION, _version)),
        )

    def _domain(self, domain: Domain, controllers: tuple[ControllerState, ...]) -> DomainState:
        suffix = f".{domain.name.casefold()}"
        others = [f".{one.name.casefold()}" for one in self.environment.domains if len(one.name) > len(domain.name)]
        mine = [one.fqdn.casefold() for one in self.environment.servers if one.fqdn.casefold().endswith(suffix)]
        has_exchange = any(not any(fqdn.endswith(child) for child in others) for fqdn in mine)
        own = [one.system_objects for one in controllers if one.domain.casefold() == domain.name.casefold()]
        found = self._read(SystemObjects, domain, DOMAIN_VERSION, _containers)
        if isinstance(found, Unknown):
            return DomainState(domain.name, _highest(found, own), (), has_exchange)
        real = [one for one in found if not one.conflict]
        surplus = [one.name for one in (found if len(real) > 1 else (one for one in found if one.conflict))]
        version = min((one.version for one in real), default=None)
        reached = version if version is None else _highest(version, own)
        return DomainState(domain.name, reached, tuple(surplus), has_exchange)


def _highest(found: int | Unknown, others: Iterable[int | None]) -> int | Unknown:
    """What was written somewhere: a controller that lags does not take it back."""
    numbers = [one for one in (known(found), *others) if one is not None]
    return max(numbers) if numbers else found


def _version(fact: SystemObjects) -> int | None:
    """The number of the one container; ``None`` where there is not exactly one."""
    real = [one.object_version for one in fact if not one.is_conflict]
    return real[0] if len(real) == 1 else None


class _Container(NamedTuple):
    name: str
    version: int
    conflict: bool


def _containers(fact: SystemObjects) -> tuple[_Container, ...]:
    return tuple(_Container(one.identity, one.object_version, one.is_conflict) for one in fact)
