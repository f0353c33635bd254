"""What can be known: one module per topic, each with types, questions and fixtures."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType


def modules() -> Iterator[ModuleType]:
    """Every module of facts, imported: nothing lists them, a new one is found."""
    for found in pkgutil.walk_packages(__path__, f"{__name__}."):
        yield importlib.import_module(found.name)
