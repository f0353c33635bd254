"""Accepted differences: who accepted what and why; a change after that one is a difference again."""

import fnmatch
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from muster.baseline.folder import ACCEPTED, Baseline, BaselineMistake
from muster.drift import Difference
from muster.evidence import manifest_json
from muster.evidence.places import put
from muster.snapshot import Json, dump_value, dumps
from muster.snapshot.values import dump_time


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One difference that somebody accepted: which (``difference``), from what to what, why, by whom and when."""

    difference: str
    was: str
    now: str
    reason: str
    by: str
    on: str


_SLASH = "\N{DIVISION SLASH}"
"""Stands for a slash inside a name, which separates nothing."""


def name_of(difference: Difference) -> str:
    """What a difference is called: subject/fact/object/property, as ``accept`` takes it."""
    place = difference.place
    parts = (place.subject, place.fact, difference.object, ".".join(difference.path) or difference.how)
    return "/".join(part.replace("/", _SLASH) for part in parts if part)


def acceptances(baseline: Baseline) -> tuple[Acceptance, ...]:
    """What was accepted against a baseline."""
    path = baseline.folder / ACCEPTED
    if not path.is_file():
        return ()
    try:
        return tuple(Acceptance(**one) for one in json.loads(path.read_text("utf-8"))["accepted"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BaselineMistake(f"{path} cannot be read: {error}") from None


def covers(accepted: Iterable[Acceptance], difference: Difference) -> Acceptance | None:
    """Who accepted this very difference, from this value to this; ``None`` where nobody did."""
    wanted = (name_of(difference), *_states(difference))
    return next((one for one in accepted if (one.difference, one.was, one.now) == wanted), None)


def accept(
    baseline: Baseline,
    differences: Iterable[Difference],
    *,
    reason: str,
    by: str,
    on: datetime,
    subject: str = "",
    pattern: str = "",
) -> tuple[Acceptance, ...]:
    """Write down that differences are accepted: those of one subject, and those whose name fits a pattern.

    The others keep failing. Raises ``BaselineMistake`` where none fits, or where reason or name is blank.
    """
    if not (reason.strip() and by.strip()):
        raise BaselineMistake("an acceptance says why and by whom: --reason and --by")
    everything = tuple(differences)
    chosen = [
        one
        for one in everything
        if (not subject or one.place.subject.casefold() == subject.casefold())
        and (not pattern or _fits(name_of(one).casefold(), pattern.casefold()))
    ]
    if not chosen:
        there = "; ".join(name_of(one) for one in everything[:5]) or "none"
        raise BaselineMistake(f"no difference fits. There are {len(everything)}: {there}")
    known = acceptances(baseline)
    fresh = tuple(
        Acceptance(name_of(one), *_states(one), reason.strip(), by.strip(), dump_time(on))
        for one in chosen
        if covers(known, one) is None
    )
    gone = {one.difference for one in fresh}
    _write(baseline, [*(one for one in known if one.difference not in gone), *fresh])
    return fresh


def _fits(name: str, pattern: str) -> bool:
    """A name is a pattern too, also where it has brackets."""
    return name == pattern or fnmatch.fnmatchcase(name, pattern)


def _states(difference: Difference) -> tuple[str, str]:
    if not difference.path and difference.how != "moved":
        return _text(_object(difference.before)), _text(_object(difference.after))
    return _text(_in_order(difference, difference.was)), _text(_in_order(difference, difference.now))


def _in_order(difference: Difference, value: object) -> object:
    """A list whose order means nothing is the same in any order; only of such are ``added`` and ``removed`` told."""
    free = isinstance(value, tuple) and (difference.added or difference.removed)
    return tuple(sorted(value, key=_text)) if free and isinstance(value, tuple) else value


def _object(item: object) -> object:
    """A gone or new object is accepted as such: what it holds may go on to change."""
    return item is not None


def _text(value: object) -> str:
    return dumps(dump_value(value)).strip()  # type: ignore[arg-type] # what a difference holds is a value


def _write(baseline: Baseline, accepted: list[Acceptance]) -> None:
    ordered = sorted(accepted, key=lambda one: (one.difference, one.on))
    rows: list[Json] = [dict(asdict(one)) for one in ordered]
    put(baseline.folder / ACCEPTED, [dumps({"format": 1, "accepted": rows})])
    renewed = manifest_json.renewed(baseline.folder, ACCEPTED)
    if renewed is not None:
        put(baseline.folder / manifest_json.NAME, [renewed])
