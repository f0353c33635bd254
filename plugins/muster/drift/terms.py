"""On what terms two answers are compared: what their fact's shape says, and what their doors can and cannot tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from muster.model import Answer, Shape, Value

OF_THE_WIRE: Mapping[str, str] = {
    "RunspaceId": "a new one in every session",
    "PSComputerName": "whoever answered",
    "PSShowComputerName": "how the session prints",
    "PSSourceJobInstanceId": "a new one for every job",
    "SerializationData": "the sender's own binary form of what the other properties say",
}
"""What remoting adds to an object; it says nothing of the system, whatever the shape says."""

Hook = Callable[[Value], Value]
"""Reads a value into a form in which its parts can be compared: a security descriptor into its entries."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Names are in lower case. ``volatile`` may hold paths (``remotestates.timestamp``).

    ``across``: the doors differ. ``before`` and ``after`` say what that answer lacked, ``""`` where it was whole.
    """

    unordered: frozenset[str] = frozenset()
    volatile: frozenset[str] = frozenset()
    across: bool = False
    blank_is_blank: bool = False
    before: str = ""
    after: str = ""
    hooks: Mapping[str, Hook] = field(default_factory=dict)

    @property
    def ignored(self) -> frozenset[str]:
        """The properties that change by themselves."""
        return self.volatile | _WIRE

    def is_volatile(self, path: tuple[str, ...]) -> bool:
        """Whether what stands there changes by itself; keys of rows are no part of the shape's paths."""
        names = tuple(name.casefold() for name in path)
        return names[-1] in _WIRE or names[0] in self.volatile or f"{names[0]}.{names[-1]}" in self.volatile


_WIRE = frozenset(name.casefold() for name in OF_THE_WIRE)


def terms_of(
    before: Answer,
    after: Answer,
    shape: Shape,
    *,
    blank_is_blank: bool = False,
    across: bool | None = None,
    hooks: Mapping[str, Hook] | None = None,
) -> Terms:
    """The terms of two answers; their doors differ where their levels of serialization do, unless ``across`` says."""
    return Terms(
        unordered=frozenset(name.casefold() for name in shape.unordered),
        volatile=frozenset(name.casefold() for name in shape.volatile),
        across=blank_is_blank or before.serialization != after.serialization if across is None else across,
        blank_is_blank=blank_is_blank,
        before=_lacking(before),
        after=_lacking(after),
        hooks={name.casefold(): hook for name, hook in (hooks or {}).items()},
    )


def _lacking(answer: Answer) -> str:
    return str(answer.shortfalls[0]) if answer.shortfalls else ""
