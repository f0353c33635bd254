"""Folders that are named after a build: what lies in them is the same thing after every update, in another folder."""

import re

_FOLDER = re.compile(r"\\(15\.\d{1,2}\.\d{1,5}(?:\.\d{1,4})?)(?=\\)")

BUILD = "<build>"
"""Stands for the name of such a folder."""


def without_build(path: str) -> tuple[str, tuple[int, ...]]:
    r"""A path with ``<build>`` for a folder such as ``15.2.1748``, and that build's numbers (``()`` for none)."""
    found = _FOLDER.search(path)
    if found is None:
        return path, ()
    return _FOLDER.sub(rf"\\{BUILD}", path), tuple(int(part) for part in found[1].split("."))
