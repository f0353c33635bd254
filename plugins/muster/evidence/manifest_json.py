"""``manifest.json``: the SHA-256 of every other file, written last: without it a folder is unfinished."""

import hashlib
import json
from pathlib import Path

from muster.snapshot import dumps

NAME = "manifest.json"


def dump(folder: Path) -> str:
    """The manifest of what lies in a run folder now."""
    return _text({name: _hash(folder / name) for name in _files(folder)})


def renewed(folder: Path, *names: str) -> str | None:
    """The present manifest with new hashes for these files only: a change to any other file keeps showing.

    ``None`` where there is no manifest: the folder was never finished, and no one vouches for it now.
    """
    recorded = _recorded(folder)
    if recorded is None:
        return None
    return _text(recorded | {name: _hash(folder / name) for name in names})


def differences(folder: Path) -> list[str] | None:
    """Sentences about files that are not as the manifest says; ``None`` where there is no manifest."""
    recorded = _recorded(folder)
    if recorded is None:
        return None
    present = set(_files(folder))
    found = [f"{name} is missing" for name in sorted(recorded.keys() - present)]
    found += [f"{name} is not in the manifest" for name in sorted(present - recorded.keys())]
    for name in sorted(present & recorded.keys()):
        if _hash(folder / name) != recorded[name]:
            found.append(f"{name} is not what the manifest vouches for")
    return found


def _text(files: dict[str, str]) -> str:
    return dumps({"format": 1, "algorithm": "sha256", "files": dict(files)})


def _recorded(folder: Path) -> dict[str, str] | None:
    path = folder / NAME
    if not path.is_file():
        return None
    files: dict[str, str] = json.loads(path.read_text("utf-8"))["files"]
    return files


def _files(folder: Path) -> list[str]:
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if name != NAME)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
