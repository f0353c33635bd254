"""What a comparison says: single differences, and what could not be compared."""

from dataclasses import dataclass, field

from muster.model import Object, Value

HOW = ("gone", "new", "moved", "changed")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a difference is: whose fact (``subject`` and its kind), which fact kind (``ReceiveConnectors``), and the
    key of the question whose answer it stands in.
    """  # noqa: D205 - the first sentence is the summary

    subject: str
    subject_kind: str
    fact: str
    question: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was.

    ``object`` is what tells the object among its peers, as the baseline wrote it (``""`` where the fact is a single
    object); ``type`` its .NET type. ``how``: ``changed`` (a property; ``path`` leads to it: ``("Bindings",)``, or
    ``("RemoteStates", "Functional", "State")`` inside keyed rows), ``gone`` or ``new`` (the object itself with an
    empty path, or one property), ``moved`` (the object goes by another identity now, or lies elsewhere). A list whose
    order means nothing is compared as a set; ``added`` and ``removed`` then name the elements. ``before`` and
    ``after`` are the whole objects, for who must write a command from them; ``None`` where there is none.
    """

    place: Place
    object: str
    type: str
    path: tuple[str, ...]
    how: str
    was: Value = None
    now: Value = None
    added: tuple[Value, ...] = ()
    removed: tuple[Value, ...] = ()
    before: Object | None = field(default=None, repr=False, compare=False, hash=False)
    after: Object | None = field(default=None, repr=False, compare=False, hash=False)

    @property
    def property(self) -> str:
        """The outermost property's name; ``""`` for the object itself."""
        return self.path[0] if self.path else ""


@dataclass(frozen=True, slots=True)
class Incomparable:
    """What could not be compared, and why, as a sentence: a list that was cut off, a date of unknown culture."""

    place: Place
    object: str
    path: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that a comparison of one fact of one subject found. ``compared`` counts the values that were looked at."""

    differences: tuple[Difference, ...] = ()
    incomparable: tuple[Incomparable, ...] = ()
    compared: int = 0
