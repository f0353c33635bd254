"""One client's LDAP connection to a simulated domain controller: binds, searches, StartTLS; nothing that writes.

Result codes and error texts are Active Directory's; the DSIDs and version numbers in them are illustrative.
"""

import itertools
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import sansldap
from sansldap import LDAPResultCode as Code
from sansldap.asn1 import ASN1Reader

from muster.lab.directory.attributes import Selection
from muster.lab.directory.filters import matches
from muster.lab.directory.tree import DirectoryTree, Entry, Path, Scope, path_of
from muster.lab.faults import Fault
from muster.lab.listener import Connection

START_TLS = "1.3.6.1.4.1.1466.20037"
WHO_AM_I = "1.3.6.1.4.1.4203.1.11.3"
PAGED_RESULTS = "1.2.840.113556.1.4.319"
SD_FLAGS = "1.2.840.113556.1.4.801"
SHOW_DELETED = "1.2.840.113556.1.4.417"
DOMAIN_SCOPE = "1.2.840.113556.1.4.1339"

_SCOPES: dict[int, Scope] = {0: "base", 1: "onelevel", 2: "subtree"}
_FLUSH = 65536

_NEEDS_TLS = (
    "00002028: LdapErr: DSID-0C090259, comment: The server requires binds to turn on integrity checking if SSL\\TLS "
    "are not already active on the connection, data 0, v4563"
)
_NEEDS_BIND = (
    "000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be "
    "completed on the connection., data 0, v4563"
)
_NOT_LET_IN = "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {data}, v4563"
_NO_METHOD = "00002027: LdapErr: DSID-0C0905A0, comment: Invalid Authentication method, data 0, v4563"
_BAD_CONTROL = "00000057: LdapErr: DSID-0C090A4A, comment: Error processing control, data 0, v4563"
_BAD_NAME = "0000208F: NameErr: DSID-03100225, problem 2006 (BAD_NAME), data 8350, best match of:\n\t'{dn}'\n"
_NO_OBJECT = "0000208D: NameErr: DSID-0310028B, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'{dn}'\n"
_NOT_HERE = "0000202B: RefErr: DSID-0310084A, data 0, 1 access points\n\tref 1: '{address}'\n"
_NO_RIGHTS = "00002098: SecErr: DSID-03150E49, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0\n"
_NO_TLS = "00000000: LdapErr: DSID-0C090F1A, comment: Error initializing SSL/TLS, data 0, v4563"
_TLS_TWICE = "00000000: LdapErr: DSID-0C090F0D, comment: TLS or SSL already in effect, data 0, v4563"
_NO_OPERATION = "0000203D: LdapErr: DSID-0C090C7D, comment: Unknown extended request OID, data 0, v4563"
_BUSY = "0000200E: SvcErr: DSID-02030F6B, problem 5001 (BUSY), data 0\n"
_UNAVAILABLE = "0000200F: SvcErr: DSID-02030F6C, problem 5002 (UNAVAILABLE), data 0\n"


class _Session(sansldap.LDAPServer):
    """The protocol's state, with results that can carry referrals (and leave the field out where there are none)."""

    def finish_search(self, message_id: int, end: "_End", controls: list[sansldap.LDAPControl]) -> None:
        self._send(sansldap.SearchResultDone(message_id=message_id, controls=controls, result=end.result))
        self._search_requests.discard(message_id)

    def finish_bind(self, message_id: int, end: "_End") -> None:
        self.state = sansldap.SessionState.OPENED
        self._send(sansldap.BindResponse(message_id=message_id, controls=[], result=end.result))

    def finish_extended(
        self, message_id: int, end: "_End", name: str | None = None, value: bytes | None = None
    ) -> None:
        self._send(
            sansldap.ExtendedResponse(message_id=message_id, controls=[], result=end.result, name=name, value=value)
        )


@dataclass(frozen=True, slots=True)
class _End:
    """How an operation ends."""

    code: Code = Code.SUCCESS
    text: str = ""
    matched: str = ""
    referral: str | None = None

    @property
    def result(self) -> sansldap.LDAPResult:
        referrals = [self.referral] if self.referral else None
        return sansldap.LDAPResult(self.code, self.matched, self.text, referrals)


_DONE = _End()


class _Refused(Exception):  # noqa: N818 - a search that ends early, nothing wrong with the program
    def __init__(self, code: Code, text: str, *, matched: str = "", referral: str | None = None) -> None:
        super().__init__(code, text)
        self.end = _End(code, text, matched, referral)


@dataclass(frozen=True, slots=True)
class _Wish:
    """A search's controls, read. ``descriptor_parts`` is ``None`` without the security descriptor control."""

    page: sansldap.PagedResultControl | None = None
    descriptor_parts: int | None = None
    no_references: bool = False


class Conversation:
    """Answers one connection until the client unbinds, goes away or speaks nonsense."""

    def __init__(
        self,
        connection: Connection,
        *,
        tree: DirectoryTree,
        context: ssl.SSLContext | None,
        log_in: Callable[[str, str], tuple[str | None, str]],
        fault: Callable[[], Fault],
        max_page_size: int,
        max_val_range: int,
    ) -> None:
        self._connection = connection
        self._tree = tree
        self._context = context
        self._log_in = log_in
        self._fault = fault
        self._max_page_size = max_page_size
        self._max_val_range = max_val_range
        self._session = _Session()
        self._account: str | None = None
        self._pages: dict[bytes, list[Entry]] = {}
        self._cookies = itertools.count(1)

    def run(self) -> None:
        """Answer every message in turn; raises ``OSError`` when the connection breaks."""
        while data := self._connection.receive():
            try:
                messages = self._session.receive(data)
            except sansldap.ProtocolError as error:  # an unbind is one, and has no response
                self._connection.send(error.response or b"")
                return
            for message in messages:
                if not self._answer(message):
                    return
                self._flush()

    def _answer(self, message: sansldap.LDAPMessage) -> bool:
        """Answer one message; false when the conversation is over."""
        match message:
            case sansldap.BindRequest():
                self._session.finish_bind(message.message_id, self._bind(message))
            case sansldap.SearchRequest():
                fault = self._fault()
                self._connection.wait(fault.latency_seconds)
                if fault.mode == "stall" and message.base_object:
                    self._connection.swallow()
                    return False
                self._search(message)
            case sansldap.ExtendedRequest():
                self._extended(message)
        return True

    def _flush(self) -> None:
        self._connection.send(self._session.data_to_send())

    def _bind(self, request: sansldap.BindRequest) -> _End:
        self._account = None  # a bind that fails leaves the connection anonymous
        out_of_order = self._out_of_order()
        if out_of_order:
            return out_of_order
        credential = request.authentication
        if not isinstance(credential, sansldap.SimpleCredential):
            return _End(Code.AUTH_METHOD_NOT_SUPPORTED, _NO_METHOD)
        if not request.name or not credential.password:
            return _DONE  # anonymous, or "unauthenticated": accepted, and worth nothing
        if not self._connection.secure:
            return _End(Code.STRONG_AUTH_REQUIRED, _NEEDS_TLS)
        self._account, refusal = self._log_in(request.name, credential.password)
        return _End(Code.INVALID_CREDENTIALS, _NOT_LET_IN.format(data=refusal)) if refusal else _DONE

    def _out_of_order(self) -> _End | None:
        match self._fault().mode:
            case "busy":
                return _End(Code.BUSY, _BUSY)
            case "unavailable":
                return _End(Code.UNAVAILABLE, _UNAVAILABLE)
            case _:
                return None

    def _extended(self, request: sansldap.ExtendedRequest) -> None:
        if request.name == WHO_AM_I:
            who = f"u:{self._account}".encode() if self._account else b""
            self._session.finish_extended(request.message_id, _DONE, value=who)
        elif request.name != START_TLS:
            self._session.finish_extended(request.message_id, _End(Code.PROTOCOL_ERROR, _NO_OPERATION))
        elif self._connection.secure:
            self._session.finish_extended(request.message_id, _End(Code.OPERATIONS_ERROR, _TLS_TWICE), START_TLS)
        elif self._context is None:
            self._session.finish_extended(request.message_id, _End(Code.UNAVAILABLE, _NO_TLS), START_TLS)
        else:
            self._session.finish_extended(request.message_id, _DONE, START_TLS)
            self._flush()
            self._connection.start_tls(self._context)

    def _search(self, request: sansldap.SearchRequest) -> None:
        controls: list[sansldap.LDAPControl] = []
        try:
            wish = _wish_of(request.controls)
            path = self._base_of(request)
            scope = _SCOPES[request.scope]
            entries, end = self._entries(request, wish, path, scope, controls)
            selection = Selection(
                tuple(request.attributes), wish.descriptor_parts, self._max_val_range, request.types_only
            )
            for entry in entries:
                attributes = [sansldap.PartialAttribute(name, values) for name, values in selection.of(entry)]
                self._session.search_result_entry(request.message_id, entry.dn, attributes)
            if path and not wish.no_references and _is_last(controls):
                for url in self._tree.continuations(path, scope):
                    self._session.search_result_reference(request.message_id, [url])
        except _Refused as refused:
            end = refused.end
        self._session.finish_search(request.message_id, end, controls)

    def _base_of(self, request: sansldap.SearchRequest) -> Path:
        """The base's path; raises how the search ends where there is nothing to search."""
        out_of_order = self._out_of_order()
        if out_of_order:
            raise _Refused(out_of_order.code, out_of_order.text)
        dn = request.base_object
        if not dn and request.scope == sansldap.SearchScope.BASE:
            return ()
        if self._account is None:
            raise _Refused(Code.OPERATIONS_ERROR, _NEEDS_BIND)
        try:
            path = path_of(dn)
        except ValueError:
            raise _Refused(Code.INVALID_DN_SYNTAX, _BAD_NAME.format(dn=dn)) from None
        referral = self._tree.referral(path, dn)
        if referral:
            address = referral.removeprefix("ldap://").partition("/")[0]
            raise _Refused(Code.REFERRAL, _NOT_HERE.format(address=address), referral=referral)
        if self._tree.denied(path):
            raise _Refused(Code.INSUFFICIENT_ACCESS_RIGHTS, _NO_RIGHTS)
        if not self._tree.find(path, self._account):
            nearest = self._tree.nearest(path, self._account)
            raise _Refused(Code.NO_SUCH_OBJECT, _NO_OBJECT.format(dn=nearest), matched=nearest)
        return path

    def _entries(
        self,
        request: sansldap.SearchRequest,
        wish: _Wish,
        path: Path,
        scope: Scope,
        controls: list[sansldap.LDAPControl],
    ) -> tuple[list[Entry], _End]:
        """The entries to send now and how the search ends; what is left waits under a cookie in ``controls``."""
        if wish.page and wish.page.cookie:
            found = self._pages.pop(wish.page.cookie, None)
            if found is None:
                raise _Refused(Code.UNAVAILABLE_CRITICAL_EXTENSION, _BAD_CONTROL)
        else:
            candidates = self._tree.search(path, scope, self._account or "")
            found = [entry for entry in candidates if matches(request.filter, entry)]
        if wish.page:
            size = min(wish.page.size, self._max_page_size)
            now, later = found[:size], found[size:] if size else []
            cookie = next(self._cookies).to_bytes(8, "big") if later else b""
            if later:
                self._pages[cookie] = later
            controls.append(sansldap.PagedResultControl(critical=False, size=0, cookie=cookie))
            return now, _DONE
        most = min(request.size_limit or self._max_page_size, self._max_page_size)
        end = _DONE if len(found) <= most else _End(Code.SIZE_LIMIT_EXCEEDED)
        return found[:most], end


def _is_last(controls: list[sansldap.LDAPControl]) -> bool:
    return not any(isinstance(control, sansldap.PagedResultControl) and control.cookie for control in controls)


def _wish_of(controls: list[sansldap.LDAPControl]) -> _Wish:
    page: sansldap.PagedResultControl | None = None
    parts: int | None = None
    no_references = False
    for control in controls:
        if isinstance(control, sansldap.PagedResultControl):
            page = control
        elif control.control_type == SD_FLAGS:
            parts = _flags_of(control.value)
        elif control.control_type == DOMAIN_SCOPE:
            no_references = True
        elif control.critical and control.control_type != SHOW_DELETED:
            raise _Refused(Code.UNAVAILABLE_CRITICAL_EXTENSION, _BAD_CONTROL)
    return _Wish(page, parts, no_references)


def _flags_of(value: bytes | None) -> int:
    """The security descriptor control's value, ``SEQUENCE { Flags INTEGER }``; none at all stands for all parts."""
    if not value:
        return 0xF
    try:
        return ASN1Reader(value).read_sequence().read_integer()
    except ValueError:
        raise _Refused(Code.UNAVAILABLE_CRITICAL_EXTENSION, _BAD_CONTROL) from None
