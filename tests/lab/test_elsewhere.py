"""The demo's faults on other servers, objects and values: the same checks find them, and nothing else does."""

import json
import subprocess
import sys
from pathlib import Path

from muster.lab.description import load_description

ROOT = Path(__file__).parents[2]
DESCRIPTION = Path(__file__).with_name("elsewhere.yaml")


def test_every_fault_is_found_wherever_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "inventory" / "elsewhere"
    folder.mkdir(parents=True)
    inventory = (ROOT / "inventory" / "demo" / "inventory.yaml").read_text(encoding="utf-8")
    written = inventory.replace("lab: demo\n", f"lab: {json.dumps(str(DESCRIPTION))}\n")
    (folder / "inventory.yaml").write_text(written, encoding="utf-8")
    (folder / "policy.yaml").write_text("as_of: 2025-09-15\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--env", "elsewhere"]
    command += ["--inventory", str(folder.parent), "--reports", str(tmp_path / "reports")]
    # our own interpreter and arguments
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [line for file in tmp_path.rglob("verdicts.jsonl") for line in file.read_text("utf-8").splitlines()]
    assert lines, done.stdout + done.stderr
    verdicts = [json.loads(line) for line in lines]
    found = {
        (verdict["control"], verdict["subject"], verdict["severity"])
        for verdict in verdicts
        if verdict["outcome"] == "fail" and verdict["severity"] in {"medium", "high"}
    }
    expected = load_description(DESCRIPTION).expected
    assert found == {(entry.control, entry.subject, entry.severity) for entry in expected}
    objects = {
        (verdict["control"], verdict["subject"], entry["object"])
        for verdict in verdicts
        for entry in verdict["objects"]
        if entry["outcome"] == "fail"
    }
    named = {(entry.control, entry.subject, entry.object) for entry in expected if entry.object}
    assert named <= objects
    assert [verdict for verdict in verdicts if verdict["outcome"] == "undetermined"] == []
