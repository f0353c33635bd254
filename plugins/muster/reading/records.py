"""Records: typed readings of single objects, in which a property that was not sent is never ``None`` by silence."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, Self, TypeVar

from pydantic import BaseModel, ConfigDict, PrivateAttr, TypeAdapter, ValidationError
from pydantic.alias_generators import to_pascal

from muster.model import UNSETTLED, Answer, Fact, FactUnavailable, Need, Object, Problem, Shape, Subject
from muster.model import missing as noted


class Record(BaseModel):  # noqa: PLW1641 - pydantic gives frozen models their hash
    """One object, read. Fields are the snake_case of Exchange's PascalCase properties (or say their alias).

    Reading a field whose property did not come, or came in a form nobody can read, raises ``FactUnavailable``.
    """

    model_config = ConfigDict(
        frozen=True, alias_generator=to_pascal, arbitrary_types_allowed=True, ignored_types=(Need, Shape)
    )

    needs: ClassVar[Mapping[str, "Need | type[Fact]"]] = {}
    shape: ClassVar[Shape] = Shape()
    _missing: dict[str, Problem] = PrivateAttr(default_factory=dict)
    _of: str = PrivateAttr(default="")

    @classmethod
    def of(cls, item: Object, subject: str) -> Self:
        """Read one object; never raises: what is missing raises when it is read."""
        values: dict[str, Any] = {}
        missing: dict[str, Problem] = {}
        sent = {name.casefold(): value for name, value in item.properties.items()}
        for field, (prop, adapter) in _plan(cls).items():
            if prop.casefold() not in sent:
                missing[field] = Problem("not sent", f"{prop} was not sent")
                continue
            value = sent[prop.casefold()]
            if isinstance(value, Object) and value.type == UNSETTLED:
                missing[field] = Problem("not readable", value.text or f"{prop} is not certain")
                continue
            try:
                values[field] = adapter.validate_python(value)
            except (ValidationError, ValueError) as error:
                why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
                missing[field] = Problem("not readable", f"{prop} came in no readable form ({why})")
        made: Self = cls.model_construct(**values)  # type: ignore[assignment] # pydantic's plugin says Record
        made._missing = missing
        made._of = f"{item.text} on {subject}" if item.text and item.text != subject else subject
        return made

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """A fact that is one object: the only object of its only answer."""
        objects = only_answer(answers).objects
        if len(objects) != 1:
            problem = Problem("failed", f"{len(objects)} objects came where exactly one was expected")
            raise FactUnavailable(subject.name, cls.__name__, problem)
        return cls.of(objects[0], subject.name)

    def has(self, field: str) -> bool:
        """Whether a field's property came in readable form."""
        return field not in self._missing

    def __eq__(self, other: object) -> bool:
        """Equal when the same was read and the same is missing for the same kind of reason.

        What the object calls itself and the words of a reason are left out: they quote what came, and each door
        writes it in its own way.
        """
        return (
            isinstance(other, Record)
            and type(self) is type(other)
            and self.__dict__ == other.__dict__
            and _kinds(self._missing) == _kinds(other._missing)
        )

    def shown(self, field: str, form: str = "") -> str:
        """A field for a message, ``unknown`` where it is missing: what only explains a finding must not undo it."""
        return format(getattr(self, field), form) if self.has(field) else "unknown"

    def __str__(self) -> str:
        """Which object it is, for a reader: all that is known where its own name did not come."""
        return f"{type(self).__name__} {self._of}"

    def __repr__(self) -> str:
        """Short, for what an assertion shows: the kind of object and which one."""
        private = object.__getattribute__(self, "__pydantic_private__") or {}
        return f"<{type(self).__name__} {private.get('_of', '')}>"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            """Only reached for what is not there."""
            private = object.__getattribute__(self, "__pydantic_private__") or {}
            problem = private.get("_missing", {}).get(name)
            if problem is None:
                return super().__getattr__(name)
            raise noted(FactUnavailable(private.get("_of", ""), f"{type(self).__name__}.{name}", problem))


def _kinds(missing: Mapping[str, Problem]) -> dict[str, str]:
    return {field: problem.kind for field, problem in missing.items()}


@cache
def _plan(record: type[Record]) -> dict[str, tuple[str, "TypeAdapter[Any]"]]:
    """Per field: the property's name, and what reads it."""
    plan: dict[str, tuple[str, TypeAdapter[Any]]] = {}
    for name, info in record.model_fields.items():
        annotation: Any = info.annotation
        for extra in info.metadata:
            annotation = _annotated(annotation, extra)
        plan[name] = (info.alias or to_pascal(name), TypeAdapter(annotation))
    return plan


def _annotated(annotation: Any, extra: Any) -> Any:
    from typing import Annotated  # noqa: PLC0415 - only for building a type at run time

    return Annotated[annotation, extra]


R = TypeVar("R", bound=Record)


class Records(Generic[R]):
    """A fact that is a list of records; ``record`` says of what.

    ``shortfalls`` is what came beside the output: while there is any, a record that is not here may exist all the
    same, so nothing may be concluded from its absence.
    """

    record: ClassVar[type[Record]]
    needs: ClassVar[Mapping[str, "Need | type[Fact]"]] = {}
    shape: ClassVar[Shape] = Shape()

    _whose = ""
    _shortfalls: tuple[Problem, ...] = ()

    def __init__(self, rows: tuple[R, ...]) -> None:
        self.rows = rows

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read every object of the only answer."""
        answer = only_answer(answers)
        rows = tuple(cls.record.of(item, subject.name) for item in answer.objects)
        return cls(rows).told_by(answer, subject)  # type: ignore[arg-type] # record is R, which ClassVar cannot say

    def told_by(self, answer: Answer, subject: Subject) -> Self:
        """The same records, knowing what their answer lacked: whoever writes a ``read`` of their own says it."""
        self._whose = subject.name
        self._shortfalls = answer.shortfalls
        return self

    def must_be_whole(self) -> None:
        """Call before concluding from a record that is not there: raises where the answer was partial.

        A fail from part of the answers stands, but what did not come is no such part.
        """
        if self._shortfalls:
            raise FactUnavailable(self._whose, type(self).__name__, self._shortfalls[0])

    def __iter__(self) -> Iterator[R]:
        """The records."""
        return iter(self.rows)

    def __len__(self) -> int:
        """How many records."""
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        """Equal facts have equal records."""
        return type(self) is type(other) and self.rows == other.rows

    __hash__ = None  # type: ignore[assignment]


def flagged(rows: Iterable[R], field: str) -> Iterator[R]:
    """The records whose ``field`` is true; after them, raises for one of which that is not known.

    In this order, so that a fail among those that are known stands.
    """
    unknown: list[R] = []
    for row in rows:
        if not row.has(field):
            unknown.append(row)
        elif getattr(row, field):
            yield row
    for row in unknown:
        getattr(row, field)


def only_answer(answers: Mapping[str, "Answer | Fact"]) -> Answer:
    """The answer of a fact that has one need."""
    (answer,) = answers.values()
    if not isinstance(answer, Answer):
        raise TypeError("a fact made of another fact reads it by name")
    return answer


def answer_named(answers: Mapping[str, "Answer | Fact"], name: str) -> Answer:
    """The answer of one of several needs."""
    answer = answers[name]
    if not isinstance(answer, Answer):
        raise TypeError(f"'{name}' is a fact, not an answer")
    return answer
