"""What the oracle says of one difference."""

from dataclasses import dataclass

from muster.drift import Difference

KINDS = ("lost", "unexplained", "leftover", "expected", "preserved")
"""In the order in which a report tells them."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """A difference and what it is.

    ``kind``: ``lost`` (an update is known to reset it), ``leftover`` (of the work around the update), ``expected``
    (by design), ``unexplained`` (everything else, also where no source says that an update changes it) or
    ``preserved`` (a setting as before in a file that Setup replaced; its difference's ``how`` is ``same``). ``rule``
    is the id of the row that says so, ``""`` for none; ``why`` a sentence; ``sources`` are ids of
    ``tables.sources()``. ``unverified``: only a weak source or an inference stands behind it.
    """

    difference: Difference
    kind: str
    rule: str
    why: str
    sources: tuple[str, ...] = ()
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Because:
    """Why a difference is expected."""

    rule: str
    why: str
    sources: tuple[str, ...] = ()
    unverified: bool = False
