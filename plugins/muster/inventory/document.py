"""What an ``inventory.yaml`` may hold: its shape, and the help an editor shows. Meaning is judged in ``rules``."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from muster.naming.patterns import expand
from muster.naming.products import spelled
from muster.yaml_models import Entry, WrongValue

_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|keyring:[^/\s]+/\S.*")
_LAST_PORT = 65535
_FOLDER = re.compile(r"[A-Za-z]:(\\[^\\/:*?\"<>|'\[\]{}\x00-\x1f]+)+", re.ASCII)
_DNS_NAME = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?)*"
)


def _reference(text: str) -> str:
    if not _REFERENCE.fullmatch(text):
        raise WrongValue(
            "this is no reference to a secret (not repeated here, in case it is the secret itself).",
            "Write env:NAME or keyring:SERVICE/USER; if it was a password, change it.",
        )
    return text


def _pattern(text: str) -> str:
    expand(text)
    return text


def _dns_name(text: str) -> str:
    if "." not in text or not _DNS_NAME.fullmatch(text):
        raise WrongValue(f"'{text[:60]}' is no DNS name.", "Write it in full, like contoso.local.")
    return text


def _address(text: str) -> str:
    if not (_DNS_NAME.fullmatch(text) or re.fullmatch(r"[0-9A-Fa-f:]+:[0-9A-Fa-f:.]*", text)):
        raise WrongValue("this is no name or IP address.", "Without https://, port, path or user.")
    return text


def _place(text: str) -> str:
    name, _, port = text.rpartition(":")
    if not (name and port.isdecimal() and 1 <= int(port) <= _LAST_PORT):
        raise WrongValue(f"'{text[:60]}' is no name and port.", "Write both, like ex01.contoso.local:443.")
    _address(name)
    return text


def _folder(text: str) -> str:
    folder = text.rstrip("\\")
    if not _FOLDER.fullmatch(folder) or ".." in folder.split("\\"):
        wrong = f"'{text[:60]}' is no local folder."
        raise WrongValue(
            wrong, "Copy the media to the same folder on every server, and write it like D:\\ExchangeSE."
        )
    return folder


Place = Annotated[str, AfterValidator(_place)]
Pattern = Annotated[str, AfterValidator(_pattern)]
DnsName = Annotated[str, AfterValidator(_dns_name)]
Folder = Annotated[str, AfterValidator(_folder)]
Address = Annotated[str, AfterValidator(_address)]
Product = Annotated[str, AfterValidator(spelled)]
Port = Annotated[int, Field(ge=1, le=_LAST_PORT)]
Roles = Annotated[list[Literal["Mailbox", "Edge"]], Field(min_length=1)]


class ShortEntry(Entry):
    """An entry that may be written shorter; ``_SHORT`` is the JSON Schema of the short form."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The long form or the short one."""
        long = handler.resolve_ref_schema(handler(core))
        short: JsonSchemaValue = cls.short_form()
        return {"description": long.get("description", ""), "anyOf": [long, short]}

    @classmethod
    def short_form(cls) -> JsonSchemaValue:
        """The JSON Schema of the short form."""
        raise NotImplementedError


class AuthenticationEntry(ShortEntry):
    """How to log in. Short form: the method alone."""

    method: Literal["kerberos", "ntlm", "certificate", "basic", "simple", "anonymous"] = "kerberos"
    """kerberos (default: your ticket); ntlm or certificate (windows only); basic (TLS only); simple or anonymous
    (ldap only)."""
    user: str | None = None
    """Who logs in, as the method wants it: user@contoso.local, CONTOSO\\user, a DN for ldap."""
    secret: Annotated[str, AfterValidator(_reference)] | None = None
    """A reference, never the secret: env:NAME or keyring:SERVICE/USER."""
    certificate: str | None = None
    """PEM file of the client certificate, relative to this folder."""
    key: str | None = None
    """PEM file of its private key, relative to this folder."""

    @model_validator(mode="before")
    @classmethod
    def _from_method(cls, value: Any) -> Any:
        return {"method": value} if isinstance(value, str) else value

    @classmethod
    def short_form(cls) -> JsonSchemaValue:
        """A method's name."""
        return {"enum": ["kerberos", "anonymous"]}


class AuthenticationsEntry(Entry):
    """How to log in, per kind of endpoint. Without it: the Kerberos ticket of whoever runs muster."""

    exchange: AuthenticationEntry | None = None
    """For the Exchange endpoints (/PowerShell)."""
    windows: AuthenticationEntry | None = None
    """For the Windows endpoints (/wsman)."""
    ldap: AuthenticationEntry | None = None
    """For the domain controllers."""


class WsmanEntry(Entry):
    """What Exchange and Windows endpoints have in common."""

    port: Port | None = None
    """Without it: 80 or 443 (exchange), 5985 or 5986 (windows), as tls says."""
    tls: bool | None = None
    """HTTPS. Without it: no for Kerberos, which encrypts itself; yes for everything else."""
    service_class: str | None = None
    """First part of the service principal name. Without it: HTTP (exchange), host (windows)."""
    ca_file: str | None = None
    """PEM file of the authorities to trust instead of the system's, relative to this folder."""


class ExchangeEntry(WsmanEntry):
    """Exchange endpoints: /PowerShell on every Mailbox server."""

    serialization: Literal["partial", "full"] | None = None
    """How much the server sends: partial (default: smaller, no binary blobs) or full."""


class WindowsEntry(WsmanEntry):
    """Windows endpoints: WinRM on every server."""

    jea: str | None = None
    """Name of a JEA configuration. Without it: Microsoft.PowerShell, which wants a local administrator."""


class LdapEntry(Entry):
    """The directory: every domain controller."""

    port: Port | None = None
    """Without it: 636, or 389 for starttls."""
    tls: Literal["tls", "starttls"] | None = None
    """tls (LDAPS, default) or starttls; there is no LDAP without TLS."""
    service_class: str | None = None
    """First part of the service principal name. Without it: ldap."""
    ca_file: str | None = None
    """PEM file of the authorities to trust instead of the system's, relative to this folder."""


class PlaceEntry(Entry):
    """Where one endpoint differs from the others of its kind."""

    address: Address | None = None
    """Name or IP address to connect to. Without it: the FQDN."""
    kerberos_name: Address | None = None
    """Name in the service principal name, and in the certificate. Without it: the FQDN."""
    authentication: AuthenticationEntry | None = None
    """How to log in here."""


class ExchangePlaceEntry(PlaceEntry, ExchangeEntry):
    """This server's Exchange endpoint."""


class WindowsPlaceEntry(PlaceEntry, WindowsEntry):
    """This server's Windows endpoint."""


class LdapPlaceEntry(PlaceEntry, LdapEntry):
    """This controller's LDAP endpoint."""


class EndpointsEntry(Entry):
    """How endpoints are reached, once for all of a kind."""

    exchange: ExchangeEntry | None = None
    """Every Mailbox server's /PowerShell."""
    windows: WindowsEntry | None = None
    """Every server's WinRM."""
    ldap: LdapEntry | None = None
    """Every domain controller."""


class ServerEndpointsEntry(Entry):
    """Where this server differs."""

    exchange: ExchangePlaceEntry | None = None
    """This server's /PowerShell."""
    windows: WindowsPlaceEntry | None = None
    """This server's WinRM."""


class ControllerEndpointsEntry(Entry):
    """Where this controller differs."""

    ldap: LdapPlaceEntry | None = None
    """This controller's LDAP."""


class ControllerEntry(ShortEntry):
    """A domain controller, or several by pattern. Short form: the name alone."""

    name: Pattern
    """Short name, FQDN or pattern: dc1, dc1.contoso.local, dc[1-3]."""
    site: str | None = None
    """Its Active Directory site, one of sites:."""
    endpoints: ControllerEndpointsEntry | None = None
    """Where it differs from endpoints:."""

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    @classmethod
    def short_form(cls) -> JsonSchemaValue:
        """The name."""
        return {"type": "string"}


class ForestEntry(Entry):
    """The Active Directory forest."""

    root: DnsName | None = None
    """The root domain. Without it: the first of domains:."""
    domains: Annotated[dict[str, list[ControllerEntry]], Field(min_length=1)]
    """Each domain's DNS name, with its domain controllers: contoso.local: [dc1, dc2]."""


class SiteEntry(ShortEntry):
    """An Active Directory site. Short form: nothing."""

    internet_facing: bool = False
    """Whether clients reach this site from the internet."""

    @model_validator(mode="before")
    @classmethod
    def _from_nothing(cls, value: Any) -> Any:
        return {} if value is None else value

    @classmethod
    def short_form(cls) -> JsonSchemaValue:
        """Nothing."""
        return {"type": "null"}


class DefaultsEntry(Entry):
    """What every server has unless it says otherwise."""

    domain: DnsName | None = None
    """Active Directory domain of servers given by short name; needed where there are several domains."""
    roles: Roles | None = None
    """[Mailbox] (default) or [Edge]."""
    site: str | None = None
    """One of sites:."""
    dag: str | None = None
    """Database availability group."""
    product: Product | None = None
    """As in 'Exchange Server 2019 CU15'."""


class ServerEntry(Entry):
    """An Exchange server, or several by pattern."""

    name: Pattern
    """Short name, FQDN or pattern: ex01, ex01.contoso.local, ex[01-08]. Never a load-balanced name."""
    domain: DnsName | None = None
    """Its Active Directory domain, where the name alone does not tell."""
    roles: Roles | None = None
    """[Mailbox] (default) or [Edge]."""
    site: str | None = None
    """Its Active Directory site, one of sites:."""
    dag: str | None = None
    """Its database availability group."""
    product: Product | None = None
    """As in 'Exchange Server 2019 CU15'; the newest is asked first."""
    endpoints: ServerEndpointsEntry | None = None
    """Where it differs from endpoints:."""


class PublicNameEntry(ShortEntry):
    """A name that clients or other mail systems connect to. Short form: the servers behind it."""

    servers: Annotated[list[Pattern], Field(min_length=1)]
    """The servers behind it, by name or pattern."""
    mail_exchanger: bool = False
    """Whether an MX record points to it."""

    @model_validator(mode="before")
    @classmethod
    def _from_servers(cls, value: Any) -> Any:
        return {"servers": value} if isinstance(value, list) else value

    @classmethod
    def short_form(cls) -> JsonSchemaValue:
        """The servers."""
        return {"type": "array", "items": {"type": "string"}, "minItems": 1}


class UpgradeEntry(Entry):
    """An upgrade: what will be installed, and the DAGs in which unequal builds are no finding meanwhile."""

    in_progress: list[str] = Field(default_factory=list)
    """DAGs that are being upgraded."""
    account: str | None = None
    """The account that runs Setup, as CONTOSO\\name or name@contoso.local."""
    to: Product | None = None
    """What is going to be installed, as in 'Exchange Server SE RTM'."""
    prepared_on: str | None = None
    """The server of servers: on which Setup prepares schema and directory."""
    media: Folder | None = None
    """The folder with Setup.exe, a local path that is the same on every server, like D:\\ExchangeSE."""


class InventoryFile(Entry):
    """The inventory of one Exchange organisation."""

    organisation: Annotated[str, Field(min_length=1)]
    """The Exchange organisation's name, as Get-OrganizationConfig shows it."""
    forest: ForestEntry
    """The Active Directory forest: its domains and their controllers."""
    servers: Annotated[list[ServerEntry], Field(min_length=1)]
    """Every Exchange server."""
    sites: dict[str, SiteEntry] = Field(default_factory=dict)
    """The Active Directory sites with Exchange servers or the controllers to ask."""
    dags: list[str] | None = None
    """The database availability groups. Without it: those that servers name."""
    defaults: DefaultsEntry = DefaultsEntry()
    """What every server has unless it says otherwise."""
    public_names: dict[str, PublicNameEntry] = Field(default_factory=dict)
    """Names that clients and other mail systems connect to, with the servers behind them."""
    upgrade: UpgradeEntry = UpgradeEntry()
    """A running upgrade."""
    authentication: AuthenticationsEntry = AuthenticationsEntry()
    """How to log in, per kind of endpoint."""
    endpoints: EndpointsEntry = EndpointsEntry()
    """How endpoints are reached, once for all of a kind."""
    probes: dict[Place, Place] = Field(default_factory=dict)
    """Where TLS, SMTP and HTTPS of a name and port are looked at instead, behind a port forward or in a lab:
    ex01.contoso.local:443: 127.0.0.1:40443."""
    lab: str | None = None
    """The lab description that plays this organisation: nothing real is asked then."""
