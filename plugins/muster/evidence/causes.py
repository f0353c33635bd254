"""Undetermined verdicts by cause: one dead server is one cause, however many verdicts it leaves open."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from muster.evidence.account import Account, Asked
from muster.evidence.printable import one_line
from muster.model import Problem, Severity, Verdict, capital, sentences

_SILENT = frozenset({"unreachable", "timeout"})
_OF_ONE_PLACE = frozenset({"unreachable", "timeout", "certificate", "login"})
_NOT_A_PLACE = frozenset({"organization", "forest", ""})

_TITLES = {
    "certificate": "{place}: no secure connection",
    "login": "{place}: logging in failed",
    "no secret": "There is nothing to log in with",
    "permission": "The account may not see this",
    "not allowed": "Not on muster's own read-only list",
    "unknown cmdlet": "The endpoint does not offer the cmdlet",
    "not captured": "Not captured",
    "file missing": "The capture lists files that are not there",
    "no endpoint": "There is no endpoint to ask",
    "not run": "Not run",
    "not asked": "Not asked in that run",
    "no time": "A time is needed and none is known",
}

_LACKING = frozenset({"not captured", "not asked"})
_RECORD = "Record what is missing (docs/recording.md says how), and judge again"

_PROBES = ("tls ", "smtp ", "https ")
"""How the keys of questions begin that no capture holds."""

_EACH_ALONE = 8

_Key = tuple[str, ...]


class _Open(NamedTuple):
    """One undetermined verdict: the sentence it adds to its group, and the unanswered question behind it."""

    verdict: Verdict
    message: str
    seen: Asked | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why some verdicts are undetermined, and what would cure it.

    ``messages`` holds each different sentence once, most frequent first, without what the title says already; ``why``
    is the one that goes beside the title where there is room for one. ``lacking`` lists every question that the old
    answers do not hold: what to bring. ``severity`` is the highest among the ``verdicts``.
    """

    title: str
    messages: tuple[str, ...]
    cure: str
    verdicts: tuple[Verdict, ...]
    severity: Severity
    why: str = ""
    lacking: tuple[str, ...] = ()

    @property
    def to_bring(self) -> tuple[str, ...]:
        """What of ``lacking`` can be recorded and brought along."""
        return tuple(name for name in self.lacking if not name.startswith(_PROBES))

    @property
    def only_live(self) -> tuple[str, ...]:
        """What of ``lacking`` only a run that reaches the servers can find out."""
        return tuple(name for name in self.lacking if name.startswith(_PROBES))


def causes(account: Account) -> tuple[Cause, ...]:
    """Every undetermined verdict under exactly one cause; the gravest first, then the one with most verdicts."""
    book = _Book(account)
    groups: dict[_Key, list[_Open]] = {}
    for verdict in account.verdicts:
        if verdict.outcome == "undetermined":
            key, message, seen = _cause(verdict, book)
            groups.setdefault(key, []).append(_Open(verdict, message, seen))
    made = [_made(key, group, book) for key, group in _together(groups).items()]
    return tuple(sorted(made, key=lambda cause: (-cause.severity, -len(cause.verdicts), cause.title)))


class _Book:
    """What was asked, by question, and which places answered nothing."""

    def __init__(self, account: Account) -> None:
        self.asked = {one.question: one for one in account.asked}
        machines = (member.name for member in account.members if member.kind in {"Server", "DomainController"})
        self._machines = {name.casefold(): name for name in machines}
        silent = (one for one in account.asked if one.problem and one.problem.kind in _SILENT)
        self.silent = {self.place(one) for one in silent} - _NOT_A_PLACE

    def place(self, seen: Asked) -> str:
        """Whom a question could not reach: its subject; for the organisation's, who should have answered.

        A probe asks a machine by its full name: that is no other place.
        """
        name = seen.subject if seen.subject not in _NOT_A_PLACE else seen.answered_by
        return self._machines.get(name.casefold()) or self._machines.get(name.partition(".")[0].casefold()) or name


def _cause(verdict: Verdict, book: _Book) -> tuple[_Key, str, Asked | None]:
    """What groups this verdict, the sentence it adds to the group, and what is behind it where that is known."""
    seen = _behind(verdict, book)
    if seen is not None and seen.problem is not None:
        problem, place = seen.problem, book.place(seen)
        return _key(problem, place, verdict, silent=place in book.silent), _sentence(problem), seen
    said = capital(_said(verdict))
    for kind in ("not run", "not captured", "not asked"):
        if said.casefold().startswith(kind):
            return (kind,), said, None
    return ("said", _alike(said, verdict.subject)), said, None


def _key(problem: Problem, place: str, verdict: Verdict, *, silent: bool) -> _Key:
    if problem.kind == "no secret":  # no trouble of the place
        return (problem.kind, problem.cause, problem.cure)
    if silent:
        return ("silent", place)
    if problem.kind in _OF_ONE_PLACE:
        return (problem.kind, place)
    if problem.kind == "not captured":  # it was: its file was not brought along
        return ("file missing",)
    return (problem.kind,) if problem.kind in _TITLES else ("said", _alike(_sentence(problem), verdict.subject))


def _behind(verdict: Verdict, book: _Book) -> Asked | None:
    """The unanswered question that the verdict speaks of; else one about a server that answered nothing.

    A question whose alternative was answered has a problem too, and is not why the verdict is open.
    """
    unanswered = [book.asked[key] for key in verdict.questions if key in book.asked and book.asked[key].problem]
    if not unanswered:
        return None
    said = one_line(" ".join([verdict.reason, *(one.reason for one in verdict.objects)]))
    for seen in unanswered:
        if seen.problem and one_line(seen.problem.message).rstrip(".") in said:
            return seen
    return next((seen for seen in unanswered if book.place(seen) in book.silent), None)


def _sentence(problem: Problem) -> str:
    return capital(one_line(sentences(problem.message, problem.cause)))


def _said(verdict: Verdict) -> str:
    """The reason without the name of the fact and its place in front of it (``Build of EX01: …``)."""
    reason = next((one.reason for one in verdict.objects if one.outcome == "undetermined"), verdict.reason)
    named = re.match(rf"[\w.]+ of .{{0,200}}?\b{re.escape(verdict.subject)}: ", one_line(reason))
    return one_line(reason)[named.end() :] if named else one_line(reason)


def _alike(sentence: str, subject: str) -> str:
    """The sentence without the subject's name, so that the same trouble on two servers is one cause."""
    return re.sub(rf"\b{re.escape(subject)}\b", "…", sentence, flags=re.IGNORECASE) if subject else sentence


def _together(groups: dict[_Key, list[_Open]]) -> dict[_Key, list[_Open]]:
    """Where very many places did not answer, they are one cause: more likely the network than each of them."""
    silent = [key for key in groups if key[0] == "silent"]
    if len(silent) <= _EACH_ALONE:
        return groups
    merged = [entry for key in silent for entry in groups[key]]
    rest = {key: group for key, group in groups.items() if key not in set(silent)}
    return {("many silent", str(len(silent))): merged, **rest}


def _made(key: _Key, group: list[_Open], book: _Book) -> Cause:
    messages = Counter(one.message for one in group)
    ordered = tuple(sorted(messages, key=lambda text: (-messages[text], text)))
    verdicts = tuple(one.verdict for one in group)
    severity = max(verdict.control.severity for verdict in verdicts)
    title = _title(key, ordered)
    telling = _telling(group, messages)
    cure = one_line(telling.cure) if telling else ""
    if key[0] in _LACKING:
        asked = (name for verdict in verdicts for name in verdict.questions)
        lacking = tuple(dict.fromkeys(name for name in asked if name not in book.asked))
        if lacking:
            return Cause(title, (), cure or _RECORD, verdicts, severity, _such_as(lacking), lacking)
    told = tuple(rest for message in ordered if (rest := _beyond(title, message)))
    return Cause(title, told, cure, verdicts, severity, _why(key, telling, title, ordered[0]))


def _telling(group: list[_Open], messages: Mapping[str, int]) -> Problem | None:
    """The problem that says most about the group: of a silent machine, what its own ports said, and most often."""
    known = [(one.seen, one.seen.problem, messages[one.message]) for one in group if one.seen and one.seen.problem]
    if not known:
        return None
    # any Exchange endpoint may be asked about any server: what is said there is often about another one
    best = max(known, key=lambda one: (one[1].kind in _SILENT, not one[0].key.startswith("exchange: "), one[2]))
    return best[1]


def _such_as(questions: tuple[str, ...]) -> str:
    if len(questions) == 1:
        return questions[0]
    return f"{len(questions):,} questions, such as {questions[0]}"


def _beyond(title: str, message: str) -> str:
    """What a message says that the title does not."""
    return capital(message[len(title) :].lstrip(".: ")) if message.startswith(title) else message


def _why(key: _Key, problem: Problem | None, title: str, most: str) -> str:
    """What was said, in a few words beside the title: of a certificate and a login the cause says more."""
    if key[0] == "said":
        return ""
    if problem is None:
        return _beyond(title, most)
    short = problem.cause if key[0] in {"certificate", "login"} and problem.cause else problem.message
    said = one_line(short).rstrip(".")
    return one_line(problem.cause).rstrip(".") if said == title else said


def _title(key: _Key, messages: tuple[str, ...]) -> str:
    if key[0] == "silent":
        return f"{key[1]} did not answer"
    if key[0] == "many silent":
        return f"{int(key[1]):,} subjects did not answer"
    if key[0] in _TITLES:
        return _TITLES[key[0]].format(place=key[1] if len(key) > 1 else "")
    return messages[0].partition(". ")[0]


def subjects_of(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The names of the subjects of some verdicts, each once, in order."""
    return tuple(dict.fromkeys(verdict.subject for verdict in verdicts))
