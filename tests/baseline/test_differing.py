"""``diff`` compares files, ``--against`` portions: both must see the same, whatever one leaf changes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.saved import NAME, another, copied, objects_of, opened, rewrite, saved
from muster.baseline import differing
from muster.baseline.differing import Row
from muster.baseline.speaking import Speakers
from muster.pytest import kinds
from muster.pytest.drifting import Drifting
from muster.pytest.store import FactStore
from muster.resolve import book_of
from muster.snapshot import UnreadableSnapshot, dumps, load_observation

LEAVES = kinds.leaves()
SPEAKERS = Speakers(LEAVES)
ON_THE_WAY = {
    "ExchangeServer\\v15\\FIP-FS": "where FIP-FS lies is asked to ask for the file that lies there",
    "objectClass=crossRef": "which domain an account is of is asked to ask that domain",
    "(&(objectClass=user)(|(sAMAccountName=": "who an account is is asked to ask for its rights",
}
"""Questions that are in a baseline without a fact that speaks for their answers, and why nobody misses them."""


def observations() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted((saved()[1] / "baselines" / NAME / "answers").glob("*.json")):
        for one in json.loads(path.read_text("utf-8"))["observations"]:
            yield path, one


def test_every_recorded_question_has_a_fact_that_speaks_for_it() -> None:
    unspoken = [json.dumps(one["question"]) for _, one in observations() if SPEAKERS.of(one["question"]) is None]
    for question in unspoken:
        assert any(json.dumps(part)[1:-1] in question for part in ON_THE_WAY), question
    for part in ON_THE_WAY:
        assert any(json.dumps(part)[1:-1] in question for question in unspoken), f"{part} is asked no more"


def test_no_question_of_a_moment_is_in_a_baseline() -> None:
    moments = Speakers(fact for fact in LEAVES if fact.shape.momentary)
    kept = [fact.__name__ for fact in LEAVES if fact.shape.momentary]
    assert {"Queues", "DagStatus", "ServiceHealths", "Processes"} <= set(kept)
    only = [
        one["question"]
        for _, one in observations()
        if moments.know(one["question"]) and SPEAKERS.of(one["question"]) is None
    ]
    assert not [question for question in only if not any(json.dumps(part)[1:-1] in json.dumps(question)
                                                         for part in ON_THE_WAY)]  # fmt: skip


def test_no_two_facts_of_a_baseline_share_a_name() -> None:
    """Else one generated check would take the other's place."""
    names = [fact.__name__ for fact in LEAVES if not fact.shape.momentary]
    assert len(names) == len(set(names))


def diff(environment: Path, other: Path) -> list[Row]:
    return list(differing.between(environment / "baselines" / NAME, other, kinds.leaves))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    match value:
        case dict():
            for name, one in value.items():
                if name != "$type":
                    yield from leaves(one, (*path, name))
        case list():
            for place, one in enumerate(value):
                yield from leaves(one, (*path, place))
        case _:
            yield path


def changed(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}~"
    return "~"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("differing"))


@pytest.fixture(scope="module")
def other(environment: Path) -> Path:
    return another(environment, "after", lambda _: None)


@pytest.fixture(scope="module")
def drifting(environment: Path) -> Drifting:
    return opened(environment)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_leaf_that_one_sees_the_other_sees(
    environment: Path, other: Path, drifting: Drifting, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sorted((other / "answers").glob("*.json"))))
    whole = path.read_bytes()
    content = json.loads(whole)
    answered = [one for one in content["observations"] if one["answer"] and one["answer"]["objects"]]
    observation = data.draw(st.sampled_from(answered))
    item = data.draw(st.sampled_from(observation["answer"]["objects"]))
    *way, last = data.draw(st.sampled_from(list(leaves(item))))
    parent = item
    for step in way:
        parent = parent[step]
    parent[last] = changed(parent[last])
    try:
        seen = load_observation({**observation, "taken": None, "seconds": 0.0, "answered_by": "", "problem": None})
    except UnreadableSnapshot:
        return  # bytes that are none: both refuse the file
    try:
        path.write_text(dumps(content), "utf-8")
        by_file = [row for row in diff(environment, other) if row[1].differences or row[1].incomparable]
    finally:
        path.write_bytes(whole)
    key = seen.question.key
    store = FactStore(book_of({**drifting.baseline.observations, key: seen}))
    drifting._found.clear()
    touched = [
        group
        for group in drifting.groups.values()
        if key in {part.portion.observation.question.key for part in group.parts}
    ]
    results = [drifting.found(group, store) for group in touched]
    by_portion = [one for one in results if one.comparison.differences or one.comparison.incomparable or one.gaps]
    assert bool(by_file) == bool(by_portion), (key, way, last, by_file, by_portion)


def test_equal_files_are_no_difference(environment: Path, other: Path) -> None:
    assert diff(environment, other) == []


def test_what_only_one_has_is_told(tmp_path: Path) -> None:
    environment = copied(tmp_path)
    other = another(environment, "after", lambda place: (place / "answers" / "ex03.json").unlink())
    rows = diff(environment, other)
    assert {place.subject for place, _ in rows} == {"ex03"}
    assert {one.why for _, told in rows for one in told.incomparable} == {"it was not asked after"}
    back = list(differing.between(other, environment / "baselines" / NAME, kinds.leaves))
    assert {one.why for _, told in back for one in told.incomparable} == {"it was not asked before"}


def test_an_answer_that_nothing_here_reads_is_told_where_it_changed(tmp_path: Path) -> None:
    environment = copied(tmp_path)

    def foreign(value: str) -> Any:
        def edit(data: dict[str, Any]) -> None:
            for one in data["observations"]:
                if (one["question"].get("pipeline") or [{}])[0].get("cmdlet") == "Get-TransportConfig":
                    one["question"]["pipeline"][0]["cmdlet"] = "Get-SomethingOld"
                    one["answer"]["objects"][0]["MaxSendSize"] = value

        return lambda place: rewrite(place / "answers" / "organization.json", edit)

    one, same, two = (
        another(environment, name, foreign(value)) for name, value in (("a", "1"), ("b", "1"), ("c", "2"))
    )
    assert list(differing.between(one, same, kinds.leaves)) == []
    ((place, told),) = differing.between(one, two, kinds.leaves)
    assert "Get-SomethingOld" in told.incomparable[0].why
    assert place.subject == "organization"


def test_a_changed_value_is_one_difference(tmp_path: Path) -> None:
    environment = copied(tmp_path)

    def edit(data: dict[str, Any]) -> None:
        next(objects_of(data, "Get-TransportConfig"))["MaxSendSize"] = "7 MB (7,340,032 bytes)"

    other = another(environment, "after", lambda place: rewrite(place / "answers" / "organization.json", edit))
    ((place, told),) = diff(environment, other)
    assert (place.fact, [one.path for one in told.differences]) == ("TransportConfig", [("MaxSendSize",)])
