"""The YAML tables in ``data/``, each read once and only when it is needed."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from muster.catalogue.rows import Row, as_rows

_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml's parser is ten times faster; not every build has it
_WORDS = {"": None, "null": None, "~": None, "true": True, "false": False}

Data = None | bool | int | str | list["Data"] | dict[str, "Data"]


def plain(text: bytes) -> Data:
    """YAML of mappings, lists and scalars, read off the parser's events.

    PyYAML's own constructors take more than twice as long, and every run of checks waits for it. Dates and fractions
    stay text; anchors and aliases, which the tables do not use, raise ``ValueError``.
    """
    document: Data = None
    above: list[tuple[Data, str]] = []
    inside: Data = None
    key = ""
    for event in yaml.parse(text, Loader=_LOADER):
        kind = type(event)
        if kind is MappingEndEvent or kind is SequenceEndEvent:
            inside, key = above.pop()
            continue
        value = _begun(event)
        if value is _NOTHING:
            continue
        if inside is None:
            document = value
        elif type(inside) is list:
            inside.append(value)
        elif not key:
            key = str(value)
            continue
        elif type(inside) is dict:
            inside[key] = value
            key = ""
        if kind is not ScalarEvent:
            above.append((inside, key))
            inside, key = value, ""
    return document


_NOTHING: Data = "\0 an event that begins no value"


def _begun(event: Event) -> Data:
    """The value that an event brings or begins; ``_NOTHING`` for those of stream and document."""
    if isinstance(event, ScalarEvent):
        text: str = event.value
        if event.implicit[0]:
            if text in _WORDS:
                return _WORDS[text]
            if text.isdecimal():
                return int(text)
        return text
    kind = type(event)
    if kind is MappingStartEvent:
        return {}
    if kind is SequenceStartEvent:
        return []
    if kind is AliasEvent:
        raise ValueError("the tables use no anchors and aliases")
    return _NOTHING


@cache
def table(name: str) -> Mapping[str, Data]:
    """The content of ``data/<name>.yaml``; raises ``ValueError`` where it is no mapping."""
    content = plain(files(__package__).joinpath("data", f"{name}.yaml").read_bytes())
    if not isinstance(content, dict):
        raise ValueError(f"{name}.yaml is no mapping")  # noqa: TRY004 - its content is wrong, not its type
    return content


def rows(name: str, key: str) -> tuple[Row, ...]:
    """The rows of one list of a table."""
    return as_rows(table(name).get(key), f"{name}.yaml: {key}")
