"""One thing to ask, as a value. A question says what is asked and of whom, never how."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

Argument = bool | int | str | tuple[str, ...]
"""A cmdlet parameter's value; ``True`` is a switch."""


@dataclass(frozen=True, slots=True)
class Command:
    """A cmdlet with its parameters, in the order they are sent."""

    name: str
    parameters: tuple[tuple[str, Argument], ...] = ()

    def __str__(self) -> str:
        """Read as it would be typed."""
        return " ".join([self.name, *(_typed(name, value) for name, value in self.parameters)])


def _typed(name: str, value: Argument) -> str:
    if value is True:
        return f"-{name}"
    if value is False:
        return f"-{name}:$false"
    if isinstance(value, tuple):
        return f"-{name} " + ",".join(_quoted(item) for item in value)
    return f"-{name} {_quoted(str(value))}"


def _quoted(text: str) -> str:
    plain = text and all(character.isalnum() or character in "._-:\\/*{}" for character in text)
    return text if plain else "'" + text.replace("'", "''") + "'"


def command(name: str, /, **parameters: Argument) -> Command:
    """Write a command as it is typed: ``command("Select-Object", ExpandProperty="FileVersionInfo")``."""
    return Command(name, tuple(parameters.items()))


@dataclass(frozen=True, slots=True)
class After:
    """The earlier question that a question is built from: ``{after}`` becomes this property of its answer.

    ``escape="wql"`` doubles backslashes and escapes quotes for a WQL filter; ``"sid"`` reads a SID's bytes as text.
    In a search ``{after_domain}`` is the DNS name of the domain that the property, a DN, lies in: only its own
    controllers hold it.
    """

    question: "Question"
    property: str
    escape: str = ""


@dataclass(frozen=True, slots=True, init=False)
class ExchangeCmdlet:
    """A pipeline for any Exchange endpoint of the organisation: ``ExchangeCmdlet("Get-OrganizationConfig")``.

    ``about`` names the server it asks about (``{name}`` before binding), ``None`` the organisation. ``at`` names
    the only server that can answer: an Edge, whose objects no other endpoint has.
    """

    pipeline: tuple[Command, ...]
    about: str | None
    at: str | None
    after: After | None

    def __init__(
        self,
        cmdlet: str | tuple[Command, ...],
        /,
        *then: Command,
        about: str | None = None,
        at: str | None = None,
        after: After | None = None,
        **parameters: Argument,
    ) -> None:
        first = (command(cmdlet, **parameters),) if isinstance(cmdlet, str) else cmdlet
        object.__setattr__(self, "pipeline", (*first, *then))
        object.__setattr__(self, "about", about)
        object.__setattr__(self, "at", at)
        object.__setattr__(self, "after", after)

    @property
    def key(self) -> str:
        """One line that is the same exactly when the question is the same."""
        where = f"exchange {self.at}: " if self.at else "exchange: "
        return where + " | ".join(map(str, self.pipeline))


@dataclass(frozen=True, slots=True, init=False)
class WindowsCmdlet:
    """A pipeline for one server's own Windows or JEA endpoint."""

    pipeline: tuple[Command, ...]
    server: str
    after: After | None

    def __init__(
        self,
        cmdlet: str | tuple[Command, ...],
        /,
        *then: Command,
        server: str = "{name}",
        after: After | None = None,
        **parameters: Argument,
    ) -> None:
        first = (command(cmdlet, **parameters),) if isinstance(cmdlet, str) else cmdlet
        object.__setattr__(self, "pipeline", (*first, *then))
        object.__setattr__(self, "server", server)
        object.__setattr__(self, "after", after)

    @property
    def key(self) -> str:
        """One line that is the same exactly when the question is the same."""
        return f"windows {self.server}: " + " | ".join(map(str, self.pipeline))


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapSearch:
    """A search. ``base`` is ``""`` (rootDSE) or a DN that may end in ``{schemaNamingContext}``,
    ``{configurationNamingContext}``, ``{rootDomainNamingContext}`` or ``{defaultNamingContext}``; the
    transport fills those in from the rootDSE of the controller that it asks.

    ``controller`` names one domain controller, ``domain`` any of that domain, neither any of the forest.
    """  # noqa: D205 - the first sentence is the summary

    base: str
    filter: str = "(objectClass=*)"
    scope: str = "subtree"
    attributes: tuple[str, ...] = ()
    security_descriptor: bool = False
    controller: str | None = None
    domain: str | None = None
    after: After | None = None

    @property
    def key(self) -> str:
        """One line that is the same exactly when the question is the same."""
        where = self.controller or self.domain or "forest"
        security = " +nTSecurityDescriptor" if self.security_descriptor else ""
        what = f"{self.scope} of '{self.base}' {self.filter} [{' '.join(self.attributes)}]"
        return f"ldap {where}: {what}{security}"


@dataclass(frozen=True, slots=True)
class TlsHandshake:
    """A handshake with a server or public name; ``starttls="smtp"`` upgrades first. Nothing is verified here:
    the answer holds the chain as served, and checks judge it.
    """  # noqa: D205

    name: str
    port: int
    starttls: str = ""

    @property
    def key(self) -> str:
        """One line that is the same exactly when the question is the same."""
        return f"tls {self.name}:{self.port}" + (f" after STARTTLS ({self.starttls})" if self.starttls else "")


@dataclass(frozen=True, slots=True)
class SmtpDialogue:
    """Greeting, EHLO, and EHLO again after STARTTLS where it is offered; then QUIT. No mail is sent."""

    name: str
    port: int = 25

    @property
    def key(self) -> str:
        """One line that is the same exactly when the question is the same."""
        return f"smtp {self.name}:{self.port}"


@dataclass(frozen=True, slots=True)
class HttpsRequest:
    """An unauthenticated GET."""

    name: str
    path: str
    port: int = 443

    @property
    def key(self) -> str:
        """One line that is the same exactly when the question is the same."""
        return f"https {self.name}:{self.port} GET {self.path}"


Question = ExchangeCmdlet | WindowsCmdlet | LdapSearch | TlsHandshake | SmtpDialogue | HttpsRequest


@dataclass(frozen=True, slots=True)
class Need:
    """What a fact must have: alternatives in order, the first that is answered counts.

    ``split_by`` names the properties, tried in order, that tell whose a row is; without it every row counts.
    ``may_be_empty`` says that no row (after the split) is itself an answer.
    """

    alternatives: tuple[Question, ...]
    split_by: tuple[str, ...] = ()
    may_be_empty: bool = False


def need(*alternatives: Question, split_by: tuple[str, ...] = (), may_be_empty: bool = False) -> Need:
    """Write a need: ``need(ExchangeCmdlet("Get-ReceiveConnector"), split_by=("Server",))``."""
    return Need(alternatives, split_by, may_be_empty)


def bind(question: Question, fields: Mapping[str, str]) -> Question:  # noqa: C901 - one case per kind
    """Fill ``{name}``, ``{fqdn}``, ``{domain}`` … in every text of a question; unknown braces stay.

    A question that still waits for ``{after}`` keeps it, and its earlier question is bound too.
    """

    def fill(text: str) -> str:
        for field_name, value in fields.items():
            text = text.replace("{" + field_name + "}", value)
        return text

    def fill_argument(value: Argument) -> Argument:
        if isinstance(value, str):
            return fill(value)
        return tuple(fill(item) for item in value) if isinstance(value, tuple) else value

    def fill_pipeline(pipeline: tuple[Command, ...]) -> tuple[Command, ...]:
        return tuple(
            Command(step.name, tuple((name, fill_argument(value)) for name, value in step.parameters))
            for step in pipeline
        )

    match question:
        case ExchangeCmdlet():
            about = fill(question.about) if question.about else None
            after = _bind_after(question, fields)
            return ExchangeCmdlet(fill_pipeline(question.pipeline), about=about, at=question.at, after=after)
        case WindowsCmdlet():
            server = fill(question.server)
            return WindowsCmdlet(fill_pipeline(question.pipeline), server=server, after=_bind_after(question, fields))
        case LdapSearch():
            return replace(
                question,
                base=fill(question.base),
                filter=fill(question.filter),
                controller=fill(question.controller) if question.controller else None,
                domain=fill(question.domain) if question.domain else None,
                after=_bind_after(question, fields),
            )
        case TlsHandshake() | SmtpDialogue():
            return replace(question, name=fill(question.name))
        case HttpsRequest():
            return replace(question, name=fill(question.name), path=fill(question.path))


def _bind_after(question: ExchangeCmdlet | WindowsCmdlet | LdapSearch, fields: Mapping[str, str]) -> After | None:
    after = question.after
    return replace(after, question=bind(after.question, fields)) if after else None


Chained = ExchangeCmdlet | WindowsCmdlet | LdapSearch
"""The questions that may be built from an earlier one."""


def fill_after(question: Chained, value: str) -> Question:
    """The question that can be asked now that the earlier answer gave ``value``."""
    escape = question.after.escape if question.after else ""
    if escape == "wql":
        value = value.replace("\\", "\\\\").replace("'", "\\'")
    filled = bind(question, {"after": value, "after_domain": _domain_of(value)})
    match filled:
        case ExchangeCmdlet():
            return ExchangeCmdlet(filled.pipeline, about=filled.about, at=filled.at)
        case WindowsCmdlet():
            return WindowsCmdlet(filled.pipeline, server=filled.server)
        case LdapSearch():
            return replace(filled, after=None)
        case _:  # bind keeps the kind
            raise TypeError(f"{type(filled).__name__} cannot follow another question")


def _domain_of(dn: str) -> str:
    """``emea.contoso.local`` of ``CN=Users,DC=emea,DC=contoso,DC=local``."""
    parts = [part.strip() for part in dn.split(",")]
    return ".".join(part[3:] for part in parts if part.casefold().startswith("dc="))
