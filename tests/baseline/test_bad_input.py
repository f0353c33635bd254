"""What nobody may compare with: altered, foreign, half a baseline, or none. Always a sentence that names it."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.saved import ENVIRONMENT, NAME, copied, rewrite, saved
from muster import baseline
from muster.baseline import BaselineMistake
from muster.evidence import manifest_json


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    return copied(tmp_path)


def refusal(environment: Path, name: str = NAME) -> str:
    with pytest.raises(BaselineMistake) as refused:
        baseline.load(environment, name, ENVIRONMENT)
    return str(refused.value)


def test_as_it_was_written_it_is_read(environment: Path) -> None:
    found = baseline.load(environment, NAME, ENVIRONMENT)
    assert (found.name, len(found.replay.observations) > 400) == (NAME, True)
    assert baseline.verify(found.folder) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_of_any_file(data: st.DataObject) -> None:
    place = saved()[1] / "baselines" / NAME
    files = sorted(path for path in place.rglob("*.json") if path.name != "manifest.json")
    path = data.draw(st.sampled_from(files))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    other = bytes([whole[at] ^ data.draw(st.integers(1, 255))])
    try:
        path.write_bytes(whole[:at] + other + whole[at + 1 :])
        said = refusal(saved()[1])
    finally:
        path.write_bytes(whole)
    # a changed head may first of all be no JSON, of another environment or of another form
    assert path.name in said or (path.name == "run.json" and ("baseline of" in said or "is in form" in said))


@pytest.mark.parametrize("size", [0, 1, 1000])
def test_truncated(environment: Path, size: int) -> None:
    path = environment / "baselines" / NAME / "answers" / "ex01.json"
    path.write_bytes(path.read_bytes()[:size])
    assert "answers/ex01.json is not what the manifest vouches for" in refusal(environment)


def test_a_missing_and_an_added_file(environment: Path) -> None:
    place = environment / "baselines" / NAME
    (place / "answers" / "ex01.json").rename(place / "answers" / "ex99.json")
    said = refusal(environment)
    assert "answers/ex01.json is missing" in said
    assert "answers/ex99.json is not in the manifest" in said


def test_a_missing_answer_that_the_manifest_does_not_miss(environment: Path) -> None:
    place = environment / "baselines" / NAME
    (place / "answers" / "ex01.json").unlink()
    (place / "manifest.json").write_text(manifest_json.dump(place), "utf-8")
    assert "lacks" in refusal(environment)


def test_no_manifest(environment: Path) -> None:
    (environment / "baselines" / NAME / "manifest.json").unlink()
    assert "manifest.json is missing" in refusal(environment)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 7}', '{"files": {}}', "\x00"])
def test_a_broken_manifest(environment: Path, text: str) -> None:
    (environment / "baselines" / NAME / "manifest.json").write_text(text, "utf-8")
    assert "is not as it was written" in refusal(environment)


def renewed(place: Path, **changes: object) -> None:
    rewrite(place / "run.json", lambda head: head.update(changes))
    (place / "manifest.json").write_text(manifest_json.dump(place), "utf-8")


def test_another_environments(environment: Path) -> None:
    renewed(environment / "baselines" / NAME, environment="prod")
    assert f"a baseline of 'prod', not of '{ENVIRONMENT}'" in refusal(environment)


@pytest.mark.parametrize("form", [0, 2, "1", None])
def test_another_form(environment: Path, form: object) -> None:
    renewed(environment / "baselines" / NAME, format=form)
    said = refusal(environment)
    assert f"is in form {form!r}; this muster reads form 1" in said
    assert "--save-baseline" in said


@pytest.mark.parametrize(
    "changes", [{"observations": None}, {"inventory": []}, {"started": "yesterday"}, {"subjects": 7}]
)
def test_a_head_that_holds_something_else(environment: Path, changes: dict[str, object]) -> None:
    renewed(environment / "baselines" / NAME, **changes)
    if "subjects" in changes:
        assert baseline.load(environment, NAME, ENVIRONMENT).recorded == frozenset()
    else:
        assert "run.json" in refusal(environment) or "$." in refusal(environment)


def test_an_unknown_name_lists_those_there_are(environment: Path) -> None:
    shutil.copytree(environment / "baselines" / NAME, environment / "baselines" / "pre-cu15")
    assert f"no baseline 'nope' in {environment / 'baselines'}. There are: {NAME}, pre-cu15" in refusal(
        environment, "nope"
    )


@pytest.mark.parametrize("name", ["", "A", ".x", "-x", "x" * 65, "a b", "a\n", "über"])
def test_names_that_cannot_be(environment: Path, name: str) -> None:
    assert "is no name for a baseline" in refusal(environment, name)


def test_a_list_says_what_is_wrong_with_one_and_shows_the_others(environment: Path) -> None:
    for name in ("broken", "altered", "odd"):
        shutil.copytree(environment / "baselines" / NAME, environment / "baselines" / name)
    (environment / "baselines" / "broken" / "run.json").write_text("{", "utf-8")
    (environment / "baselines" / "altered" / "answers" / "ex01.json").write_text("{}", "utf-8")
    (environment / "baselines" / "odd" / "accepted.json").write_text("[", "utf-8")
    rows = {one.name: one for one in baseline.listed(environment)}
    assert set(rows) == {NAME, "altered", "broken", "odd"}
    assert rows[NAME].problem == ""
    assert "answers/ex01.json" in rows["altered"].problem
    assert all(rows[name].problem for name in ("broken", "odd"))


@pytest.mark.parametrize(
    "text", ["[]", '{"accepted": 7}', '{"accepted": ["x"]}', '{"accepted": [{"was": 1}]}', "\x00"]
)
def test_acceptances_that_cannot_be_read(environment: Path, text: str) -> None:
    found = baseline.load(environment, NAME, ENVIRONMENT)
    (found.folder / "accepted.json").write_text(text, "utf-8")
    with pytest.raises(BaselineMistake, match=r"accepted\.json cannot be read"):
        baseline.acceptances(found)


def test_deleting(environment: Path) -> None:
    left = environment / "baselines" / f".deleted-{NAME}"
    left.mkdir()  # a process was killed while it deleted one of this name
    (left / "x").write_text("x", "utf-8")
    assert baseline.delete(environment, NAME) == environment / "baselines" / NAME
    assert baseline.names(environment) == ()
    assert [path.name for path in (environment / "baselines").iterdir()] == [f".deleted-{NAME}"]
    with pytest.raises(BaselineMistake, match="There are: none"):
        baseline.delete(environment, NAME)


@pytest.mark.parametrize("name", ["..", ".", "../demo-clean", ""])
def test_nothing_else_can_be_deleted(environment: Path, name: str) -> None:
    with pytest.raises(BaselineMistake, match="is no name for a baseline"):
        baseline.delete(environment, name)
    assert json.loads((environment / "baselines" / NAME / "run.json").read_text("utf-8"))
