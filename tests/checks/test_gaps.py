"""Nothing is found in what did not come: every gap in every answer, one at a time, in an organisation in order."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from kit.judged import Bench, checks, subjects_of
from kit.recorded import in_order_for
from muster.model import Answer, Problem
from muster.reading.records import Record, _plan

SAID = (Problem("partial", "RPC to the target failed"),)
READ_BY_HAND = {"version", "rawdata", "chain", "msiinstallpath", "ntsecuritydescriptor", "rightsguid"}


@pytest.mark.parametrize("control", checks())
def test_nothing_is_found_in_what_did_not_come(control: str) -> None:
    """A property that was not sent, an error in place of an object, an error in place of everything."""
    base = in_order_for(control)
    for subject in _first_that_passes(base, control):
        for question, answer in _read(base, control, subject):
            for gap, left in (*_with_an_error(answer), *_without_a_property(answer)):
                judgement = _with(base, question, left).judged(control, subject)
                where = f"{question} without {gap}: {judgement.reason}"
                assert judgement.outcome != "fail", where
                assert judgement.error is None, where


def _read(base: Bench, control: str, subject: str) -> Iterator[tuple[str, Answer]]:
    """The questions that a verdict read, with their answers."""
    for question in base.questions(control, subject):
        found = base.observations.get(question)
        if found is not None and found.answer is not None:
            yield question, found.answer


def _first_that_passes(base: Bench, control: str) -> Iterator[str]:
    for subject in subjects_of(control, base.environment):
        if base.judged(control, subject.name).outcome == "pass":
            yield subject.name
            return


def _with(base: Bench, question: str, answer: Answer) -> Bench:
    changed = replace(base.observations[question], answer=answer)
    return replace(base, observations={**base.observations, question: changed})


def _with_an_error(answer: Answer) -> Iterator[tuple[str, Answer]]:
    yield "any object", replace(answer, objects=(), shortfalls=SAID)
    for number in range(len(answer.objects)):
        yield (
            f"object {number}",
            replace(answer, objects=answer.objects[:number] + answer.objects[number + 1 :], shortfalls=SAID),
        )


def _without_a_property(answer: Answer) -> Iterator[tuple[str, Answer]]:
    for name in dict.fromkeys(name for item in answer.objects for name in item.properties):
        if name.casefold() in _known():
            objects = tuple(
                replace(item, properties={key: value for key, value in item.properties.items() if key != name})
                for item in answer.objects
            )
            yield name, replace(answer, objects=objects)


@cache
def _known() -> frozenset[str]:
    """Every property that any fact reads, lower case."""
    return frozenset(prop.casefold() for kind in _kinds(Record) for prop, _ in _plan(kind).values()) | READ_BY_HAND


def _kinds(record: type[Record]) -> Iterator[type[Record]]:
    for kind in record.__subclasses__():
        yield kind
        yield from _kinds(kind)
