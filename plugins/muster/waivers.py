"""Accepted findings: ``waivers.yaml`` beside the inventory, optional. A waiver has a reason, an owner and an end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import Field

from muster.yaml_lines import YamlMistakes, read
from muster.yaml_models import Day, Entry, check

FILE = "waivers.yaml"


@dataclass(frozen=True, slots=True)
class Waiver:
    """One accepted finding: of which control, on which subject and object (patterns), why, by whom, until when.

    Without ``object`` the whole verdict is accepted. ``until`` is the last day on which it counts.
    """

    control: str
    subject: str
    reason: str
    owner: str
    until: date
    object: str | None = None

    def covers(self, control: str, subject: str, thing: str | None) -> bool:
        """Whether it is about this finding; ``thing`` is an object that failed, ``None`` the verdict as a whole."""
        if self.control != control or not _matches(subject, self.subject):
            return False
        return self.object is None or (thing is not None and _matches(thing, self.object))


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name.casefold(), pattern.casefold())


class WaiverMistakes(YamlMistakes):
    """Everything that is wrong with the waivers, one line each."""


class WaiverEntry(Entry):
    """An accepted finding."""

    control: Annotated[str, Field(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$")]
    """The control's id, like connectors.no-anonymous-relay."""
    subject: Annotated[str, Field(min_length=1)]
    """The subject's name; * and ? stand for anything."""
    object: Annotated[str, Field(min_length=1)] | None = None
    """The object's name; * and ? stand for anything. Without it: the whole verdict."""
    reason: Annotated[str, Field(min_length=1)]
    """Why the finding is accepted."""
    owner: Annotated[str, Field(min_length=1)]
    """Who accepted it."""
    until: Day
    """The last day it counts, like 2026-12-31."""


class WaiversFile(Entry):
    """The accepted findings of one environment."""

    waivers: list[WaiverEntry] = Field(default_factory=list)
    """Accepted findings."""


def load(folder: Path) -> tuple[Waiver, ...]:
    """Read ``waivers.yaml`` in an environment's folder; without the file, none. Raises ``WaiverMistakes``."""
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        checked = check(read(path), WaiversFile)
    except YamlMistakes as broken:
        raise WaiverMistakes(broken.mistakes) from None
    if checked.model is None or checked.mistakes:
        raise WaiverMistakes(checked.mistakes)
    return tuple(_waiver(entry) for entry in checked.model.waivers)


def _waiver(entry: WaiverEntry) -> Waiver:
    until = date.fromisoformat(entry.until)
    return Waiver(entry.control, entry.subject, entry.reason, entry.owner, until, entry.object)


def accepted(
    waivers: Iterable[Waiver], control: str, subject: str, failed: Iterable[str], today: date
) -> tuple[Waiver, ...]:
    """The live waivers that together cover a finding: every object that failed, or the verdict; else none.

    ``failed`` names the objects that failed, none where the verdict failed as a whole.
    """
    live = [waiver for waiver in waivers if waiver.until >= today]
    used: dict[Waiver, None] = {}
    for thing in tuple(failed) or (None,):
        cover = next((waiver for waiver in live if waiver.covers(control, subject, thing)), None)
        if cover is None:
            return ()
        used[cover] = None
    return tuple(used)


def dump(waivers: Iterable[Waiver]) -> list[dict[str, str | None]]:
    """Waivers as JSON data, for a run to remember."""
    return [
        {
            "control": one.control,
            "subject": one.subject,
            "object": one.object,
            "reason": one.reason,
            "owner": one.owner,
            "until": one.until.isoformat(),
        }
        for one in waivers
    ]


def restore(data: object) -> tuple[Waiver, ...]:
    """Waivers back from what ``dump`` gave; raises ``ValueError`` for anything else."""
    try:
        entries = [WaiverEntry.model_validate(one) for one in data] if isinstance(data, list) else None
    except ValueError as wrong:
        raise ValueError(f"the waivers are not in their form ({wrong})") from None
    if entries is None:
        raise ValueError("the waivers are no list")
    return tuple(_waiver(entry) for entry in entries)
