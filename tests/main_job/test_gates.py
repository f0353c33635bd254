"""The during and the post gate, as a person runs them against the lab."""

from pathlib import Path

from kit.running import Done, run_pytest

DURING = ("-m", "during_upgrade", "--server", "ex01", "-q")
ROWS = {
    "maintenance.activation-disabled",
    "maintenance.activation-blocked",
    "maintenance.node-paused",
    "maintenance.server-offline",
    "maintenance.transport-drained",
    "maintenance.nothing-mounted",
    "maintenance.load-balancer-drained",
    "maintenance.not-primary-active-manager",
    "maintenance.held-in-directory",
}
"""What fails on a server that is not in maintenance; nothing waits in its queues all the same."""


def outcomes(done: Done, subject: str) -> dict[str, str]:
    return {one["control"]: one["outcome"] for one in done.verdicts if one["subject"] == subject}


def test_a_server_in_maintenance_passes_the_during_gate(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--env", "demo-maintenance", *DURING)
    assert done.status == 0, done.output
    found = outcomes(done, "ex01")
    assert {name: found[name] for name in ROWS} == dict.fromkeys(ROWS, "pass")
    assert set(outcomes(done, "mail.contoso.com").values()) == {"pass"}
    assert "ex02" not in {one["subject"] for one in done.verdicts}


def test_a_server_that_works_fails_every_row_by_itself(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--env", "demo-clean", *DURING)
    assert done.status == 1
    found = outcomes(done, "ex01")
    assert {name for name, outcome in found.items() if outcome == "fail"} == ROWS
    assert set(outcomes(done, "mail.contoso.com").values()) == {"fail"}


def test_while_setup_runs_directory_and_ports_still_tell(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--env", "demo-maintenance", *DURING, "--in-upgrade")
    found = outcomes(done, "ex01")
    told = {"maintenance.held-in-directory", "maintenance.setup-holds-nothing", "maintenance.ports-open"}
    assert {found[name] for name in told} == {"pass"}
    untold = {one["control"]: one["reason"] for one in done.verdicts if one["outcome"] == "undetermined"}
    assert {"maintenance.server-offline", "maintenance.nothing-mounted", "maintenance.queues-empty"} <= set(untold)
    assert all("Setup is running on ex01" in reason for reason in untold.values())
    assert outcomes(done, "DAG01")["maintenance.peers-carry"] == "pass"


def test_an_organisation_in_order_passes_the_post_gate(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--env", "demo-clean", "-m", "post_upgrade", "--server", "ex01", "-q")
    assert done.status == 0, done.output
    assert not {"fail", "undetermined"} & set(done.count())
    found = outcomes(done, "ex01")
    assert {"after-upgrade.health-sets", "after-upgrade.node-up", "https.health"} <= set(found)


def test_the_post_gate_finds_a_server_that_was_left_in_maintenance(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--env", "demo-maintenance", "-m", "post_upgrade", "--server", "ex01", "-q")
    found = {name for name, outcome in outcomes(done, "ex01").items() if outcome == "fail"}
    assert {
        "after-upgrade.node-up",
        "components.out-of-maintenance",
        "components.active",
        "dag.activation-not-blocked",
        "https.health",
    } <= found
    assert done.of("dag.activation-preference", "DAG01")["outcome"] == "fail"
