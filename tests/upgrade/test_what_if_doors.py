"""Through whatever door the answers came, an imagined upgrade changes the same in them."""

from pathlib import Path
from typing import Any

import pytest

from kit.captured import write_capture
from kit.played import played
from muster.catalogue import Release, published
from muster.facts.builds import Build
from muster.facts.directory import ForestSchemaVersion, OrganizationLevel, SystemObjects
from muster.facts.servers import ExchangeServer
from muster.facts.web.virtual_directories import OabDirectories
from muster.model import Environment, Observation
from muster.resolve import book_of, resolve
from muster.transport.old import capture
from muster.upgrade.what_if import what_if


def told(environment: Environment, seen: tuple[Observation, ...]) -> dict[str, Any]:
    """What the facts say after 2019 CU15 came to ex01, where there is an answer that says it."""
    target = published().release_of("15.2.1748.10")
    assert isinstance(target, Release)
    found = what_if(environment, seen, published(), target, ["ex01"])
    book = book_of({one.question.key: one for one in found.observations})
    server = next(one for one in environment.servers if one.name == "ex01")
    emea = next(one for one in environment.domains if one.name.startswith("emea"))
    return {
        "build": str(resolve(Build, server, book).fact.version),
        "shown": str(resolve(ExchangeServer, server, book).fact.admin_display_version),
        "protection": {
            one.identity: str(one.extended_protection_token_checking)
            for one in resolve(OabDirectories, server, book).fact
        },
        "directory": lambda: (
            resolve(ForestSchemaVersion, environment.forest, book).fact.range_upper,
            resolve(OrganizationLevel, environment.organization, book).fact.object_version,
            [one.object_version for one in resolve(SystemObjects, emea, book).fact],
        ),
    }


@pytest.mark.parametrize(
    "how",
    [{}, {"level": "full"}, {"form": "json"}, {"form": "json", "wrapped": True}],
    ids=["clixml", "clixml full", "json", "json wrapped"],
)
def test_a_capture_is_changed_as_the_wires_answers_are(how: dict[str, Any], tmp_path: Path) -> None:
    one = played("demo", more=True)
    environment = one.partial.environment
    wire = told(environment, tuple(one.partial.observations.values()))
    assert wire["build"] == wire["shown"] == "15.2.1748.10"
    assert set(wire["protection"].values()) == {"Allow", "Require"}
    asked = [each.question for each in one.partial.observations.values()]
    names = [server.name for server in environment.servers]
    folder = write_capture(tmp_path / "captured", one.world, asked, servers=names, **how)
    captured = told(environment, tuple(capture.load(folder).observations))
    parts = ["build", "shown", "protection"]
    assert {part: captured[part] for part in parts} == {part: wire[part] for part in parts}
    if "form" not in how:  # no file of JSON holds a search of the directory
        assert captured["directory"]() == wire["directory"]()
        assert captured["directory"]()[2] == [13243]


def test_rich_objects_are_changed_as_text_is() -> None:
    one = played("demo", more=True)
    text = one.partial.observations
    environment = one.partial.environment
    rich = told(environment, tuple({**text, **one.full.observations}.values()))  # Full is of Exchange alone
    plain = told(environment, tuple(text.values()))
    parts = ("build", "shown", "protection")
    assert {part: rich[part] for part in parts} == {part: plain[part] for part in parts}
