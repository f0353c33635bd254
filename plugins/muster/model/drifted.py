"""What a run says of drift: flat values for evidence, made by whoever compared."""

from dataclasses import dataclass, field
from datetime import datetime

SORTS = ("lost", "leftover", "unexplained", "accepted", "expected")
"""What a difference can be, the gravest first. What an update touches and leaves as it was is only counted."""


@dataclass(frozen=True, slots=True)
class Drifted:
    """One difference as a reader is told of it.

    ``name`` is what ``muster baseline accept`` takes; ``told`` the sentence (was, is); ``sort`` one of ``SORTS``;
    ``why`` says why it is that, with its ``sources``; ``unverified`` that nobody saw it on a real server.
    ``put_back`` are the commands that undo it, ``follows`` what it follows from and goes away with (it has no
    command then), and ``changed`` who changed it when, where the directory or the audit log says so.
    """

    name: str
    subject: str
    subject_kind: str
    fact: str
    object: str
    told: str
    sort: str
    why: str = ""
    sources: tuple[str, ...] = ()
    unverified: bool = False
    put_back: tuple[str, ...] = ()
    changed: str = ""
    follows: str = ""


@dataclass(frozen=True, slots=True)
class DriftSeen:
    """All that a run says of drift against one baseline.

    ``crossings`` says which server went from which release to which; ``compared`` counts values, ``preserved``
    those that an update touches and that are as before; ``incomparable`` are sentences; ``put_back`` is the text of
    the plan that puts back what was lost, for an administrator to read and run, and ``plan`` the same as JSON data
    for the next run; ``carried_out`` says what became of the plan of an earlier run; ``looked_up`` why it is not
    told of every row who changed it when; ``unknown`` what could not be had now and is not compared, ``strangers``
    who is new or gone: where there is any of either, nobody may say that everything is as it was.
    """

    baseline: str
    made: datetime
    rows: tuple[Drifted, ...] = ()
    crossings: tuple[str, ...] = ()
    compared: int = 0
    preserved: int = 0
    incomparable: tuple[str, ...] = ()
    put_back: str = ""
    carried_out: tuple[str, ...] = ()
    plan: object = field(default=None, hash=False)
    looked_up: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()

    def of(self, sort: str) -> tuple[Drifted, ...]:
        """The differences of one sort."""
        return tuple(row for row in self.rows if row.sort == sort)

    def on_its_own(self, sort: str) -> tuple[Drifted, ...]:
        """The differences of one sort that follow from nothing else that is told."""
        return tuple(row for row in self.of(sort) if not row.follows)
