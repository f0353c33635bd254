"""JSON as text, the way to read it back, and names of files."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import TypeVar

FORMAT = 1
"""The version of the snapshot form, written into every file as ``format``."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

T = TypeVar("T")

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class UnreadableSnapshot(ValueError):  # noqa: N818 - says what it is about
    """Text that is not in the snapshot form. ``at`` is the path inside it, as in ``$.observations[3].answer``."""

    def __init__(self, expected: str, came: str, at: str = "$") -> None:
        super().__init__(expected, came, at)
        self.expected = expected
        self.came = came
        self.at = at

    def __str__(self) -> str:
        """What was expected where, and what came."""
        return f"{self.expected} expected at {self.at}, {self.came} came"


def dumps(data: Json) -> str:
    """Canonical text: the same value is always the same text. Ends with a newline; write it as UTF-8 with LF."""
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    # UTF-16 lets half a character stand alone and Exchange stores such texts; UTF-8 does not: escape it
    return _LONE_SURROGATE.sub(lambda half: f"\\u{ord(half.group()):04x}", text) + "\n"


def loads(text: str) -> object:
    """JSON text read; raises ``UnreadableSnapshot`` with line and column."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise UnreadableSnapshot("JSON", error.msg, at) from None


def came(data: object) -> str:
    """A short word for what stands where something else was expected."""
    if data is None:
        return "null"
    names = {dict: "an object", list: "a list", str: "text", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(data), type(data).__name__)


def mapping(data: object) -> Mapping[str, object]:
    """A JSON object, or a complaint."""
    if isinstance(data, dict):
        return data
    raise UnreadableSnapshot("an object", came(data))


def field(data: object, name: str, read: Callable[[object], T]) -> T:
    """One field of a JSON object, read; a complaint names the path."""
    fields = mapping(data)
    if name not in fields:
        raise UnreadableSnapshot("a value", "nothing", f"$.{name}")
    try:
        return read(fields[name])
    except UnreadableSnapshot as error:
        raise UnreadableSnapshot(error.expected, error.came, f"$.{name}{error.at[1:]}") from None


def each(read: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """A reader of lists from a reader of items."""

    def read_all(data: object) -> tuple[T, ...]:
        if not isinstance(data, list):
            raise UnreadableSnapshot("a list", came(data))
        items: list[T] = []
        for position, item in enumerate(data):
            try:
                items.append(read(item))
            except UnreadableSnapshot as error:
                raise UnreadableSnapshot(error.expected, error.came, f"$[{position}]{error.at[1:]}") from None
        return tuple(items)

    return read_all


def optional(read: Callable[[object], T]) -> Callable[[object], T | None]:
    """A reader that also takes null."""
    return lambda data: None if data is None else read(data)


def exactly(kind: type[T]) -> Callable[[object], T]:
    """A reader of one plain type; a boolean is no number."""

    def read(data: object) -> T:
        if type(data) is kind:
            return data
        raise UnreadableSnapshot(came(kind()), came(data))

    return read


def number(data: object) -> float:
    """A number, whole or not."""
    if type(data) in {int, float}:
        return float(str(data))
    raise UnreadableSnapshot("a number", came(data))


# Windows gives these names to devices, whatever stands behind the first dot
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_LONGEST = 180


def file_name(subject: str) -> str:
    """The file that holds a subject's observations: ``EX01`` → ``ex01.json``.

    Lower case, because disks that ignore case exist; Exchange and the directory compare names without case too,
    so subjects that differ only there are one subject and share a file. Every other pair of subjects gets two
    files: what is not a letter, digit, dot, hyphen or underscore is escaped as ``%xx`` (UTF-8).
    """
    plain = unicodedata.normalize("NFC", subject).lower()
    name = "".join(map(_escaped, plain))
    if not name or name.startswith(".") or _RESERVED.fullmatch(name):
        name = (f"%{ord(name[0]):02x}" if name else "%") + name[1:]
    if len(name) > _LONGEST:
        from hashlib import sha256  # noqa: PLC0415 - rarely needed: no Active Directory name is that long

        name = f"{name[:_LONGEST]}%{sha256(plain.encode()).hexdigest()[:16]}"
    return f"{name}.json"


def _escaped(character: str) -> str:
    if character.isascii() and (character.isalnum() or character in "._-"):
        return character
    return "".join(f"%{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
