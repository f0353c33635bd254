"""The type of what a fact declares to need."""

from collections.abc import Mapping

from muster.model import Fact, Need

Needs = Mapping[str, Need | type[Fact]]
"""Name → a question with its alternatives, or another fact."""
