"""Where each question goes: pools of lanes over endpoints, with the caps that keep us polite."""

from dataclasses import dataclass

from muster.model import (
    Endpoint,
    Environment,
    ExchangeCmdlet,
    HttpsRequest,
    LdapSearch,
    Problem,
    Question,
    SmtpDialogue,
    TlsHandshake,
    WindowsCmdlet,
)

EXCHANGE_SESSIONS = 4
"""Exchange sessions in all, one per server: leaves most of the throttling policy to administrators."""
WINDOWS_SESSIONS = 2
"""Windows sessions per server."""
LDAP_SESSIONS = 2
"""Connections per domain controller."""
PROBES = 2
"""Probes at a time per name."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a question goes: a pool of at most ``cap`` lanes over ``endpoints``, best first."""

    pool: str
    cap: int
    endpoints: tuple[Endpoint, ...] = ()


def route(question: Question, environment: Environment) -> Route | Problem:  # noqa: PLR0911 - one per kind
    """The pool that asks a question, or why nobody can be asked."""
    match question:
        case ExchangeCmdlet(about=str(name)) if name in environment.in_setup:
            return _setup_is_running(name)
        case ExchangeCmdlet(at=None):
            endpoints = _exchange_endpoints(environment)
            if not endpoints:
                return Problem("no endpoint", "no server of the inventory has an Exchange endpoint")
            return Route("exchange", min(EXCHANGE_SESSIONS, len(endpoints)), endpoints)
        case ExchangeCmdlet(at=str(name)):
            return _windows_route(
                environment,
                name,
                "Edge has no Exchange endpoint",
                "Give the Edge a windows endpoint (NTLM or certificate) in the inventory, or bring a capture",
            )
        case WindowsCmdlet(server=name):
            cure = "Add an endpoint of kind windows to the inventory, or bring a capture"
            return _windows_route(environment, name, f"{name} has no Windows endpoint in the inventory", cure)
        case LdapSearch():
            return _ldap_route(question, environment)
        case TlsHandshake() | SmtpDialogue() | HttpsRequest():
            return Route(f"probe {question.name}", PROBES)
        case ExchangeCmdlet():
            raise TypeError(f"{question.at!r} is no server's name")


def place(endpoint: Endpoint) -> str:
    """What tells two endpoints apart, for people."""
    return f"{endpoint.name} {endpoint.address}:{endpoint.port}"


def _exchange_endpoints(environment: Environment) -> tuple[Endpoint, ...]:
    endpoints = [
        endpoint
        for endpoint in environment.endpoints
        if endpoint.kind == "exchange" and endpoint.name not in environment.quiet
    ]
    return tuple(sorted(endpoints, key=lambda endpoint: endpoint.version, reverse=True))


def _windows_route(environment: Environment, name: str, message: str, cure: str) -> Route | Problem:
    if name in environment.in_setup:
        return _setup_is_running(name)
    if name in environment.quiet:
        said = f"no session is opened on {name} while it is upgraded: a session stops Setup"
        return Problem("no endpoint", said, "", "Ask its peers, or run without -m during_upgrade")
    endpoints = _of(environment, "windows", name)
    return (
        Route(f"windows {name}", WINDOWS_SESSIONS, endpoints)
        if endpoints
        else Problem("no endpoint", message, "", cure)
    )


def _setup_is_running(name: str) -> Problem:
    said = f"Setup is running on {name} (--in-upgrade): the directory and its ports are asked only"
    return Problem("no endpoint", said, "", "Run the post_upgrade gate when Setup has ended")


def _ldap_route(question: LdapSearch, environment: Environment) -> Route | Problem:
    if question.controller:
        names = {question.controller.casefold()}
        where = question.controller
    else:
        wanted = question.domain or environment.forest.name
        where = f"any controller of {wanted}"
        names = {
            dc.name.casefold() for dc in environment.domain_controllers if dc.domain.casefold() == wanted.casefold()
        }
    endpoints = tuple(
        endpoint
        for endpoint in environment.endpoints
        if endpoint.kind == "ldap" and endpoint.name.casefold() in names
    )
    if not endpoints:
        return Problem(
            "no endpoint", f"no LDAP endpoint for {where}", "", "Add its domain controllers to the inventory"
        )
    return Route(f"ldap {where}", LDAP_SESSIONS, endpoints)


def _of(environment: Environment, kind: str, name: str) -> tuple[Endpoint, ...]:
    wanted = name.casefold()
    return tuple(e for e in environment.endpoints if e.kind == kind and e.name.casefold() == wanted)


def subject_of(question: Question) -> str:
    """Whose file an observation is written to."""
    match question:
        case ExchangeCmdlet():
            return question.at or question.about or "organization"
        case WindowsCmdlet():
            return question.server
        case LdapSearch():
            return question.controller or question.domain or "forest"
        case _:
            return question.name
