"""Another build in the place of one, in the form that it was printed in."""

import re
from collections.abc import Mapping

from packaging.version import Version

from muster.model import Object, Value

_SHOWN = re.compile(r"(?P<before>.*?)\d+\.\d+ \(Build (?P<build>\d+)\.\d+\)(?P<after>.*)", re.DOTALL)
_DOTTED = re.compile(r"\d+\.(?P<minor>\d+)\.\d+\.\d+")
_ADDED = 30000
"""What the directory adds to the build in ``serialNumber``."""
_PARTS = ("Major", "Minor", "Build", "Private")
_NUMBERS = ("Major", "Minor", "Build", "Revision")
_FILE = re.compile(r"(?:File|Product)(Major|Minor|Build|Private)Part")
_VERSIONS = frozenset({"version", "fileversion", "productversion", "fileversionraw", "productversionraw"})


def reprinted(value: Value, build: Version) -> Value | None:
    """The build as the old one was printed; ``None`` where the old form is not known.

    ``Version 15.2 (Build 1748.10)``, the same with 30000 added, ``15.2.1748.10``, ``15.02.1748.010``, .NET's
    ``ServerVersion`` and tuples of one of these.
    """
    match value:
        case str():
            return _text(value, build)
        case Object():
            return _object(value, build)
        case (one,):
            found = reprinted(one, build)
            return None if found is None else (found,)
        case _:
            return None


def _text(text: str, build: Version) -> str | None:
    major, minor, number, revision = build.release
    if shown := _SHOWN.fullmatch(text):
        number += _ADDED if int(shown["build"]) >= _ADDED else 0
        return f"{shown['before']}{major}.{minor} (Build {number}.{revision}){shown['after']}"
    if dotted := _DOTTED.fullmatch(text):
        if dotted["minor"].startswith("0"):
            return f"{major:02}.{minor:02}.{number:04}.{revision:03}"
        return f"{major}.{minor}.{number}.{revision}"
    return None


def _object(value: Object, build: Version) -> Object | None:
    text = _text(value.text, build) if value.text else None
    numbers = dict(zip(_NUMBERS, build.release, strict=True))
    if text is None and not numbers.keys() <= value.properties.keys():
        return None
    known = {name: number for name, number in numbers.items() if name in value.properties}
    return Object(value.type, text or value.text, {**value.properties, **known})


def file_of(item: Object, build: Version) -> Object | None:
    """A file's object (``CIM_DataFile``, ``FileVersionInfo``) with another version; ``None`` where it shows none."""
    changed = {name: new for name, old in item.properties.items() if (new := _of_file(name, old, build)) is not None}
    return Object(item.type, item.text, {**item.properties, **changed}) if changed else None


def _of_file(name: str, old: Value, build: Version) -> Value | None:
    if part := _FILE.fullmatch(name):
        number = build.release[_PARTS.index(part[1])]
        return number if isinstance(old, int) else str(number)
    return reprinted(old, build) if name.casefold() in _VERSIONS else None


def with_properties(item: Object, changed: Mapping[str, Value]) -> Object:
    """The object with other values of some properties."""
    return Object(item.type, item.text, {**item.properties, **changed})
