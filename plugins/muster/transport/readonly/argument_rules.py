"""What a cmdlet's argument may be: small predicates with a name, for the read-only list."""

import re
from dataclasses import dataclass
from typing import Protocol

from muster.model import Argument


class Rule(Protocol):
    """Decides about one argument and says in words what it would take."""

    @property
    def meaning(self) -> str:
        """What would be right, to stand after "only"."""
        ...

    def allows(self, value: Argument) -> bool:
        """Whether the argument may be sent."""
        ...


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch that is on."""

    meaning: str = "as a switch"

    def allows(self, value: Argument) -> bool:
        """Only ``True``: ``-Switch:$false`` is the same as leaving it out."""
        return value is True


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these texts, spelled exactly so; with ``several`` a list of them."""

    values: tuple[str, ...]
    several: bool = False

    @property
    def meaning(self) -> str:
        """The values."""
        return "as " + " or ".join(f"'{value}'" for value in self.values)

    def allows(self, value: Argument) -> bool:
        """Whether it is one of them."""
        if isinstance(value, tuple):
            return self.several and bool(value) and set(value) <= set(self.values)
        return isinstance(value, str) and value in self.values


@dataclass(frozen=True, slots=True)
class Like:
    """Text that a pattern matches as a whole; with ``several`` a list of such texts."""

    pattern: str
    meaning: str
    several: bool = False

    def allows(self, value: Argument) -> bool:
        """Whether every text matches."""
        texts = value if isinstance(value, tuple) else (value,)
        if isinstance(value, tuple) and not (self.several and value):
            return False
        return all(isinstance(text, str) and re.fullmatch(self.pattern, text) is not None for text in texts)


# No character that means something to PowerShell, a shell or a wildcard matcher ever stands in these.
SWITCH = Switch()
COMPUTER = Like(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?", "with the name of one server")
IDENTITY = Like(r"[^\x00-\x1f\x7f*?{}$;|&<>`\"']{1,512}", "with the name of one object, without wildcards")
PROPERTIES = Like(r"[A-Za-z_][A-Za-z0-9_]{0,127}", "with names of properties", several=True)
PROPERTY = Like(r"[A-Za-z_][A-Za-z0-9_]{0,127}", "with the name of one property")
THUMBPRINT = Like(r"[0-9A-Fa-f]{40}", "with a certificate's thumbprint")

_TEXT = r"'(?:[^'\\\x00-\x1f]|\\\\|\\')*'"
_CONDITION = rf"[A-Za-z]\w* ?(?:=|<>|LIKE) ?(?:{_TEXT}|\d+|TRUE|FALSE)"
WQL = Like(
    rf"{_CONDITION}(?: (?:AND|OR) {_CONDITION})*", "with conditions such as Name='W3SVC' OR Name LIKE 'MSExchange%'"
)
FULL_PATH = Like(
    r"Name ?= ?'[A-Za-z]:(?:\\\\(?:[^'\\\x00-\x1f%*?:/]|\\')+)+'",
    r"with the full name of one file, as Name='C:\\folder\\file' (else every disk is searched)",
)
