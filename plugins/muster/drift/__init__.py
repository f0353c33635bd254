"""Drift: what is not as it was, structurally: objects by identity, values by their type."""

from muster.drift.comparing import compare
from muster.drift.meaning import UNSETTLED, unsettled
from muster.drift.sentences import told, told_of, why_not
from muster.drift.terms import OF_THE_WIRE, Hook
from muster.drift.values import HOW, Comparison, Difference, Incomparable, Place

__all__ = [
    "HOW",
    "OF_THE_WIRE",
    "UNSETTLED",
    "Comparison",
    "Difference",
    "Hook",
    "Incomparable",
    "Place",
    "compare",
    "told",
    "told_of",
    "unsettled",
    "why_not",
]
