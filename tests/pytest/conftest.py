"""Inner pytest runs share this process: what they import must be there before, or each gets classes of its own."""

import importlib
import pkgutil

import muster.facts
import muster.pytest.hooks
import muster.pytest.html
import muster.transport

for package in (muster.facts, muster.transport):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
