"""An inventory in YAML that leads to a lab's ports as if they were real servers: the lab is not named in it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muster.inventory.writing import document
from muster.model import Environment

Broken = Mapping[tuple[str, str], Mapping[str, Any]]
"""(kind, name in lower case) → keys that differ: what is broken about this endpoint."""


def write_inventory(folder: Path, environment: Environment, broken: Broken | None = None) -> Path:
    """Write ``inventory.yaml`` (JSON is YAML) for an environment that is attached to a lab."""
    written = document(environment)
    controllers = (one for listed in written["forest"]["domains"].values() for one in listed)
    for machine in (*written["servers"], *controllers):
        short = machine["name"].partition(".")[0].casefold()
        for kind, endpoint in machine["endpoints"].items():
            endpoint.update((broken or {}).get((kind, short), {}))
    folder.mkdir(parents=True)
    (folder / "inventory.yaml").write_text(json.dumps(written, indent=1), "utf-8")
    (folder / "policy.yaml").write_text("as_of: 2025-09-15\nesu: [1, 2]\n", "utf-8")
    return folder
