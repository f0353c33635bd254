"""A fact made of several facts, in which one that could not be had does not take the others with it."""

from collections.abc import Mapping
from typing import ClassVar, Self

from muster.model import Answer, Fact, Facts, FactUnavailable, Need, Shape, Subject, concerns
from muster.reading.needs import Needs


class Several:
    """Facts under names. Reading one that could not be had raises ``FactUnavailable``, anew each time.

    ``needs`` names the facts; a fixture returns ``gathered(facts, subject)``, so that each is asked for by itself.
    """

    needs: ClassVar[Needs] = {}
    shape: ClassVar[Shape] = Shape()

    def __init__(self, known: Mapping[str, Fact], unknown: Mapping[str, FactUnavailable] | None = None) -> None:
        self.known = dict(known)
        self.unknown = dict(unknown or {})

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:  # noqa: ARG003 - Fact's signature
        """All of them, when all could be had."""
        return cls({name: fact for name, fact in answers.items() if not isinstance(fact, Answer)})

    @classmethod
    def gathered(cls, facts: Facts, subject: Subject) -> Self:
        """Each of them that can be had, and for the others why not."""
        known: dict[str, Fact] = {}
        unknown: dict[str, FactUnavailable] = {}
        for name, wanted in cls.needs.items():
            if isinstance(wanted, Need):
                raise TypeError(f"{cls.__name__} is made of facts; '{name}' is a question")
            if not concerns(wanted, subject):
                continue  # it was not asked, and nobody reads it
            try:
                known[name] = facts.get(wanted, subject)
            except FactUnavailable as missing:
                unknown[name] = missing
        return cls(known, unknown)

    def __getitem__(self, name: str) -> Fact:
        """One of the facts, by name."""
        if name in self.unknown:
            missing = self.unknown[name]
            raise FactUnavailable(missing.subject, missing.wanted, missing.problem)
        return self.known[name]

    def __eq__(self, other: object) -> bool:
        """Equal when what is known is equal and the same is unknown."""
        return (
            isinstance(other, Several)
            and type(self) is type(other)
            and self.known == other.known
            and self.unknown.keys() == other.unknown.keys()
        )

    __hash__ = None  # type: ignore[assignment] # a value compared, never a key
