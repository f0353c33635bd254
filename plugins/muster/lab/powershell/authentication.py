"""Proving who asks: Basic over TLS, or NTLM through Negotiate with WSMan message encryption."""

import base64
import hmac
import os
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import spnego
from spnego.exceptions import SpnegoError

from muster.lab.powershell.http_messages import Reply, Request

_SCHEMES = ("Negotiate", "NTLM")
_PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY = "Encrypted Boundary"
_ENCRYPTED = "multipart/encrypted"


@dataclass(frozen=True, slots=True)
class Account:
    r"""The one account that the lab knows: ``user`` is ``DOMAIN\name``; any spelling of it logs in."""

    user: str
    password: str

    @property
    def names(self) -> frozenset[str]:
        r"""Its spellings in lower case: ``domain\name`` and ``name``."""
        return frozenset({self.user.casefold(), self.user.rpartition("\\")[2].casefold()})


class NotEncrypted(ValueError):  # noqa: N818 - a word of its own, as everywhere in muster
    """A message came plain where it must be encrypted, or the other way round, or does not decrypt."""


class BasicLogin:
    """Basic authentication, for one connection."""

    def __init__(self, account: Account, realm: str) -> None:
        self._account = account
        self._realm = realm

    def challenge(self, request: Request) -> Reply | None:
        """What to say instead of an answer; none for who is logged in."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "basic":
            try:
                user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
            except ValueError:
                user, password = "", ""
            known = user.casefold() in self._account.names
            if known and hmac.compare_digest(password.encode(), self._account.password.encode()):
                return None
        return Reply(401, headers=[("WWW-Authenticate", f'Basic realm="{self._realm}"')])

    def opened(self, request: Request) -> bytes:
        """The request's message."""
        return request.body

    def sealed(self, reply: Reply) -> Reply:
        """The reply as it is sent."""
        return reply


class NegotiateLogin:
    """NTLM through Negotiate, for one connection, whose context and encryption it keeps.

    ``encrypts`` says that messages must be encrypted (plain HTTP); over TLS they are not.
    """

    def __init__(self, *, encrypts: bool) -> None:
        self._encrypts = encrypts
        self._context: spnego.ContextProxy | None = None
        self._last_token: tuple[str, str] | None = None

    def challenge(self, request: Request) -> Reply | None:
        """What to say instead of an answer; none for who is logged in."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if token and scheme in _SCHEMES:
            return self._step(scheme, token, request)
        if self._context is not None and self._context.complete:
            return None
        return Reply(401, headers=[("WWW-Authenticate", scheme) for scheme in _SCHEMES])

    def _step(self, scheme: str, token: str, request: Request) -> Reply | None:
        if self._context is None or self._context.complete:
            options = spnego.NegotiateOptions.wrapping_winrm if self._encrypts else spnego.NegotiateOptions.none
            protocol = "ntlm" if scheme == "NTLM" else "negotiate"
            self._context = spnego.server(protocol=protocol, options=options)
        try:
            said = self._context.step(base64.b64decode(token))
        except (SpnegoError, ValueError, KeyError):  # KeyError: what pyspnego gives for a token of no known type
            self._context = None
            return Reply(401, headers=[("WWW-Authenticate", name) for name in _SCHEMES])
        self._last_token = (scheme, base64.b64encode(said).decode()) if said else None
        if not self._context.complete:
            return Reply(401, headers=self._token_header())
        return None if request.body else Reply(200, headers=self._token_header())

    def _token_header(self) -> list[tuple[str, str]]:
        if self._last_token is None:
            return []
        scheme, token = self._last_token
        self._last_token = None
        return [("WWW-Authenticate", f"{scheme} {token}")]

    def opened(self, request: Request) -> bytes:
        """The request's message, decrypted where it must be; raises ``NotEncrypted``."""
        encrypted = request.headers.get("content-type", "").startswith(_ENCRYPTED)
        if not encrypted:
            if self._encrypts:
                raise NotEncrypted("a plain message where encryption is required")
            return request.body
        if self._context is None:
            raise NotEncrypted("an encrypted message before any login")
        found = re.search(rb"application/octet-stream\r\n(.*?)--\s*Encrypted Boundary--\r\n", request.body, re.DOTALL)
        if not found:
            raise NotEncrypted("no encrypted part")
        sealed = found.group(1)
        length = struct.unpack("<I", sealed[:4])[0]
        header, data = sealed[4 : 4 + length], sealed[4 + length :]
        try:
            return self._context.unwrap_winrm(header, data)
        except SpnegoError as error:
            raise NotEncrypted(str(error)) from error

    def sealed(self, reply: Reply) -> Reply:
        """The reply as it is sent: encrypted where it must be, with a last login token where there is one."""
        headers = (*reply.headers, *self._token_header())
        if not (self._encrypts and reply.body and self._context):
            return Reply(reply.status, reply.body, reply.content_type, headers, reply.close)
        wrapped = self._context.wrap_winrm(reply.body)
        length = len(reply.body) + (wrapped.padding_length or 0)
        body = (
            f"--{_BOUNDARY}\r\n\tContent-Type: {_PROTOCOL}\r\n"
            f"\tOriginalContent: type={reply.content_type};Length={length}\r\n"
            f"--{_BOUNDARY}\r\n\tContent-Type: application/octet-stream\r\n"
        ).encode()
        body += struct.pack("<i", len(wrapped.header)) + wrapped.header + wrapped.data
        body += f"--{_BOUNDARY}--\r\n".encode()
        content_type = f'{_ENCRYPTED};protocol="{_PROTOCOL}";boundary="{_BOUNDARY}"'
        return Reply(reply.status, body, content_type, headers, reply.close)


Login = BasicLogin | NegotiateLogin


@contextmanager
def ntlm_accounts(account: Account, folder: Path) -> Iterator[None]:
    """Make the account known to pyspnego, which looks its accounts up in the file that ``NTLM_USER_FILE`` names."""
    file = folder / "ntlm-users"
    file.touch(mode=0o600)
    domain, _, name = account.user.rpartition("\\")
    file.write_text(f"{domain}:{name}:{account.password}\n:{name}:{account.password}\n", encoding="utf-8")
    before = os.environ.get("NTLM_USER_FILE")
    os.environ["NTLM_USER_FILE"] = str(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        if before is None:
            del os.environ["NTLM_USER_FILE"]
        else:
            os.environ["NTLM_USER_FILE"] = before
