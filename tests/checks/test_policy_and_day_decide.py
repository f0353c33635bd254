"""The same answers, judged by another policy or on another day."""

from dataclasses import replace
from datetime import date

import pytest

from kit.changes import Change, put
from kit.judged import Bench
from kit.recorded import organisation
from muster.policy import AllowedReleases, Coexistence, Policy, ReleaseDecision, Selected

BIN = r"C:\\Program Files\\Microsoft\\Exchange Server\\V15\\bin"


def bench(*changes: Change, today: date | None = None, policy: Policy | None = None) -> Bench:
    base = organisation("demo-clean")
    observations = base.observations
    for change in changes:
        observations = change(observations)
    return replace(base, observations=observations, today=today or base.today, policy=policy or base.policy)


def build(server: str, version: str) -> Change:
    return put(f"windows {server}: Get-CimInstance -ClassName CIM_DataFile -Filter 'Name=''{BIN}", Version=version)


@pytest.mark.parametrize(
    ("version", "outcome"),
    [("15.2.2562.37", "undetermined"), ("15.2.2562.43", "undetermined"), ("15.2.2562.45", "pass")],
)
def test_after_the_last_update_of_the_cve_data_only_the_newest_is_clean(version: str, outcome: str) -> None:
    found = bench(build("ex04", version), today=date(2026, 8, 1)).judged("build.known-vulnerable", "ex04")
    assert found.outcome == outcome, found.reason
    assert outcome == "pass" or "the CVE data end with Feb26SU" in found.reason


def test_what_lacks_support_altogether_is_never_told_to_be_clean() -> None:
    found = bench(build("ex05", "15.1.2507.75"), today=date(2026, 11, 24)).judged("build.known-vulnerable", "ex05")
    assert found.outcome == "undetermined"
    assert "no support since 2026-10-31" in found.reason


@pytest.mark.parametrize(("grace", "outcome"), [(0, "fail"), (30, "pass")])
def test_a_grace_of_the_policy_counts_for_the_newest_security_update(grace: int, outcome: str) -> None:
    decided = Policy(releases=Selected((("ex02", ReleaseDecision("security-current", grace)),)))
    day = date(2025, 8, 20)  # eight days after Aug25SU
    one = bench(build("ex02", "15.2.1748.26"), today=day, policy=decided)
    assert one.judged("build.security-current", "ex02").outcome == outcome
    assert one.judged("build.follows-policy", "ex02").outcome == outcome


@pytest.mark.parametrize(("wanted", "outcome"), [("supported", "pass"), ("4.8.1", "fail"), ("recommended", "fail")])
def test_dotnet_as_the_policy_wants_it(wanted: str, outcome: str) -> None:
    framework = put("windows ex04: Get-ItemProperty -Path 'HKLM:\\SOFTWARE\\Microsoft\\NET", Release=528449)
    found = bench(framework, policy=Policy(dotnet=wanted)).judged("windows.dotnet-supported", "ex04")
    assert found.outcome == outcome, found.reason
    assert outcome == "pass" or "at least 4.8.1" in found.reason


def test_the_controller_that_lags_is_the_one_that_is_named() -> None:
    lagging = put("ldap dc2: base of 'CN=ms-Exch-Schema-Version-Pt", rangeUpper=("17002",))
    found = bench(lagging).judged("directory.schema-replicated", "contoso.local")
    assert [one.object for one in found.objects] == ["dc2 rangeUpper"]


@pytest.mark.parametrize(
    ("until", "outcome"), [(None, "fail"), (date(2025, 9, 15), "fail"), (date(2025, 9, 14), "pass")]
)
def test_what_the_policy_allows_counts_until_its_day(until: date | None, outcome: str) -> None:
    decided = Policy(
        windows_server=AllowedReleases(frozenset({"2022"}), until),
        coexistence=Coexistence(frozenset({"Exchange Server 2019"}), until),
    )
    for control, subject in (("windows.supported-release", "ex05"), ("organization.coexistence", "Contoso")):
        found = bench(policy=decided).judged(control, subject)
        assert found.outcome == outcome, found.reason
        assert outcome == "fail" or "ended on 2025-09-14" in found.reason
