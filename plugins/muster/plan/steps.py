"""A plan as data: steps in phases, in the order in which they are done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from muster.naming.target import Target
from muster.plan.paths import Path


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know at a step. ``unverified``: from experience, or from a weak source only."""

    text: str
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    ``kind`` tells steps apart (``setup``, ``enter maintenance`` …); ``servers`` are those that it is done to.
    ``where`` and ``who`` say on which machine and with which rights. ``commands`` are typed by hand; muster sends
    none of them. ``cannot_undo`` says what stays, empty where everything can be taken back. ``unverified`` says why
    the whole step stands on experience or a weak source.
    """

    kind: str
    title: str
    where: str = ""
    who: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    servers: tuple[str, ...] = ()
    cannot_undo: str = ""
    reboot: bool = False
    unverified: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps that belong together, and what to know about all of them."""

    title: str
    steps: tuple[Step, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The run whose facts the plan stands on, and what is to be said about it (age, selection, catalogue)."""

    folder: str
    taken: datetime
    warnings: tuple[str, ...] = ()
    catalogue: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """An upgrade, from what is there to the target."""

    environment: str
    organization: str
    target: Target
    source: Source
    paths: tuple[Path, ...]
    phases: tuple[Phase, ...]
    notes: tuple[Note, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step, in order."""
        return tuple(step for phase in self.phases for step in phase.steps)

    def numbered(self) -> Iterator[tuple[Phase, tuple[tuple[int, Step], ...]]]:
        """Phases with their steps, numbered through."""
        number = 0
        for phase in self.phases:
            yield phase, tuple((number + place, step) for place, step in enumerate(phase.steps, 1))
            number += len(phase.steps)

    @property
    def irreversible(self) -> tuple[tuple[int, Step], ...]:
        """The steps that cannot be taken back, with their numbers."""
        return tuple((number, step) for _, steps in self.numbered() for number, step in steps if step.cannot_undo)
