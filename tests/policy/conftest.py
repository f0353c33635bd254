import textwrap
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from muster.inventory import load as load_inventory
from muster.model import Environment
from muster.policy import Policy, PolicyMistakes, load

INVENTORY = """
organisation: Contoso
forest: {domains: {contoso.local: [dc1]}}
sites: {Seattle: {internet_facing: true}, London: {}, SE: {}}
servers:
  - {name: "ex[01-04]", site: Seattle, dag: DAG01, product: Exchange Server 2019 CU15}
  - {name: "ex[05-06]", site: London, dag: DAG02, product: Exchange Server 2016 CU23}
  - {name: ex07, site: SE}
  - {name: edge01, roles: [Edge], site: Seattle, product: Exchange Server 2019 CU15}
"""
TODAY = date(2026, 1, 15)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "prod"
    made.mkdir()
    (made / "inventory.yaml").write_text(INVENTORY, "utf-8")
    return made


@pytest.fixture
def environment(folder: Path) -> Environment:
    return load_inventory(folder)


@pytest.fixture
def read(folder: Path, environment: Environment) -> Callable[[str], Policy]:
    """The policy of a text, in an environment of eight servers."""

    def load_text(text: str) -> Policy:
        (folder / "policy.yaml").write_text(textwrap.dedent(text), "utf-8")
        return load(folder, environment, now=TODAY)

    return load_text


@pytest.fixture
def mistakes(folder: Path, read: Callable[[str], Policy]) -> Callable[[str], list[str]]:
    """What is wrong with a text, a line each, without the file's name in front."""

    def told(text: str) -> list[str]:
        with pytest.raises(PolicyMistakes) as caught:
            read(text)
        return [str(one).removeprefix(f"{folder}/policy.yaml:").strip() for one in caught.value.mistakes]

    return told
