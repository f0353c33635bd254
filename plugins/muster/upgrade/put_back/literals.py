"""A value as PowerShell writes it, and one command from its parts."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from muster.model import EnumValue, Object, Value
from muster.upgrade.values import text_of

Part = Value | bool

_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
"""PowerShell takes typographic quotation marks for plain ones."""

_BYTES = re.compile(r".*\(([\d,.\u00a0\u202f ]+) bytes\)")
_SWITCH = re.compile(r"[A-Za-z][A-Za-z0-9]*")


class UnwritableError(ValueError):
    """A value that no command line can hold on one line; it must be entered by hand."""


def literal(value: Value) -> str:  # noqa: C901, PLR0911 - one case per kind of value
    """A value as PowerShell writes it; raises ``UnwritableError`` for what does not fit on one line.

    Nothing is ``$null``, which also empties a list. Sizes are their bytes; times are ISO 8601 in UTC, which every
    culture reads alike.
    """
    match value:
        case None | ():
            return "$null"
        case bool():
            return "$true" if value else "$false"
        case int():
            return str(value)
        case float():
            return repr(value)
        case tuple():
            return f"@({','.join(literal(each) for each in value)})"
        case datetime():
            return quoted(value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        case bytes():
            raise UnwritableError("it is binary")
        case EnumValue():
            return quoted(value.text)
        case Object():
            if value.text is None:
                raise UnwritableError(f"it came as {value.type} without its text")
            return _of_text(value.text)
        case _:
            return _of_text(value)


def _of_text(text: str) -> str:
    size = _BYTES.fullmatch(text)
    if size:
        return re.sub(r"\D", "", size[1])
    return quoted(text) if text else "$null"


def quoted(text: str) -> str:
    """A text in single quotes, in which PowerShell reads nothing but text."""
    if any(not char.isprintable() for char in text):
        raise UnwritableError("it holds characters that do not print")
    return f"'{_QUOTES.sub(lambda found: found[0] * 2, text)}'"


def table(entries: Iterable[tuple[str, Value]]) -> str:
    """A hash table of attributes: ``@{name='X'; value='1'}``."""
    return f"@{{{'; '.join(f'{_key(name)}={literal(value)}' for name, value in entries)}}}"


def _key(name: str) -> str:
    return name if _SWITCH.fullmatch(name) else quoted(name)


def command(cmdlet: str, parameters: Iterable[tuple[str, Value]], switches: Iterable[str] = ()) -> str:
    """One command line; the names are muster's own, the values are written as literals."""
    parts = [cmdlet]
    for name, value in parameters:
        if not _SWITCH.fullmatch(name):
            raise ValueError(f"'{name[:40]}' is no parameter")
        parts.append(f"-{name} {literal(value)}")
    return " ".join([*parts, *(f"-{name}" for name in switches)])


def remark(text: str) -> str:
    """A comment line: whatever stands in the text, it stays one line."""
    return f"# {one_line(text)}"


def one_line(text: str) -> str:
    """A text on one line, without anything that does not print."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def as_text(value: Value, most: int = 120) -> str:
    """A value in a sentence: quoted, cut when long."""
    if isinstance(value, tuple) and value and all(isinstance(each, bytes) for each in value):
        value = value[0]
    if isinstance(value, bytes):
        return f"{len(value)} bytes with SHA-1 {hashlib.sha1(value, usedforsecurity=False).hexdigest().upper()}"
    told = one_line(text_of(value))
    told = f"{told[: most - 1]}…" if len(told) > most else told
    return f"'{told}'" if told else "nothing"
