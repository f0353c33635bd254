from collections.abc import Callable
from datetime import date

import pytest
from packaging.version import Version

from muster.model import Server
from muster.policy import (
    STOP_SERVICES,
    THIRD_PARTY,
    AllowedReleases,
    Coexistence,
    FreeDisk,
    FunctionalLevels,
    Policy,
    ReleaseDecision,
    SupportPolicy,
    UpgradeMethod,
    UpgradePolicy,
    pattern_of,
    product_of,
)

Read = Callable[[str], Policy]
EX01 = Server("ex01", "ex01.contoso.local", site="Seattle", dag="DAG01", product="Exchange Server 2019 CU15")
BUILD = Version("15.1.2507.59")
END = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("written", "meant", "said"),
    [
        ("latest", ReleaseDecision("latest"), "latest"),
        ("{latest: {until: 2026-01-31}}", ReleaseDecision("latest", until=END), "latest until 2026-01-31"),
        ("n-1", ReleaseDecision("n-1"), "n-1"),
        ("N-1", ReleaseDecision("n-1"), "n-1"),
        ("{n-1: {until: '2026-01-31'}}", ReleaseDecision("n-1", until=END), "n-1 until 2026-01-31"),
        ("supported", ReleaseDecision("supported"), "supported"),
        ("{supported: {until: 2026-01-31}}", ReleaseDecision("supported", until=END), "supported until 2026-01-31"),
        ("security-current", ReleaseDecision("security-current"), "security-current"),
        (
            '"security-current (grace: 30d)"',
            ReleaseDecision("security-current", 30),
            "security-current (grace 30 days)",
        ),
        (
            "{security-current: {grace: 1d}}",
            ReleaseDecision("security-current", 1),
            "security-current (grace 1 day)",
        ),
        (
            "{security-current: {grace: 30 days, until: 2026-01-31}}",
            ReleaseDecision("security-current", 30, until=END),
            "security-current (grace 30 days) until 2026-01-31",
        ),
        ('"pinned: 15.1.2507.59"', ReleaseDecision("pinned", build=BUILD), "pinned to 15.1.2507.59"),
        ("{pinned: 15.01.2507.059}", ReleaseDecision("pinned", build=BUILD), "pinned to 15.1.2507.59"),
        (
            "{pinned: Version 15.1 (Build 2507.59), until: 2026-01-31}",
            ReleaseDecision("pinned", build=BUILD, until=END),
            "pinned to 15.1.2507.59 until 2026-01-31",
        ),
    ],
)
def test_each_decision(read: Read, written: str, meant: ReleaseDecision, said: str) -> None:
    for text, selector in ((f"releases: {written}", "every server"), (f"releases: {{DAG01: {written}}}", "DAG01")):
        chosen = read(text).release_decision(EX01)
        assert (chosen.decision, chosen.selector, chosen.by_default) == (meant, selector, False)
        assert str(chosen) == f"'{said}' (policy for {selector})"


def test_without_a_decision_it_is_supported(read: Read) -> None:
    for text in ("", "releases: {DAG02: latest}"):
        chosen = read(text).release_decision(EX01)
        assert chosen.decision == ReleaseDecision("supported")
        assert chosen.by_default
        assert str(chosen) == "'supported' (by default)"


def test_a_decision_counts_on_its_last_day_and_not_after() -> None:
    decision = ReleaseDecision("n-1", until=END)
    assert decision.counts_on(END)
    assert not decision.counts_on(date(2026, 2, 1))
    assert ReleaseDecision("n-1").counts_on(date(2099, 1, 1))


def test_a_decision_that_has_ended_already_is_no_mistake(read: Read) -> None:
    assert read("releases: {n-1: {until: 2020-01-31}}").release_decision(EX01).decision.until == date(2020, 1, 31)


def test_everything_else_that_can_be_decided(read: Read) -> None:
    policy = read("""
        esu: [1, 2]
        support: {warn_days: 90}
        windows_server: {allowed: [2022, 'Windows Server 2025'], until: 2026-12-31}
        domain_controllers: {allowed: ['2012 r2', '2019']}
        functional_levels: {forest: 2012 R2, domain: 2016}
        dotnet: 4.8
        coexistence: {allowed: [Exchange 2019, Exchange Server SE], until: 2026-06-30}
    """)
    assert policy.esu == {1, 2}
    assert policy.support == SupportPolicy(90)
    assert policy.windows_server == AllowedReleases(frozenset({"2022", "2025"}), date(2026, 12, 31))
    assert policy.domain_controllers == AllowedReleases(frozenset({"2012 R2", "2019"}))
    assert policy.functional_levels == FunctionalLevels("2012 R2", "2016")
    assert policy.dotnet == "4.8"
    assert policy.coexistence == Coexistence(
        frozenset({"Exchange Server 2019", "Exchange Server SE"}), date(2026, 6, 30)
    )


def test_what_must_be_so_before_an_upgrade(read: Read) -> None:
    assert read("").upgrade == UpgradePolicy(stop_services=STOP_SERVICES, free_disk=FreeDisk(system=10, install=30))
    assert read("upgrade: {stop_services: []}").upgrade.stop_services == ()
    decided = read("""
        upgrade:
          stop_services: [Qualys*, splunkd]
          exchange_backup_within: 1
          directory_backup_within: 7
          free_disk_gb: {install: 60}
          crl_reachable: true
    """).upgrade
    assert decided == UpgradePolicy(("Qualys*", "splunkd"), 1, 7, FreeDisk(10, 60), crl_reachable=True)


def test_a_service_is_known_by_its_name_or_display_name_in_any_case() -> None:
    assert pattern_of(("Qualys*", "splunkd"), "SPLUNKD", "Splunk daemon") == "splunkd"
    assert pattern_of(("Qualys *",), "QualysAgent", "qualys cloud agent") == "Qualys *"
    assert pattern_of(("splunkd",), "splunkd2", "MSExchangeIS") is None


def test_of_the_list_that_counts_by_itself_every_name_has_its_product_and_says_whence_it_is() -> None:
    assert all(product_of(pattern) for pattern in STOP_SERVICES)
    assert all(one.source or one.unverified for one in THIRD_PARTY)
    assert product_of("anything else") is None
    own = (
        "MSExchangeIS",
        "Microsoft Exchange Information Store",
        "WinDefend",
        "Microsoft Defender Antivirus Service",
    )
    assert pattern_of(STOP_SERVICES, *own) is None


def test_what_is_narrower_counts_until_its_end() -> None:
    windows = AllowedReleases(frozenset({"2022"}), END)
    beside = Coexistence(frozenset({"Exchange Server SE"}), END)
    for one in (windows, beside):
        assert one.counts_on(END)
        assert not one.counts_on(date(2026, 2, 1))
    assert not AllowedReleases().counts_on(END)
    assert not Coexistence().counts_on(END)


def test_defaults(read: Read) -> None:
    policy = read("")
    assert policy == Policy()
    assert policy.support.warn_days == 180
    assert policy.esu == frozenset()
    assert policy.dotnet == "supported"
    assert policy.coexistence.allowed is None
    assert policy.windows_server.names is None


@pytest.mark.parametrize(
    ("server", "installed", "method"),
    [
        (EX01, (None, None), "in-place"),
        (EX01, ("Exchange Server 2016", "CU23"), "legacy"),
        (Server("ex09"), (None, None), None),
    ],
)
def test_upgrades(
    read: Read, server: Server, installed: tuple[str | None, str | None], method: UpgradeMethod | None
) -> None:
    policy = read("upgrades: {Exchange Server 2019: in-place, 2016: legacy}")
    assert policy.upgrade_method(server, *installed) == method
