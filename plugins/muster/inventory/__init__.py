"""Inventory YAML → ``Environment``; every mistake at once, each with file, line and path."""

from muster.inventory.loading import InventoryMistakes, environments, load
from muster.inventory.schema import schema
from muster.inventory.writing import write
from muster.yaml_lines import Mistake

__all__ = ["InventoryMistakes", "Mistake", "environments", "load", "schema", "write"]
