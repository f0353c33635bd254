"""What an upgrade changes by design, what it loses, how to put that back, and what it would change."""

from muster.upgrade.crossing import Crossing, Step, crossing_of, switches_in
from muster.upgrade.judged import KINDS, Sorted
from muster.upgrade.preservation import preserved
from muster.upgrade.sorting import sort
from muster.upgrade.tables import Source, sources

__all__ = [
    "KINDS",
    "Crossing",
    "Sorted",
    "Source",
    "Step",
    "crossing_of",
    "preserved",
    "sort",
    "sources",
    "switches_in",
]
