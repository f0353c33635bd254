"""``muster plan``: from the facts of a run to the steps of an upgrade, in order. It asks nobody."""

from muster.naming.target import Target, UnknownTarget, read_target, target_of
from muster.plan.case import Case
from muster.plan.choices import NOTHING_DECIDED, Choices, choices_of
from muster.plan.gathering import gather
from muster.plan.last_run import LastRun, day_of, open_run, source_of
from muster.plan.making import make
from muster.plan.steps import Note, Phase, Plan, Source, Step
from muster.transport.old.newest import NoRun, newest

__all__ = [
    "NOTHING_DECIDED",
    "Case",
    "Choices",
    "LastRun",
    "NoRun",
    "Note",
    "Phase",
    "Plan",
    "Source",
    "Step",
    "Target",
    "UnknownTarget",
    "choices_of",
    "day_of",
    "gather",
    "make",
    "newest",
    "open_run",
    "read_target",
    "source_of",
    "target_of",
]
