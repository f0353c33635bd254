"""A domain controller's LDAP port: what is served there, to whom, within which limits."""

from dataclasses import dataclass
from types import MappingProxyType

from muster.lab.certificates import Certificate, server_context
from muster.lab.directory.conversation import Conversation
from muster.lab.directory.tree import DirectoryTree
from muster.lab.faults import NO_FAULT, Fault
from muster.lab.listener import Connection, Listener

REFUSALS = MappingProxyType(
    {
        "password wrong": "52e",
        "not at this time": "530",
        "not on this workstation": "531",
        "password expired": "532",
        "disabled": "533",
        "expired": "701",
        "password must change": "773",
        "locked": "775",
    }
)
"""Why Active Directory does not let an account in, and the ``data`` code that says so in the error text."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in. ``name`` is what ``Entry.visible_to`` says; ``logins`` are what may be typed (UPN,
    ``DOMAIN\\name``, DN), whatever its case. ``refused`` is a key of ``REFUSALS`` or empty.
    """  # noqa: D205, D301 - the first sentences belong together; the backslash is meant

    name: str
    logins: tuple[str, ...]
    password: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The query policy: entries per page or answer, values per attribute."""

    max_page_size: int = 1000
    max_val_range: int = 1500


class LdapServer:
    """One port of one domain controller: 389 (``certificate`` serves StartTLS) or 636 (``implicit_tls``).

    Simple binds need TLS. Without a certificate StartTLS is unavailable, and on an implicit TLS port every
    connection is reset, as on a controller that has none. The tree may be shared by both ports.
    """

    def __init__(
        self,
        tree: DirectoryTree,
        *,
        accounts: tuple[Account, ...] = (),
        certificate: Certificate | None = None,
        implicit_tls: bool = False,
        limits: Limits = Limits(),
        port: int = 0,
        fault: Fault = NO_FAULT,
    ) -> None:
        self._tree = tree
        self._accounts = accounts
        self._limits = limits
        self._context = server_context(certificate) if certificate else None
        self._implicit_tls = implicit_tls
        self._listener = Listener(self._talk, port=port, fault=fault)
        self.port = self._listener.port

    @property
    def fault(self) -> Fault:
        """What is wrong with this port now; may be set at any time."""
        return self._listener.fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._listener.fault = fault

    def close(self) -> None:
        """Stop serving."""
        self._listener.close()

    def _talk(self, connection: Connection, listener: Listener) -> None:
        if self._implicit_tls:
            if self._context is None:
                connection.reset()
                return
            connection.start_tls(self._context)
        Conversation(
            connection,
            tree=self._tree,
            context=self._context,
            log_in=self._log_in,
            fault=lambda: listener.fault,
            max_page_size=self._limits.max_page_size,
            max_val_range=self._limits.max_val_range,
        ).run()

    def _log_in(self, login: str, password: str) -> tuple[str | None, str]:
        """The account's name, or the ``data`` code of the refusal."""
        for account in self._accounts:
            if login.casefold() in (name.casefold() for name in account.logins):
                if password != account.password:
                    return None, REFUSALS["password wrong"]
                return (None, REFUSALS[account.refused]) if account.refused else (account.name, "")
        return None, REFUSALS["password wrong"]  # as for a wrong password: names cannot be found out this way
