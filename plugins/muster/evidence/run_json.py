"""``run.json``: when, how long, who answered, with which versions, and what the controls say."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from muster.evidence import what_if_json
from muster.evidence.account import Account, Asked, Member, UnreadableRun, severity_of
from muster.model import CatalogueUsed, Control, Verdict
from muster.snapshot import Json, dump_problem, dumps, load_problem

FORMAT = 1


def dump(account: Account, inventory: Json = None, decisions: Json = None) -> str:
    """The file's text. ``inventory`` is the environment, ``decisions`` the policy and the waivers, as JSON data: what
    a replay needs. ``None`` leaves them out.
    """  # noqa: D205
    data: dict[str, Json] = {
        "format": FORMAT,
        "environment": account.environment,
        "organization": account.organization,
        "started": _moment(account.started),
        "finished": _moment(account.finished),
        "seconds": round(account.seconds, 3),
        "today": account.today.isoformat() if account.today else None,
        "complete": account.complete,
        "standing": account.standing,
        "facts_from": account.facts_from,
        "fail_on": account.fail_on,
        "left_out": account.left_out,
        "selection": account.selection,
        "versions": dict(account.versions),
        "outcomes": dict(account.counts),
        "serialization": dict(Counter(asked.serialization for asked in account.asked if asked.serialization)),
        "subjects": [{"kind": one.kind, "name": one.name, "detail": one.detail} for one in account.members],
        "controls": _controls(account.verdicts),
        "observations": [_asked(asked) for asked in account.asked],
    }
    if account.catalogue is not None:
        used = account.catalogue
        data["catalogue"] = {
            "as_of": used.as_of.isoformat(),
            "read_until": used.read_until.isoformat(),
            "rows": used.rows,
            "files": [*used.files],
            "stale": used.stale,
        }
    if account.what_if is not None:
        data["what_if"] = what_if_json.dump(account.what_if)
    if inventory is not None:
        data["inventory"] = inventory
    if decisions is not None:
        data["decisions"] = decisions
    return dumps(data)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What ``run.json`` says: the account without its verdicts, and the controls by id with their docstrings."""

    account: Account
    controls: Mapping[str, tuple[Control, str]]

    def with_verdicts(self, verdicts: tuple[Verdict, ...], *, whole: bool) -> Account:
        """The account with its verdicts; incomplete where they are not ``whole``."""
        return replace(self.account, verdicts=verdicts, complete=self.account.complete and whole)


def load(text: str) -> Loaded:
    """Read the file back; raises ``UnreadableRun``."""
    try:
        return _read(json.loads(text))
    except KeyError as missing:
        raise UnreadableRun("run.json", f"{missing} is missing") from missing
    except (TypeError, AttributeError, ValueError) as wrong:  # JSON, times and severities raise ValueError
        raise UnreadableRun("run.json", f"not in its form ({wrong})") from wrong


def _read(data: Mapping[str, Any]) -> Loaded:
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}, where this version of muster reads format {FORMAT}")
    account = Account(
        environment=data["environment"],
        organization=data["organization"],
        started=datetime.fromisoformat(data["started"]),
        finished=datetime.fromisoformat(data["finished"]),
        today=date.fromisoformat(data["today"]) if data["today"] else None,
        complete=data["complete"],
        facts_from=data["facts_from"],
        fail_on=data["fail_on"],
        versions=data["versions"],
        members=tuple(Member(one["kind"], one["name"], one["detail"]) for one in data["subjects"]),
        asked=tuple(_load_asked(one) for one in data["observations"]),
        verdicts=(),
        left_out=data.get("left_out", 0),  # a run of a version that did not count them
        selection=data.get("selection", ""),
        catalogue=_load_catalogue(data["catalogue"]) if "catalogue" in data else None,
        what_if=what_if_json.load(data["what_if"]) if data.get("what_if") else None,
    )
    return Loaded(account, {name: _load_control(name, one) for name, one in data["controls"].items()})


def _load_catalogue(data: Mapping[str, Any]) -> CatalogueUsed:
    return CatalogueUsed(
        date.fromisoformat(data["as_of"]),
        date.fromisoformat(data["read_until"]),
        data["rows"],
        tuple(data["files"]),
        data["stale"],
    )


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _controls(verdicts: tuple[Verdict, ...]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for verdict in verdicts:
        control = verdict.control
        if control.id not in found:
            found[control.id] = {
                "title": control.title,
                "severity": str(control.severity),
                "references": [*control.references],
                "remediation": control.remediation,
                "roles": [*sorted(control.roles)],
                "doc": verdict.doc,
            }
    return found


def _load_control(name: str, data: Mapping[str, Any]) -> tuple[Control, str]:
    made = Control(
        name,
        data["title"],
        severity_of(data["severity"]),
        tuple(data["references"]),
        data["remediation"],
        frozenset(data["roles"]),
    )
    return made, data["doc"]


def _asked(asked: Asked) -> dict[str, Json]:
    return {
        "question": asked.key,
        "subject": asked.subject,
        "answered_by": asked.answered_by,
        "taken": _moment(asked.taken) if asked.taken else None,
        "seconds": asked.seconds,
        "serialization": asked.serialization,
        "problem": dump_problem(asked.problem) if asked.problem else None,
        "shortfalls": [dump_problem(one) for one in asked.shortfalls],
    }


def _load_asked(data: Mapping[str, Any]) -> Asked:
    return Asked(
        data["question"],
        data["subject"],
        data["answered_by"],
        datetime.fromisoformat(data["taken"]) if data["taken"] else None,
        data["seconds"],
        data["serialization"],
        load_problem(data["problem"]) if data["problem"] else None,
        tuple(load_problem(one) for one in data["shortfalls"]),
    )
