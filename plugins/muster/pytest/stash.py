"""The one stash key of a run, and what its holder shows to fixtures and columns."""

from typing import Protocol

import pytest

from muster.model import Environment, Verdict
from muster.pytest.opening import Opened
from muster.pytest.store import FactStore


class Current(Protocol):
    """The run that is under way; ``session.Session`` is it."""

    environment: Environment
    opened: Opened
    store: FactStore
    verdicts: dict[str, Verdict]


CURRENT = pytest.StashKey[Current | None]()


def current(config: pytest.Config) -> Current:
    """The run that is under way; only asked where there is one."""
    found = config.stash[CURRENT]
    if found is None:
        raise LookupError("no run is under way")
    return found
