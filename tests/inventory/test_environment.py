"""A good inventory becomes the environment that it describes."""

from dataclasses import replace
from pathlib import Path

import pytest
