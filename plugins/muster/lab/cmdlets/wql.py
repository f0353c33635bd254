"""The WHERE part of WQL, as far as CIM filters use it: comparisons, LIKE, AND, OR, NOT, parentheses."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

Condition = Callable[[Callable[[str], Any]], bool]
"""Takes a way to read a property by name, says whether the object fits."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>-?\d+)|(?P<sign><>|!=|<=|>=|=|<|>|\(|\))"""
    r"""|(?P<word>[A-Za-z_]\w*))"""
)


class BadFilter(ValueError):  # noqa: N818 - a word of its own, as everywhere in muster
    """The text is no condition that WQL knows."""


def parse_condition(text: str) -> Condition:
    """Read a condition; raises ``BadFilter``."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if not found or not found.lastgroup:
            raise BadFilter(f"'{text[at:]}' is no WQL")
        tokens.append((found.lastgroup, found.group(found.lastgroup)))
        at = found.end()
    reader = _Reader(tokens)
    condition = reader.any_of()
    if reader.tokens:
        raise BadFilter(f"'{reader.tokens[0][1]}' was not expected there")
    return condition


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens

    def _word(self, word: str) -> bool:
        if self.tokens and self.tokens[0][0] in {"word", "sign"} and self.tokens[0][1].upper() == word:
            self.tokens.pop(0)
            return True
        return False

    def any_of(self) -> Condition:
        parts = [self._all_of()]
        while self._word("OR"):
            parts.append(self._all_of())
        return lambda read: any(part(read) for part in parts)

    def _all_of(self) -> Condition:
        parts = [self._one()]
        while self._word("AND"):
            parts.append(self._one())
        return lambda read: all(part(read) for part in parts)

    def _one(self) -> Condition:
        if self._word("NOT"):
            inner = self._one()
            return lambda read: not inner(read)
        if self._word("("):
            inner = self.any_of()
            if not self._word(")"):
                raise BadFilter("a parenthesis is not closed")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        if len(self.tokens) < 3 or self.tokens[0][0] != "word":  # noqa: PLR2004 - name, sign, value
            raise BadFilter("a comparison has a property, a sign and a value")
        (_, name), (_, sign), (kind, written) = self.tokens[:3]
        del self.tokens[:3]
        wanted = re.sub(r"\\(.)", r"\1", written[1:-1]) if kind == "text" else written
        match sign.upper():
            case "=":
                return lambda read: _folded(read(name)) == _folded(wanted)
            case "<>" | "!=":
                return lambda read: _folded(read(name)) != _folded(wanted)
            case "LIKE":
                pattern = (
                    wanted.replace("[", "[[]").replace("*", "[*]").replace("%", "*").replace("_", "?").casefold()
                )
                return lambda read: fnmatchcase(_folded(read(name)), pattern)
            case _:
                raise BadFilter(f"'{sign}' is no sign that the lab's WQL knows")


def _folded(value: Any) -> str:
    return str(value).casefold()
