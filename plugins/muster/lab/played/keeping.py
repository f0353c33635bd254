"""``played.yaml`` beside an environment's inventory: read whole or refused, written aside and renamed."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from muster.lab.played.events import Event, RunEvent, UpgradeEvent

FILE = "played.yaml"
_HEAD = "# What `muster lab` has played here; every start of this environment's lab plays it again. Not for git.\n"
_KEYS = {"upgrade": frozenset({"server", "to", "lose", "switches"}), "run": frozenset({"text", "on", "by_hand"})}


class PlayedMistake(ValueError):  # noqa: N818 - a word of its own, as everywhere in muster
    """A ``played.yaml`` that cannot be played again: which file, where in it, and what to do."""

    def __init__(self, file: Path, what: str) -> None:
        super().__init__(f"{file}: {what}. 'muster lab reset' begins anew")
        self.file = file
        self.what = what


def read(folder: Path) -> tuple[Event, ...]:
    """The events of an environment's folder, in order; none where nothing was played; raises ``PlayedMistake``."""
    file = folder / FILE
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise PlayedMistake(file, f"it cannot be read ({error})") from error
    try:
        written = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PlayedMistake(file, f"it is no YAML ({' '.join(str(error).split())})") from error
    if not isinstance(written, list):
        raise PlayedMistake(file, "it is no list of events")
    return tuple(_event(file, number, entry) for number, entry in enumerate(written, start=1))


def append(folder: Path, *events: Event) -> None:
    """Add events to what is there; the file is written aside and renamed. Raises ``PlayedMistake``, ``OSError``."""
    _write(folder / FILE, [*read(folder), *events])


def remove(folder: Path) -> int:
    """Forget everything; says how many events there were, -1 where the file was there and broken."""
    try:
        count = len(read(folder))
    except PlayedMistake:
        count = -1
    (folder / FILE).unlink(missing_ok=True)
    return count


def _write(file: Path, events: Iterable[Event]) -> None:
    aside = file.with_suffix(f".{os.getpid()}.new")
    text = _HEAD + yaml.safe_dump([_written(event) for event in events], sort_keys=False, allow_unicode=True)
    try:
        with aside.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def _written(event: Event) -> dict[str, Any]:
    at = event.at.astimezone(UTC)
    if isinstance(event, RunEvent):
        more = {"on": event.on} if event.on else {}
        return {"run": {"text": event.text, **more, **({"by_hand": True} if event.by_hand else {})}, "at": at}
    upgrade: dict[str, Any] = {"server": event.server, "to": event.to, "lose": list(event.lose)}
    if event.switches:
        upgrade["switches"] = list(event.switches)
    return {"upgrade": upgrade, "at": at}


def _event(file: Path, number: int, entry: Any) -> Event:
    where = f"event {number}"
    if not isinstance(entry, Mapping) or not isinstance(entry.get("at"), datetime):
        raise PlayedMistake(file, f"{where} is no mapping with a time 'at'")
    kinds = [kind for kind in _KEYS if kind in entry]
    if len(kinds) != 1 or set(entry) - {"at", *kinds}:
        raise PlayedMistake(file, f"{where} holds 'at' and one of 'upgrade' and 'run', and nothing else")
    (kind,) = kinds
    body = {"text": entry["run"]} if isinstance(entry.get("run"), str) else entry[kind]
    if not isinstance(body, Mapping) or set(body) - _KEYS[kind]:
        raise PlayedMistake(file, f"{where}: '{kind}' holds {', '.join(sorted(_KEYS[kind]))} and nothing else")
    at = entry["at"]
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if kind == "run":
        return RunEvent(
            at, _text(file, where, body, "text"), str(body.get("on", "")), by_hand=body.get("by_hand") is True
        )
    return UpgradeEvent(
        at,
        _text(file, where, body, "server"),
        _text(file, where, body, "to"),
        _texts(file, where, body, "lose"),
        _texts(file, where, body, "switches"),
    )


def _text(file: Path, where: str, body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise PlayedMistake(file, f"{where}: '{name}' is missing or no text")
    return value


def _texts(file: Path, where: str, body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise PlayedMistake(file, f"{where}: '{name}' is no list of names")
    return tuple(value)
