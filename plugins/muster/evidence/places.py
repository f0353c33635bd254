"""Where a run is written: the folder, files that appear whole, and what to say where that cannot be."""

import tempfile
from collections.abc import Iterable
from pathlib import Path


class NotWritable(RuntimeError):  # noqa: N818 - says what it is about
    """A place that evidence cannot be written to: which ``folder``, and the system's ``reason``."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(folder, reason)
        self.folder = folder
        self.reason = reason

    def __str__(self) -> str:
        """Where, why, and what to do."""
        return (
            f"nothing can be written to {self.folder}: {self.reason}. "
            "Free the space or give the right to write there, or name another folder"
        )


def check_writable(folder: Path) -> None:
    """Raise ``NotWritable`` where nothing could be written below ``folder``; leaves nothing behind.

    A folder that does not exist yet is judged by the nearest one above it that does. It is really tried: what
    access rights say and what a file system does are two things.
    """
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"muster")
    except OSError as error:
        raise NotWritable(folder, reason_of(error)) from None


def new_folder(parent: Path, name: str) -> Path:
    """A folder of this name that nobody had before; raises ``OSError``."""
    parent.mkdir(parents=True, exist_ok=True)
    attempt = 1
    while True:
        place = parent / (name if attempt == 1 else f"{name}-{attempt}")
        try:
            place.mkdir()
        except FileExistsError:
            attempt += 1
        else:
            return place


def put(path: Path, parts: Iterable[str | bytes]) -> None:
    """Write a file under another name first, so that nobody ever sees half of it; raises ``OSError``."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    with unfinished.open("wb") as file:
        for part in parts:
            file.write(part.encode() if isinstance(part, str) else part)
    unfinished.replace(path)


def reason_of(error: OSError) -> str:
    """``Permission denied (/srv/reports/demo)``."""
    said = error.strerror or str(error)
    return f"{said} ({error.filename})" if error.filename else said
