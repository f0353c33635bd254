"""Reading the lab's own YAML, with the C loader where there is one: the pure one would take most of the start."""

from pathlib import Path
from typing import Any

import yaml

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(file: Path) -> dict[str, Any]:
    """A file's mapping; raises ``OSError`` or ``yaml.YAMLError``, which name the place."""
    with file.open(encoding="utf-8") as stream:
        read = yaml.load(stream, Loader=_Loader)  # noqa: S506 - a safe loader, the C one where there is one
    if not isinstance(read, dict):
        raise TypeError(f"{file} does not hold a mapping")
    return read
