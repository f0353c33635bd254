"""Dumps of the lab, imported, beside what the same lab says over its wire."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kit.judged import Bench, fact_fixtures
from kit.played import Played, played
from muster.lab.dumping import dumps
from muster.lab.format_list import Printing
from muster.model import (
    Answer,
    DatabaseAvailabilityGroup,
    ExchangeCmdlet,
    Fact,
    FactUnavailable,
    Need,
    Object,
    Observation,
    Organization,
    Server,
    Subject,
    Value,
)
from muster.pytest import collecting
from muster.resolve import Book, _answer_for, _Trail, book_of
from muster.transport.old.format_list import Imported, is_unsettled, read_files

Damage = Callable[[str, bytes], bytes]


@cache
def world() -> Played:
    return played("demo-clean", more=True)


def files(printing: Printing, damage: Damage | None = None, **how: Any) -> dict[str, bytes]:
    """The lab's dumps by file name; ``damage`` gets each file's name and bytes."""
    made = dict(dumps(world().world, printing, **how))
    return {name: damage(name, data) if damage else data for name, data in made.items()}


def imported(data: Mapping[str, bytes]) -> Imported:
    with TemporaryDirectory() as folder:
        for name, content in data.items():
            (Path(folder) / name).write_bytes(content)
        return read_files(sorted(Path(folder).iterdir()), world().partial.environment)


def by_key(came: Imported) -> dict[str, Observation]:
    return {one.question.key: one for one in came.observations}


@dataclass(frozen=True)
class Beside:
    """One property of one object, as it came over the wire and as the dump has it; ``...`` where it is not there."""

    fact: str
    subject: str
    object: str
    name: str
    live: Any
    dump: Any


def leaves() -> Iterator[tuple[type[Fact], Need]]:
    """Every fact with a question to Exchange, with that need."""
    seen: set[type[Fact]] = set()
    waiting = [use.fact for fixture in fact_fixtures().values() if (use := collecting.fact_of_fixture(fixture))]
    while waiting:
        fact = waiting.pop()
        if fact in seen:
            continue
        seen.add(fact)
        for wanted in fact.needs.values():
            if not isinstance(wanted, Need):
                waiting.append(wanted)
            elif isinstance(wanted.alternatives[0], ExchangeCmdlet):
                yield fact, wanted


def beside(came: Imported, bench: Bench) -> Iterator[Beside]:
    """Every property of every object that both sides can tell of, for every fact and subject."""
    live, dump = book_of(bench.observations), book_of(by_key(came))
    for fact, wanted in leaves():
        for kind in (Server, Organization, DatabaseAvailabilityGroup):
            for subject in bench.environment.subjects(kind):
                ours, theirs = _answer(fact, wanted, subject, live), _answer(fact, wanted, subject, dump)
                if ours is not None and theirs is not None:
                    yield from _objects(fact, subject, ours, theirs)


def _answer(fact: type[Fact], wanted: Need, subject: Subject, book: Book) -> Answer | None:
    trail = _Trail()
    try:
        return _answer_for(fact, wanted, subject, book, trail)
    except FactUnavailable:
        return None


def _objects(fact: type[Fact], subject: Subject, live: Answer, dump: Answer) -> Iterator[Beside]:
    ours, theirs = _by_identity(fact, live), _by_identity(fact, dump)
    for key in ours.keys() | theirs.keys():
        if key not in ours or key not in theirs:
            yield Beside(fact.__name__, subject.name, key, "", ours.get(key, ...), theirs.get(key, ...))
            continue
        mine, other = ours[key].properties, theirs[key].properties
        for name in mine.keys() | other.keys():
            yield Beside(fact.__name__, subject.name, key, name, mine.get(name, ...), other.get(name, ...))


def _by_identity(fact: type[Fact], answer: Answer) -> dict[str, Object]:
    names = fact.shape.identity or ("Identity",)
    return {" ".join(_text(item.properties.get(name)) for name in names): item for item in answer.objects}


def _text(value: Value) -> str:
    return str(getattr(value, "text", value))


def same(one: Beside) -> bool:
    """Whether both sides have the same value of the same type."""
    return bool(one.live == one.dump) and type(one.live) is type(one.dump)


def why_unsettled(one: Beside) -> str:
    return str(one.dump.text) if is_unsettled(one.dump) else ""
