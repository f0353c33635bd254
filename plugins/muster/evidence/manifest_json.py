"""``manifest.json``: the SHA-256 of every other file, written last: without it a folder is unfinished."""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from muster.evidence.account import UnreadableRun
from muster.snapshot import dumps

NAME = "manifest.json"


def dump(folder: Path) -> str:
    """The manifest of what lies in a run folder now."""
    return _text({name: _hash(folder / name) for name in _files(folder)})


class Difference(NamedTuple):
    """A file that is not as the manifest says: ``how`` is ``missing``, ``added`` or ``changed``."""

    name: str
    how: str

    def __str__(self) -> str:
        """As a sentence without its full stop."""
        return f"{self.name} {_HOW[self.how]}"


_HOW = {
    "missing": "is missing",
    "added": "is not in the manifest",
    "changed": "is not what the manifest vouches for",
}


def renewed(folder: Path, *names: str) -> str | None:
    """The present manifest with new hashes for these files only: a change to any other file keeps showing.

    ``None`` where there is no manifest: the folder was never finished, and no one vouches for it now.
    """
    recorded = _recorded(folder)
    if recorded is None:
        return None
    return _text(recorded | {name: _hash(folder / name) for name in names})


def differences(folder: Path) -> list[Difference] | None:
    """The files that are not as the manifest says; ``None`` where there is no manifest. Raises ``UnreadableRun``."""
    recorded = _recorded(folder)
    if recorded is None:
        return None
    present = set(_files(folder))
    found = [Difference(name, "missing") for name in sorted(recorded.keys() - present)]
    found += [Difference(name, "added") for name in sorted(present - recorded.keys())]
    for name in sorted(present & recorded.keys()):
        if _hash(folder / name) != recorded[name]:
            found.append(Difference(name, "changed"))
    return found


def _text(files: dict[str, str]) -> str:
    return dumps({"format": 1, "algorithm": "sha256", "files": dict(files)})


def _recorded(folder: Path) -> dict[str, str] | None:
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        files: dict[str, str] = dict(json.loads(path.read_text("utf-8"))["files"])
    except (KeyError, TypeError, ValueError) as wrong:  # JSON and UTF-8 raise ValueError
        raise UnreadableRun(NAME, f"not in its form ({wrong})") from wrong
    return files


def _files(folder: Path) -> list[str]:
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if name != NAME)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
