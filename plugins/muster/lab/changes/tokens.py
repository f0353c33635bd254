"""PowerShell text as tokens: as much of the language as single commands need."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from muster.lab.changes.refusing import syntax

Kind = Literal["word", "text", "parameter", "variable", "sign", "end"]
_SIGNS = ("@(", "@{", "$(", "(", ")", "{", "}", ",", "=", "|", ";", "&", "[", "]", ".")
_WORD_ENDS = set(" \t\r\n(){},;|'\"&")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_BLOCK = re.compile(r"<#.*?#>", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\{([^}]+)\}|((?:env:)?[A-Za-z_]\w*))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text. ``text`` of a ``word`` is bare, of a ``text`` unquoted; ``parts`` of a quoted text with
    variables in it are their names and the text between (a name starts with ``$``). ``end`` ends a command.
    """  # noqa: D205 - the first sentence is the summary

    kind: Kind
    text: str
    line: int
    glued: bool = False
    parts: tuple[str, ...] = ()


def tokens(text: str) -> Iterator[Token]:
    """Cut a text; raises ``Refused`` with the line for what is no PowerShell."""
    return _Cutting(text.replace("\r\n", "\n")).run()


class _Cutting:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._open: list[str] = []

    def run(self) -> Iterator[Token]:
        while self._at < len(self._text):
            before = self._at
            glued = before > 0 and self._text[before - 1] not in " \t\n"
            token = self._next(glued=glued)
            if self._at == before:
                raise syntax(f"Unexpected token '{self._text[before]}' in expression or statement.", self._line)
            if token:
                yield token
        yield Token("end", "", self._line)

    def _next(self, *, glued: bool) -> Token | None:  # noqa: PLR0911, PLR0912, C901 - a token each
        text, at, line = self._text, self._at, self._line
        char = text[at]
        if char == "\n":
            self._move(1)
            return Token("end", "\n", line)
        if char in " \t\r":
            self._move(1)
            return None
        if char == "`" and re.match(r"`[ \t]*\n", text[at:]):
            self._move(text.index("\n", at) + 1 - at)
            return None
        if text.startswith("<#", at):
            found = _BLOCK.match(text, at)
            if not found:
                raise syntax("The terminator '#>' is missing from the multiline comment.", line)
            self._move(found.end() - at)
            return None
        if char == "#" and not glued:
            end = text.find("\n", at)
            self._move((end if end >= 0 else len(text)) - at)
            return None
        if text.startswith("@'\n", at) or text.startswith('@"\n', at):
            return self._here_string(line)
        if char in "'\u2018\u2019":
            return self._single(line, glued=glued)
        if char in '"\u201c\u201d':
            return self._double(line, glued=glued)
        if char == "$" and (found := _VARIABLE.match(text, at)):
            self._move(found.end() - at)
            return Token("variable", found.group(1) or found.group(2), line, glued)
        if char == "-" and re.match(r"-[A-Za-z]", text[at:]):
            found = re.match(r"-([A-Za-z]\w*)(:?)", text[at:])
            if found:
                self._move(found.end())
                return Token("parameter", found.group(1), line, glued=bool(found.group(2)))
        for sign in _SIGNS:
            if text.startswith(sign, at) and not (sign in {"[", "]", "."} and not glued and sign != "["):
                self._move(len(sign))
                self._bracket(sign)
                return Token("sign", sign, line, glued)
        return self._word(line, glued=glued)

    def _bracket(self, sign: str) -> None:
        if sign[-1] in "({":
            self._open.append(sign)
        elif sign in {")", "}"} and self._open:
            self._open.pop()

    def _move(self, count: int) -> None:
        self._line += self._text.count("\n", self._at, self._at + count)
        self._at += count

    def _word(self, line: int, *, glued: bool) -> Token:
        end = self._at
        ends = _WORD_ENDS | ({"="} if self._open[-1:] == ["@{"] else set())
        while end < len(self._text) and self._text[end] not in ends:
            if self._text[end] == "`" and end + 1 < len(self._text):
                end += 1
            end += 1
        word = re.sub(r"`(.)", r"\1", self._text[self._at : end])
        self._move(end - self._at)
        return Token("word", word, line, glued)

    def _single(self, line: int, *, glued: bool) -> Token:
        found = re.match(
            r"['\u2018\u2019]((?:[^'\u2018\u2019]|['\u2018\u2019]{2})*)['\u2018\u2019]", self._text[self._at :]
        )
        if not found:
            raise syntax("The string is missing the terminator: '.", line)
        self._move(found.end())
        return Token("text", re.sub(r"(['\u2018\u2019]){2}", r"\1", found.group(1)), line, glued)

    def _double(self, line: int, *, glued: bool) -> Token:
        at = self._at + 1
        parts: list[str] = []
        held = ""
        while at < len(self._text):
            char = self._text[at]
            if char == "`" and at + 1 < len(self._text):
                held += _ESCAPES.get(self._text[at + 1], self._text[at + 1])
                at += 2
            elif char in '"\u201c\u201d':
                if self._text[at + 1 : at + 2] == char == '"':
                    held += '"'
                    at += 2
                    continue
                self._move(at + 1 - self._at)
                return Token("text", held, line, glued, (*parts, held) if parts else ())
            elif char == "$" and (found := _VARIABLE.match(self._text, at)):
                parts += [held, f"${found.group(1) or found.group(2)}"]
                held = ""
                at = found.end()
            elif self._text.startswith("$(", at):
                raise syntax("The lab reads no subexpression $(…) in a string.", line)
            else:
                held += char
                at += 1
        raise syntax('The string is missing the terminator: ".', line)

    def _here_string(self, line: int) -> Token:
        quote = self._text[self._at + 1]
        end = self._text.find(f"\n{quote}@", self._at)
        if end < 0:
            raise syntax(f"The string is missing the terminator: {quote}@.", line)
        body = self._text[self._at + 3 : end] if end > self._at + 2 else ""
        self._move(end + 3 - self._at)
        if quote == '"' and _VARIABLE.search(body):
            raise syntax("The lab reads no variables in a here-string.", line)
        return Token("text", body, line)
