"""One inventory folder, read: the subjects and how to reach them. A frozen value; ``muster.inventory`` makes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from muster.model.subjects import (
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    Forest,
    Organization,
    PublicName,
    Server,
    Site,
    Subject,
)


@dataclass(frozen=True, slots=True)
class Authentication:
    """How to log in, by reference only.

    ``method`` is ``kerberos``, ``ntlm``, ``certificate`` (WinRM only), ``basic`` (TLS only), ``simple`` (LDAP, TLS
    only) or ``anonymous``. ``secret`` is ``env:NAME`` or ``keyring:SERVICE/USER``; ``None`` means a ticket.
    """

    method: str = "kerberos"
    user: str | None = None
    secret: str | None = field(default=None, repr=False)
    certificate: str | None = None
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one kind of question is asked of one subject.

    ``kind`` is ``exchange``, ``windows`` or ``ldap``; ``name`` the subject. ``tls`` is ``""`` (none), ``tls`` or
    ``starttls`` (LDAP). ``service_class`` and ``kerberos_name`` make the service principal name. ``configuration``
    is ``Microsoft.Exchange``, ``Microsoft.PowerShell`` or a JEA configuration name; ``serialization`` is ``partial``
    or ``full`` (Exchange only). ``ca_file`` is a PEM file to trust instead of the system's.
    """

    kind: str
    name: str
    address: str
    port: int
    tls: str = ""
    authentication: Authentication = Authentication()
    service_class: str = "HTTP"
    kerberos_name: str | None = None
    configuration: str = ""
    jea: bool = False
    serialization: str = "partial"
    ca_file: str | None = None
    version: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What the organisation declares about an upgrade: DAGs in progress, the installing account, and what it will be.

    ``to`` is the release that is going to be installed (``Exchange Server SE RTM``); ``prepared_on`` the server on
    which Setup prepares schema and directory; ``media`` the folder with Setup.exe, the same on every server.
    """

    in_progress: frozenset[str] = frozenset()
    account: str | None = None
    to: str | None = None
    prepared_on: str | None = None
    media: str | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """What should exist and where to ask. ``relocated`` maps (name, port) of a probe to another (address, port).

    ``derived`` says that nobody wrote it down: it was read off the answers of a capture, so comparing those answers
    with it would prove nothing.

    ``quiet`` are the servers on which nobody opens a session now, since they are in maintenance and a session stops
    Setup: peers are asked about them. Of those ``in_setup`` not even peers are: the directory and their ports only.
    """

    name: str
    organization: Organization
    forest: Forest
    sites: tuple[Site, ...] = ()
    dags: tuple[DatabaseAvailabilityGroup, ...] = ()
    public_names: tuple[PublicName, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    relocated: Mapping[tuple[str, int], tuple[str, int]] = field(default_factory=dict, hash=False)
    upgrade: Upgrade = Upgrade()
    folder: Path | None = None
    lab: str | None = None
    derived: bool = False
    quiet: frozenset[str] = frozenset()
    in_setup: frozenset[str] = frozenset()

    @property
    def servers(self) -> tuple[Server, ...]:
        """Every Exchange server."""
        return self.organization.members

    @property
    def domains(self) -> tuple[Domain, ...]:
        """Every domain of the forest."""
        return self.forest.domains

    @property
    def domain_controllers(self) -> tuple[DomainController, ...]:
        """Every domain controller of the inventory."""
        return tuple(controller for domain in self.domains for controller in domain.controllers)

    def subjects(self, kind: type[Subject]) -> tuple[Subject, ...]:
        """Every subject of one kind, in inventory order."""
        everything: dict[type[Subject], tuple[Subject, ...]] = {
            Server: self.servers,
            DatabaseAvailabilityGroup: self.dags,
            Site: self.sites,
            Organization: (self.organization,),
            DomainController: self.domain_controllers,
            Domain: self.domains,
            Forest: (self.forest,),
            PublicName: self.public_names,
        }
        return everything[kind]
