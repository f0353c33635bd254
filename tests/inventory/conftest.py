import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from muster.inventory import InventoryMistakes, load
from muster.model import Environment

TEN_LINES = """\
organisation: Contoso
forest:
  domains:
    contoso.local: [dc1, {name: dc2, site: London}]
sites: {Seattle: {internet_facing: true}, London: {}}
servers:
  - {name: "ex[01-02]", site: Seattle, dag: DAG01, product: 2019 cu15}
  - {name: ex03, site: London, dag: DAG01, product: Exchange Server SE RTM}
public_names:
  mail.contoso.com: [ex01, ex02.contoso.local]
"""


class Write:
    """Writes an inventory into a folder and reads it."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "prod"
        self.folder.mkdir()

    def load(self, text: str) -> Environment:
        (self.folder / "inventory.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
        return load(self.folder)

    def mistakes(self, text: str) -> list[str]:
        """What is wrong, each without the folder in front."""
        with pytest.raises(InventoryMistakes) as caught:
            self.load(text)
        assert len(str(caught.value).splitlines()) == len(caught.value.mistakes)
        return [str(mistake).removeprefix(f"{self.folder}/inventory.yaml:") for mistake in caught.value.mistakes]

    def mistake(self, text: str) -> str:
        (only,) = self.mistakes(text)
        return only


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return Write(tmp_path)


@pytest.fixture
def changed(write: Write) -> Callable[[str, str], list[str]]:
    """The mistakes of the ten lines with one text replaced by another."""

    def mistakes(old: str, new: str) -> list[str]:
        assert old in TEN_LINES
        return write.mistakes(TEN_LINES.replace(old, new))

    return mistakes
