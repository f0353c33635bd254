"""A whole organisation carried out in files: what the files tell is judged as the organisation itself is."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from kit.captured import write_capture
from kit.judged import checks, nightly, subjects_of
from kit.played import played
from kit.recorded import INVENTORIES, _uses
from kit.running import Done, run_pytest
from muster.lab.description import load_description
from muster.model import HttpsRequest, Severity, SmtpDialogue, TlsHandshake
from muster.pytest.collecting import control_of
from muster.pytest.gates import judged_at_gates_only
from muster.pytest.judging import Judgement
from muster.resolve import needs_of

UNDECLARED = {
    "build.matches-inventory",
    "certificates.names-cover-public-names",
    "directory.schema-master",
    "servers.in-directory",
    "servers.in-inventory",
    "servers.rows-in-inventory",
    "servers.site-matches-inventory",
    "upgrade.preparing-machine",
    "virtual-directories.external-names-public",
}
"""Controls that compare with what only an inventory declares: they do not apply to a capture."""

UPGRADING = ("dag.same-build", "DAG01")
"""The inventory declares its upgrade, so that its unequal builds are no finding there, and are one in a capture."""

Verdicts = dict[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Both:
    """How the organisation was judged, and how its capture was."""

    name: str
    live: dict[tuple[str, str], Judgement]
    captured: Verdicts
    done: Done


@pytest.fixture(scope="module", params=["demo-clean", "demo"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    name: str = request.param
    one, folder = played(name), tmp_path_factory.mktemp(name)
    capture = write_capture(
        folder / f"{name}-carried-out",
        one.world,
        [observation.question for observation in one.partial.observations.values()],
        servers=[server.name for server in one.partial.environment.servers],
        taken=datetime.now(UTC).isoformat(),  # certificates are judged at the time they were seen
    )
    shutil.copyfile(INVENTORIES / name / "policy.yaml", capture / "policy.yaml")
    done = run_pytest(folder / "reports", "--facts", str(capture), "--at", "2025-09-15", "-q")
    subjects = [
        (control, subject.name) for control in nightly() for subject in subjects_of(control, one.partial.environment)
    ]
    return Both(
        name,
        {pair: one.partial.judged(*pair) for pair in subjects},
        {(verdict["control"], verdict["subject"]): verdict for verdict in done.verdicts},
        done,
    )


@cache
def probed(control: str) -> bool:
    """Whether a control reads what only a probe can see."""
    return any(
        isinstance(one, TlsHandshake | SmtpDialogue | HttpsRequest)
        for use in _uses(checks()[control])
        for need in needs_of(use.fact)
        for one in need.alternatives
    )


def test_the_files_are_judged_as_the_servers_are(both: Both) -> None:
    compared = 0
    for (control, subject), verdict in both.captured.items():
        found = verdict["outcome"]
        expected = "not applicable" if control in UNDECLARED else both.live[control, subject].outcome
        if probed(control):
            continue
        if (control, subject) == UPGRADING:
            expected = "fail"
        assert found == expected, f"{control} of {subject}: {verdict['reason']}"
        compared += found in {"pass", "fail"}
    assert compared > 250, both.done.output


def test_what_only_the_wire_shows_is_not_captured_and_never_passes(both: Both) -> None:
    found = {pair: verdict for pair, verdict in both.captured.items() if probed(pair[0])}
    assert found
    for pair, verdict in found.items():
        assert verdict["outcome"] in {"undetermined", "not applicable"}, pair
        assert verdict["outcome"] == "not applicable" or "not captured" in verdict["reason"], pair


def test_nothing_passes_that_failed(both: Both) -> None:
    for pair, judgement in both.live.items():
        if judgement.outcome == "fail" and pair in both.captured:
            assert both.captured[pair]["outcome"] != "pass", pair


def test_subjects_that_no_answer_tells_of_are_left_out(both: Both) -> None:
    """Public names stand in an inventory only; a site tells nothing without its servers."""
    every_night = {pair for pair in both.live if not judged_at_gates_only(checks()[pair[0]])}
    named = {subject for _, subject in every_night - both.captured.keys()}
    names = {"mail.contoso.com", "autodiscover.contoso.com", "mx.contoso.com"}
    assert named <= names | {"Perimeter"}


def test_the_planted_faults_are_found_in_the_files_and_nothing_else(both: Both) -> None:
    planted = {(one.control, one.subject) for one in load_description(both.name).expected}
    carried = {pair for pair in planted & both.captured.keys() if not probed(pair[0]) and pair[0] not in UNDECLARED}
    assert len(carried) >= {"demo": 20, "demo-clean": 0}[both.name]
    failed = {pair for pair, verdict in both.captured.items() if verdict["outcome"] == "fail"}
    assert failed - {UPGRADING} - other_findings(both) == carried


def other_findings(both: Both) -> set[tuple[str, str]]:
    """What the description does not list because it is below medium there, too."""
    return {
        pair
        for pair, judgement in both.live.items()
        if judgement.outcome == "fail" and severity(pair[0]) < Severity.MEDIUM
    }


def severity(control: str) -> Severity:
    found = control_of(checks()[control])
    assert found is not None
    return found.severity
