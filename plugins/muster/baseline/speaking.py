"""Which fact speaks for the answer to a recorded question, without loading the question.

A fact's question is a template (``Get-Queue -Server {name}``), a recorded one is bound. Both are compared in the
snapshot form: the same places, and every text the same but where the template has braces.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from muster.model import Chained, Fact, Need, Question
from muster.snapshot import dump_question

_Places = tuple[str, ...]
_NOT_ASKED = frozenset({"after", "at", "about"})
"""Parts of a question that say of whom and in which order, not what."""


@dataclass(frozen=True, slots=True)
class _Template:
    fact: type[Fact] | None
    values: tuple[object, ...]

    def fits(self, values: tuple[object, ...]) -> bool:
        return all(
            wanted.fullmatch(str(value)) is not None if isinstance(wanted, re.Pattern) else wanted == value
            for wanted, value in zip(self.values, values, strict=True)
        )


class Speakers:
    """The facts that speak for answers, by the form of their questions."""

    def __init__(self, facts: Iterable[type[Fact]]) -> None:
        self._templates: dict[_Places, list[_Template]] = {}
        for fact in sorted(facts, key=lambda one: (not one.shape.identity, one.__name__)):
            for wanted in fact.needs.values():
                for question in wanted.alternatives if isinstance(wanted, Need) else ():
                    self._add(None if fact.shape.momentary else fact, question)
                    self._add_earlier(question)

    def _add_earlier(self, question: Question) -> None:
        """What is asked only to ask another question with it: its answer is compared by what comes of it."""
        while isinstance(question, Chained) and question.after is not None:
            question = question.after.question
            self._add(None, question)

    def _add(self, fact: type[Fact] | None, question: Question) -> None:
        places, values = _flat(dump_question(question))
        patterns = tuple(_pattern(value) for value in values)
        self._templates.setdefault(places, []).append(_Template(fact, patterns))

    def of(self, question: object) -> type[Fact] | None:
        """The fact of a question in the snapshot form; ``None`` where no fact asks it, or only for a moment."""
        places, values = _flat(question)
        fitting = (one.fact for one in self._templates.get(places, ()) if one.fits(values))
        return next((fact for fact in fitting if fact is not None), None)

    def know(self, question: object) -> bool:
        """Whether any fact asks a question, if only for a moment or on the way to another question."""
        places, values = _flat(question)
        return any(one.fits(values) for one in self._templates.get(places, ()))


def _pattern(value: object) -> object:
    if not (isinstance(value, str) and "{" in value):
        return value
    parts = re.split(r"\{\w+\}", value)
    return re.compile(".*".join(map(re.escape, parts)), re.IGNORECASE | re.DOTALL)


def _flat(data: object) -> tuple[_Places, tuple[object, ...]]:
    places: list[str] = []
    values: list[object] = []

    def walk(at: str, part: object) -> None:
        if isinstance(part, Mapping):
            for name, inner in sorted(part.items()):
                if name not in _NOT_ASKED:
                    walk(f"{at}.{name}", inner)
        elif isinstance(part, list | tuple):
            for number, inner in enumerate(part):
                walk(f"{at}[{number}]", inner)
        else:
            places.append(at)
            values.append(part)

    walk("", data)
    return tuple(places), tuple(values)
