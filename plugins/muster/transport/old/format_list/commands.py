"""Prompts and command lines that stand in a file: what they name is told there, not recognised."""

import re
from dataclasses import dataclass

_PROMPT = re.compile(r"^(?:\[PS\]\s*)?(?:PS\s+)?(?:[A-Za-z]:\\|\\\\)[^>]*>(?P<typed>.*)$")
_ALONE = re.compile(r"^(?:Get|Test)-[A-Za-z]+(?:\s.*|\|.*)?$")
_PARAMETER = re.compile(r"""-(?P<name>[A-Za-z]\w*)(?::|\s+)?(?P<value>"[^"]*"|'[^']*'|[^\s\-][^\s]*)?""")
_PRINTS = frozenset({"fl", "format-list", "out-file", "tee-object", "select", "select-object", "out-string"})
_PART = frozenset({"-first", "-last", "-skip", "-unique", "-index"})


@dataclass(frozen=True, slots=True)
class CommandLine:
    """What was typed. ``cmdlet`` is ``""`` where it cannot be told (a variable, several commands on one line).

    ``server`` is what ``-Server`` or ``-Identity`` named in plain words. ``part_only``: a filter or ``-Identity``
    is in it, so that not everything was printed.
    """

    line: int
    text: str
    cmdlet: str = ""
    server: str | None = None
    identity: str | None = None
    switches: frozenset[str] = frozenset()
    part_only: bool = False


def command_line(text: str, line: int) -> CommandLine | None:
    """The command that a line shows, with a prompt or without; ``None`` where the line is none."""
    found = _PROMPT.match(text)
    if found is None and not _ALONE.match(text):
        return None
    typed = (found["typed"] if found else text).strip()
    if not typed:
        return CommandLine(line, text)
    stages = [stage.strip() for stage in typed.partition(">")[0].split("|")]
    first = re.match(r"(?:Get|Test)-[A-Za-z]+", stages[0])
    if ";" in typed or first is None:
        return CommandLine(line, text)
    rest = stages[0][first.end() :]
    said = {found["name"].casefold(): (found["value"] or "").strip("\"'") for found in _PARAMETER.finditer(rest)}
    plain = re.match(r"""\s+("[^"]*"|'[^']*'|[^\s\-|][^\s|]*)""", rest)
    identity = said.get("identity", plain[1].strip("\"'") if plain else None)
    server = said.get("server")
    unclear = any(value is not None and "$" in value for value in (server, identity))
    narrowed = any(_narrows(stage) for stage in stages[1:]) or "filter" in said
    return CommandLine(
        line,
        text,
        first.group(),
        None if unclear else server,
        None if unclear else identity,
        frozenset(name for name, value in said.items() if not value),
        narrowed or unclear or bool(identity),
    )


def _narrows(stage: str) -> bool:
    words = stage.casefold().split()
    return bool(words) and (words[0] not in _PRINTS or bool(_PART & set(words)))
