"""Undetermined verdicts by cause: one dead server is one cause, however many verdicts it leaves open."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from muster.evidence.account import Account, Asked
from muster.evidence.printable import one_line
from muster.model import Problem, Severity, Verdict

_SILENT = frozenset({"unreachable", "timeout"})
_OF_ONE_PLACE = frozenset({"unreachable", "timeout", "certificate", "login"})
_NOT_A_PLACE = frozenset({"organization", "forest", ""})

_TITLES = {
    "certificate": "{place}: the certificate was not accepted",
    "login": "{place}: the login was refused",
    "permission": "The account may not see this",
    "not allowed": "Not on muster's own read-only list",
    "unknown cmdlet": "The endpoint does not offer the cmdlet",
    "not captured": "Not captured",
    "no endpoint": "There is no endpoint to ask",
    "not run": "Not run",
    "not asked": "Not asked in that run",
    "no time": "A time is needed and none is known",
}


_EACH_ALONE = 8

_Key = tuple[str, ...]
_Open = tuple[Verdict, str, Problem | None]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why some verdicts are undetermined, and what would cure it.

    ``messages`` holds each different sentence once, most frequent first. ``severity`` is the highest among the
    ``verdicts``.
    """

    title: str
    messages: tuple[str, ...]
    cure: str
    verdicts: tuple[Verdict, ...]
    severity: Severity


def causes(account: Account) -> tuple[Cause, ...]:
    """Every undetermined verdict under exactly one cause; the gravest first, then the one with most verdicts."""
    asked = {one.question: one for one in account.asked}
    silent = {_place(one) for one in account.asked if one.problem and one.problem.kind in _SILENT} - _NOT_A_PLACE
    groups: dict[_Key, list[_Open]] = {}
    for verdict in account.verdicts:
        if verdict.outcome == "undetermined":
            key, message, problem = _cause(verdict, asked, silent)
            groups.setdefault(key, []).append((verdict, message, problem))
    made = [_made(key, group) for key, group in _together(groups).items()]
    return tuple(sorted(made, key=lambda cause: (-cause.severity, -len(cause.verdicts), cause.title)))


def _cause(verdict: Verdict, asked: Mapping[str, Asked], silent: set[str]) -> tuple[_Key, str, Problem | None]:
    """What groups this verdict, the sentence it adds to the group, and the problem behind it where one is known."""
    seen = _behind(verdict, asked, silent)
    if seen is not None and seen.problem is not None:
        problem, place = seen.problem, _place(seen)
        if place in silent:
            return ("silent", place), _sentence(problem), problem
        if problem.kind in _OF_ONE_PLACE:
            return (problem.kind, place), _sentence(problem), problem
        if problem.kind in _TITLES:
            return (problem.kind,), _sentence(problem), problem
        return ("said", _alike(_sentence(problem), verdict.subject)), _sentence(problem), problem
    said = _said(verdict)
    for kind in ("not run", "not captured", "not asked"):
        if said.startswith(kind):
            return (kind,), said, None
    return ("said", _alike(said, verdict.subject)), said, None


def _behind(verdict: Verdict, asked: Mapping[str, Asked], silent: set[str]) -> Asked | None:
    """The unanswered question that the verdict speaks of; else one about a server that answered nothing.

    A question whose alternative was answered has a problem too, and is not why the verdict is open.
    """
    unanswered = [asked[key] for key in verdict.questions if key in asked and asked[key].problem]
    if not unanswered:
        return None
    said = one_line(" ".join([verdict.reason, *(one.reason for one in verdict.objects)]))
    for seen in unanswered:
        if seen.problem and one_line(seen.problem.message).rstrip(".") in said:
            return seen
    return next((seen for seen in unanswered if _place(seen) in silent), None)


def _place(seen: Asked) -> str:
    """Whom a question could not reach: its subject; for the organisation's questions, who should have answered."""
    return seen.subject if seen.subject not in _NOT_A_PLACE else seen.answered_by


def _sentence(problem: Problem) -> str:
    parts = (problem.message, problem.cause)
    return one_line(": ".join(part.strip().rstrip(".") for part in parts if part.strip()))


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


def _made(key: _Key, group: list[_Open]) -> Cause:
    messages: dict[str, int] = {}
    for _, message, _ in group:
        messages[message] = messages.get(message, 0) + 1
    ordered = tuple(sorted(messages, key=lambda text: (-messages[text], text)))
    cure = next((one_line(problem.cure) for _, _, problem in group if problem and problem.cure), "")
    verdicts = tuple(verdict for verdict, _, _ in group)
    severity = max(verdict.control.severity for verdict in verdicts)
    return Cause(_title(key, ordered), ordered, cure, verdicts, severity)


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
