"""The directory over LDAPS or StartTLS: searches only, to their very end.

Simple bind or Kerberos, never NTLM. The certificate is always checked. Referrals are not followed: what lies in
another domain is asked of a controller of that domain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muster.model import Answer, Endpoint, LdapSearch, Object, Problem, Question
from muster.transport.connecting import Deadline
from muster.transport.directory.allowed import refuse_secrets
from muster.transport.directory.values import entry, range_of
from muster.transport.directory.wire import Wire
from muster.transport.session import Unanswered

_PAGED = "1.2.840.113556.1.4.319"
_NAMING_CONTEXTS = (
    "schemaNamingContext",
    "configurationNamingContext",
    "rootDomainNamingContext",
    "defaultNamingContext",
)
_SUCCESS, _TIME_LIMIT, _SIZE_LIMIT, _ADMIN_LIMIT, _NO_SUCH_OBJECT = 0, 3, 4, 11, 32


def connect(endpoint: Endpoint, seconds: float) -> "LdapSession":
    """Open, secure and log in, within about ``seconds``; raises ``Unanswered`` with the endpoint lost."""
    if endpoint.tls not in {"tls", "starttls"}:
        raise _refused("LDAP without TLS", "Use tls: tls or tls: starttls in the inventory's ldap endpoint")
    method = endpoint.authentication.method
    if method not in {"kerberos", "simple", "anonymous"}:
        raise _refused(f"{method} as a login to the directory", "Use method: kerberos or simple")
    deadline = Deadline(seconds)
    wire = Wire(endpoint, seconds)
    try:
        wire.open(deadline)
        wire.log_in(deadline)
    except Unanswered:
        wire.close()
        raise
    return LdapSession(wire)


@dataclass(slots=True)
class LdapSession:
    """An open, logged-in connection to one domain controller."""

    wire: Wire
    _contexts: dict[str, str] = field(default_factory=dict)

    def ask(self, question: Question, seconds: float) -> Answer:
        """Search, within about ``seconds``; raises ``Unanswered``.

        A base that does not exist is an answer without objects; a search that ended early is a partial answer.
        """
        if not isinstance(question, LdapSearch):
            raise TypeError(f"{type(question).__name__} is no question for a directory")
        refuse_secrets(question)
        deadline = Deadline(seconds)
        return self._search(self._filled(question.base, deadline), question, deadline)

    def close(self) -> None:
        """Unbind; never raises."""
        self.wire.close()

    def _filled(self, base: str, deadline: Deadline) -> str:
        """The base with the names of this controller's own naming contexts."""
        for name in _NAMING_CONTEXTS:
            mark = "{" + name + "}"
            if mark not in base:
                continue
            if not self._contexts:
                self._contexts = self._naming_contexts(deadline)
            if name not in self._contexts:
                said = f"the rootDSE of {self.wire.place} has no {name}"
                raise Unanswered(
                    Problem("failed", said, "no Active Directory?", "Check that this is a domain controller")
                )
            base = base.replace(mark, self._contexts[name])
        return base

    def _naming_contexts(self, deadline: Deadline) -> dict[str, str]:
        root = self._search("", LdapSearch(base="", scope="base", attributes=_NAMING_CONTEXTS), deadline)
        properties = root.objects[0].properties if root.objects else {}
        return {name: str(values[0]) for name, values in properties.items() if isinstance(values, tuple) and values}

    def _search(self, base: str, question: LdapSearch, deadline: Deadline) -> Answer:
        objects: list[Object] = []
        shortfalls: list[Problem] = []
        asked = f"search of '{base}' {question.filter} at {self.wire.place}"
        cookie: bytes | None = None
        while True:
            result, rows = self.wire.page(base, question, cookie, deadline)
            for dn, attributes in rows:
                whole, missing = self._completed(dn, attributes, question, deadline)
                objects.append(entry(dn, whole, question.attributes))
                shortfalls.extend(missing)
            code = result["result"]
            if code == _NO_SUCH_OBJECT:
                return Answer(())
            if code != _SUCCESS:
                problem = self.wire.diagnosed(result, asked)
                if not objects or code not in {_TIME_LIMIT, _SIZE_LIMIT, _ADMIN_LIMIT}:
                    raise Unanswered(problem)
                cut = Problem("partial", problem.message, problem.cause, problem.cure)
                return Answer(tuple(objects), shortfalls=(*shortfalls, cut))
            cookie = _cookie(result)
            if not cookie:
                return Answer(tuple(objects), shortfalls=tuple(shortfalls))

    def _completed(
        self, dn: str, attributes: dict[str, list[bytes]], question: LdapSearch, deadline: Deadline
    ) -> tuple[dict[str, list[bytes]], list[Problem]]:
        """Attributes with every value, where the directory sent only the first 1,500."""
        whole = {name: values for name, values in attributes.items() if range_of(name) is None}
        shortfalls: list[Problem] = []
        for name, values in attributes.items():
            ranged = range_of(name)
            if ranged is None:
                continue
            attribute, following = ranged
            collected = list(values)
            while following is not None:
                more = self._range(dn, attribute, following, question, deadline)
                if more is None:
                    said = f"{attribute} of {dn} came with {len(collected)} values, and the rest did not follow"
                    shortfalls.append(
                        Problem("partial", said, "it changed meanwhile, or may not be read", "Run again")
                    )
                    break
                collected.extend(more[0])
                following = more[1]
            whole[attribute] = collected
        return whole, shortfalls

    def _range(
        self, dn: str, attribute: str, first: int, question: LdapSearch, deadline: Deadline
    ) -> tuple[list[bytes], int | None] | None:
        """The values from ``first`` on, and where the next ones start; ``None`` when nothing came."""
        single = LdapSearch(
            base=dn,
            scope="base",
            attributes=(f"{attribute};range={first}-*",),
            security_descriptor=question.security_descriptor,
        )
        _, rows = self.wire.page(dn, single, None, deadline)
        for _, attributes in rows:
            for name, values in attributes.items():
                ranged = range_of(name)
                if ranged and ranged[0].casefold() == attribute.casefold() and values:
                    return values, ranged[1]
        return None


def _cookie(result: Mapping[str, Any]) -> bytes | None:
    control = (result.get("controls") or {}).get(_PAGED)
    return control["value"]["cookie"] if control else None


def _refused(what: str, cure: str) -> Unanswered:
    problem = Problem("not allowed", f"{what} is refused", "it would show the password or trust anybody", cure)
    return Unanswered(problem, lost=True)
