"""Somebody changes something in the lab; a later run says what, when, where, by whom, and so does its replay."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kit.running import CHECKOUT, Done, run_pytest

CHANGES = r"""
Set-ReceiveConnector 'EX01\Default Frontend EX01' -MaxMessageSize 20MB
Set-OwaVirtualDirectory 'EX02\owa (Default Web Site)' -ExternalUrl https://other.contoso.com/owa
Set-TransportConfig -MaxSendSize 50MB
Add-ADPermission 'EX05\Scanner Relay' -User 'ANONYMOUS LOGON' -ExtendedRights ms-Exch-Bypass-Anti-Spam
Remove-ReceiveConnector 'EX02\Client Proxy EX02' -Confirm:$false
"""
ADMIN = "contoso.local/Users/Administrator"


def changed_since(folder: Path, name: str) -> Path:
    """An inventory of one environment whose lab somebody changed after its baseline was made."""
    inventories = folder / "inventory"
    shutil.copytree(
        CHECKOUT / "inventory" / name, inventories / name, ignore=shutil.ignore_patterns("baselines", "played.yaml")
    )
    made = run_pytest(folder / "none", "--env", name, f"--inventory={inventories}", "--save-baseline=before")
    assert "Nothing was judged" in made.output, made.output
    text = folder / "changes.ps1"
    text.write_text(CHANGES, "utf-8")
    code = "from muster.cli import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", code, "lab", "apply", name, str(text)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return inventories


def drift_of(done: Done) -> dict[str, Any]:
    assert done.folder is not None, done.output
    drift: dict[str, Any] = json.loads((done.folder / "drift.json").read_text("utf-8"))
    return drift


def changed(drift: dict[str, Any], fact: str, of: str) -> str:
    rows = [row for row in drift["rows"] if row["fact"] == fact and of in row["object"] + row["told"]]
    assert rows, (fact, of, drift["rows"])
    return str(rows[0]["changed"])


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    folder = tmp_path_factory.mktemp("clean")
    inventories = changed_since(folder, "demo-clean")
    against = ("--against=before", "-k", "drift", "-q")
    return inventories, run_pytest(folder / "first", "--env", "demo-clean", f"--inventory={inventories}", *against)


def test_it_is_told_who_changed_what_when_and_where(clean: tuple[Path, Done]) -> None:
    drift = drift_of(clean[1])
    connector = changed(drift, "ReceiveConnectors", "MaxMessageSize")
    assert connector.startswith("changed on ")
    assert f"at DC1 (version 2), Set-ReceiveConnector by {ADMIN} at " in connector
    assert f"Set-OwaVirtualDirectory by {ADMIN}" in changed(drift, "OwaDirectories", "ExternalUrl")
    limit = changed(drift, "TransportConfig", "MaxSendSize")
    assert limit.startswith("the object was changed on ")
    assert "the attribute of MaxSendSize is not known, Set-TransportConfig by" in limit


def test_a_removed_object_is_told_of_by_the_log_and_a_changed_right_by_its_descriptor(
    clean: tuple[Path, Done],
) -> None:
    drift = drift_of(clean[1])
    gone = changed(drift, "ReceiveConnectors", r"EX02\Client Proxy EX02")
    assert gone.startswith(f"Remove-ReceiveConnector by {ADMIN} on ")
    assert any("is told by the audit log only" in note for note in drift["looked_up"])
    right = changed(drift, "ConnectorPermissions", "CN=Scanner Relay")
    assert right.startswith("changed on ")
    assert f"Add-ADPermission by {ADMIN}" in right
    lost = changed(drift, "ConnectorPermissions", "CN=Client Proxy EX02")
    assert lost == gone


def test_the_report_shows_it(clean: tuple[Path, Done]) -> None:
    assert clean[1].folder is not None
    assert f"Set-ReceiveConnector by {ADMIN}" in (clean[1].folder / "report.html").read_text("utf-8")


def test_a_replay_tells_the_same(clean: tuple[Path, Done], tmp_path: Path) -> None:
    inventories, first = clean
    again = ("--against=before", "-k", "drift", "-q", f"--inventory={inventories}")
    replayed = drift_of(run_pytest(tmp_path, "--facts", str(first.folder), *again))
    assert replayed["rows"] == drift_of(first)["rows"]
    assert replayed["looked_up"] == drift_of(first)["looked_up"]


def test_without_the_right_the_directory_still_tells_when_and_the_report_says_why_not_who(tmp_path: Path) -> None:
    inventories = changed_since(tmp_path, "demo-restricted")
    against = ("--against=before", "-k", "drift", "-q", f"--inventory={inventories}")
    drift = drift_of(run_pytest(tmp_path / "run", "--env", "demo-restricted", *against))
    owa = changed(drift, "OwaDirectories", "ExternalUrl")
    assert owa.startswith("changed on ")
    assert " by " not in owa
    assert [note for note in drift["looked_up"] if "View-Only Audit Logs" in note]
