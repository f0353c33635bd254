import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from muster.inventory import InventoryMistakes, load
from muster.model import Environment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "prod"
    made.mkdir()
    return made


@pytest.fixture
def read(folder: Path) -> Callable[[str], Environment]:
    """The environment of an inventory's text."""

    def load_text(text: str) -> Environment:
        (folder / "inventory.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
        return load(folder)

    return load_text


@pytest.fixture
def mistakes(folder: Path, read: Callable[[str], Environment]) -> Callable[[str], list[str]]:
    """What is wrong with an inventory's text, a line each, without the file's name in front."""

    def told(text: str) -> list[str]:
        with pytest.raises(InventoryMistakes) as caught:
            read(text)
        printed = str(caught.value).splitlines()
        assert len(printed) == len(caught.value.mistakes)  # one line each
        return [line.removeprefix(f"{folder}/inventory.yaml:").strip() for line in printed]

    return told


@pytest.fixture
def ten_lines() -> str:
    return textwrap.dedent("""\
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
        """)


@pytest.fixture
def told_of(ten_lines: str, mistakes: Callable[[str], list[str]]) -> Callable[[str, str], list[str]]:
    """The mistakes of the ten lines with one text replaced by another."""

    def changed(old: str, new: str) -> list[str]:
        assert old in ten_lines
        return mistakes(ten_lines.replace(old, new))

    return changed
