"""Builds as records hold them."""

from typing import Annotated

from packaging.version import Version
from pydantic import BeforeValidator, InstanceOf

from muster.catalogue import read_build
from muster.model import Value
from muster.reading.values import read_text


def _read(value: Value) -> Version:
    return read_build(read_text(value))


ExchangeVersion = Annotated[InstanceOf[Version], BeforeValidator(_read)]
"""A build, however it was printed; numbers that compare as numbers."""
