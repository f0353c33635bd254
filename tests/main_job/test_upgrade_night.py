"""The night of an update in the lab, whole: baseline, upgrade, post gate, the printed plan carried out, and clean."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kit.running import CHECKOUT
from muster.lab.upgrading import LOSSES

ENV = "night"
GATE = ("--against", "pre", "-m", "post_upgrade", "--server", "ex01", "-q")
_SLASH = "\N{DIVISION SLASH}"
_SERVICE, _STATE, _IIS = "ex01/WindowsServices", "ex01/ServerComponents", "Default Web Site"
_SLASH = "\N{DIVISION SLASH}"
"""What a name's own slash is in the name of a difference."""
LOST: Mapping[str, tuple[str, ...]] = {
    "offline-component": tuple(
        f"{_STATE}/{name}/LocalStates.Functional.State"
        for name in ("ServerWideOffline", "Monitoring", "RecoveryActionsEnabled")
    ),
    "maintenance-left": tuple(
        f"{_STATE}/{name}/RemoteStates.Maintenance.State"
        for name in ("ServerWideOffline", "HubTransport", "HighAvailability")
    ),
    "component-by-healthapi": (f"{_STATE}/RpsProxy/LocalStates.HealthAPI.State",),
    "services-disabled": tuple(
        f"{_SERVICE}/MSExchange{name}/StartMode"
        for name in ("TransportLogSearch", "MailboxAssistants", "Throttling", "Delivery", "Submission")
    ),
    "filtering-service": (f"{_SERVICE}/FMS/StartMode", f"{_SERVICE}/MSExchangeTransport/State"),
    "pop-imap-services": (f"{_SERVICE}/MSExchangePop3/StartMode", f"{_SERVICE}/MSExchangePOP3BE/State"),
    "own-service-modes": (f"{_SERVICE}/MSExchangeAntispamUpdate/StartMode",),
    "activation-policy": ("ex01/ActivationSettings/EX01/DatabaseCopyAutoActivationPolicy",),
    "activation-disabled": ("ex01/ActivationSettings/EX01/DatabaseCopyActivationDisabledAndMoveNow",),
    "node-paused": ("DAG01/ClusterNodes/EX01/State",),
    "copies-suspended": (r"ex01/DatabaseCopies/DB02\EX01/Status", r"ex01/DatabaseCopies/DB04\EX01/Status"),
    "backend-certificate": ("ex01/WebBindings/*Exchange Back End*444*/certificateHash", "ex01/BackEndServed/Chain"),
    "frontend-certificate": (f"ex01/WebBindings/*{_IIS}*443*/certificateHash", "ex01/HttpsServed/Chain"),
    "transport-config": (r"ex01/ConfigurationProxies/*\Bin\EdgeTransport.exe.config, proxy/gone",),
    "replication-config": ("ex01/MailboxReplicationLimits/MaxActiveMovesPerTargetMDB/Value",),
    "web-config": tuple(
        f"ex01/ConfigurationLimits/*ClientAccess\\Owa\\web.config*/{key}"
        for key in ("maxRequestLength", "maxAllowedContentLength", "maxReceivedMessageSize", "maxStringContentLength")
    ),
    "service-config": (r"ex01/RuntimeSettings/*\Bin\MSExchangeFrontEndTransport.exe.config, gcServer/enabled",),
    "server-monitoring-overrides": (r"ex01/ServerMonitoringOverrides/AD\*/gone",),
    "global-monitoring-overrides": (r"Contoso/GlobalMonitoringOverrides/OWA\*/gone",),
    "http-redirect": (f"ex01/WebRedirects/{_IIS}{_SLASH}ecp*/gone", f"ex01/WebRedirects/{_IIS}{_SLASH}owa*/gone"),
    "rewrite-rules": tuple(
        f"ex01/WebRewriteRules/{_IIS}{_SLASH}Autodiscover, *{part}/gone"
        for part in ("'Contoso block']", "match", "action")
    ),
    "ip-restrictions": (
        f"ex01/WebAddressRestrictions/{_IIS}{_SLASH}ecp*10.20.0.0*/gone",
        f"ex01/*ecp*{_SLASH}ipSecurity/gone",
    ),
    "owa-look": (
        r"ex01/OwaFiles/*\contoso_logo.png/gone",
        r"ex01/OwaFiles/*\logon.css/Hash",
        "ex01/OwaFiles/*theme.contoso.css/gone",
    ),
    "owa-pages": (r"ex01/OwaFiles/*\logon.aspx/Hash",),
    "tls-registry": tuple(f"ex01/ExchangeRegistry/*TLS 1.0*/{name}" for name in ("Enabled", "DisabledByDefault")),
    "execution-policy": ("ex01/ExecutionPolicies/LocalMachine/ExecutionPolicy",),
    "vdir-missing": (r"ex01/EcpDirectories/EX01\ecp (Default Web Site)/gone",),
}
"""What the lab loses → the differences that must be told as lost, each with how to put it back."""
UNSOURCED: Mapping[str, tuple[str, ...]] = {
    "owa-urls": (r"ex01/OwaDirectories/EX01\owa*/ExternalUrl",),
    "vdir-urls": (r"ex01/EwsDirectories/*/InternalUrl", r"ex01/OabDirectories/*/ExternalUrl"),
    "vdir-authentication": (r"ex01/OwaDirectories/EX01\owa*/InternalAuthenticationMethods",),
    "mapi-authentication": ("ex01/MapiDirectories/*/IISAuthenticationMethods",),
    "outlook-anywhere-names": ("ex01/OutlookAnywheres/*/ExternalHostname",),
    "service-uri": ("ex01/ClientAccessServices/EX01/AutoDiscoverServiceInternalUri",),
    "download-names": ("ex01/OwaDirectories/*/ExternalDownloadHostName",),
    "connector-tls": (r"ex01/ReceiveConnectors/EX01\Default Frontend EX01/AuthMechanism",),
    "connector-permissions": (
        r"ex01/ReceiveConnectors/EX01\Default Frontend EX01/PermissionGroups",
        "ex01/ConnectorPermissions/*Kiosk*Accept-Any-Recipient*/gone",
    ),
    "connector-size": (r"ex01/ReceiveConnectors/EX01\Default Frontend EX01/MaxMessageSize",),
    "own-connectors": (r"ex01/ReceiveConnectors/EX01\Kiosk/gone",),
    "send-connector-sources": ("Contoso/SendConnectors/Outbound/SourceTransportServers",),
    "transport-logs": ("ex01/TransportServices/EX01/ReceiveProtocolLogMaxAge",),
    "mailbox-transport-logs": ("ex01/MailboxTransportServices/*/ReceiveProtocolLogPath",),
    "pop-settings": ("ex01/PopSettings/Banner",),
    "imap-settings": ("ex01/ImapSettings/MaxConnectionsPerUser",),
    "antimalware": ("ex01/MalwareFilteringServers/EX01/BypassFiltering",),
    "transport-agents": (
        "ex01/TransportAgents/*Malware Agent/enabled",
        "ex01/TransportAgents/*Contoso Disclaimer Agent/gone",
    ),
    "hsts": ("ex01/SitesHsts/*/gone", "ex01/WebHeaders/*Strict-Transport-Security*/gone"),
    "iis-logs": ("ex01/WebLogs/*/directory",),
}
"""Likewise what no source says that an update changes: told as unexplained, with its command."""
EXPECTED = (
    "ex01/Build/*",
    "ex01/ExchangeServer*/AdminDisplayVersion",
    "ex01/ServerObject/*serialNumber",
)
PAGE = "ex01/OwaFiles/*logon.aspx/*"


@dataclass(frozen=True, slots=True)
class Seen:
    """A run of the gate: its folder, what it said, its drift."""

    folder: Path
    output: str
    drift: Mapping[str, Any]

    def rows(self, *sorts: str) -> list[dict[str, Any]]:
        return [row for row in self.drift["rows"] if row["sort"] in sorts]

    def named(self, pattern: str) -> list[dict[str, Any]]:
        like = re.escape(pattern).replace(r"\*", ".*")
        return [row for row in self.drift["rows"] if re.fullmatch(like, row["name"], re.IGNORECASE)]


@dataclass(frozen=True, slots=True)
class Night:
    """An environment of its own, with its own processes."""

    home: Path

    def pytest(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        where = (f"--inventory={self.home / 'inventory'}", f"--reports={self.home / 'reports'}")
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--env", ENV, *where, *arguments]
        return _ran(command, CHECKOUT)

    def muster(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return _ran([sys.executable, "-c", "from muster.cli import app; app()", *arguments], self.home)

    def gate(self, *arguments: str) -> Seen:
        known = {one.parent for one in self.home.glob("reports/*/*/drift.json")}
        done = self.pytest(*GATE, *arguments)
        made = {one.parent for one in self.home.glob("reports/*/*/drift.json")} - known
        assert len(made) == 1, done.stdout + done.stderr
        folder = made.pop()
        return Seen(folder, done.stdout, json.loads((folder / "drift.json").read_text("utf-8")))

    def upgrade(self, lose: str) -> None:
        done = self.muster("lab", "upgrade", "ex01", "--to", "2019 CU15", "--env", ENV, "--lose", lose)
        assert done.returncode == 0, done.stdout + done.stderr


def _ran(command: list[str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment before the night, with its baseline."""
    night = Night(tmp_path_factory.mktemp("evening"))
    kept_out = shutil.ignore_patterns("baselines", "played.yaml")
    shutil.copytree(CHECKOUT / "inventory" / "demo-clean", night.home / "inventory" / ENV, ignore=kept_out)
    done = night.pytest("--save-baseline", "pre", "--server", "ex01", "-q")
    assert (night.home / "inventory" / ENV / "baselines" / "pre").is_dir(), done.stdout + done.stderr
    return night.home


def night_of(evening: Path, tmp_path: Path) -> Night:
    shutil.copytree(evening / "inventory", tmp_path / "inventory")
    return Night(tmp_path)


def assert_told(seen: Seen, table: Mapping[str, tuple[str, ...]], sort: str) -> None:
    for loss, patterns in table.items():
        for pattern in patterns:
            rows = seen.named(pattern)
            assert rows, f"{loss}: nothing is told of {pattern}"
            for row in rows:
                assert row["sort"] == sort, (loss, row)
                assert row["put_back"], (loss, row)


def apply(night: Night, file: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return night.muster("lab", "apply", ENV, str(file), *arguments)


def assert_clean(night: Night, plan: Seen) -> None:
    """Only what was meant is left, and the page that nobody may copy."""
    after = night.gate("-k", "drift")
    left = after.rows("lost", "leftover", "unexplained")
    assert [row["name"] for row in left] == [row["name"] for row in after.named(PAGE)], left
    steps = len(json.loads((plan.folder / "put-back.json").read_text("utf-8"))["steps"])
    said, *still = after.drift["carried_out"]
    assert said == f"Of the plan of {plan.folder.name}: {steps - 1} of {steps} steps are carried out, 1 is open."
    assert len(still) == 1
    assert "logon.aspx" in still[0]
    for name in ("Server", "Global"):  # bound to the new build, which is no loss
        (bound,) = [row for row in after.rows("expected") if row["fact"] == f"{name}MonitoringOverrides"]
        assert "15.2.1748.10" in bound["told"]


def assert_page_is_accepted(night: Night) -> None:
    accepted = night.muster(
        "baseline", "accept", "pre", "--env", ENV, "--difference", PAGE, "--reason", "merged", "--by", "me"
    )
    assert "1 of " in accepted.stdout, accepted.stdout + accepted.stderr
    last = night.gate("-k", "owa_files")
    assert not last.rows("lost", "leftover", "unexplained")
    assert last.drift["put_back"] == ""


def test_every_loss_of_the_lab_is_among_those_that_are_asked_for() -> None:
    of = {group: {name for name, loss in LOSSES.items() if loss.group == group} for group in ("lost", "unsourced")}
    assert of == {"lost": set(LOST), "unsourced": set(UNSOURCED)}


def test_what_a_source_tells_of(evening: Path, tmp_path: Path) -> None:
    night = night_of(evening, tmp_path)
    night.upgrade("all")
    seen = night.gate()
    assert seen.drift["crossings"] == ["ex01: 15.2.1544.34 is now 15.2.1748.10"]
    assert_told(seen, LOST, "lost")
    for pattern in EXPECTED:
        assert seen.named(pattern), pattern
        assert {row["sort"] for row in seen.named(pattern)} == {"expected"}
    assert not seen.rows("unexplained", "leftover")
    own = [row for row in seen.rows("lost") if not row["follows"]]
    assert [row["name"] for row in own if not row["put_back"]] == []
    followers = [row for row in seen.rows("lost") if row["follows"]]
    assert f"{len(own)} lost ({len(followers)} more follow from others)" in seen.output
    assert {row["fact"] for row in followers} == {"ServerComponents", "ServerObject"}

    text = (seen.folder / "put-back.ps1").read_text("utf-8")
    assert "logon.aspx" not in "".join(line for line in text.splitlines() if "Copy by hand" in line)
    wrong = tmp_path / "wrong.ps1"
    wrong.write_text(text.replace("-StartupType", "-StartType"), "utf-8")
    refused = apply(night, wrong, "--by-hand")
    assert refused.returncode == 1
    assert "A parameter cannot be found that matches parameter name 'StartType'" in refused.stdout
    assert len(night.muster("lab", "played", ENV).stdout.splitlines()) == 1  # the upgrade, and nothing since

    applied = apply(night, seen.folder / "put-back.ps1", "--by-hand")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert_clean(night, seen)
    assert_page_is_accepted(night)


def test_what_no_source_tells_of_is_unexplained_and_comes_back_too(evening: Path, tmp_path: Path) -> None:
    night = night_of(evening, tmp_path)
    night.upgrade("everything")
    seen = night.gate("-k", "drift")
    assert_told(seen, LOST, "lost")
    assert_told(seen, UNSOURCED, "unexplained")
    bare = [row for row in seen.rows("lost", "unexplained") if not row["put_back"] and not row["follows"]]
    assert [row["name"] for row in bare] == []
    applied = apply(night, seen.folder / "put-back.ps1", "--by-hand")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert_clean(night, seen)
