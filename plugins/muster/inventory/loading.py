"""One environment's folder → ``Environment``, or every mistake in it."""

from pathlib import Path

from muster.inventory.building import build
from muster.inventory.document import InventoryFile
from muster.inventory.endpoints import judge_logins
from muster.inventory.members import members
from muster.inventory.rules import judge
from muster.model import Environment
from muster.yaml_lines import Mistake, YamlMistakes, read
from muster.yaml_models import check, suggestion

FILE = "inventory.yaml"


class InventoryMistakes(YamlMistakes):
    """Everything that is wrong with an inventory; ``mistakes`` in the order of the lines, printed one line each."""


def environments(root: Path) -> tuple[str, ...]:
    """The names of the environments in an inventory folder: its folders that hold an ``inventory.yaml``."""
    return tuple(sorted(path.parent.name for path in root.glob(f"*/{FILE}")))


def load(folder: Path) -> Environment:
    """Read the environment in ``folder``; raises ``InventoryMistakes``, also where there is no such environment."""
    path = folder / FILE
    if not path.is_file():
        names = environments(folder.parent)
        where = f"no environment '{folder.name}': {FILE} is not in {folder}."
        right = suggestion(folder.name, names, "environment")
        there = f" There are: {', '.join(names)}." if right.startswith("Did") else ""
        raise InventoryMistakes((Mistake(str(path), 0, 0, "", where, right + there),))
    try:
        checked = check(read(path), InventoryFile, {"organisation": "unnamed"})
    except YamlMistakes as broken:
        raise InventoryMistakes(broken.mistakes) from None
    mistakes = list(checked.mistakes)
    inventory = checked.model
    if inventory is not None:
        everything = members(checked, inventory)
        mistakes.extend(everything.mistakes)
        mistakes.extend(judge(checked, inventory, everything, folder))
        paths = [mistake.path for mistake in mistakes]
        mistakes.extend(
            mistake
            for mistake in judge_logins(checked, inventory, everything)
            if not any(path.startswith(mistake.path) for path in paths)  # its own parts are wrong already
        )
        if not mistakes:
            return build(inventory, everything, folder.resolve())
    raise InventoryMistakes(tuple(mistakes))
