"""What an organisation is like before an upgrade, as values: what is known, and of the rest why it is not."""

from dataclasses import dataclass
from typing import TypeVar

from muster.catalogue import Release

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that the run does not have: which, and why."""

    fact: str
    why: str

    def __str__(self) -> str:
        """Which and why, in a sentence."""
        return f"{self.fact}: {self.why}"


def known(value: "T | Unknown") -> T | None:
    """The value; ``None`` where it is not known."""
    return None if isinstance(value, Unknown) else value


@dataclass(frozen=True, slots=True)
class Copy:
    """One database copy on a server, by its word. ``status`` reads ``Mounted``, ``Healthy``, ``Failed``."""

    database: str
    status: str

    @property
    def mounted(self) -> bool:
        """Whether it is the active copy, and mounted."""
        return self.status == "Mounted"

    @property
    def may_take_over(self) -> bool:
        """Whether the database can be activated here."""
        return self.status in {"Mounted", "Healthy"}


@dataclass(frozen=True, slots=True)
class Activation:
    """Whether databases may become active on a server, as it was set when the run looked."""

    policy: str
    disabled_and_move_now: bool


@dataclass(frozen=True, slots=True)
class ServerState:
    """One Exchange server.

    ``cumulative_update`` is product and CU; ``release`` the same with the installed update, which only ExSetup.exe
    shows. ``windows`` (``2022``) and ``dotnet`` (``4.8``) are names of the catalogue. ``activation`` and ``copies``
    are of Mailbox servers; for others they are ``None`` and empty. ``listed`` is false for a server that the
    directory has and the inventory lacks.
    """

    name: str
    fqdn: str
    roles: frozenset[str]
    cumulative_update: tuple[str, str] | Unknown
    release: Release | Unknown
    windows: str | Unknown
    dotnet: str | Unknown
    site: str | None = None
    internet_facing: bool = False
    dag: str | None = None
    activation: Activation | Unknown | None = None
    copies: tuple[Copy, ...] | Unknown = ()
    listed: bool = True

    @property
    def is_edge(self) -> bool:
        """Whether it is an Edge Transport server."""
        return "Edge" in self.roles

    @property
    def is_mailbox(self) -> bool:
        """Whether it has mailbox databases."""
        return "Mailbox" in self.roles

    @property
    def mounted(self) -> tuple[str, ...]:
        """The databases that are mounted here, as far as that is known."""
        return tuple(copy.database for copy in known(self.copies) or () if copy.mounted)

    @property
    def installed(self) -> str:
        """What is installed, as far as it is known, to read."""
        if isinstance(self.release, Release):
            return str(self.release)
        if isinstance(self.cumulative_update, tuple):
            return f"{' '.join(self.cumulative_update)}, update unknown"
        return "unknown"


@dataclass(frozen=True, slots=True)
class ControllerState:
    """A domain controller: ``rangeUpper`` as it has it, and its Windows by the catalogue's name.

    ``organization`` and ``system_objects`` are the two ``objectVersion`` as it has them, ``None`` where the run did
    not ask this controller for them.
    """

    name: str
    fqdn: str
    domain: str
    site: str | None
    range_upper: int | Unknown
    windows: str | Unknown
    organization: int | None = None
    system_objects: int | None = None


@dataclass(frozen=True, slots=True)
class DomainState:
    """A domain: ``objectVersion`` of Microsoft Exchange System Objects; ``None`` where no container came.

    ``conflicts`` names containers beside the one: copies that lost a replication conflict.
    """

    name: str
    object_version: int | Unknown | None
    conflicts: tuple[str, ...] = ()
    has_exchange: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """Active Directory as an upgrade sees it. ``schema_master`` is a controller's short name."""

    controllers: tuple[ControllerState, ...]
    domains: tuple[DomainState, ...]
    organization: int | Unknown
    schema_master: str | Unknown
    forest_level: str | Unknown

    @property
    def schema(self) -> int | None:
        """The highest ``rangeUpper`` of any controller: the schema master had it before. ``None``: all unknown."""
        return max((value for one in self.controllers if (value := known(one.range_upper)) is not None), default=None)

    @property
    def master(self) -> ControllerState | None:
        """The schema master, where it is known and in the inventory."""
        name = known(self.schema_master)
        return next((one for one in self.controllers if name and one.name.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True)
class Group:
    """A DAG: its members' names, and whether the inventory declares an upgrade of it under way."""

    name: str
    members: tuple[str, ...]
    in_progress: bool = False


@dataclass(frozen=True, slots=True)
class PublicNameState:
    """A name that clients or mail systems connect to, and the names of the servers behind it."""

    name: str
    servers: tuple[str, ...]
    mail_exchanger: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """An organisation. ``every_server`` says why the directory's list of servers is not known, where it is not."""

    environment: str
    organization: str
    servers: tuple[ServerState, ...]
    directory: Directory
    groups: tuple[Group, ...] = ()
    public_names: tuple[PublicNameState, ...] = ()
    account: str | None = None
    every_server: Unknown | None = None

    def server(self, name: str) -> ServerState:
        """The server of that name; raises ``LookupError``."""
        for one in self.servers:
            if one.name.casefold() == name.casefold():
                return one
        raise LookupError(f"there is no server {name}")

    def group_of(self, server: ServerState) -> Group | None:
        """The DAG of a server."""
        return next((one for one in self.groups if server.dag and one.name.casefold() == server.dag.casefold()), None)

    @property
    def mailbox_sites(self) -> dict[str, bool]:
        """The sites with Mailbox or Client Access servers, and whether they face the internet."""
        return {one.site or "": one.internet_facing for one in self.servers if not one.is_edge and one.listed}
