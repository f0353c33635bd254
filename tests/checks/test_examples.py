"""Every check with its examples: passing, failing, undetermined. A check without all three fails here."""

import importlib.util
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from kit.changes import Change
from kit.examples import Examples
from kit.judged import Bench, checks
from kit.recorded import in_order_for

HERE = Path(__file__).parent


@cache
def examples() -> dict[str, Examples]:
    """The tables of every ``examples_<area>.py`` beside this file, by control id."""
    found: dict[str, Examples] = {}
    for file in sorted(HERE.glob("examples_*.py")):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for control, given in module.EXAMPLES.items():
            assert control not in found, f"{control} has examples in two files"
            found[control] = given
    return found


def of_kinds(given: Examples) -> Mapping[str, Mapping[str, Change]]:
    return {"fail": given.failing, "undetermined": given.undetermined, "pass": given.passing}


CASES = [
    pytest.param(control, kind, name, id=f"{control}: {kind}: {name}")
    for control, given in examples().items()
    for kind, changes in of_kinds(given).items()
    for name in changes
]


def bench(control: str, given: Examples, *changes: Change) -> Bench:
    base = in_order_for(control)
    observations = base.observations
    for change in (*given.given, *changes):
        observations = change(observations)
    return replace(base, observations=observations, policy=given.policy or base.policy)


def test_every_check_has_examples_and_every_example_a_check() -> None:
    assert set(examples()) == set(checks())
    for control, given in examples().items():
        assert given.failing, f"{control} has no failing example"
        assert given.undetermined, f"{control} has no undetermined example"


@pytest.mark.parametrize("control", examples())
def test_an_organisation_in_order_passes(control: str) -> None:
    given = examples()[control]
    judgement = bench(control, given).judged(control, given.subject)
    assert judgement.outcome == "pass", judgement.reason


@pytest.mark.parametrize(("control", "kind", "name"), CASES)
def test_an_example_ends_as_it_should(control: str, kind: str, name: str) -> None:
    given = examples()[control]
    judgement = bench(control, given, of_kinds(given)[kind][name]).judged(control, given.subject)
    assert judgement.outcome == kind, judgement.reason
    assert judgement.error is None, f"the check broke, where a gap should be told: {judgement.reason}"
    if kind == "fail":
        assert any(word in judgement.reason for word in given.says or (judgement.reason,)), judgement.reason
