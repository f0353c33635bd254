"""``docs/questions.md``: what a security officer wants to read before muster is let in."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from muster.catalogue.rows import texts
from muster.catalogue.tables import table as catalogue_table
from muster.documentation.markdown import GENERATED, code, plain, table
from muster.documentation.usage import KINDS, Usage, chain, needs, typed
from muster.model import Chained, ExchangeCmdlet, LdapSearch, Need, Question, WindowsCmdlet
from muster.origin import MOST, audit_question, metadata_question
from muster.transport.directory.allowed import SECRET_ATTRIBUTES
from muster.transport.readonly.allowed import EXCHANGE, SELECT, SNAPIN, WINDOWS
from muster.transport.readonly.allowing import Allowed
from muster.transport.readonly.never import NEVER

_INTRODUCTION = """\
Everything that muster can ask, word for word, with the right it takes and the controls that need it.
`pytest --env <name> --explain` prints the same for your own servers, and sends nothing. What stands in braces is
filled in: `{name}` and `{fqdn}` of the server or controller that is asked about, `{domain}` and `{domain_dn}` of a
domain, `{after}` from the answer of the question before it, the naming contexts from the controller's own rootDSE.

Questions change nothing, and nothing else is sent: see [what the list lets through](#the-read-only-list). A question
that the account may not ask makes the verdicts that need it undetermined, and no others.
"""

_TITLES = {
    "exchange": "Exchange",
    "windows": "Windows, on each server",
    "ldap": "Directory",
    "tls": "TLS handshakes",
    "smtp": "SMTP",
    "https": "HTTPS",
}

_ABOUT = {
    "Server": "server",
    "DomainController": "domain controller",
    "Domain": "domain",
    "PublicName": "public name",
}


def questions_page(used: Sequence[Usage]) -> str:
    """The whole page."""
    parts = [GENERATED, "# Questions\n", _INTRODUCTION]
    asked = every_question(needs())
    for kind, title in _TITLES.items():
        parts += [f"## {title}\n", _rights(kind)]
        parts += [_entry(question, used) for question in asked if KINDS[type(question)] == kind]
    parts += ["## After a comparison with a baseline\n", _who_and_when()]
    parts += ["## The read-only list\n", _READ_ONLY, "### Never\n", _never(), "### Exchange\n", _list(EXCHANGE)]
    parts += ["### Windows\n", _list(WINDOWS), "### Behind either of them\n", _list((SELECT,))]
    parts += ["### To open an Edge's session\n", _list((SNAPIN,)), "### Directory\n", _SECRETS, _secrets()]
    return "\n".join(parts)


def every_question(wanted: Iterable[Need]) -> tuple[Question, ...]:
    """Every distinct question of these needs, those asked first included, in order of kind and text."""
    found = {step.key: step for one in wanted for alternative in one.alternatives for step in chain(alternative)}
    kinds = list(_TITLES)
    return tuple(sorted(found.values(), key=lambda one: (kinds.index(KINDS[type(one)]), typed(one), one.key)))


def _rights(kind: str) -> str:
    right = catalogue_table("rights")[kind]
    if not isinstance(right, dict):
        raise TypeError(f"rights.yaml has no entry for {kind}")
    lines = [f"{right['where']}.\n", f"**Right:** {right['right']}.\n"]
    if "unverified" in right:
        lines.append(f"**Unverified:** {right['unverified']}. To find out: {right['how']}.\n")
    notes = texts(right, "notes")
    lines += [f"- {note}" for note in notes]
    return "\n".join([*lines, ""]) if notes else "\n".join(lines)


def _entry(question: Question, used: Sequence[Usage]) -> str:
    own = [(one, wanted, about) for one in used for wanted, about in one.needs if asks(wanted, question)]
    first = {one.listed.control.id for one, wanted, _ in own if _is_first(wanted, question)}
    otherwise = {one.listed.control.id for one, *_ in own} - first
    lines = [f"### {code(typed(question))}\n", f"{_how_often(question, {about.__name__ for *_, about in own})}.\n"]
    if isinstance(question, Chained) and question.after is not None:
        earlier = question.after
        lines.append(f"`{{after}}` is {code(earlier.property)} of {code(typed(earlier.question))}.\n")
    if first:
        lines.append(f"Needed by {_ids(first)}.\n")
    if otherwise:
        lines.append(f"Only where an earlier way had a problem: {_ids(otherwise)}.\n")
    if not own:
        lines.append("No control needs it at present, so it is not asked.\n")
    return "\n".join(lines)


def asks(wanted: Need, question: Question) -> bool:
    """Whether a need asks a question in any of its ways, on the way to an answer included."""
    return any(step.key == question.key for alternative in wanted.alternatives for step in chain(alternative))


def _is_first(wanted: Need, question: Question) -> bool:
    return any(step.key == question.key for step in chain(wanted.alternatives[0]))


def _how_often(question: Question, about: set[str]) -> str:
    if isinstance(question, ExchangeCmdlet) and question.about is None:
        return "Once for the whole organisation"
    if isinstance(question, LdapSearch) and question.controller is None and question.domain is None:
        return "Once, of any domain controller of the forest"
    if isinstance(question, WindowsCmdlet) and question.server == "{member}":
        return "Once per DAG, of the first member that answers"
    names = sorted(_ABOUT[name] for name in about if name in _ABOUT) or ["server"]
    return "Once per " + " and per ".join(names)


def _ids(ids: set[str]) -> str:
    return ", ".join(code(one) for one in sorted(ids))


def _who_and_when() -> str:
    moment = datetime(2026, 11, 24, 21, 10, tzinfo=UTC)
    log = audit_question(("Set-ReceiveConnector",), moment, moment)
    return _WHO_AND_WHEN.format(search=code(typed(metadata_question("{dn}"))), most=MOST, log=code(typed(log)))


_WHO_AND_WHEN = """\
### {search}

Once per object that is not as it was (at most {most}), of a controller that holds it.

### {log}

Once, between baseline and now, for the cmdlets that write what drifted. The role View-Only Audit Logs gives it;
without it the report says so. See [who and when](who-and-when.md).
"""


_READ_ONLY = """\
The transports compare cmdlet, parameter and value with a list before anything is sent
(`plugins/muster/transport/readonly/allowed.py`); what is not on it is refused on your side of the wire. It is a
little wider than what the checks ask, so that checks of one's own have room. There is no script text in any question:
only cmdlets with parameters, at most three in a pipeline, and behind the first one only `Select-Object`.
"""

_SECRETS = """\
Searches only; nothing is ever written, compared or deleted. These attributes are refused, and are taken out of
answers where all attributes were asked for:
"""


def _never() -> str:
    rows = [
        [_pattern(one.cmdlet, "any cmdlet"), _pattern(one.parameter, ""), _pattern(one.value, ""), plain(one.reason)]
        for one in NEVER
    ]
    note = "\nPatterns are regular expressions over the whole name, capitals or not.\n"
    return table(["cmdlet", "parameter", "value", "why"], rows) + note


def _pattern(text: str, anything: str) -> str:
    return code(text) if text and text != ".*" else anything


def _list(entries: Sequence[Allowed]) -> str:
    rows = []
    for entry in entries:
        parameters = [f"{code('-' + name)} {plain(rule.meaning)}" for name, rule in sorted(entry.parameters.items())]
        must = [f"always {code('-' + name)}" for name in sorted(entry.must)]
        if entry.one_of:
            must.append("at least one of " + ", ".join(code("-" + name) for name in sorted(entry.one_of)))
        rows.append([code(entry.cmdlet), "<br>".join(parameters) or "none", "; ".join(must)])
    return table(["cmdlet", "parameters", "only with"], rows)


def _secrets() -> str:
    return ", ".join(code(name) for name in sorted(SECRET_ATTRIBUTES)) + "\n"
