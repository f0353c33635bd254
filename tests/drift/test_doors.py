"""One world through every door: whatever both can say is said to be the same."""

from collections.abc import Mapping

import pytest

from kit.captured import write_capture
from kit.leaves import shapes
from kit.played import played
from muster.drift import Place, compare, told_of
from muster.model import Observation
from muster.transport.old import capture

ONLY_EXCHANGE_KNOWS = "ExchangeCertificates"
"""Full sends a certificate as its bytes alone: all else is incomparable, and nothing is gone."""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Observation]]:
    one = played("demo-clean", more=True)
    asked = [observation.question for observation in one.partial.observations.values()]
    names = [server.name for server in one.partial.environment.servers]
    folder = tmp_path_factory.mktemp("captures")

    def brought(name: str, **how: str) -> Mapping[str, Observation]:
        place = write_capture(folder / name, one.world, asked, servers=names, **how)  # type: ignore[arg-type] # by name
        return {each.question.key: each for each in capture.load(place).observations}

    return {
        "full": one.full.observations,
        "clixml": brought("clixml"),
        "clixml full": brought("clixml-full", level="full"),
        "json": brought("json", form="json"),
    }


@pytest.mark.parametrize("door", ["full", "clixml", "clixml full", "json"])
def test_another_door_is_no_drift(door: str, books: Mapping[str, Mapping[str, Observation]]) -> None:
    partial = played("demo-clean", more=True).partial
    compared = 0
    for key, (fact, shape) in shapes(partial.environment).items():
        before, after = partial.observations.get(key), books[door].get(key)
        if before is None or after is None or before.answer is None or after.answer is None:
            continue
        found = compare(before.answer, after.answer, shape, Place("", "", fact, key), across=True)
        assert [told_of(each) for each in found.differences] == []
        assert not found.incomparable or (fact == ONLY_EXCHANGE_KNOWS and "full" in door)
        compared += found.compared
    assert compared > 5000
