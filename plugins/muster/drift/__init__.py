"""Drift: what is not as it was, structurally: objects by identity, values by their type."""

from muster.drift.calibration import Proposal, calibrate, told_of_calibration
from muster.drift.comparable import comparable
from muster.drift.comparing import compare
from muster.drift.sentences import told, told_of, why_not
from muster.drift.snapshots import Asked, Portion, compare_json, compare_observations, matched
from muster.drift.terms import OF_THE_WIRE, Hook
from muster.drift.values import HOW, Comparison, Difference, Incomparable, Place
from muster.model import UNSETTLED, unsettled

__all__ = [
    "HOW",
    "OF_THE_WIRE",
    "UNSETTLED",
    "Asked",
    "Comparison",
    "Difference",
    "Hook",
    "Incomparable",
    "Place",
    "Portion",
    "Proposal",
    "calibrate",
    "comparable",
    "compare",
    "compare_json",
    "compare_observations",
    "matched",
    "told",
    "told_of",
    "told_of_calibration",
    "unsettled",
    "why_not",
]
