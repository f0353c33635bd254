"""The run that a plan stands on, and what must be said about it."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from muster import overlay, policy
from muster.catalogue import Catalogue
from muster.plan.steps import Source
from muster.policy import Policy
from muster.transport.old import replay
from muster.transport.old.replay import Replay, ReplayMistakes

_OLD_AFTER = 24
"""Hours; an upgrade night's facts should be of the day before."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """A run's answers, and what it was judged by: the policy, and the catalogue with the environment's own rows."""

    folder: Path
    replay: Replay
    policy: Policy
    catalogue: Catalogue


def open_run(folder: Path) -> LastRun:
    """Read a run's folder; raises ``ReplayMistakes``."""
    found = replay.load(folder)
    said = found.decisions if isinstance(found.decisions, dict) else {}
    try:
        decided = policy.restore(said.get("policy", {}))
        catalogue = overlay.restored(said.get("catalogue", {}))
    except ValueError as wrong:
        raise ReplayMistakes((f"{folder / replay.RUN}: decisions: {wrong}",)) from None
    return LastRun(folder, found, decided, catalogue)


def day_of(run: LastRun, now: datetime) -> date:
    """The day that the plan is made for: the one that the policy judges at, else today."""
    return run.policy.as_of or now.date()


def source_of(run: LastRun, now: datetime) -> Source:
    """What the plan says about its facts."""
    known = run.catalogue
    judged_by = (
        f"Catalogue of {known.as_of}, releases read until {known.read_until}; policy and own rows as in that run"
    )
    told: list[str] = []
    found = run.replay
    hours = (now - found.started).total_seconds() / 3600
    if hours >= _OLD_AFTER:
        told.append(f"The facts are {int(hours // 24)} days old: make a new run before you begin.")
    if not found.complete:
        told.append("The run was interrupted: what it did not ask is unknown here.")
    if found.left_out or found.selection:
        chosen = f" ({found.selection})" if found.selection else ""
        told.append(f"The run asked a part only{chosen}: what it left out is unknown here.")
    if found.what_if:
        told.append(f"The answers are not what was seen. {found.what_if}")
    if not found.vouched:
        told.append("The run has no manifest: nobody vouches that its answers are unchanged.")
    if run.policy.as_of:
        told.append(f"The policy judges at {run.policy.as_of}: updates that came out later are not in this plan.")
    if run.catalogue.overlay.names:
        told.append(f"The environment's own rows of the catalogue count: {', '.join(run.catalogue.overlay.names)}.")
    day = day_of(run, now)
    if run.catalogue.is_stale(day):
        told.append(f"The catalogue knows releases up to {run.catalogue.read_until}: newer updates may be missing.")
    return Source(str(run.folder), found.started, tuple(told), judged_by)
