"""An environment's own rows over the catalogue: ``inventory/<env>/catalogue/*.yaml``, judged row by row."""

from muster.overlay.loading import FOLDER, CatalogueMistakes, load, load_file
from muster.overlay.remembering import dump, restore, restored

__all__ = ["FOLDER", "CatalogueMistakes", "dump", "load", "load_file", "restore", "restored"]
