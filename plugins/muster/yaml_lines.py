"""YAML that remembers where everything stood, and mistakes that say where and what would be right.

Values follow YAML 1.2: only ``true``/``false`` are booleans and only plain decimals are numbers. What YAML 1.1
would silently turn into something else (``no``, ``010``, ``22:25``, ``2025-09-15``) stays the text it was written
as, so that a site called ``NO`` works and a port written ``010`` is refused by the field that wants a number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

Data = None | bool | int | float | str | list["Data"] | dict[str, "Data"]
"""What a YAML file holds once it is read."""

Where = tuple[str | int, ...]
"""The way to a value: keys and list positions."""

_MOST_NODES = 200_000


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a file. ``line`` and ``column`` count from 1; 0 is the file as a whole.

    ``path`` reads ``servers[2].site``; ``wrong`` says what is there, ``right`` what would be right. Neither ever
    holds a secret: a value is quoted only where no secret can stand.
    """

    file: str
    line: int
    column: int
    path: str
    wrong: str
    right: str = ""

    def __str__(self) -> str:
        """One line, in the form that editors jump to."""
        place = self.file + (f":{self.line}:{self.column}" if self.line else "")
        return " ".join(part for part in (f"{place}:", self.path and f"{self.path}:", self.wrong, self.right) if part)


class YamlMistakes(Exception):  # noqa: N818 - a list of what a person has to correct
    """Everything that is wrong with one file, in the order of its lines."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(mistakes)
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line, mistake.column)))

    def __str__(self) -> str:
        """One line each."""
        return "\n".join(map(str, self.mistakes))


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read: its data, where each key and value stood, and what was wrong with it already."""

    file: str
    data: Data
    keys: dict[Where, tuple[int, int]] = field(default_factory=dict, hash=False)
    values: dict[Where, tuple[int, int]] = field(default_factory=dict, hash=False)
    mistakes: tuple[Mistake, ...] = ()

    def mistake(self, where: Where, wrong: str, right: str = "", *, at_key: bool = False) -> Mistake:
        """A mistake at the place of ``where``; of what is not there, at the nearest thing that holds it."""
        place = self.keys.get(where) if at_key else None
        for length in range(len(where), -1, -1):
            place = place or self.values.get(where[:length])
        line, column = place or (0, 0)
        return Mistake(self.file, line, column, printed(where), wrong, right)


def printed(where: Where) -> str:
    """``servers[2].site``; a key with a dot in it is quoted: ``public_names."mail.contoso.com"``."""
    text = ""
    for step in where:
        if isinstance(step, int):
            text += f"[{step}]"
            continue
        quoted = step if re.fullmatch(r"[\w-]+", step) else f'"{step}"'
        text += f".{quoted}" if text else quoted
    return text


def read(path: Path) -> Document:
    """Read a file; raises ``YamlMistakes`` where it is no YAML at all.

    Smaller mistakes (a key given twice, a tag, an alias into itself) come with the document, so that they are
    told together with everything else.
    """
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise YamlMistakes(
            (Mistake(file, line, 1, "", "this is not UTF-8 text.", "Save the file as UTF-8."),)
        ) from None
    except OSError as error:
        raise YamlMistakes((Mistake(file, 0, 0, "", f"cannot be read: {error.strerror}."),)) from None
    return parse(text, file)


def parse(text: str, file: str) -> Document:
    """Read text; see ``read``."""
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        reader = _Reader(file)
        data = reader.read(node, (), ()) if node is not None else None
    except yaml.YAMLError as error:
        raise YamlMistakes((_broken(error, text, file),)) from None
    except RecursionError:
        raise YamlMistakes((Mistake(file, 0, 0, "", "this is nested too deeply to be meant."),)) from None
    return Document(file, data, reader.keys, reader.values, tuple(reader.mistakes))


def _broken(error: yaml.YAMLError, text: str, file: str) -> Mistake:
    """Where the YAML breaks. The line itself is never quoted: a password may stand in it."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # a character that no YAML may hold
        position = getattr(error, "position", 0)
        line = text[:position].count("\n") + 1
        column = position - (text.rfind("\n", 0, position) + 1) + 1
        return Mistake(file, line, column, "", "a character that YAML does not allow.", "Remove it.")
    problem = getattr(error, "problem", None) or "not YAML"
    return Mistake(file, mark.line + 1, mark.column + 1, "", f"broken YAML: {problem}.", _advice(problem, mark, text))


def _advice(problem: str, mark: yaml.Mark, text: str) -> str:
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    before = line[: mark.column + 1]
    if "\t" in before:
        return "Indent with spaces, not with tabs."
    if re.search(r"[{,]\s*[^'\"{}]*\w\[", line):
        return 'Inside { } a pattern needs quotes: {name: "ex[01-04]"}.'
    if "mapping values are not allowed" in problem or ("expected ','" in problem and before.endswith(":")):
        return (
            "Check the indentation, and put text that holds ': ' in quotes, as in \"security-current (grace: 30d)\"."
        )
    if "double-quoted" in problem or "escape" in problem:
        return "Write a backslash inside '…', not inside \"…\"."
    return "Check this line and the one above: indentation, an unclosed bracket or quote."


_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "value", "map", "seq")
)


class _Reader:
    """Walks the node tree once, keeping places and mistakes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[Where, tuple[int, int]] = {}
        self.values: dict[Where, tuple[int, int]] = {}
        self.mistakes: list[Mistake] = []
        self.seen = 0

    def read(self, node: yaml.Node, where: Where, above: tuple[int, ...]) -> Data:
        self.seen += 1
        self.values[where] = _place(node)
        if id(node) in above or self.seen > _MOST_NODES:
            self._note(node, where, "an alias (*) makes this endless or too large.", "Write the values out.")
            return None
        if node.tag not in _PLAIN_TAGS and node.tag != "tag:yaml.org,2002:merge":
            self._note(node, where, f"the tag '{node.tag}' is not allowed.", "Remove it: plain YAML only.")
            return None
        match node:
            case yaml.ScalarNode():
                return _scalar(node)
            case yaml.SequenceNode():
                inside = (*above, id(node))
                return [self.read(item, (*where, index), inside) for index, item in enumerate(node.value)]
            case _:
                return self._mapping(node, where, (*above, id(node)))

    def _mapping(self, node: yaml.Node, where: Where, above: tuple[int, ...]) -> Data:
        found: dict[str, Data] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._note(key_node, where, "a list or mapping as a key.", "Keys are plain text.")
                continue
            key = str(key_node.value)
            if key_node.tag == "tag:yaml.org,2002:merge":
                self._note(
                    key_node, where, "'<<' is not supported.", "Write what servers share once under defaults:."
                )
                continue
            here = (*where, key)
            if key in found:
                line = self.keys[here][0]
                self._note(
                    key_node, here, f"the key '{key}' stands twice (first in line {line}).", "Keep one of them."
                )
                continue
            self.keys[here] = _place(key_node)
            found[key] = self.read(value_node, here, above)
        return found

    def _note(self, node: yaml.Node, where: Where, wrong: str, right: str) -> None:
        self.mistakes.append(Mistake(self.file, *_place(node), printed(where), wrong, right))


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(node: yaml.ScalarNode) -> Data:
    text = str(node.value)
    if node.style:  # quoted or a block: text, whatever it looks like
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def keys_of(data: Data) -> Iterator[Where]:
    """The way to every key, for rules that hold anywhere in a file."""
    match data:
        case dict():
            for key, value in data.items():
                yield (key,)
                yield from ((key, *inner) for inner in keys_of(value))
        case list():
            for index, value in enumerate(data):
                yield from ((index, *inner) for inner in keys_of(value))
        case _:
            return
