"""Folders that are named after a build: what lies in them is the same thing after every update, in another folder."""

import re
from dataclasses import replace

from muster.model import Object
from muster.reading.values import read_text

_FOLDER = re.compile(r"\\(15\.\d{1,2}\.\d{1,5}(?:\.\d{1,4})?)(?=\\)")

BUILD = "<build>"
"""Stands for the name of such a folder."""


def without_build(path: str) -> tuple[str, tuple[int, ...]]:
    r"""A path with ``<build>`` for a folder such as ``15.2.1748``, and that build's numbers (``()`` for none)."""
    found = _FOLDER.search(path)
    if found is None:
        return path, ()
    return _FOLDER.sub(rf"\\{BUILD}", path), tuple(int(part) for part in found[1].split("."))


def in_newest_folders(objects: tuple[Object, ...], path: str) -> tuple[Object, ...]:
    """Objects with ``<build>`` in their path, without those of older builds' folders, which updates leave behind."""
    read = [(item, *without_build(read_text(item.properties.get(path)))) for item in objects]
    newest: dict[str, tuple[int, ...]] = {}
    for _, name, build in read:
        tree = name.partition(BUILD)[0].casefold()
        newest[tree] = max(newest.get(tree, ()), build)
    return tuple(
        replace(item, properties={**item.properties, path: name})
        for item, name, build in read
        if build in {(), newest[name.partition(BUILD)[0].casefold()]}
    )
