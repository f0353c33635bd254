"""Which of an environment's runs is the newest that may stand for it."""

import json
from pathlib import Path

from muster.transport.old.replay import RUN


class NoRun(ValueError):  # noqa: N818 - says what it is about
    """There is no run to work from; the text says how to make one."""


def newest(reports: Path, environment: str) -> Path:
    """The newest run of an environment that is complete and whole, else the newest complete one; raises ``NoRun``.

    What was only imagined (``--what-if``) is never among them, nor what judged older answers anew (``--facts``).
    """
    place = reports / environment
    runs = sorted((file.parent for file in place.glob(f"*/{RUN}")), key=lambda folder: folder.name, reverse=True)
    said = {folder: _said(folder / RUN) for folder in runs}
    real = [folder for folder in runs if not (said[folder].get("what_if") or said[folder].get("facts_from"))]
    for fits in (_is_whole, _is_complete):
        for folder in real:
            if fits(said[folder]):
                return folder
    there = f"{len(real)} there, none complete" if real else "none there"
    raise NoRun(f"no complete run of '{environment}' is in {place} ({there}). Make one: pytest --env {environment}")


def _said(path: Path) -> dict[str, object]:
    """What a run says of itself; nothing where it cannot be read."""
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _is_complete(said: dict[str, object]) -> bool:
    return said.get("complete") is True


def _is_whole(said: dict[str, object]) -> bool:
    """Whether it was finished, and asked everything: a selection lacks what others need."""
    return _is_complete(said) and not said.get("left_out")
