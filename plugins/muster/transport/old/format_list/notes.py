"""What an import says beside what it read: damage by file and line, and values that nobody can be sure of."""

from dataclasses import dataclass

from muster.model import UNSETTLED, Object


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know about a file. ``line`` counts from 1, 0 is the file itself; ``sentence`` has no full stop.

    ``kind`` is one word or two for who counts them: ``encoding``, ``mixed encodings``, ``trailing blanks``,
    ``blank lines``, ``indented``, ``back quotes``, ``markdown``, ``lines left out``, ``indentation lost``,
    ``joined wraps``, ``hard cut``, ``masked``, ``bracketed address``, ``escaped``, ``cut off``, ``dates``,
    ``unknown name``, ``repeated name``, ``ambiguous border``, ``not a list``, ``not recognised``, ``contradiction``,
    ``command``, ``owner``, ``part only``, ``conflict``, ``read from IIS``, ``not asked``, ``unreadable``.
    """

    file: str
    line: int
    kind: str
    sentence: str

    def __str__(self) -> str:
        """File, line, and what is there."""
        return f"{self.file}:{self.line}: {self.sentence}" if self.line else f"{self.file}: {self.sentence}"


def is_unsettled(value: object) -> bool:
    """Whether a value is one that nobody can be sure of."""
    return isinstance(value, Object) and value.type == UNSETTLED
