"""Baselines: what was seen of an environment and accepted, under a name, in files that a person can review.

A baseline is a folder ``inventory/<env>/baselines/<name>/`` in the form of a run's folder without verdicts:
``run.json`` (when, who answered, the inventory, which fact speaks for which answer), ``answers/<subject>.json`` and
``manifest.json`` with a SHA-256 of each. So ``--facts`` replays it like a run. ``accepted.json`` beside them holds
the differences that somebody accepted.
"""

from muster.baseline.accepted import Acceptance, accept, acceptances, covers, name_of
from muster.baseline.folder import (
    Baseline,
    BaselineMistake,
    delete,
    folder_of,
    is_imported,
    listed,
    load,
    names,
    readable,
    save,
    verify,
)
from muster.baseline.portions import Portion, Wanted, leaf_wants, portions

__all__ = [
    "Acceptance",
    "Baseline",
    "BaselineMistake",
    "Portion",
    "Wanted",
    "accept",
    "acceptances",
    "covers",
    "delete",
    "folder_of",
    "is_imported",
    "leaf_wants",
    "listed",
    "load",
    "name_of",
    "names",
    "portions",
    "readable",
    "save",
    "verify",
]
