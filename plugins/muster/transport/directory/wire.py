"""One LDAP connection through ldap3: opened, secured, logged in, and every failure told as a problem."""

import contextlib
import math
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeVar

import ldap3
from ldap3.core.exceptions import (
    LDAPException,
    LDAPInvalidDnError,
    LDAPInvalidFilterError,
    LDAPPackageUnavailableError,
    LDAPSessionTerminatedByServerError,
    LDAPStartTLSError,
)
from ldap3.protocol.microsoft import security_descriptor_control
from pyasn1.error import PyAsn1Error

from muster.model import Endpoint, LdapSearch, Problem
from muster.transport.connecting import Deadline, connection_problem, tls_problem
from muster.transport.credentials import secret_of
from muster.transport.directory.diagnosis import diagnose
from muster.transport.probes.handshakes import shake_hands
from muster.transport.session import Unanswered

T = TypeVar("T")

PAGE = 500
_DACL = 0x4
_AUTHENTICATIONS: dict[str, Literal["ANONYMOUS", "SIMPLE", "SASL"]] = {
    "kerberos": "SASL",
    "simple": "SIMPLE",
    "anonymous": "ANONYMOUS",
}
_SCOPES: dict[str, Literal["BASE", "LEVEL", "SUBTREE"]] = {"base": "BASE", "onelevel": "LEVEL", "subtree": "SUBTREE"}
_UNREADABLE = (PyAsn1Error, ArithmeticError, LookupError, TypeError, ValueError, AttributeError)
"""What ldap3's decoder raises on bytes that are no LDAP."""

Rows = list[tuple[str, dict[str, list[bytes]]]]
"""DN and raw attributes of each entry."""


class Wire:
    """A connection to one domain controller."""

    def __init__(self, endpoint: Endpoint, seconds: float) -> None:
        login = endpoint.authentication
        simple, kerberos = login.method == "simple", login.method == "kerberos"
        self.endpoint = endpoint
        self.place = f"{endpoint.address}:{endpoint.port}"
        self._tls = _CheckedTls(endpoint)
        server = ldap3.Server(
            endpoint.address,
            endpoint.port,
            use_ssl=endpoint.tls == "tls",
            tls=self._tls,
            get_info="NO_INFO",
            connect_timeout=seconds,
        )
        self._connection = ldap3.Connection(
            server,
            user=login.user if simple else None,
            password=secret_of(login.secret or "") if simple else None,
            authentication=_AUTHENTICATIONS[login.method],
            sasl_mechanism=ldap3.KERBEROS if kerberos else None,
            sasl_credentials=(endpoint.kerberos_name or endpoint.address,) if kerberos else None,
            auto_referrals=False,
            auto_range=False,
            check_names=False,
            read_only=True,
            return_empty_attributes=False,
            receive_timeout=math.ceil(seconds),
        )

    def open(self, deadline: Deadline) -> None:
        """Connect, and start TLS where it does not start by itself."""
        _resolve(self.endpoint, deadline.seconds)
        self._talk(lambda: self._connection.open(read_server_info=False), deadline)
        if self.endpoint.tls == "starttls":
            self._talk(lambda: self._connection.start_tls(read_server_info=False), deadline)

    def log_in(self, deadline: Deadline) -> None:
        """Bind; raises ``Unanswered`` for whatever the directory has against it."""
        asked = f"login to {self.place}"
        try:
            self._talk(lambda: self._connection.bind(read_server_info=False), deadline)
        except LDAPPackageUnavailableError:
            cure = "Install muster with its extra: pip install 'muster[kerberos]'"
            problem = Problem(
                "no secret", asked, "Kerberos for LDAP needs the gssapi package, which is not here", cure
            )
            raise Unanswered(problem, lost=True) from None
        except _kerberos_errors() as error:
            cure = "Run kinit (klist shows the ticket), and check the realm, DNS and the clocks"
            problem = Problem("login", f"{asked}: {error}", "no Kerberos ticket for this controller", cure)
            raise Unanswered(problem, lost=True) from None
        result = self._result()
        if result["result"] != 0:
            raise Unanswered(self.diagnosed(result, asked), lost=True)

    def page(
        self, base: str, question: LdapSearch, cookie: bytes | None, deadline: Deadline
    ) -> tuple[Mapping[str, Any], Rows]:
        """One page of entries, with the directory's result."""
        wanted = list(question.attributes or (ldap3.ALL_ATTRIBUTES,))
        if question.security_descriptor and "ntsecuritydescriptor" not in {name.casefold() for name in wanted}:
            wanted.append("nTSecurityDescriptor")
        root = base == ""  # the rootDSE is one object, and takes no paging
        self._talk(
            lambda: self._connection.search(
                base,
                question.filter,
                "BASE" if root else _SCOPES[question.scope],
                attributes=wanted,
                controls=security_descriptor_control(sdflags=_DACL) if question.security_descriptor else None,
                time_limit=max(1, math.floor(deadline.seconds)),
                paged_size=None if root else PAGE,
                paged_cookie=cookie,
            ),
            deadline,
        )
        rows = [
            (str(item["dn"]), {str(name): list(values or ()) for name, values in item["raw_attributes"].items()})
            for item in self._connection.response or ()
            if item["type"] == "searchResEntry"  # a searchResRef leads into another domain: not followed
        ]
        return self._result(), rows

    def close(self) -> None:
        """Unbind; never raises."""
        with contextlib.suppress(LDAPException, OSError, *_UNREADABLE):  # already gone
            self._connection.unbind()
        left = self._connection.socket  # where opening failed, ldap3 leaves the socket open
        if left is not None:
            left.close()

    @staticmethod
    def diagnosed(result: Mapping[str, Any], asked: str) -> Problem:
        """The problem behind a result that is no success."""
        return diagnose(result["result"], result["description"], result.get("message") or "", asked=asked)

    def _result(self) -> Mapping[str, Any]:
        result = self._connection.result
        return result if isinstance(result, Mapping) else {"result": 80, "description": "noResult"}

    def _talk(self, step: Callable[[], T], deadline: Deadline) -> T:
        """Let ldap3 do one exchange; whatever goes wrong on the way becomes ``Unanswered``."""
        address, port = self.endpoint.address, self.endpoint.port
        try:
            left = deadline.left()
            self._connection.receive_timeout = math.ceil(left)
            if self._connection.socket is not None:
                self._connection.socket.settimeout(left)
            return step()
        except LDAPPackageUnavailableError:
            raise  # an ImportError of gssapi, told by log_in
        except (LDAPInvalidFilterError, LDAPInvalidDnError) as error:
            problem = Problem(
                "failed", f"the search itself is wrong: {error}", "", "Correct the fact's base or filter"
            )
            raise Unanswered(problem) from None
        except LDAPStartTLSError as error:
            raise Unanswered(self._no_start_tls(error), lost=True) from None
        except LDAPSessionTerminatedByServerError:
            problem = connection_problem(ConnectionResetError(), address, port, deadline.seconds)
            raise Unanswered(problem, lost=True) from None
        except (LDAPException, OSError) as error:
            failure = self._tls.failure
            if isinstance(failure, ssl.SSLError):
                raise Unanswered(tls_problem(failure, self._tls.name, port), lost=True) from None
            problem = connection_problem(_system_error(failure or error), address, port, deadline.seconds)
            raise Unanswered(problem, lost=True) from None
        except _UNREADABLE as error:
            cure = "Check that the address and port are a domain controller's"
            said = f"{self.place} sent what is no LDAP ({type(error).__name__}: {error})"
            raise Unanswered(Problem("failed", said, "something else answers there", cure), lost=True) from None

    def _no_start_tls(self, error: LDAPStartTLSError) -> Problem:
        failure = self._tls.failure
        if isinstance(failure, ssl.SSLError):
            return tls_problem(failure, self._tls.name, self.endpoint.port)
        if failure is not None:
            return connection_problem(failure, self.endpoint.address, self.endpoint.port, 0)
        cure = "Give the controller a certificate"
        return Problem("certificate", f"{self.place}: {error}", "the controller cannot start TLS", cure)


class _CheckedTls(ldap3.Tls):
    """TLS with the name checked by Python's own ssl module, and with its failure kept as it was.

    ldap3 checks names by itself (with a function that newer Pythons lack) and passes errors on as text only.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self.name = endpoint.kerberos_name or endpoint.address
        self.failure: BaseException | None = None
        try:
            self._context = ssl.create_default_context(cafile=endpoint.ca_file)
        except (OSError, ssl.SSLError) as error:
            said = f"the authorities in {endpoint.ca_file} cannot be read: {error}"
            problem = Problem("certificate", said, "ca_file: is no PEM file", "Export the authority as Base-64 (PEM)")
            raise Unanswered(problem, lost=True) from None

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:  # noqa: ARG002 - ldap3's
        """Handshake on the connection's socket."""
        try:
            connection.socket = shake_hands(self._context, connection.socket, self.name)
        except OSError as error:
            self.failure = error
            raise


def _resolve(endpoint: Endpoint, seconds: float) -> None:
    """Find the address first: ldap3 hides why a name was not found."""
    try:
        socket.getaddrinfo(endpoint.address, endpoint.port, type=socket.SOCK_STREAM)
    except OSError as error:
        problem = connection_problem(error, endpoint.address, endpoint.port, seconds)
        raise Unanswered(problem, lost=True) from None


def _system_error(error: BaseException) -> BaseException:
    """The operating system's error inside what ldap3 raised."""
    for inner in (error, *_history(error)):
        for kind in (TimeoutError, ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
            if isinstance(inner, kind):
                return kind(str(inner))
    return OSError(str(error))


def _history(error: BaseException) -> Iterator[BaseException]:
    """ldap3 lists one failure per address that a name has."""
    for item in error.args:
        if isinstance(item, list):
            yield from (attempt[0] for attempt in item if isinstance(attempt, tuple))


def _kerberos_errors() -> tuple[type[BaseException], ...]:
    """What the gssapi package raises, where it is installed."""
    try:
        from gssapi.exceptions import GSSError  # type: ignore[import-not-found] # noqa: PLC0415 - an extra
    except ImportError:
        return ()
    return (GSSError,)
