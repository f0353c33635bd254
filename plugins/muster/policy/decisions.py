"""One decision on releases as it is written → ``ReleaseDecision``, or what is wrong with it and what would be right.

The one shape: the word alone; with more to say a mapping from the word to its options. ``pinned`` has the build in
the options' place and ``until`` beside it. Two texts say the same in quotes.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, get_args

from packaging.version import Version

from muster.catalogue import read_build
from muster.policy.decided import Kind, ReleaseDecision
from muster.yaml_lines import Data, Where
from muster.yaml_models import WrongValue, day, nearest


class Wrong(NamedTuple):
    """What is wrong at a place, and what would be right; ``at_key``: the place is the key's, not the value's."""

    where: Where
    wrong: str
    right: str
    at_key: bool = False


KINDS: tuple[Kind, ...] = get_args(Kind)
_MOST_DAYS = 3650
_GRACE_TEXT = re.compile(r"security-current \( ?grace: (?P<grace>[^)]*?) ?\)", re.IGNORECASE)
_PINNED_TEXT = re.compile(r"pinned: (?P<build>.*)", re.IGNORECASE)

SHAPES: Mapping[Kind, str] = {
    "latest": "latest or {latest: {until: 2026-01-31}}",
    "n-1": "n-1 or {n-1: {until: 2026-01-31}}",
    "supported": "supported or {supported: {until: 2026-01-31}}",
    "security-current": "security-current or {security-current: {grace: 30d, until: 2026-01-31}}",
    "pinned": "{pinned: 15.1.2507.59} or {pinned: 15.1.2507.59, until: 2026-01-31}",
}
"""How each decision is written, as an example."""
_IN_QUOTES: Mapping[Kind, str] = {
    "security-current": ' or "security-current (grace: 30d)"',
    "pinned": ' or "pinned: 15.1.2507.59"',
}
_ANY_SHAPE = "Write latest, n-1, supported, security-current, or a mapping such as {pinned: 15.1.2507.59}."


def kind_of(word: str) -> Kind | None:
    """The decision that a word is, upper case or lower."""
    return next((kind for kind in KINDS if kind == word.casefold()), None)


def is_decision(data: Data) -> bool:
    """Whether this is meant as one decision, not as selectors with their decisions."""
    return not isinstance(data, dict) or any(kind_of(key) for key in data)


def read_decision(data: Data, where: Where) -> ReleaseDecision | tuple[Wrong, ...]:
    """Read what stands at ``where``; or everything that is wrong with it."""
    wrong: list[Wrong] = []
    decision = None
    if isinstance(data, str):
        decision = _from_text(data, where, wrong)
    elif isinstance(data, dict):
        decision = _from_mapping(data, where, wrong)
    else:
        wrong.append(Wrong(where, f"{_shown(data)} where a decision is wanted.", _ANY_SHAPE))
    return tuple(wrong) if wrong or decision is None else decision


def _from_text(text: str, where: Where, wrong: list[Wrong]) -> ReleaseDecision | None:
    said = " ".join(text.split())
    kind = kind_of(said)
    if kind == "pinned":
        wrong.append(Wrong(where, "'pinned' has no build.", _write(kind)))
    elif kind:
        return ReleaseDecision(kind)
    elif found := _GRACE_TEXT.fullmatch(said):
        return ReleaseDecision("security-current", _grace(found["grace"], where, wrong))
    elif found := _PINNED_TEXT.fullmatch(said):
        return ReleaseDecision("pinned", build=_build(found["build"], where, wrong))
    else:
        wrong.append(Wrong(where, f"'{text[:60]}' is no decision.", _meant(said)))
    return None


def _from_mapping(data: Mapping[str, Data], where: Where, wrong: list[Wrong]) -> ReleaseDecision | None:
    words = [key for key in data if kind_of(key)]
    if len(words) != 1:
        said = " and ".join(f"'{word}'" for word in words) + " together" if words else "no decision"
        wrong.append(Wrong(where, f"{said} where one decision is wanted.", _ANY_SHAPE if words else _meant(*data)))
        return None
    word = words[0]
    kind = kind_of(word) or "supported"
    pinned = kind == "pinned"
    wrong.extend(
        Wrong((*where, key), f"'{key}' cannot stand beside '{word}'.", _write(kind), at_key=True)
        for key in data
        if key != word and not (pinned and key == "until")
    )
    if pinned:
        return ReleaseDecision(
            kind, build=_build(data[word], (*where, word), wrong), until=_until(data, where, wrong)
        )
    return _with_options(kind, data[word], (*where, word), wrong)


def _with_options(kind: Kind, options: Data, where: Where, wrong: list[Wrong]) -> ReleaseDecision | None:
    if not isinstance(options, dict) or not options:
        wrong.append(Wrong(where, f"{_shown(options)} where the options of '{kind}' are wanted.", _write(kind)))
        return None
    allowed = ("grace", "until") if kind == "security-current" else ("until",)
    for key in options:
        if key not in allowed:
            near = nearest(key, allowed)
            cure = f"Did you mean '{near}'?" if near else _write(kind)
            wrong.append(Wrong((*where, key), f"'{kind}' has no option '{key}'.", cure, at_key=True))
    grace = _grace(options["grace"], (*where, "grace"), wrong) if {"grace"} & set(options) & set(allowed) else 0
    return ReleaseDecision(kind, grace, until=_until(options, where, wrong))


def _grace(value: Data, where: Where, wrong: list[Wrong]) -> int:
    found = re.fullmatch(r"(\d{1,5}) ?d(?:ays?)?", value.strip(), re.ASCII) if isinstance(value, str) else None
    if found and int(found[1]) <= _MOST_DAYS:
        return int(found[1])
    said = "is out of range" if found else "is no grace"
    wrong.append(Wrong(where, f"{_shown(value)} {said}.", f"Write days, like 30d, at most {_MOST_DAYS}d."))
    return 0


def _build(value: Data, where: Where, wrong: list[Wrong]) -> Version | None:
    try:
        return read_build(value if isinstance(value, str) else "")
    except ValueError:
        wrong.append(Wrong(where, f"{_shown(value)} is no build.", _write("pinned")))
        return None


def _until(holder: Mapping[str, Data], where: Where, wrong: list[Wrong]) -> date | None:
    value = holder.get("until")
    if "until" not in holder:
        return None
    if not isinstance(value, str):
        wrong.append(Wrong((*where, "until"), f"{_shown(value)} is no day.", "Write it like 2025-09-15."))
        return None
    try:
        return date.fromisoformat(day(value))
    except WrongValue as no_day:
        wrong.append(Wrong((*where, "until"), no_day.wrong, no_day.right))
        return None


def _shown(value: Data) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return f"'{str(value)[:60]}'"


def _write(kind: Kind) -> str:
    return f"Write {SHAPES[kind]}."


def _meant(text: str = "", *_: str) -> str:
    """The shape of the decision that a text begins with or nearly is; else what there is."""
    first = re.split(r"[\s(:]", text, maxsplit=1)[0]
    kind = kind_of(first)
    if kind:
        return f"Write {SHAPES[kind]}{_IN_QUOTES.get(kind, '')}."
    near = nearest(first, KINDS) or nearest(text, KINDS)
    return f"Did you mean '{near}'?" if near else _ANY_SHAPE
