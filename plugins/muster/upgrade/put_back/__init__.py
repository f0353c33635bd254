"""Put it back: commands with the old values, in order, printed and never run; and whether they were carried out."""

from muster.upgrade.put_back.following import following
from muster.upgrade.put_back.planning import plan
from muster.upgrade.put_back.printed import markdown, script, scripts
from muster.upgrade.put_back.remembered import Progress, dump_plan, load_plan, progress
from muster.upgrade.put_back.steps import ORDER, PutBack

__all__ = [
    "ORDER",
    "Progress",
    "PutBack",
    "dump_plan",
    "following",
    "load_plan",
    "markdown",
    "plan",
    "progress",
    "script",
    "scripts",
]
