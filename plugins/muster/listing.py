"""The controls that a folder of checks holds: nothing registers them, so they are read from the functions."""

import importlib.util
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from muster.model import CONTROL_ATTRIBUTE, Control


@dataclass(frozen=True, slots=True)
class Listed:
    """A control, why it matters (its check's docstring), the file of its check, and the check itself."""

    control: Control
    why: str
    file: Path
    check: Callable[..., None]


def controls_in(folder: Path) -> tuple[Listed, ...]:
    """Every control of the ``check_*.py`` files in a folder and below, by id."""
    found = [
        Listed(value, inspect.getdoc(check) or "", path, check)
        for path in sorted(folder.rglob("check_*.py"))
        for check in vars(_module(path, folder)).values()
        if isinstance(value := getattr(check, CONTROL_ATTRIBUTE, None), Control)
    ]
    return tuple(sorted(found, key=lambda one: one.control.id))


def _module(path: Path, folder: Path) -> ModuleType:
    name = "muster_listing." + ".".join(path.relative_to(folder).with_suffix("").parts)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
