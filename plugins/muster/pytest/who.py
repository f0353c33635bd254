"""Who and when: what is asked about differences after a comparison, and what of it is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from muster.drift import Difference
from muster.model import Environment, ExchangeCmdlet, LdapSearch, Observation, Question, Subject, need
from muster.observe import Want
from muster.origin import (
    AUDIT_LOG,
    METADATA,
    MOST,
    Entry,
    Looked,
    audit_question,
    dn_of,
    entries,
    metadata_question,
    tell,
)
from muster.origin.asking import MOST_ENTRIES, gone_dn, writers
from muster.pytest.drift_account import Judged
from muster.pytest.drifting import Rows
from muster.reading.replication_metadata import Stamp, read_stamps

NO_RIGHT = (
    "The admin audit log was not read: this account has no Search-AdminAuditLog, which the role View-Only Audit Logs "
    "gives it. So nothing is told of who changed what"
)


@dataclass(frozen=True, slots=True)
class Told:
    """``changed``: ``id`` of a difference → who and when; ``notes``: what could not be told, and why."""

    changed: Mapping[int, str]
    notes: tuple[str, ...] = ()


def wants(judged: Judged, environment: Environment, since: datetime, now: datetime) -> Iterator[Want]:
    """What to ask about the differences that nobody expected or accepted."""
    open_ = _open(judged, environment)
    for dn in _dns(open_)[:MOST]:
        yield _want(metadata_question(dn), environment.forest)
    cmdlets = writers(open_)
    if cmdlets:
        yield _want(audit_question(cmdlets, since, now), environment.organization)


def told(judged: Judged, environment: Environment, since: datetime, seen: Mapping[str, Observation]) -> Told:
    """What was learnt: from the run's own observations, so that a replay tells the same."""
    open_ = _open(judged, environment)
    if not open_:
        return Told({})
    notes: dict[str, None] = {}
    stamps = _stamps(seen, notes)
    looked = Looked(stamps, _entries(seen, notes), since)
    dns = _dns(open_)
    unasked = [dn for dn in dns if dn.casefold() not in _asked(seen)]
    if unasked:
        why = f": at most {MOST} are" if len(dns) - len(unasked) >= MOST else ": this run did not ask"
        notes[f"When {len(unasked)} of {len(dns)} changed objects were changed was not looked up{why}"] = None
    gone = {dn for one in open_ if (dn := gone_dn(one))}
    if gone:
        notes[
            f"Who removed {_counted(len(gone), 'object')} is told by the audit log only: seeing deleted objects of "
            "the directory takes rights that muster does not ask for"
        ] = None
    return Told({id(one): line for one in open_ if (line := tell(one, looked))}, tuple(notes))


def _open(judged: Judged, environment: Environment) -> list[Difference]:
    """The differences that somebody must explain; an Edge Transport server's objects are in no forest."""
    edges = {server.name.casefold() for server in environment.servers if "Edge" in server.roles}
    return [
        one.difference
        for one in judged.sorted
        if one.kind != "expected"
        and not (one.difference.place.subject_kind == "Server" and one.difference.place.subject.casefold() in edges)
    ]


def _dns(differences: list[Difference]) -> list[str]:
    gone = {gone_dn(one).casefold() for one in differences}
    found = {dn.casefold(): dn for one in differences if (dn := dn_of(one))}
    return [dn for folded, dn in found.items() if folded not in gone]


def _want(question: Question, subject: Subject) -> Want:
    fact = type("WhoAndWhen", (Rows,), {"needs": {"answer": need(question, may_be_empty=True)}})
    return fact, subject


def _asked(seen: Mapping[str, Observation]) -> Mapping[str, Observation]:
    """The searches for replication metadata of single objects, by DN in lower case."""
    return {
        one.question.base.casefold(): one
        for one in seen.values()
        if isinstance(one.question, LdapSearch) and one.question.attributes == METADATA
    }


def _stamps(seen: Mapping[str, Observation], notes: dict[str, None]) -> dict[str, list[Stamp]]:
    found: dict[str, list[Stamp]] = {}
    for dn, one in _asked(seen).items():
        if one.answer is None:
            notes[f"The directory did not say when objects were changed: {one.problem}"] = None
            continue
        try:
            found[dn] = [
                stamp
                for item in one.answer.objects
                for name, value in item.properties.items()
                if name.casefold() in {wanted.casefold() for wanted in METADATA}
                for stamp in read_stamps(value)
            ]
        except ValueError as why:
            notes[f"The directory's metadata could not be read: {why}"] = None
    return found


def _entries(seen: Mapping[str, Observation], notes: dict[str, None]) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for one in seen.values():
        if not isinstance(one.question, ExchangeCmdlet) or one.question.pipeline[0].name != AUDIT_LOG:
            continue
        if one.answer is None:
            missing = one.problem is not None and one.problem.kind == "unknown cmdlet"
            notes[NO_RIGHT if missing else f"The admin audit log was not read: {one.problem}"] = None
            continue
        if len(one.answer.objects) >= int(MOST_ENTRIES):
            notes[f"Of the admin audit log {MOST_ENTRIES} entries were read, and there may be more"] = None
        try:
            found += entries(one.answer)
        except ValueError as why:
            notes[f"The admin audit log could not be read: {why}"] = None
    return tuple(found)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
