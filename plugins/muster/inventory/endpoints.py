"""Where each kind of question is asked of each subject, and how to log in there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muster.inventory.document import (
    AuthenticationEntry,
    ExchangeEntry,
    InventoryFile,
    LdapEntry,
    PlaceEntry,
    WindowsEntry,
)
from muster.inventory.members import ControllerMember, Members, ServerMember
from muster.model import Authentication, Endpoint
from muster.naming.products import version_of
from muster.yaml_lines import Mistake, Where
from muster.yaml_models import Checked

_METHODS = {
    "exchange": ("kerberos", "basic"),
    "windows": ("kerberos", "ntlm", "certificate", "basic"),
    "ldap": ("kerberos", "simple", "anonymous"),
}
_PORTS = {"exchange": (80, 443), "windows": (5985, 5986)}
SERVICE_CLASSES = {"exchange": "HTTP", "windows": "host", "ldap": "ldap"}
"""Exchange's endpoint is IIS: ``HTTP``. WinRM's is ``host``: every computer account has it, while ``WSMAN`` is
registered by WinRM itself, which may fail, and ``HTTP`` may belong to a service account (an Exchange alternate
service account, a web site). pypsrp's own default moved from WSMAN to host in 0.9.0, so it is always said."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """One endpoint, and where in the file its login is said."""

    endpoint: Endpoint
    where: Where


def endpoints(inventory: InventoryFile, members: Members, folder: Path) -> tuple[Endpoint, ...]:
    """Every endpoint of an inventory without mistakes."""
    return tuple(plan.endpoint for plan in _plans(inventory, members, folder))


def judge_logins(checked: Checked[InventoryFile], inventory: InventoryFile, members: Members) -> Iterator[Mistake]:
    """Logins that cannot work or would show a password, each told once."""
    told: set[tuple[Where, str]] = set()
    for plan in _plans(inventory, members, Path()):
        for wrong, right in _wrong_login(plan.endpoint):
            if (plan.where, wrong) not in told:
                told.add((plan.where, wrong))
                yield checked.mistake(plan.where, wrong, right)
    for member in members.servers:
        places = member.entry.endpoints
        if member.edge and places is not None:
            if places.exchange is not None:
                where = (*member.where, "endpoints", "exchange")
                yield checked.mistake(where, "an Edge has no Exchange endpoint.", "Give it endpoints: {windows: …}.")
            if places.windows is not None and not _reaches_edge(member):
                where = (*member.where, "endpoints", "windows")
                wrong = "an Edge in a workgroup knows no Kerberos."
                right = "Add authentication: {method: ntlm, user: …, secret: …} of a local account, or certificate."
                yield checked.mistake(where, wrong, right)


def _plans(inventory: InventoryFile, members: Members, folder: Path) -> Iterator[_Plan]:
    for member in members.servers:
        places = member.entry.endpoints
        if not member.edge:
            yield _wsman("exchange", inventory, member, places.exchange if places else None, folder)
        if not member.edge or _reaches_edge(member):
            yield _wsman("windows", inventory, member, places.windows if places else None, folder)
    for controller in members.controllers:
        yield _ldap(inventory, controller, folder)


def _reaches_edge(member: ServerMember) -> bool:
    """Whether there is a way into an Edge: its own account, or Kerberos where it is a member of a domain."""
    place = member.entry.endpoints.windows if member.entry.endpoints else None
    if place and place.authentication:
        return member.domain is not None or place.authentication.method in {"ntlm", "certificate"}
    return member.domain is not None


def _wsman(
    kind: str,
    inventory: InventoryFile,
    member: ServerMember,
    place: ExchangeEntry | WindowsEntry | None,
    folder: Path,
) -> _Plan:
    login, where = _login(kind, inventory, member.where, place)
    general = getattr(inventory.endpoints, kind)
    said = _first(place, general, "tls")
    tls = said if isinstance(said, bool) else login.method != "kerberos"
    jea = _first(place, general, "jea")
    configuration = "Microsoft.Exchange" if kind == "exchange" else jea or "Microsoft.PowerShell"
    endpoint = Endpoint(
        kind,
        member.name,
        _first(place, None, "address") or member.fqdn,
        _first(place, general, "port") or _PORTS[kind][tls],
        "tls" if tls else "",
        _authentication(login, folder),
        _first(place, general, "service_class") or SERVICE_CLASSES[kind],
        _kerberos_name(place, member.fqdn),
        configuration,
        jea is not None,
        _first(place, general, "serialization") or "partial",
        _file(_first(place, general, "ca_file"), folder),
        version_of(member.product),
    )
    return _Plan(endpoint, where)


def _ldap(inventory: InventoryFile, controller: ControllerMember, folder: Path) -> _Plan:
    place = controller.entry.endpoints.ldap if controller.entry.endpoints else None
    general: LdapEntry | None = inventory.endpoints.ldap
    login, where = _login("ldap", inventory, controller.where, place)
    tls = _first(place, general, "tls") or "tls"
    endpoint = Endpoint(
        "ldap",
        controller.name,
        _first(place, None, "address") or controller.fqdn,
        _first(place, general, "port") or {"tls": 636, "starttls": 389}[tls],
        tls,
        _authentication(login, folder),
        _first(place, general, "service_class") or SERVICE_CLASSES["ldap"],
        _kerberos_name(place, controller.fqdn),
        ca_file=_file(_first(place, general, "ca_file"), folder),
    )
    return _Plan(endpoint, where)


def _first(place: object, general: object, key: str) -> Any:
    """What is said here, else for all of the kind; the models have checked the type."""
    here = getattr(place, key, None)
    return here if here is not None else getattr(general, key, None)


def _login(kind: str, inventory: InventoryFile, owner: Where, place: object) -> tuple[AuthenticationEntry, Where]:
    own = place.authentication if isinstance(place, PlaceEntry) else None
    if own is not None:
        return own, (*owner, "endpoints", kind, "authentication")
    general = getattr(inventory.authentication, kind)
    return general or AuthenticationEntry(), ("authentication", kind)


def _authentication(login: AuthenticationEntry, folder: Path) -> Authentication:
    files = _file(login.certificate, folder), _file(login.key, folder)
    return Authentication(login.method, login.user, login.secret, *files)


def _file(name: str | None, folder: Path) -> str | None:
    return str((folder / name).resolve()) if name else None


def _kerberos_name(place: object, fqdn: str) -> str:
    return str(_first(place, None, "kerberos_name") or fqdn)


def _wrong_login(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    login, kind = endpoint.authentication, endpoint.kind
    if login.method not in _METHODS[kind]:
        yield f"{login.method} is no way into {kind} endpoints.", f"Use {' or '.join(_METHODS[kind])}."
        return
    if login.method in {"basic", "certificate"} and not endpoint.tls:
        yield (
            f"{login.method} without TLS would show the password."
            if login.method == "basic"
            else ("certificate logins need TLS."),
            "Remove tls: false.",
        )
    if login.method in {"ntlm", "basic", "simple"} and not (login.user and login.secret):
        yield f"{login.method} needs user and secret.", "Add user: and secret: env:NAME or keyring:SERVICE/USER."
    if login.method == "certificate" and not (login.certificate and login.key):
        yield "certificate needs certificate and key.", "Add certificate: and key:, PEM files in this folder."
    if login.method == "kerberos" and login.secret and kind == "ldap":
        yield "kerberos to ldap uses your ticket, not a secret.", "Remove secret:, or use method: simple."
    if login.method == "kerberos" and login.secret and not login.user:
        yield "a secret without a user.", "Add user: name@REALM."
    if login.method == "anonymous" and (login.user or login.secret):
        yield "anonymous has no user and no secret.", "Remove them, or use method: simple."
