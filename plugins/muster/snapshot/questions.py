"""A question of any kind ↔ JSON. ``ask`` says which kind; parameters are pairs, because their order is sent."""

from muster.model import (
    After,
    Argument,
    Command,
    ExchangeCmdlet,
    HttpsRequest,
    LdapSearch,
    Question,
    SmtpDialogue,
    TlsHandshake,
    WindowsCmdlet,
)
from muster.snapshot.text import Json, UnreadableSnapshot, came, each, exactly, field, optional


def dump_question(question: Question) -> Json:
    """One question as JSON."""
    match question:
        case ExchangeCmdlet():
            return {
                "ask": "exchange",
                "pipeline": _dump_pipeline(question.pipeline),
                "about": question.about,
                "at": question.at,
                "after": _dump_after(question.after),
            }
        case WindowsCmdlet():
            return {
                "ask": "windows",
                "pipeline": _dump_pipeline(question.pipeline),
                "server": question.server,
                "after": _dump_after(question.after),
            }
        case LdapSearch():
            return {
                "ask": "ldap",
                "base": question.base,
                "filter": question.filter,
                "scope": question.scope,
                "attributes": list(question.attributes),
                "security_descriptor": question.security_descriptor,
                "controller": question.controller,
                "domain": question.domain,
                **({"after": _dump_after(question.after)} if question.after else {}),
            }
        case TlsHandshake():
            return {"ask": "tls", "name": question.name, "port": question.port, "starttls": question.starttls}
        case SmtpDialogue():
            return {"ask": "smtp", "name": question.name, "port": question.port}
        case HttpsRequest():
            return {"ask": "https", "name": question.name, "path": question.path, "port": question.port}
        case _:
            raise TypeError(f"{type(question).__name__} has no snapshot form")


def _dump_pipeline(pipeline: tuple[Command, ...]) -> Json:
    return [
        {"cmdlet": step.name, "parameters": [[name, _dump_argument(value)] for name, value in step.parameters]}
        for step in pipeline
    ]


def _dump_argument(value: Argument) -> Json:
    if isinstance(value, tuple):
        return list(value)
    if type(value) in {bool, int, str}:
        return value
    raise TypeError(f"{type(value).__name__} is no cmdlet argument")


def _dump_after(after: After | None) -> Json:
    if after is None:
        return None
    return {"question": dump_question(after.question), "property": after.property, "escape": after.escape}


def load_question(data: object) -> Question:
    """One question back from JSON; raises ``UnreadableSnapshot``."""
    ask, text, port = field(data, "ask", exactly(str)), exactly(str), exactly(int)
    maybe = optional(text)
    match ask:
        case "exchange":
            about, at = field(data, "about", maybe), field(data, "at", maybe)
            return ExchangeCmdlet(_load_pipeline(data), about=about, at=at, after=_load_after(data))
        case "windows":
            return WindowsCmdlet(_load_pipeline(data), server=field(data, "server", text), after=_load_after(data))
        case "ldap":
            return LdapSearch(
                base=field(data, "base", text),
                filter=field(data, "filter", text),
                scope=field(data, "scope", text),
                attributes=field(data, "attributes", each(text)),
                security_descriptor=field(data, "security_descriptor", exactly(bool)),
                controller=field(data, "controller", maybe),
                domain=field(data, "domain", maybe),
                after=_load_after(data) if isinstance(data, dict) and "after" in data else None,
            )
        case "tls":
            starttls = field(data, "starttls", text)
            return TlsHandshake(field(data, "name", text), field(data, "port", port), starttls)
        case "smtp":
            return SmtpDialogue(field(data, "name", text), field(data, "port", port))
        case "https":
            return HttpsRequest(field(data, "name", text), field(data, "path", text), field(data, "port", port))
        case _:
            raise UnreadableSnapshot("exchange, windows, ldap, tls, smtp or https", f"'{ask}'", "$.ask")


def _load_pipeline(data: object) -> tuple[Command, ...]:
    return field(data, "pipeline", each(_load_command))


def _load_command(data: object) -> Command:
    return Command(field(data, "cmdlet", exactly(str)), field(data, "parameters", each(_load_parameter)))


def _load_parameter(data: object) -> tuple[str, Argument]:
    if isinstance(data, list) and len(data) == 2:  # noqa: PLR2004 - a pair
        return exactly(str)(data[0]), load_argument(data[1])
    raise UnreadableSnapshot("a pair of name and value", came(data))


def load_argument(data: object) -> Argument:
    """A cmdlet argument: a boolean, a number, text or a list of texts."""
    if isinstance(data, bool | int | str):
        return data
    return each(exactly(str))(data)


def _load_after(data: object) -> After | None:
    return field(data, "after", optional(_load_one_after))


def _load_one_after(data: object) -> After:
    question = field(data, "question", load_question)
    return After(question, field(data, "property", exactly(str)), field(data, "escape", exactly(str)))
