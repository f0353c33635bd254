"""Whether a server is ready for Setup: nobody works on it, nothing is left of an earlier one, nothing waits."""

from datetime import timedelta

import pytest

from muster import Server, Severity, about, control, not_applicable
from muster.facts.setup.clock import Clocks
from muster.facts.setup.execution_policy import HARMLESS, ExecutionPolicies, PolicySources
from muster.facts.setup.processes import INSTALLERS, LONG, REMOTE_SHELL, SHELLS, VIEWERS, Processes
from muster.facts.setup.restarts import FAILED, STARTED, RestartKeys, RoleKeys, SetupLog
from muster.facts.setup.revocation import Revocation
from muster.policy import Policy

pytestmark = [pytest.mark.pre_upgrade, pytest.mark.only_at_gates]

ASSIST = "https://microsoft.github.io/CSS-Exchange/Setup/SetupAssist/"
UPDATES = "https://learn.microsoft.com/exchange/plan-and-deploy/install-cumulative-updates"
OWN_SESSIONS = 2  # as many as muster opens on one server's Windows endpoint
LARGEST_SKEW = timedelta(minutes=5)  # what Kerberos allows


@control(
    "setup.no-open-shells",
    title="No shell, console or viewer of logs is open on the server",
    severity=Severity.HIGH,
    references=(ASSIST, UPDATES),
    remediation="Let whoever it is close it, or end the process; log off disconnected sessions. muster's own session "
    "ends with its run: wait for that before Setup is started.",
)
def check_no_open_shells(server: Server, processes: Processes) -> None:
    """Setup stops where other PowerShell sessions are open, and fails halfway where a program holds one of its files.

    muster sees its own session among the remote ones and cannot know which it is: up to two young ones pass.
    """
    remote = processes.named(REMOTE_SHELL)
    for process in processes.named(*SHELLS, *VIEWERS):
        with about(process):
            assert process.kind == REMOTE_SHELL, f"is open {process.told()}"
            assert len(remote) <= OWN_SESSIONS, (
                f"is one of {len(remote)} remote PowerShell sessions, at most {OWN_SESSIONS} of which are muster's, "
                f"{process.told()}"
            )
            assert processes.latest_start() - process.creation_date <= LONG, (
                f"is a remote PowerShell session that is older than this run, {process.told()}"
            )


@control(
    "setup.nothing-installs",
    title="Nothing else is being installed on the server",
    severity=Severity.HIGH,
    references=(ASSIST, "https://learn.microsoft.com/windows/win32/msi/error-codes"),
    remediation="Wait until it has ended (Windows Installer stays for some minutes), then run the gate again.",
)
def check_nothing_installs(server: Server, processes: Processes) -> None:
    """Windows installs one package at a time: Setup fails with 1618 while Windows Update or an agent is at it."""
    for process in processes:
        with about(process):
            assert process.kind not in INSTALLERS, f"runs {process.told()}"


@control(
    "setup.execution-policy",
    title="No group policy sets PowerShell's execution policy",
    severity=Severity.HIGH,
    references=(ASSIST, UPDATES),
    remediation="Take the setting out of the group policy (or set it to Unrestricted) and run gpupdate /force before "
    "Setup; put it back afterwards.",
)
def check_execution_policy(
    server: Server, execution_policies: ExecutionPolicies, policy_sources: PolicySources
) -> None:
    """Setup runs scripts: one that a policy refuses leaves the services stopped and disabled.

    UserPolicy is that of the account that muster logs in with; the installing account may have another.
    """
    for scope in execution_policies.by_policy():
        with about(scope):
            assert scope.execution_policy in HARMLESS, (
                f"is {scope.execution_policy} where Undefined, Unrestricted or Bypass was expected: "
                + (
                    policy_sources.of_execution_policy()
                    if scope.scope == "MachinePolicy"
                    else "set for the account that muster logs in with"
                )
            )


@control(
    "setup.no-pending-restart",
    title="Windows does not wait for a restart",
    severity=Severity.HIGH,
    references=("https://microsoft.github.io/CSS-Exchange/Setup/SetupAssist/RebootPending/",),
    remediation="Restart the server in maintenance mode and run the gate again; install waiting updates first.",
)
def check_no_pending_restart(server: Server, restart_keys: RestartKeys) -> None:
    """Setup refuses to begin, or replaces files that Windows then replaces once more at the next start."""
    waiting = restart_keys.reasons()
    assert not waiting, f"a restart is pending: {', '.join(waiting)}"


@control(
    "setup.no-watermark",
    title="No Setup broke off on the server",
    severity=Severity.HIGH,
    references=("https://microsoft.github.io/CSS-Exchange/Setup/SetupAssist/InstallWatermark/",),
    remediation="Finish that Setup first: run the same build in the same mode again. Only where it cannot be is "
    " the Watermark taken out by hand, after a copy of the key.",
)
def check_no_watermark(server: Server, role_keys: RoleKeys) -> None:
    """A role that has a Watermark is half installed: another Setup goes on where the first stopped, or refuses."""
    for key in role_keys:
        with about(key):
            left = key.holds("Watermark", "Action")
            assert "Watermark" not in left, f"has {' and '.join(left)}: an earlier Setup broke off in this role"


@control(
    "setup.last-setup-succeeded",
    title="The last Setup on the server succeeded",
    severity=Severity.MEDIUM,
    references=("https://microsoft.github.io/CSS-Exchange/Setup/SetupLogReviewer/", ASSIST),
    remediation="Find out from ExchangeSetup.log why (SetupLogReviewer names known reasons) before the next attempt.",
)
def check_last_setup_succeeded(server: Server, setup_log: SetupLog) -> None:
    """What stopped it stops it again; even a failed check of prerequisites leaves components offline."""
    last = setup_log.last()
    assert FAILED not in last.line, f"failed by line {last.line_number} of ExchangeSetup.log: {last.line.strip()}"
    assert STARTED not in last.line, (
        f"began in line {last.line_number} of ExchangeSetup.log and did not end: {last.line.strip()}"
    )


@control(
    "setup.revocation-checks",
    title="Setup does not look for revocation lists that the server cannot reach",
    severity=Severity.MEDIUM,
    references=(UPDATES, "https://learn.microsoft.com/windows/win32/seccrypto/wintrust-functions"),
    remediation='Clear "Check for publisher\'s certificate revocation" and "Check for server certificate revocation"'
    " of that account (Internet Options, Advanced) for the upgrade, and set them again afterwards.",
)
def check_revocation_checks(server: Server, revocation: Revocation, policy: Policy) -> None:
    """Without a way to crl.microsoft.com each file waits for a timeout: Setup takes hours, services start late.

    The settings are each account's own; a hive that is not loaded leaves its account undetermined.
    """
    if policy.upgrade.crl_reachable is None:
        not_applicable("the policy does not say whether servers reach revocation lists (upgrade: crl_reachable:)")
    if policy.upgrade.crl_reachable:
        not_applicable("the policy says that servers reach revocation lists")
    for name in revocation.names():
        with about(name):
            checks = revocation.of(name)
            assert not checks.publisher_checked, "looks up publishers' certificates, and no list can be reached"
            assert not checks.server_checked, "looks up servers' certificates, and no list can be reached"


@control(
    "setup.clock",
    title="The server's clock agrees with its domain's",
    severity=Severity.HIGH,
    references=(
        "https://learn.microsoft.com/windows-server/networking/windows-time-service/windows-time-service-top",
    ),
    remediation="w32tm /resync; find out where the server, or the controller, takes its time from.",
    roles={"Mailbox"},
)
def check_clock(server: Server, clocks: Clocks) -> None:
    """Beyond five minutes Kerberos refuses every ticket: Setup cannot write to the directory."""
    ahead = clocks.difference
    seconds = int(abs(ahead).total_seconds())
    way = "ahead of" if ahead > timedelta() else "behind"
    assert abs(ahead) <= LARGEST_SKEW, (
        f"is {seconds // 60} min {seconds % 60} s {way} the controller that "
        "was asked, where at most 5 min were expected"
    )
