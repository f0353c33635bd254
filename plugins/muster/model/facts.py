"""What a fact is to the machine: a class that says what it needs and how it reads it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Generic, Protocol, Self, TypeVar, runtime_checkable

from muster.model.answers import Answer, Object, Problem
from muster.model.questions import Need
from muster.model.subjects import Server, Subject

Compared = Callable[[tuple[Object, ...]], tuple[Object, ...]]
"""The objects of one answer → what drift compares in their place."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What drift must know about the records of a fact.

    ``identity``: the properties that tell which record is which. ``unordered``: list properties whose order
    means nothing. ``volatile``: property → why it changes without anybody changing it;
    ``List.Property`` is one of the rows of a list (``RemoteStates.Timestamp``). ``momentary``: why nothing of
    this fact is worth keeping: it tells a moment (which queues there are), and no baseline holds it.
    ``only``: the properties for which this fact speaks, where another fact speaks for the rest of the same objects.

    ``compared``: where the objects of an answer do not say by themselves what drift must see (a place in a list, the
    bytes of an access list, a folder named after a build), what is compared in their place. It takes the objects of
    one answer, and raises ``ValueError`` with a sentence where nobody can read them; ``identity``, ``unordered`` and
    ``volatile`` name properties of what it gives.
    """

    identity: tuple[str, ...] = ()
    unordered: frozenset[str] = frozenset()
    volatile: Mapping[str, str] = field(default_factory=dict, hash=False)
    momentary: str = ""
    only: frozenset[str] = frozenset()
    compared: Compared | None = field(default=None, hash=False, compare=False)


@runtime_checkable
class Fact(Protocol):
    """The typed reading of one or more answers.

    ``needs`` maps a name to what must be asked, or to another fact. ``read`` gets the answers (rows already
    split for the subject) and the other facts under the same names; it raises ``FactUnavailable`` for what it
    cannot read and never guesses.
    """

    needs: ClassVar[Mapping[str, "Need | type[Fact]"]]
    shape: ClassVar[Shape]

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read the answers of one subject."""
        ...


def concerns(fact: type[Fact], subject: Subject) -> bool:
    """Whether a fact has anything to say of a subject: by its own ``concerns`` some leave Edge servers out."""
    judge: Callable[[Subject], bool] | None = getattr(fact, "concerns", None)
    return judge is None or judge(subject)


def in_organization(subject: Subject) -> bool:
    """Whether the organisation's directory holds a subject's objects: of an Edge Transport server it does not."""
    return not (isinstance(subject, Server) and "Edge" in subject.roles)


F = TypeVar("F", bound=Fact)
V = TypeVar("V")


class Facts(Protocol):
    """Where a fact fixture gets its fact."""

    def get(self, fact: type[F], subject: Subject) -> F:
        """The fact of one subject; raises a new ``FactUnavailable`` where it could not be had."""
        ...

    def per_server(self, fact: type[F], members: tuple[Subject, ...]) -> "PerServer[F]":
        """The fact of each member; a member whose fact could not be had is among the ``unknown``."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class PerServer(Generic[V]):
    """One fact of several subjects: a mapping over the members whose fact is known.

    A fail from part of the answers stands; a pass needs all of them, so a check that passes while ``unknown``
    is not empty ends undetermined.
    """

    known: Mapping[Subject, V]
    unknown: Mapping[Subject, Problem]

    def __getitem__(self, member: Subject) -> V:
        """The fact of one member."""
        return self.known[member]

    def __iter__(self) -> Iterator[Subject]:
        """The members that are known."""
        return iter(self.known)

    def __len__(self) -> int:
        """How many are known."""
        return len(self.known)

    def __contains__(self, member: object) -> bool:
        """Whether a member is known."""
        return member in self.known

    def items(self) -> Iterator[tuple[Subject, V]]:
        """Member and fact, of those that are known."""
        return iter(self.known.items())

    def values(self) -> Iterator[V]:
        """The facts that are known."""
        return iter(self.known.values())
