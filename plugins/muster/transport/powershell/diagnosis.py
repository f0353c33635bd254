"""What pypsrp, requests and pyspnego raise → a problem with one line of cause and one of cure."""

import re
import ssl
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from http.client import HTTPException

import requests
from pypsrp.exceptions import AuthenticationError, FragmentError, WinRMTransportError, WSManFaultError
from spnego.exceptions import ErrorCode, FeatureMissingError, SpnegoError

from muster.model import Endpoint, Problem
from muster.transport.clixml import UnreadableClixml
from muster.transport.connecting import connection_problem
from muster.transport.powershell.wsman import NotWSMan
from muster.transport.powershell.wsman_faults import (
    EXCHANGE_FAULTS,
    HTTP,
    KERBEROS,
    KERBEROS_BASE,
    KERBEROS_TEXTS,
    SHELL_GONE,
    UNAUTHORIZED,
    WSMAN,
    Advice,
)

_UNAUTHORIZED = 401


def shell_is_gone(fault: WSManFaultError) -> bool:
    """Whether the server no longer has the session, so that nothing was executed."""
    return fault.code in SHELL_GONE


def timed_out(endpoint: Endpoint, *, heard: bool) -> Problem:
    """The question's time is over; ``heard`` says that the server did speak meanwhile."""
    if heard:
        advice = Advice(
            "timeout", "the cmdlet takes longer than it has", "Give it more time, or ask at a quieter time"
        )
    else:
        advice = Advice(
            "timeout",
            "the server accepts connections and then says nothing: it hangs or is very busy",
            "Look at the server itself; restart WinRM or the application pool if it stays so",
        )
    return _problem(advice, f"{_where(endpoint)} did not answer in time")


def diagnose(fault: Exception, endpoint: Endpoint) -> Problem:  # noqa: PLR0911 - one return per kind of exception
    """The problem that an exception from below stands for."""
    match fault:
        case WSManFaultError():
            return _wsman(fault, endpoint)
        case WinRMTransportError():
            return _http(int(fault.code), endpoint)
        case AuthenticationError():
            return _refused_login(fault, endpoint)
        case SpnegoError():
            return _negotiation(fault, endpoint)
        case ImportError() | FeatureMissingError():
            advice = Advice(
                "no secret", "Kerberos support is not installed", "Install it with: pip install 'muster[kerberos]'"
            )
            return _problem(advice, f"{_where(endpoint)}: {fault}")
        case requests.exceptions.RetryError():
            status = re.search(r"\b([45]\d\d)\b", str(fault))
            return _http(int(status.group()) if status else 503, endpoint)
        case requests.TooManyRedirects():
            advice = Advice(
                "no endpoint",
                "the address redirects elsewhere: a redirect at the site's root is inherited by /PowerShell",
                "Clear HTTP redirection on the PowerShell virtual directory",
            )
            return _problem(advice, f"{_where(endpoint)} redirects")
        case requests.Timeout():
            return timed_out(endpoint, heard=False)
        case ET.ParseError() | UnreadableClixml() | NotWSMan() | FragmentError():
            return _something_else(fault, endpoint)
    return network_problem(fault, endpoint) or _unknown(fault, endpoint)


def network_problem(fault: BaseException, endpoint: Endpoint) -> Problem | None:
    """The problem of names, routes or TLS that requests' exception wraps; ``None`` where there is none."""
    links = [
        link
        for link in _chain(fault)
        if isinstance(link, OSError) and not isinstance(link, requests.RequestException)
    ]
    # what TLS found says more than the connection that broke because of it
    links.sort(key=lambda link: not isinstance(link, ssl.SSLError))
    return connection_problem(links[0], endpoint.address, endpoint.port, 0) if links else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything it was made of, outermost first."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop(0)
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        # urllib3 keeps what happened in .reason, requests in its arguments
        waiting += [found.__cause__, getattr(found, "reason", None), *found.args, found.__context__]


def _something_else(fault: Exception, endpoint: Endpoint) -> Problem:
    advice = Advice(
        "failed",
        "something else than PowerShell remoting answers there, or the answer was cut off",
        "Check address, port and path in the inventory",
    )
    return _problem(advice, f"{_where(endpoint)}: the answer cannot be read: {fault}")


def _unknown(fault: Exception, endpoint: Endpoint) -> Problem:
    if any(isinstance(link, HTTPException) for link in _chain(fault)):  # the answer was not even HTTP
        return _something_else(fault, endpoint)
    said = " ".join(str(fault).split())
    if isinstance(fault, ValueError) and "auth protocol" in said:
        return _problem(UNAUTHORIZED[_method(endpoint)], f"{_where(endpoint)}: {said}")
    kind = "unreachable" if isinstance(fault, requests.ConnectionError | OSError) else "failed"
    advice = Advice(kind, f"an error of a kind that muster does not know ({type(fault).__name__})", "Report it")
    return _problem(advice, f"{_where(endpoint)}: {said}")


def _wsman(fault: WSManFaultError, endpoint: Endpoint) -> Problem:
    said = " ".join(str(fault.provider_fault or fault.reason or "a WSMan fault without a message").split())
    message = f"{_where(endpoint)}: {said}"
    for pattern, advice in EXCHANGE_FAULTS if fault.provider_fault else ():
        if re.search(pattern, said):
            return _problem(advice, message)
    known = WSMAN.get(fault.code) if isinstance(fault.code, int) else None
    if known is not None:
        return _problem(known, f"{message} (WSMan fault {fault.code})")
    number = f"{fault.code} (0x{fault.code & 0xFFFFFFFF:08X})" if isinstance(fault.code, int) else str(fault.code)
    advice = Advice("failed", f"WSMan fault {number}", "See Microsoft-Windows-WinRM/Operational on the server")
    return _problem(advice, message)


def _http(status: int, endpoint: Endpoint) -> Problem:
    if status == _UNAUTHORIZED:
        advice = UNAUTHORIZED[_method(endpoint)]
    else:
        unknown = Advice("failed", "the endpoint refuses in a way that muster does not know", "See its IIS log")
        advice = HTTP.get(status, HTTP[500] if status > 500 else unknown)  # noqa: PLR2004 - HTTP's own numbers
    return _problem(advice, f"{_where(endpoint)} answered HTTP {status}")


def _refused_login(fault: AuthenticationError, endpoint: Endpoint) -> Problem:
    offered = re.search(r"actual: '(.*)'", str(fault))
    if offered is None:
        return _http(_UNAUTHORIZED, endpoint)
    schemes = ", ".join(part.split(maxsplit=1)[0] for part in offered.group(1).split(",") if part.strip()) or "none"
    advice = Advice(
        "login",
        f"the endpoint does not offer {_method(endpoint)} (it offers: {schemes})",
        "Enable Windows authentication on the PowerShell virtual directory, or use a method that it offers",
    )
    return _problem(advice, f"{_where(endpoint)} answered HTTP 401")


def _negotiation(fault: SpnegoError, endpoint: Endpoint) -> Problem:
    said = " ".join(str(fault).split())
    message = f"{_where(endpoint)}: {said}"
    minor = getattr(fault.base_error, "min_code", None)
    found = re.search(r"Minor \((\d+)\)", said)
    number = minor if isinstance(minor, int) else int(found.group(1)) if found else 0
    advice = KERBEROS.get((number & 0xFFFFFFFF) - KERBEROS_BASE)
    if advice is None:
        advice = next((KERBEROS[code] for text, code in KERBEROS_TEXTS if text in said), None)
    if advice is None and fault._error_code == ErrorCode.no_cred:  # noqa: SLF001 - offered no other way
        advice = KERBEROS[195] if _method(endpoint) == "kerberos" else UNAUTHORIZED[_method(endpoint)]
    return _problem(advice or UNAUTHORIZED[_method(endpoint)], message)


def _method(endpoint: Endpoint) -> str:
    method = endpoint.authentication.method
    return method if method in UNAUTHORIZED else "kerberos"


def _where(endpoint: Endpoint) -> str:
    return f"{endpoint.address}:{endpoint.port}"


def _problem(advice: Advice, message: str) -> Problem:
    return Problem(advice.kind, message, advice.cause, advice.cure)
