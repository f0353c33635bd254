"""Commands as values: pipelines of a name and arguments, read off tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Union

from muster.lab.changes.refusing import syntax
from muster.lab.changes.tokens import Token, tokens

VALUE = "Write-Output"
"""The command that gives its argument: what ``$name = 'text'`` is read as."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A word without quotes: PowerShell takes one that looks like a number for a number."""

    text: str

    def __str__(self) -> str:
        """The word."""
        return self.text


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name`` or ``$env:name``."""

    name: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A double-quoted text with variables in it; a part that begins with ``$`` is one's name."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``@{Add = …; Remove = …}``."""

    entries: tuple[tuple[str, "Literal"], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """``{ … }``: commands for somewhere else."""

    pipelines: tuple["Pipeline", ...]


@dataclass(frozen=True, slots=True)
class Nested:
    """``( … )``: what a pipeline gives, as a value."""

    pipeline: "Pipeline"


Literal = Union[str, Bare, Variable, Joined, Table, Block, Nested, "tuple[Literal, ...]"]


@dataclass(frozen=True, slots=True)
class Argument:
    """A value, a parameter (``name``) or both: ``-Name:value`` only, the binding decides about ``-Name value``."""

    name: str | None
    value: Literal | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A name and what stands after it."""

    name: str
    arguments: tuple[Argument, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands, the output of each handed to the next; ``target`` is the variable that takes the last one's."""

    commands: tuple[Command, ...]
    line: int
    target: str = ""


def parse(text: str) -> tuple[Pipeline, ...]:
    """Read a text; raises ``Refused`` with the line for what the lab does not read."""
    return _Reading(tokens(text)).pipelines(end="")


class _Reading:
    def __init__(self, read: Iterable[Token]) -> None:
        self._tokens = list(read)
        self._at = 0

    @property
    def _token(self) -> Token:
        return self._tokens[min(self._at, len(self._tokens) - 1)]

    def _is(self, *signs: str) -> bool:
        return self._token.kind == "sign" and self._token.text in signs

    def _take(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _skip_ends(self) -> None:
        while self._at < len(self._tokens) - 1 and (self._token.kind == "end" or self._is(";")):
            self._at += 1

    def pipelines(self, end: str) -> tuple[Pipeline, ...]:
        """Everything up to ``end`` (a closing brace), or to the end of the text."""
        found: list[Pipeline] = []
        while True:
            self._skip_ends()
            if end and self._is(end):
                self._take()
                return tuple(found)
            if self._at >= len(self._tokens) - 1:
                if end:
                    raise syntax(f"Missing closing '{end}' in statement block.", self._token.line)
                return tuple(found)
            found.append(self._pipeline())
            if not (self._token.kind == "end" or self._is(";", end or ";")):
                raise syntax(f"Unexpected token '{self._token.text}' in expression or statement.", self._token.line)

    def _pipeline(self) -> Pipeline:
        line = self._token.line
        target = ""
        if self._token.kind == "variable" and self._tokens[self._at + 1].text == "=":
            target = self._take().text
            self._take()
        if target and self._token.kind != "word":
            return Pipeline((Command(VALUE, (Argument(None, self._value()),), line),), line, target)
        commands = [self._command()]
        while self._is("|"):
            self._take()
            while self._token.kind == "end" and self._at < len(self._tokens) - 1:
                self._at += 1
            commands.append(self._command())
        return Pipeline(tuple(commands), line, target)

    def _command(self) -> Command:
        if self._is("&", "."):
            self._take()
        token = self._take()
        if token.kind not in {"word", "text"}:
            raise syntax(f"Unexpected token '{token.text}' in expression or statement.", token.line)
        arguments: list[Argument] = []
        while not (self._token.kind == "end" or self._is("|", ";", "}", ")")):
            if self._token.kind == "parameter":
                name = self._take()
                arguments.append(Argument(name.text, self._value() if name.glued else None))
            else:
                arguments.append(Argument(None, self._value()))
        return Command(token.text, tuple(arguments), token.line)

    def _value(self) -> Literal:
        values = [self._single()]
        while self._is(","):
            self._take()
            while self._token.kind == "end" and self._at < len(self._tokens) - 1:
                self._at += 1
            values.append(self._single())
        return values[0] if len(values) == 1 else tuple(values)

    def _single(self) -> Literal:
        token = self._take()
        match token.kind:
            case "text":
                return Joined(token.parts) if token.parts else token.text
            case "word":
                return Bare(token.text)
            case "variable":
                return Variable(token.text)
            case "parameter":
                return Bare(f"-{token.text}")
            case _:
                return self._bracketed(token)

    def _bracketed(self, token: Token) -> Literal:
        match token.text:
            case "@(":
                return self._array()
            case "@{":
                return self._table()
            case "{":
                return Block(self.pipelines(end="}"))
            case "(":
                if self._token.kind == "word":
                    pipeline = self._pipeline()
                    self._close(")")
                    return Nested(pipeline)
                value = self._value()
                self._close(")")
                return value
        raise syntax(f"Unexpected token '{token.text}' in expression or statement.", token.line)

    def _close(self, sign: str) -> None:
        if not self._is(sign):
            raise syntax(f"Missing closing '{sign}' in expression.", self._token.line)
        self._take()

    def _array(self) -> tuple[Literal, ...]:
        values: list[Literal] = []
        self._skip_ends()
        while not self._is(")"):
            if self._at >= len(self._tokens) - 1:
                raise syntax("Missing closing ')' in expression.", self._token.line)
            value = self._value()
            values += value if isinstance(value, tuple) else [value]
            self._skip_ends()
        self._take()
        return tuple(values)

    def _table(self) -> Table:
        entries: list[tuple[str, Literal]] = []
        self._skip_ends()
        while not self._is("}"):
            key = self._take()
            if key.kind not in {"word", "text"} or not self._is("="):
                raise syntax("Missing '=' operator after key in hash literal.", key.line)
            self._take()
            entries.append((key.text, self._value()))
            self._skip_ends()
        self._take()
        return Table(tuple(entries))
