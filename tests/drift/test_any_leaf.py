"""Any one value of any recorded answer that is changed is a difference; order and volatile values are none."""

import random
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.leaves import Path, Recorded, changed, leaves, recorded
from muster.drift import Comparison, compare, compare_json, told
from muster.drift.terms import terms_of
from muster.model import Answer, Object, Value
from muster.snapshot import dump_answer

LEVELS = ("partial", "full")
found_by_drawing = settings(
    derandomize=True,
    max_examples=250,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def kinds(level: str) -> dict[str, list[Recorded]]:
    """What was recorded by fact, so that facts with few answers are drawn as often as those with many."""
    found: dict[str, list[Recorded]] = {}
    for one in recorded("demo-clean", level):
        found.setdefault(one.place.fact, []).append(one)
    return found


def drawn(data: st.DataObject) -> Recorded:
    of_fact = kinds(data.draw(st.sampled_from(LEVELS)))
    return data.draw(st.sampled_from(of_fact[data.draw(st.sampled_from(sorted(of_fact)))]), label="answer")


def compared(one: Recorded, after: Answer) -> Comparison:
    return compare(one.answer, after, one.shape, one.place)


def is_volatile(one: Recorded, path: Path) -> bool:
    terms = terms_of(one.answer, one.answer, one.shape)
    names = tuple(step for step in path if isinstance(step, str) and not step.startswith("#"))
    return any(terms.is_volatile(names[:end]) for end in range(1, len(names) + 1))


def with_object(answer: Answer, position: int, item: Object) -> Answer:
    return replace(answer, objects=(*answer.objects[:position], item, *answer.objects[position + 1 :]))


@found_by_drawing
@given(st.data())
def test_a_changed_leaf_is_a_difference_and_a_sentence(data: st.DataObject) -> None:
    one = drawn(data)
    position = data.draw(st.integers(0, len(one.answer.objects) - 1))
    item = one.answer.objects[position]
    stable = [path for path in leaves(item) if not is_volatile(one, path)]
    if not stable:
        return  # an object of which only the session is told
    path = data.draw(st.sampled_from(stable), label="leaf")
    other = changed(item, path)
    assert isinstance(other, Object)
    after = with_object(one.answer, position, other)
    found = compared(one, after)
    assert found.differences, f"{one.place.question}: {path} changed unseen"
    assert all(told(each) for each in found.differences)
    assert len(found.differences) <= 2, "one change is one difference, or something gone and something new"
    json = compare_json(dump_answer(one.answer), dump_answer(after), one.shape, one.place)
    assert set(map(told, json.differences)) == set(map(told, found.differences))
    assert json.compared == found.compared


@found_by_drawing
@given(st.data())
def test_what_has_no_order_and_what_is_volatile_is_no_difference(data: st.DataObject) -> None:
    one = drawn(data)
    shuffle = random.Random(data.draw(st.integers(0, 10**6)))  # noqa: S311 - an order, no secret
    objects = [disturbed(one, item, shuffle) for item in one.answer.objects]
    shuffle.shuffle(objects)
    after = replace(one.answer, objects=tuple(objects))
    found = compared(one, after)
    assert not found.differences
    assert not found.incomparable
    json = compare_json(dump_answer(one.answer), dump_answer(after), one.shape, one.place)
    assert (json.differences, json.incomparable, json.compared) == ((), (), found.compared)


def disturbed(one: Recorded, item: Object, shuffle: random.Random) -> Object:
    """The object with every free order and every volatile value another one."""
    properties: dict[str, Value] = {}
    for name, value in item.properties.items():
        if is_volatile(one, (name,)):
            if shuffle.random() < 0.3:
                continue
            properties[name] = f"{shuffle.random()}"
        elif isinstance(value, tuple) and (name in one.shape.unordered or item.type == "LdapEntry"):
            properties[name] = tuple(shuffle.sample(value, len(value)))
        else:
            properties[name] = value
    return replace(item, properties=properties)


@pytest.mark.parametrize("level", LEVELS)
def test_every_fact_equals_itself_and_is_looked_at(level: str) -> None:
    for one in recorded("demo-clean", level):
        found = compared(one, one.answer)
        assert (found.differences, found.incomparable) == ((), ())
        assert found.compared or all(
            is_volatile(one, (name,)) for item in one.answer.objects for name in item.properties
        )
