"""What a verdict is about. Subjects are values; two with the same kind and name are the same subject."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Server:
    """An Exchange server: Mailbox (with its client access services) or Edge Transport.

    ``name`` is the short name as Exchange prints it; ``roles`` holds ``Mailbox`` or ``Edge``. ``installer`` (the
    account that will run Setup) and ``media`` (the folder with Setup.exe) are what the inventory declares for the
    upgrade: here, since questions about the server are built from them.
    """

    name: str
    fqdn: str = field(default="", compare=False)
    roles: frozenset[str] = field(default=frozenset({"Mailbox"}), compare=False)
    site: str | None = field(default=None, compare=False)
    dag: str | None = field(default=None, compare=False)
    product: str | None = field(default=None, compare=False)
    installer: str | None = field(default=None, compare=False)
    media: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class DatabaseAvailabilityGroup:
    """A DAG and its member servers."""

    name: str
    members: tuple[Server, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Site:
    """An Active Directory site and the Exchange servers in it."""

    name: str
    internet_facing: bool = field(default=False, compare=False)
    members: tuple[Server, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Organization:
    """The Exchange organisation: every server of the inventory."""

    name: str
    members: tuple[Server, ...] = field(default=(), compare=False)

    def may_have_servers_in(self, domain: str) -> bool:
        """Whether a domain is that of a server; one whose domain the inventory does not say may be in any."""
        homes = {member.fqdn.partition(".")[2].casefold() for member in self.members}
        return bool(homes & {domain.casefold(), ""})


@dataclass(frozen=True, slots=True)
class DomainController:
    """A domain controller; ``name`` is its short name."""

    name: str
    fqdn: str = field(default="", compare=False)
    domain: str = field(default="", compare=False)
    site: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Domain:
    """An Active Directory domain, by DNS name."""

    name: str
    controllers: tuple[DomainController, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Forest:
    """The forest, by the DNS name of its root domain. ``installer`` is the account that will run Setup, where one is
    declared: questions about it are built from it.
    """  # noqa: D205 - the first sentence is the summary

    name: str
    domains: tuple[Domain, ...] = field(default=(), compare=False)
    installer: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PublicName:
    """A name that clients or other mail systems connect to, and the servers behind it."""

    name: str
    members: tuple[Server, ...] = field(default=(), compare=False)
    mail_exchanger: bool = field(default=False, compare=False)


Subject = Server | DatabaseAvailabilityGroup | Site | Organization | DomainController | Domain | Forest | PublicName

SUBJECT_FIXTURES: dict[str, type[Subject]] = {
    "server": Server,
    "dag": DatabaseAvailabilityGroup,
    "site": Site,
    "organization": Organization,
    "domain_controller": DomainController,
    "domain": Domain,
    "forest": Forest,
    "public_name": PublicName,
}
"""The name of a check's first parameter, and the kind of subject it stands for."""


def same_server(text: str, server: Server) -> bool:
    r"""Whether ``text`` (short name, FQDN, ``EX01\owa (…)``, a DN or a legacy DN) names ``server``."""
    value = text.strip().casefold()
    name = server.name.casefold()
    if "\\" in value:
        value = value.split("\\", 1)[0]
    if value.startswith("cn=") or ",cn=" in value:
        return f"cn={name},cn=servers," in value + ","
    if "/cn=servers/cn=" in value:
        return value.endswith(f"/cn={name}") or f"/cn=servers/cn={name}/" in value
    if "." in value:
        return value == server.fqdn.casefold() or (not server.fqdn and value.split(".", 1)[0] == name)
    return value == name
