"""Drift: what is not as it was, structurally: objects by identity, values by their type."""

from muster.drift.values import HOW, Comparison, Difference, Incomparable, Place

__all__ = ["HOW", "Comparison", "Difference", "Incomparable", "Place"]
