"""From observations to facts: which answer serves which need of which subject, and what is missing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from muster.model import (
    Answer,
    Chained,
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    ExchangeCmdlet,
    Fact,
    FactUnavailable,
    Forest,
    Need,
    Object,
    Observation,
    Problem,
    Question,
    Server,
    Subject,
    Value,
    WindowsCmdlet,
    bind,
    concerns,
    fill_after,
    same_server,
)
from muster.reading.access_lists import read_sid

F = TypeVar("F", bound=Fact)

Book = Callable[[Question, Subject], Observation | None]
"""Looks an observation up for a question asked about a subject; ``None`` when it was never asked."""


@dataclass(frozen=True, slots=True)
class Resolved(Generic[F]):
    """A fact, what its answers lacked, and the keys of the questions that gave it."""

    fact: F
    shortfalls: tuple[Problem, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(slots=True)
class _Trail:
    shortfalls: list[Problem] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def fields_of(subject: Subject) -> dict[str, str]:
    """What the braces of a question's templates stand for, for this subject."""
    match subject:
        case Server():
            domain = subject.fqdn.partition(".")[2]
            fields = {"name": subject.name, "fqdn": subject.fqdn or subject.name, "member": subject.name}
            fields |= {"domain": domain, "domain_dn": _dn_of(domain)} if domain else {}
            return fields | _declared(subject)
        case DomainController():
            dn = _dn_of(subject.domain)
            return {"name": subject.name, "fqdn": subject.fqdn, "domain": subject.domain, "domain_dn": dn}
        case Domain():
            return {"name": subject.name, "domain": subject.name, "domain_dn": _dn_of(subject.name)}
        case Forest(installer=str(account)):
            return {"name": subject.name, **_account_fields(account)}
        case _:
            return {"name": subject.name}


def _account_fields(account: str) -> dict[str, str]:
    r"""``CONTOSO\name`` or ``name@contoso.local`` in its parts, safe inside a search filter."""
    if "@" in account:
        name, _, domain = account.partition("@")
    else:
        domain, _, name = account.rpartition("\\")
    parts = {"account": account, "account_name": name, "account_domain": domain}
    return {key: _filter_escaped(value) for key, value in parts.items()}


def _filter_escaped(text: str) -> str:
    """RFC 4515, section 3."""
    return "".join(f"\\{ord(letter):02x}" if letter in "\\*()\0" else letter for letter in text)


def _declared(server: Server) -> dict[str, str]:
    """What the inventory declares for the upgrade: the parts of the installing account, and ``{media}``."""
    fields = _account_fields(server.installer) if server.installer else {}
    if server.media:
        fields |= {"media": server.media, "media_wql": server.media.replace("\\", "\\\\")}
    return fields


def _dn_of(domain: str) -> str:
    return ",".join(f"DC={label}" for label in domain.split("."))


def bound(question: Question, subject: Subject) -> Question:
    """The question as it is asked about this subject; an Edge's objects only the Edge itself can show."""
    ready = bind(question, fields_of(subject))
    if isinstance(ready, ExchangeCmdlet) and isinstance(subject, Server) and "Edge" in subject.roles:
        return ExchangeCmdlet(ready.pipeline, about=subject.name, at=subject.name, after=ready.after)
    return ready


def ways(wanted: Need, subject: Subject) -> Iterator[Question]:
    """Every question that can meet a need of a subject, best first.

    What goes to ``{member}`` of a group may be asked of any of its members: one that says nothing, is down, or on
    which nobody may open a session now is stood in for by the next.
    """
    for alternative in wanted.alternatives:
        if isinstance(subject, DatabaseAvailabilityGroup) and _of_any_member(alternative):
            yield from (bound(bind(alternative, {"member": member.name}), subject) for member in subject.members)
        else:
            yield bound(alternative, subject)


def _of_any_member(question: Question) -> bool:
    return isinstance(question, WindowsCmdlet) and question.server == "{member}"


def needs_of(fact: type[Fact], subject: Subject | None = None) -> Iterator[Need]:
    """Every need of a fact, those of the facts it is made of included; of a subject those that concern it."""
    for wanted in fact.needs.values():
        if isinstance(wanted, Need):
            yield wanted
        elif subject is None or concerns(wanted, subject):
            yield from needs_of(wanted, subject)


def resolve(fact: type[F], subject: Subject, book: Book) -> Resolved[F]:
    """Read one fact of one subject; raises ``FactUnavailable`` for what could not be had."""
    trail = _Trail()
    try:
        made = _read(fact, subject, book, trail)
    except FactUnavailable as missing:
        asked = tuple(dict.fromkeys(trail.questions))
        raise FactUnavailable(missing.subject, missing.wanted, missing.problem, asked) from None
    return Resolved(made, tuple(trail.shortfalls), tuple(dict.fromkeys(trail.questions)))


def _read(fact: type[F], subject: Subject, book: Book, trail: _Trail) -> F:
    answers: dict[str, Answer | Fact] = {}
    for name, wanted in fact.needs.items():
        if isinstance(wanted, Need):
            answers[name] = _answer_for(fact, wanted, subject, book, trail)
        elif concerns(wanted, subject):
            answers[name] = _read(wanted, subject, book, trail)
    return fact.read(subject, answers)


def _answer_for(fact: type[Fact], wanted: Need, subject: Subject, book: Book, trail: _Trail) -> Answer:
    first: Problem | None = None
    for way in ways(wanted, subject):
        question, problem = _ready(way, subject, book)
        if problem is None:
            observation = book(question, subject)
            trail.questions.append(observation.question.key if observation else question.key)
            problem = _problem_of(observation, question)
            if problem is None and observation is not None and observation.answer is not None:
                answer = replace(rows_of(observation.answer, wanted.split_by, subject), taken=observation.taken)
                if answer.objects or (wanted.may_be_empty and not answer.shortfalls):
                    trail.shortfalls.extend(answer.shortfalls)
                    return answer
                others = len(observation.answer.objects)
                problem = answer.shortfalls[0] if answer.shortfalls else _nothing_came(question, others)
        first = first or problem
    if first is None:
        raise TypeError(f"{fact.__name__} has a need without alternatives")
    raise FactUnavailable(subject.name, fact.__name__, first)


def next_question(wanted: Need, subject: Subject, book: Book) -> Question | None:
    """What must be asked next so that a need is met; ``None`` when it is met or nothing is left to try."""
    for way in ways(wanted, subject):
        question, problem = _ready(way, subject, book)
        if problem is not None and problem.kind == "not asked yet":
            return _first_of_chain(question, subject, book)
        if problem is not None:
            continue
        observation = book(question, subject)
        if observation is None:
            return question
        if observation.answer is None:
            continue
        rows = rows_of(observation.answer, wanted.split_by, subject)
        if rows.objects or (wanted.may_be_empty and not rows.shortfalls):
            return None
    return None


def _first_of_chain(question: Question, subject: Subject, book: Book) -> Question:
    """The earliest question of a chain of ``after`` that has not been asked."""
    while isinstance(question, Chained) and question.after is not None:
        earlier, problem = _ready(question.after.question, subject, book)
        if problem is None and book(earlier, subject) is None:
            return earlier
        question = earlier
    return question


def _ready(question: Question, subject: Subject, book: Book) -> tuple[Question, Problem | None]:
    """The question with ``{after}`` filled in from the earlier answer, or why it cannot be filled."""
    if not isinstance(question, Chained) or question.after is None:
        return question, None
    earlier, problem = _ready(question.after.question, subject, book)
    if problem is not None:
        return question, problem
    observation = book(earlier, subject)
    if observation is None:
        return question, Problem("not asked yet", f"{earlier.key} was not asked")
    if observation.answer is None:
        return question, observation.problem
    value = (_sid_property if question.after.escape == "sid" else text_property)(
        observation.answer, question.after.property
    )
    if value is None:
        return question, Problem("not sent", f"{earlier.key} did not send {question.after.property}")
    return fill_after(question, value), None


def text_property(answer: Answer, name: str) -> str | None:
    """The text of one property of an answer's first object; ``None`` where it did not come."""
    value = _property(answer, name)
    return None if value is None else _text(value)


def _sid_property(answer: Answer, name: str) -> str | None:
    """A SID as text; ``None`` where it did not come or is none."""
    try:
        return read_sid(_property(answer, name))
    except ValueError:
        return None


def _property(answer: Answer, name: str) -> Value:
    for item in answer.objects[:1]:
        nested = item.properties.get("Properties")  # .NET's SearchResult, whose attributes are in lower case
        sent = nested.properties if isinstance(nested, Object) else item.properties
        return sent.get(name, sent.get(name.casefold()))
    return None


def _problem_of(observation: Observation | None, question: Question) -> Problem | None:
    if observation is None:
        return Problem("not run", f"{question.key} was not asked")
    return observation.problem


def _nothing_came(question: Question, others: int) -> Problem:
    if others:
        said = f"{question.key} brought {others} rows, and none of this subject"
        cure = "Compare the names in the inventory with those in the answer; an account may also see a part only"
        return Problem("empty", said, "they belong to others", cure)
    return Problem(
        "empty",
        f"{question.key} brought nothing for this subject",
        "the account may lack the permission to see these objects",
        "Grant View-Only Organization Management (Exchange) or read access (directory), then run again",
    )


def rows_of(answer: Answer, split_by: tuple[str, ...], subject: Subject) -> Answer:
    """The rows of an answer that belong to one server; other subjects keep every row.

    A row that does not say whose it is may be this server's: the answer is then partial for every server. Rows of
    servers that the inventory lacks are a finding of the organisation (``servers.rows-in-inventory``).
    """
    if not split_by or not isinstance(subject, Server):
        return answer
    owners = [(item, owner_of(item, split_by)) for item in answer.objects]
    mine = tuple(item for item, owner in owners if owner is not None and same_server(owner, subject))
    unowned = sum(1 for _, owner in owners if owner is None)
    if not unowned:
        return Answer(mine, answer.serialization, answer.shortfalls)
    said = f"{unowned} of {len(owners)} rows do not say whose they are ({', '.join(split_by)})"
    return Answer(mine, answer.serialization, (*answer.shortfalls, Problem("not sent", said)))


def owner_of(item: Object, split_by: tuple[str, ...]) -> str | None:
    """The text that tells whose a row is."""
    for name in split_by:
        value = item.properties.get(name) if name != "ToString" else item.text
        if value is not None and _text(value):
            return _text(value)
    return None


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return _text(value[0]) if value else ""
    text = getattr(value, "text", value)
    return "" if text is None else str(text)


def satisfies(recorded: Question, asked: Question, subject: Subject) -> bool:
    """Whether a recorded question's answer serves another question when it is asked about ``subject``.

    The same question does; so does one for ``-Server X`` or ``-Identity X`` where the whole organisation was
    asked, for subject X only; and so does an unprojected, unfiltered form of a projected question.
    """
    if recorded.key == asked.key:
        return True
    match recorded, asked:
        case ExchangeCmdlet(), ExchangeCmdlet():
            return recorded.at == asked.at and _serves(recorded, asked, subject)
        case WindowsCmdlet(), WindowsCmdlet():
            return recorded.server.casefold() == asked.server.casefold() and _serves(recorded, asked, subject)
        case _:
            return False


_NARROWING = frozenset({"property", "filter", "erroraction", "domaincontroller"})
_SELECTING = frozenset({"server", "identity"})


def _serves(
    recorded: ExchangeCmdlet | WindowsCmdlet, asked: ExchangeCmdlet | WindowsCmdlet, subject: Subject
) -> bool:
    if [step.name.casefold() for step in recorded.pipeline] != [step.name.casefold() for step in asked.pipeline]:
        return False
    for have, want in zip(recorded.pipeline, asked.pipeline, strict=True):
        has = {name.casefold(): value for name, value in have.parameters}
        wants = {name.casefold(): value for name, value in want.parameters}
        for name in has.keys() | wants.keys():
            same = str(has.get(name)).casefold() == str(wants.get(name)).casefold()
            if same and name in has and name in wants:
                continue
            if name in _SELECTING:
                value = has.get(name, wants.get(name))
                if not (isinstance(subject, Server) and same_server(str(value), subject)):
                    return False
                continue
            if name in _NARROWING and name not in has:
                continue
            return False
    return True


def book_of(observations: Mapping[str, Observation]) -> Book:
    """A book over observations by key, with ``satisfies`` as the second look."""

    def look_up(question: Question, subject: Subject) -> Observation | None:
        exact = observations.get(question.key)
        if exact is not None:
            return exact
        for observation in observations.values():
            if satisfies(observation.question, question, subject):
                return observation
        return None

    return look_up
