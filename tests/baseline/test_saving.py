"""``--save-baseline``: what it writes, what it says, what it refuses."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kit.running import run_pytest
from kit.saved import ENVIRONMENT, NAME, copied, inventory_in, saved
from muster import baseline, inventory
from muster.baseline import BaselineMistake, folder
from muster.model import Answer, Environment, ExchangeCmdlet, Object, Observation, Problem, Shape
from muster.pytest import saving
from muster.reading.records import Record, Records

WHEN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CONNECTORS = ExchangeCmdlet("Get-ReceiveConnector")


class Connectors(Records[Record]):
    """The fact that speaks for the answer here."""

    record = Record
    shape = Shape(identity=("Identity",), unordered=frozenset({"Bindings"}), volatile={"Count": "mail on its way"})


def connector(name: str, *bindings: str, count: int = 0) -> Object:
    return Object("ReceiveConnector", name, {"Identity": name, "Bindings": bindings, "Count": count})


def seen(*objects: Object) -> Observation:
    return Observation(CONNECTORS, "organization", WHEN, 1.0, "ex01", Answer(objects, "partial"))


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return inventory.load(inventory_in(tmp_path / "inventory") / ENVIRONMENT)


def save(environment: Environment, name: str, *observations: Observation) -> Path:
    return baseline.save(environment, name, observations, {CONNECTORS.key: Connectors}, WHEN)


def test_everything_is_written_and_nothing_judged() -> None:
    done, environment = saved()
    assert (done.status, done.folder) == (0, None), done.output
    assert "Nothing was judged." in done.output
    place = environment / "baselines" / NAME
    assert {path.name for path in place.iterdir()} == {"answers", "run.json", "manifest.json"}
    assert not [path for path in place.parent.iterdir() if path != place], "something unfinished was left"
    head = json.loads((place / "run.json").read_text("utf-8"))
    assert {one["name"] for one in head["subjects"]} >= {"Contoso", "ex01", "edge01", "DAG01", "dc1"}
    files = [json.loads(path.read_text("utf-8")) for path in (place / "answers").glob("*.json")]
    asked = [one for file in files for one in file["observations"]]
    connectors = next(one for one in asked if one["question"].get("pipeline") == [
        {"cmdlet": "Get-ReceiveConnector", "parameters": []}
    ])  # fmt: skip
    assert all(len(one) > 60 for one in connectors["answer"]["objects"]), "not the full property sets"


def test_what_was_not_answered_is_told() -> None:
    done, environment = saved()
    head = json.loads((environment / "baselines" / NAME / "run.json").read_text("utf-8"))
    unanswered = [one["question"] for one in head["observations"] if one["problem"]]
    assert f"{len(unanswered)} questions were not answered" in done.output
    assert all(question in done.output for question in unanswered)


def test_a_taken_name_is_refused_before_anybody_is_asked(tmp_path: Path, offline: dict[str, str]) -> None:
    inventories = copied(tmp_path).parent
    done = run_pytest(
        tmp_path / "reports", "--env", ENVIRONMENT, f"--inventory={inventories}", "--save-baseline", NAME,
        variables=offline,
    )  # fmt: skip
    assert done.status == pytest.ExitCode.USAGE_ERROR, done.output
    assert "is there already and is never written over" in done.output
    assert "the network was touched" not in done.output
    assert [path.name for path in (inventories / ENVIRONMENT / "baselines").iterdir()] == [NAME]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"save_baseline": "Pre CU15"}, "is no name for a baseline"),
        ({"save_baseline": "../elsewhere"}, "is no name for a baseline"),
        ({"save_baseline": ""}, "is no name for a baseline"),
        ({"save_baseline": "new", "against": NAME}, "never both in one run"),
        ({"save_baseline": "new", "facts": "reports/demo/x"}, "asks a living environment"),
    ],
)
def test_what_cannot_be_saved_is_refused(environment: Environment, options: dict[str, str], why: str) -> None:
    config: Any = SimpleNamespace(option=SimpleNamespace(**{"facts": None, "against": None, **options}))
    with pytest.raises(pytest.UsageError, match=why):
        saving.refuse_early(config, environment)


def test_a_selection_saves_all_facts_of_the_selected_subjects(tmp_path: Path) -> None:
    inventories = inventory_in(tmp_path / "inventory")
    done = run_pytest(
        tmp_path / "reports", "--env", ENVIRONMENT, f"--inventory={inventories}", "--save-baseline=some",
        "-k", "check_build and ex01",
    )  # fmt: skip
    assert done.status == 0, done.output
    place = inventories / ENVIRONMENT / "baselines" / "some"
    head = json.loads((place / "run.json").read_text("utf-8"))
    assert head["subjects"] == [{"kind": "Server", "name": "ex01"}]
    text = (place / "answers" / "ex01.json").read_text("utf-8")
    assert "Get-ExchangeCertificate" in text
    assert "Win32_OperatingSystem" in text
    assert not (place / "answers" / "ex02.json").exists()


def test_no_answer_at_all_is_refused_and_leaves_nothing(environment: Environment) -> None:
    refused = Observation(CONNECTORS, "organization", None, 0.0, "", None, Problem("refused", "nobody listens"))
    with pytest.raises(BaselineMistake, match=r"nothing was answered.*nobody listens"):
        save(environment, "none", refused)
    with pytest.raises(BaselineMistake, match="nothing was asked"):
        save(environment, "none")
    assert baseline.names(environment.folder or Path()) == ()


@pytest.mark.parametrize("step", ["_put", "manifest", "rename"])
def test_a_crash_on_the_way_leaves_no_baseline(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def crash(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    match step:
        case "_put":
            monkeypatch.setattr(folder, "_put", crash)
        case "manifest":
            monkeypatch.setattr("muster.evidence.manifest_json.dump", crash)
        case _:
            monkeypatch.setattr(Path, "rename", crash)
    with pytest.raises(KeyboardInterrupt):
        save(environment, "half", seen(connector("A")))
    assert environment.folder is not None
    assert list((environment.folder / "baselines").iterdir()) == []


def test_a_full_disk_is_a_sentence(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "_put", full)
    with pytest.raises(BaselineMistake, match=r"cannot be written to .*No space left on device"):
        save(environment, "half", seen(connector("A")))


def test_what_a_killed_process_left_is_no_baseline(environment: Environment) -> None:
    assert environment.folder is not None
    left = environment.folder / "baselines" / ".unfinished-abc"
    left.mkdir(parents=True)
    (left / "run.json").write_text("{}", "utf-8")
    assert baseline.names(environment.folder) == ()
    assert baseline.listed(environment.folder) == ()


def test_nobody_writes_over_a_baseline(environment: Environment) -> None:
    place = save(environment, "one", seen(connector("A")))
    before = (place / "manifest.json").read_bytes()
    with pytest.raises(BaselineMistake, match="never written over"):
        save(environment, "one", seen(connector("B")))
    assert (place / "manifest.json").read_bytes() == before


def test_equal_states_give_equal_files(environment: Environment) -> None:
    one = save(environment, "one", seen(connector("A", "x", "y"), connector("B", "z")))
    other = replace(seen(connector("B", "z"), connector("A", "y", "x")), seconds=7.0, answered_by="ex02")
    two = save(environment, "two", other)
    names = [path.name for path in (one / "answers").iterdir()]
    assert names
    assert {name: (one / "answers" / name).read_bytes() for name in names} == {
        name: (two / "answers" / name).read_bytes() for name in names
    }


def test_volatile_properties_stay_in_the_file(environment: Environment) -> None:
    place = save(environment, "one", seen(connector("A", count=17)))
    assert '"Count": 17' in (place / "answers" / "organization.json").read_text("utf-8")
