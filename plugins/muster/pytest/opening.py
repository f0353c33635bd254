"""From the command line to an environment and, for ``--facts``, to the observations it brings along."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from muster import inventory, overlay, policy, waivers
from muster.catalogue import Catalogue, published
from muster.model import Environment, Observation
from muster.policy import Policy
from muster.transport.old import capture, replay
from muster.waivers import Waiver

_EAST = timedelta(hours=14)
"""What came out today came out somewhere whose day began before ours."""

MISTAKES = (
    inventory.InventoryMistakes,
    policy.PolicyMistakes,
    waivers.WaiverMistakes,
    overlay.CatalogueMistakes,
    capture.CaptureMistakes,
    replay.ReplayMistakes,
)


@dataclass(frozen=True, slots=True)
class Imagining:
    """What a what-if run compares with: the environment and the answers as they are, and what was changed in them."""

    environment: Environment
    observations: Mapping[str, Observation]
    told: tuple[str, ...]
    servers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a run starts from. ``observations`` is ``None`` where the environment is to be asked.

    ``what_if`` is the sentence of answers that are not what was seen, ``imagined`` what this run changed in them.
    ``today`` is ``None`` where nobody says it: a capture without ``taken``, judged without ``--at``.
    """

    environment: Environment
    policy: Policy
    started: datetime
    today: date | None
    observations: Mapping[str, Observation] | None = None
    facts_from: str | None = None
    waivers: tuple[Waiver, ...] = ()
    left_out: int = 0
    selection: str = ""
    captured: bool = False
    catalogue: Catalogue = field(default_factory=published)
    what_if: str = ""
    imagined: "Imagining | None" = None


def folder_of_inventories(config: pytest.Config) -> Path:
    """Where environments are."""
    chosen = config.option.inventory
    if chosen:
        return Path(chosen)
    beside = config.rootpath / "inventory"
    return beside if beside.is_dir() else Path.cwd() / "inventory"


def say_environments(config: pytest.Config) -> str:
    """Which environments exist, as a sentence."""
    root = folder_of_inventories(config)
    names = inventory.environments(root)
    return f"In {root} there are: {', '.join(names)}" if names else f"In {root} there is none"


def open_environment(config: pytest.Config) -> Opened:
    """Read what the options name; every mistake is a usage error in plain words."""
    started = datetime.now(UTC)
    at: date | None = config.option.at
    if config.option.facts and config.option.env:
        raise pytest.UsageError("--env asks a living environment, --facts judges old answers: name one of them")
    try:
        if config.option.facts:
            return old_answers(Path(config.option.facts), at, started)
        return _environment(folder_of_inventories(config), config, at, started)
    except MISTAKES as wrong:
        raise pytest.UsageError(str(wrong)) from None


def _environment(root: Path, config: pytest.Config, at: date | None, started: datetime) -> Opened:
    name: str = config.option.env
    if name not in inventory.environments(root):
        raise pytest.UsageError(f"there is no environment '{name}'. {say_environments(config)}")
    environment = inventory.load(root / name)
    own = overlay.load(root / name, published(), (started + _EAST).date())
    catalogue = Catalogue(own) if own.names else published()
    decided = policy.load(root / name, environment, catalogue)
    accepted = waivers.load(root / name)
    today = at or decided.as_of or started.date()
    return Opened(environment, decided, started, today, waivers=accepted, catalogue=catalogue)


def old_answers(folder: Path, at: date | None, started: datetime) -> Opened:
    """What a run, a baseline or a capture holds, and what it was judged by; raises what ``MISTAKES`` lists."""
    if (folder / "run.json").exists():
        run = replay.load(folder)
        decided, accepted, catalogue = _decisions(folder, run)
        found = {observation.question.key: observation for observation in run.observations}
        return Opened(
            run.environment,
            decided,
            started,
            at or run.today,
            found,
            str(folder),
            accepted,
            run.left_out,
            run.selection,
            catalogue=catalogue,
            what_if=run.what_if,
        )
    taken = capture.load(folder)
    today = at or (taken.taken.date() if taken.taken else None)
    found = {observation.question.key: observation for observation in taken.observations}
    decided = policy.load(folder, taken.environment)
    return Opened(taken.environment, decided, started, today, found, str(folder), captured=True)


def _decisions(folder: Path, run: replay.Replay) -> tuple[Policy, tuple[Waiver, ...], Catalogue]:
    """Policy, waivers and own rows as the run remembers them: a replay judges by what was decided then."""
    said = run.decisions if isinstance(run.decisions, dict) else {}
    try:
        return (
            policy.restore(said.get("policy", {})),
            waivers.restore(said.get("waivers", [])),
            overlay.restored(said.get("catalogue", {})),
        )
    except ValueError as wrong:
        raise replay.ReplayMistakes((f"{folder / 'run.json'}: decisions: {wrong}",)) from None
