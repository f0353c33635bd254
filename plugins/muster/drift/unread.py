"""Properties of an object in the snapshot form that are only read when somebody looks at them."""

from collections.abc import Iterator, Mapping

from muster.model import Object, Value
from muster.snapshot import UnreadableSnapshot, load_value

_NOT_PROPERTIES = frozenset({"$type", "$text"})
_ABSENT = object()


class Unread(Mapping[str, Value]):
    """Properties by name, each loaded when it is looked at: of an object with one changed property that is one.

    Looking at a value that is in no snapshot form raises ``UnreadableSnapshot``.
    """

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[str, object]) -> None:
        self._data = data

    def __getitem__(self, name: str) -> Value:
        """One value, loaded."""
        return load_value(self._data[f"${name}" if name.startswith("$") else name])

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return (name.removeprefix("$") for name in self._data if name not in _NOT_PROPERTIES)

    def __len__(self) -> int:
        """How many properties."""
        return len(self._data) - len(_NOT_PROPERTIES)

    def unequal(self, other: "Unread") -> tuple[list[str], list[str]]:
        """The names of what is not the same JSON on both sides: of these properties, and of the others."""
        ours, theirs = self._data, other._data  # noqa: SLF001 - another of its own kind
        if ours.keys() == theirs.keys():
            both = [name for name in self if ours.get(name, _ABSENT) != theirs.get(name) or name not in theirs]
            return both, both
        return (
            [name for name in self if ours.get(name, _ABSENT) != theirs.get(name, _ABSENT) or name not in theirs],
            [name for name in other if ours.get(name, _ABSENT) != theirs.get(name, _ABSENT) or name not in ours],
        )


def unread_object(data: Mapping[str, object]) -> Object:
    """One object of an answer; raises ``UnreadableSnapshot`` where it is none."""
    kind, text = data.get("$type"), data.get("$text", _ABSENT)
    if not isinstance(kind, str) or not (text is None or isinstance(text, str)):
        raise UnreadableSnapshot("an object of an answer with its $type and $text", "something else")
    return Object(kind, text, Unread(data))
