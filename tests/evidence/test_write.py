import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from muster import evidence
from muster.evidence import junit_xml, manifest_json
from muster.model import Environment, Observation, Run, Verdict

Build = Callable[..., Run]


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_run_folder_holds_what_was_promised(small_run: Run, environment: Environment, tmp_path: Path) -> None:
    place = evidence.write(small_run, environment, tmp_path)
    assert place == tmp_path / "demo" / "2025-09-15T101112Z"
    assert set(everything(place)) == {
        "answers/ex03.json",
        "answers/organization.json",
        "run.json",
        "verdicts.jsonl",
        "report.html",
        "junit.xml",
        "manifest.json",
    }


def test_the_manifest_vouches_for_every_other_file(small_run: Run, environment: Environment, tmp_path: Path) -> None:
    place = evidence.write(small_run, environment, tmp_path)
    files = everything(place)
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert manifest_json.differences(place) == []
    (place / "verdicts.jsonl").write_bytes(b"")
    (place / "answers" / "ex03.json").unlink()
    assert [str(one) for one in manifest_json.differences(place) or ()] == [
        "answers/ex03.json is missing",
        "verdicts.jsonl is not what the manifest vouches for",
    ]


def test_equal_runs_are_byte_identical(small_run: Run, environment: Environment, tmp_path: Path) -> None:
    first = evidence.write(small_run, environment, tmp_path / "1")
    second = evidence.write(small_run, environment, tmp_path / "2")
    assert everything(first) == everything(second)


def test_equal_states_leave_equal_answers_and_verdicts(
    small_run: Run, environment: Environment, tmp_path: Path
) -> None:
    later = timedelta(hours=3)
    other = replace(
        small_run,
        started=small_run.started + later,
        finished=small_run.finished + later * 2,
        verdicts=small_run.verdicts[::-1],
        observations=tuple(
            replace(seen, taken=small_run.started + later, seconds=seen.seconds * 2, answered_by="EX04")
            for seen in reversed(small_run.observations)
        ),
    )
    first = everything(evidence.write(small_run, environment, tmp_path))
    second = everything(evidence.write(other, environment, tmp_path))
    for name in ("answers/ex03.json", "answers/organization.json", "verdicts.jsonl"):
        assert first[name] == second[name]
    assert first["run.json"] != second["run.json"]


def test_when_and_who_are_in_run_json_only(small_run: Run, environment: Environment, tmp_path: Path) -> None:
    place = evidence.write(small_run, environment, tmp_path)
    (answered,) = json.loads((place / "answers" / "organization.json").read_text("utf-8"))["observations"]
    assert set(answered) == {"question", "subject", "answer", "problem"}
    run = json.loads((place / "run.json").read_text("utf-8"))
    asked = next(one for one in run["observations"] if one["subject"] == "organization")
    assert (asked["question"], asked["answered_by"], asked["seconds"]) == (
        "exchange: Get-ReceiveConnector",
        "EX02",
        0.4,
    )
    assert asked["taken"] == "2025-09-15T10:11:12Z"
    assert run["serialization"] == {"partial": 1}
    assert run["inventory"]["organization"] == "Contoso"


def test_a_verdict_line_carries_what_readers_were_promised(
    small_run: Run, environment: Environment, tmp_path: Path
) -> None:
    place = evidence.write(small_run, environment, tmp_path)
    lines = [json.loads(line) for line in (place / "verdicts.jsonl").read_text("utf-8").splitlines()]
    assert lines[0] == {
        "control": "connectors.no-anonymous-relay",
        "title": "No receive connector relays for anonymous senders",
        "severity": "high",
        "subject": "EX01",
        "subject_kind": "Server",
        "outcome": "fail",
        "reason": "accepts any recipient from anybody",
        "objects": [
            {"object": "EX01\\Scanner Relay", "outcome": "fail", "reason": "accepts any recipient from anybody"}
        ],
        "held": [],
        "questions": ["exchange: Get-ReceiveConnector"],
    }
    assert [line["outcome"] for line in lines] == ["fail", "pass", "undetermined", "not applicable", "waived"]


def test_two_runs_of_one_second_get_two_folders(small_run: Run, environment: Environment, tmp_path: Path) -> None:
    names = [evidence.write(small_run, environment, tmp_path).name for _ in range(3)]
    assert names == ["2025-09-15T101112Z", "2025-09-15T101112Z-2", "2025-09-15T101112Z-3"]


def test_names_become_safe_file_names(
    make_run: Build, make_observation: Callable[..., Observation], environment: Environment, tmp_path: Path
) -> None:
    run = make_run((), (make_observation("Get-X", "../../CON"),), environment="..\\up: here")
    place = evidence.write(run, environment, tmp_path)
    assert place.parent.parent == tmp_path
    assert [path.name for path in (place / "answers").iterdir()] == ["%2e.%2f..%2fcon.json"]


def test_an_interrupted_run_is_marked(small_run: Run, environment: Environment, tmp_path: Path) -> None:
    place = evidence.write(replace(small_run, complete=False), environment, tmp_path)
    assert json.loads((place / "run.json").read_text("utf-8"))["complete"] is False
    assert "Incomplete." in (place / "report.html").read_text("utf-8")
    assert b'name="complete" value="false"' in (place / "junit.xml").read_bytes()
    assert evidence.read(place).standing == "fail"


def test_only_passes_do_not_make_an_interrupted_run_pass(
    make_run: Build, make_verdict: Callable[..., Verdict], environment: Environment, tmp_path: Path
) -> None:
    run = make_run((make_verdict("pass"),))
    assert evidence.account_of(run, environment).standing == "pass"
    assert evidence.account_of(replace(run, complete=False), environment).standing == "undetermined"


def test_a_writer_that_dies_leaves_the_rest_and_no_manifest(
    small_run: Run, environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(junit_xml, "lines", die)
    with pytest.raises(KeyboardInterrupt):
        evidence.write(small_run, environment, tmp_path)
    (place,) = (tmp_path / "demo").iterdir()
    assert {"run.json", "verdicts.jsonl", "report.html", "answers/ex03.json"} <= set(everything(place))
    assert "manifest.json" not in everything(place)
    assert manifest_json.differences(place) is None


def test_an_empty_run_says_that_nothing_is_known(make_run: Build, environment: Environment, tmp_path: Path) -> None:
    place = evidence.write(make_run(()), environment, tmp_path)
    page = (place / "report.html").read_text("utf-8")
    assert "Nothing was judged." in page
    assert "passes muster" not in page
    assert (place / "verdicts.jsonl").read_bytes() == b""
    assert evidence.read(place).standing == "nothing"


def test_only_what_does_not_apply_is_no_pass(
    make_run: Build, make_verdict: Callable[..., Verdict], environment: Environment
) -> None:
    assert evidence.account_of(make_run((make_verdict("not applicable"),)), environment).standing == "nothing"


def test_low_findings_do_not_stop_a_pass_unless_asked(small_run: Run, make_run: Build) -> None:
    passed, low = small_run.verdicts[1], replace(small_run.verdicts[4], outcome="fail")
    assert evidence.account_of(make_run((passed, low))).standing == "pass"
    assert evidence.account_of(make_run((passed, low), fail_on="low")).standing == "fail"
