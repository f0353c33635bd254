"""The snapshot form of two answers is compared as the answers are."""

from collections.abc import Iterator

import pytest

from kit.drifted import BY_IDENTITY, PLACE, answer, connector, drift
from muster.drift import Asked, Comparison, Portion, compare_json, compare_observations, unsettled, why_not
from muster.model import Answer, ExchangeCmdlet, Object, Observation, Problem, Shape
from muster.snapshot import Json, UnreadableSnapshot, dump_answer, dump_observation

GUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"


def same_both_ways(before: Answer, after: Answer) -> Comparison:
    found = compare_json(dump_answer(before), dump_answer(after), BY_IDENTITY, PLACE)
    assert found == drift(before, after)
    return found


def test_it_says_what_the_values_say() -> None:
    twins = (connector("T", Port=1), connector("T", Port=2))
    before = answer(connector("A", Port=25, Count=1), *twins, connector("R", Guid=GUID), connector("G"))
    after = answer(connector("S", Guid=GUID), twins[1], connector("A", Port=26, Count=2), twins[0], connector("N"))
    found = same_both_ways(before, after)
    assert [(each.object, each.how) for each in found.differences] == [
        ("A", "changed"),
        ("R", "moved"),
        ("G", "gone"),
        ("N", "new"),
    ]
    assert same_both_ways(before, before).differences == ()
    assert same_both_ways(before, answer(connector("A", Port=25), lacks="RPC failed")).incomparable


def test_without_an_identity_objects_are_told_apart_among_all_of_them() -> None:
    def bare(port: int) -> Object:
        return Object("T", None, {"Port": port})

    before, after = answer(bare(1), bare(2), bare(3)), answer(bare(1), bare(2), bare(4))
    found = compare_json(dump_answer(before), dump_answer(after), Shape(), PLACE)
    assert found == drift(before, after, Shape())
    assert [(each.object, each.now) for each in found.differences] == [("number 3", 4)]


def observation(cmdlet: str, given: Answer | None) -> Json:
    problem = Problem("timeout", "no answer within 60 s") if given is None else None
    return dump_observation(Observation(ExchangeCmdlet(cmdlet), "ex01", None, 0, "", given, problem))


def portions(asked: Asked) -> Iterator[Portion]:
    assert asked.question.key.startswith("exchange: Get-")
    yield Portion(PLACE, BY_IDENTITY)


def test_questions_are_matched_and_what_is_missing_is_said() -> None:
    with_a, with_b = answer(connector("A")), answer(connector("B"))
    before = [observation("Get-One", with_a), observation("Get-Two", with_a), observation("Get-Gone", with_a)]
    after = [observation("Get-Two", None), observation("Get-New", with_b), observation("Get-One", with_b)]
    found = [each for _, each in compare_observations(before, after, portions)]
    assert [each.how for each in found[0].differences] == ["gone", "new"]
    assert [why_not(each.incomparable[0]) for each in found[1:]] == [
        "no answer came now: no answer within 60 s",
        "it was not asked now",
        "it was not asked before",
    ]


def test_one_answer_may_hold_several_subjects_rows() -> None:
    def by_letter(_: Asked) -> Iterator[Portion]:
        for letter in "AB":
            yield Portion(PLACE, BY_IDENTITY, lambda item, mine=letter: item["Identity"] == mine)  # type: ignore[misc]

    before = [observation("Get-One", answer(connector("A", Port=1), connector("B", Port=1)))]
    after = [observation("Get-One", answer(connector("A", Port=2), connector("B", Port=1)))]
    assert [len(each.differences) for _, each in compare_observations(before, after, by_letter)] == [1, 0]


def test_what_is_not_known_is_said_even_where_both_say_the_same() -> None:
    cut = dump_answer(answer(connector("A", Types=(unsettled("the list was cut off"),))))
    assert compare_json(cut, cut, BY_IDENTITY, PLACE, blank_is_blank=True).incomparable


def test_what_is_no_answer_is_refused() -> None:
    good = dump_answer(answer())
    refused: list[Json] = [None, [], {"objects": {}, "shortfalls": []}, {"objects": [], "shortfalls": None}]
    for bad in refused:
        with pytest.raises(UnreadableSnapshot):
            compare_json(good, bad, BY_IDENTITY, PLACE)
