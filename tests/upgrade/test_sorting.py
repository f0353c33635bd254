"""What the oracle says of single differences: by what is known of updates, and of nothing else."""

from dataclasses import replace

import pytest
from packaging.version import Version

from kit.differences import (
    CU12,
    CU13,
    CU14,
    CU14_SU,
    CU15,
    CU15_SU,
    SE,
    came,
    changed,
    crossing,
    gone,
    word,
)
from muster.catalogue import Release, published
from muster.drift import Difference
from muster.upgrade import Crossing, Sorted, Step, crossing_of, sort, switches_in
from muster.upgrade.judged import Because

OWA = r"EX01\owa (Default Web Site)"
CONFIG = r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\EdgeTransport.exe.config"
NONE = Crossing()


def judged(difference: Difference, step: Crossing | None = None) -> Sorted:
    (found,) = sort([difference], step if step is not None else crossing())
    return found


def build(old: str, new: str, subject: str = "EX01") -> Difference:
    return changed("Build", "Version", old, new, subject=subject)


# builds and directory versions


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (CU14_SU, CU15_SU, "expected"),
        (CU15, CU15_SU, "expected"),
        (CU15_SU, "15.2.1748.11", "unexplained"),  # older, and no published build
        (CU15, "15.2.1748.38", "unexplained"),  # newer, and no published build
        (CU15_SU, CU15, "unexplained"),  # an update went away
    ],
)
def test_a_build_is_expected_where_something_published_and_newer_was_installed(old: str, new: str, kind: str) -> None:
    difference = build(old, new)
    assert judged(difference, crossing_of([difference])).kind == kind


def test_the_parts_of_a_file_version_are_this_builds() -> None:
    parts = changed("Build", "FilePrivatePart", 34, 37)
    assert judged(parts).kind == "expected"
    assert judged(replace(parts, now=36)).kind == "unexplained"


def test_the_printed_version_is_the_cus_own() -> None:
    good = changed(
        "ExchangeServer", "AdminDisplayVersion", "Version 15.2 (Build 1544.4)", "Version 15.2 (Build 1748.10)"
    )
    assert judged(good).kind == "expected"
    assert judged(replace(good, now="Version 15.2 (Build 1748.37)")).kind == "unexplained"
    assert judged(good, crossing(CU15, CU15_SU)).kind == "unexplained"  # a security update leaves it alone


@pytest.mark.parametrize(
    ("fact", "name", "was", "now", "kind"),
    [
        ("SchemaVersion", "rangeUpper", 17002, 17003, "expected"),
        ("SchemaVersion", "rangeUpper", "17002", "17003", "expected"),
        ("SchemaVersion", "rangeUpper", 17002, 17004, "unexplained"),
        ("SchemaVersion", "rangeUpper", 17004, 17003, "unexplained"),
        ("OrganizationLevel", "objectVersion", 16761, 16763, "expected"),
        ("OrganizationLevel", "objectVersion", 16761, 16762, "unexplained"),
        ("SystemObjects", "objectVersion", 13242, 13243, "expected"),
        ("SystemObjects", "objectVersion", 13242, 13244, "unexplained"),
    ],
)
def test_directory_versions_go_to_what_the_release_needs(
    fact: str, name: str, was: object, now: object, kind: str
) -> None:
    difference = changed(fact, name, was, now, subject="contoso.com", kind="Forest")  # type: ignore[arg-type]
    assert judged(difference).kind == kind


def test_a_prepared_directory_is_expected_where_it_is_declared_and_unexplained_otherwise() -> None:
    prepared = changed("OrganizationLevel", "objectVersion", 16761, 16763, subject="contoso.com", kind="Forest")
    target = published().release_of(CU15)
    assert isinstance(target, Release)
    assert judged(prepared, Crossing(target=target)).kind == "expected"
    assert judged(prepared, NONE).kind == "unexplained"


# Extended Protection


def checking(was: str, now: str, fact: str = "OwaDirectories", of: str = OWA) -> Difference:
    return changed(fact, "ExtendedProtectionTokenChecking", word(was), word(now), of=of)


@pytest.mark.parametrize(
    ("difference", "old", "new", "kind"),
    [
        (checking("None", "Require"), CU13, CU14, "expected"),
        (checking("None", "Require"), CU14_SU, CU15, "expected"),  # every CU does it again
        (checking("None", "Require"), CU12, CU13, "unexplained"),  # not yet
        (checking("None", "Require"), CU15, CU15_SU, "unexplained"),  # a security update does not
        (checking("None", "Allow"), CU13, CU14, "unexplained"),  # not what the table says
        (checking("Require", "None"), CU13, CU14, "unexplained"),
        (checking("Require", "Allow", "EwsDirectories", r"EX01\EWS (Default Web Site)"), CU13, CU14, "unexplained"),
        (checking("None", "Allow", "EwsDirectories", r"EX01\EWS (Default Web Site)"), CU13, CU14, "expected"),
        (checking("None", "Require", "EwsDirectories", r"EX01\EWS (Exchange Back End)"), CU13, CU14, "expected"),
    ],
)
def test_extended_protection_is_expected_as_the_table_has_it(
    difference: Difference, old: str, new: str, kind: str
) -> None:
    assert judged(difference, crossing(old, new)).kind == kind


def test_switches_of_setup_leave_extended_protection_out() -> None:
    ews = checking("None", "Allow", "EwsDirectories", r"EX01\EWS (Default Web Site)")
    for line in ("Setup.exe /m:upgrade /DoNotEnableEP_FEEWS", "setup /mode:Upgrade /donotenableepfeews"):
        switches = switches_in(line)
        assert switches == {"DoNotEnableEP_FEEWS"}
        assert judged(ews, crossing(CU13, CU14, switches=switches)).kind == "unexplained"
        assert judged(checking("None", "Require"), crossing(CU13, CU14, switches=switches)).kind == "expected"
    assert switches_in("Setup.exe /DoNotEnableEP") == {"DoNotEnableEP"}
    everything = crossing(CU13, CU14, switches=frozenset({"DoNotEnableEP"}))
    assert judged(checking("None", "Require"), everything).kind == "unexplained"


def test_offloading_is_switched_off_and_never_on() -> None:
    off = changed("OutlookAnywheres", "SSLOffloading", True, False, of=r"EX01\Rpc (Default Web Site)")
    assert judged(off).kind == "expected"
    on = replace(off, was=False, now=True)
    assert judged(on).kind == "unexplained"


# new things


def test_a_new_service_comes_with_the_cu_that_brings_it_and_started_automatically() -> None:
    flighting = came("WindowsServices", "MSExchangeFlighting", {"Name": "MSExchangeFlighting", "StartMode": "Auto"})
    assert judged(flighting, crossing(CU14_SU, CU15)).kind == "expected"
    assert judged(flighting, crossing(CU13, CU14)).kind == "unexplained"  # CU15 brings it
    assert judged(flighting, crossing(CU15, CU15_SU)).kind == "unexplained"  # it had it before
    disabled = came(
        "WindowsServices", "MSExchangeFlighting", {"Name": "MSExchangeFlighting", "StartMode": "Disabled"}
    )
    assert judged(disabled, crossing(CU14_SU, CU15)).kind == "unexplained"
    other = came("WindowsServices", "MSExchangeFlightingX", {"StartMode": "Auto"})
    assert judged(other, crossing(CU14_SU, CU15)).kind == "unexplained"


def test_a_new_property_has_the_value_that_is_documented() -> None:
    ring = changed("ExchangeServer", "RingLevel", None, 1, how="new")
    assert judged(ring, crossing(CU14_SU, CU15)).kind == "expected"
    assert judged(replace(ring, now=0), crossing(CU14_SU, CU15)).kind == "unexplained"
    assert judged(ring, crossing(CU14_SU, SE)).kind == "expected"  # a later CU has what earlier ones brought


def test_running_services_may_gain_what_is_new_and_lose_nothing() -> None:
    more = changed(
        "ServiceHealths",
        "ServicesRunning",
        ("A",),
        ("A", "MSExchangeFlighting"),
        of="Mailbox",
        added=("MSExchangeFlighting",),
    )
    assert judged(more, crossing(CU14_SU, CU15)).kind == "expected"
    fewer = replace(more, removed=("MSExchangeIS",))
    assert judged(fewer, crossing(CU14_SU, CU15)).kind != "expected"


# what is lost, left over, or explained by nobody


URL = changed("OwaDirectories", "ExternalUrl", "https://mail.contoso.com/owa", None, of=OWA)
POLICY = changed(
    "ActivationSettings", "DatabaseCopyAutoActivationPolicy", word("IntrasiteOnly"), word("Unrestricted"), of="EX01"
)


@pytest.mark.parametrize(
    ("difference", "kind", "rule"),
    [
        (URL, "unexplained", "lost-vdir-auth"),
        (POLICY, "lost", "lost-autoactivation"),
        (gone("OwaDirectories", OWA, {"Identity": OWA}), "lost", "lost-vdir-missing"),
        (
            changed("WindowsServices", "StartMode", "Auto", "Disabled", of="W3SVC"),
            "lost",
            "lost-services-disabled",
        ),
        (changed("WindowsServices", "StartMode", "Auto", "Manual", of="W3SVC"), "unexplained", ""),
        (
            changed("WindowsServices", "StartMode", "Manual", "Auto", of="MSExchangePop3"),
            "lost",
            "lost-services-pop",
        ),
        (changed("WindowsServices", "State", "Running", "Stopped", of="FMS"), "lost", "lost-fms"),
        (
            changed("WindowsServices", "StartMode", "Disabled", "Auto", of="MSExchangeEdgeSync"),
            "lost",
            "lost-services-custom",
        ),
        (
            changed("ActivationSettings", "DatabaseCopyActivationDisabledAndMoveNow", False, True, of="EX01"),
            "lost",
            "lost-movenow",
        ),
        (
            changed("ActivationSettings", "DatabaseCopyActivationDisabledAndMoveNow", True, False, of="EX01"),
            "unexplained",
            "kept-directory",
        ),
        (
            changed("DatabaseCopies", "Status", word("Healthy"), word("Suspended"), of=r"DB01\EX01"),
            "lost",
            "lost-suspended",
        ),
        (
            changed("ReceiveConnectors", "AuthMechanism", word("Tls"), word("None"), of=r"EX01\Relay"),
            "unexplained",
            "lost-receiveconn",
        ),
        (
            changed("TransportAgents", "enabled", "true", "false", of="Hub Malware Agent"),
            "unexplained",
            "lost-agents",
        ),
        (changed("OperatingSystem", "Caption", "Windows Server 2019", "Windows Server 2022"), "unexplained", ""),
    ],
)
def test_by_row(difference: Difference, kind: str, rule: str) -> None:
    found = judged(difference)
    assert (found.kind, found.rule) == (kind, rule), found.why


def test_every_class_names_its_sources_and_reason() -> None:
    for difference in (URL, POLICY, build(CU14_SU, CU15_SU)):
        found = judged(difference)
        assert found.sources
        assert found.why
    assert judged(URL).unverified
    assert not judged(POLICY).unverified


@pytest.mark.parametrize(
    "difference",
    [
        URL,
        POLICY,
        checking("None", "Require"),
        changed("WindowsServices", "StartMode", "Auto", "Disabled", of="W3SVC"),
    ],
)
def test_without_an_update_nothing_is_expected_or_lost(difference: Difference) -> None:
    assert judged(difference, NONE).kind == "unexplained"
    assert "no update was installed" in judged(difference, NONE).why
    peer = crossing(server="EX02")
    assert judged(difference, peer).kind == "unexplained"
    assert judged(difference, peer).why.casefold() == "no update was installed on ex01"
    stayed = Crossing({"ex01": Step("EX01", Version(CU15), Version(CU15))})
    assert judged(difference, stayed).kind == "unexplained"


def test_an_object_of_the_organisation_belongs_to_its_server() -> None:
    printed = changed(
        "ExchangeServers",
        "AdminDisplayVersion",
        "Version 15.2 (Build 1544.4)",
        "Version 15.2 (Build 1748.10)",
        of="EX02",
        subject="Contoso",
        kind="Organization",
        identity="Name",
    )
    assert judged(printed, crossing(server="EX02")).kind == "expected"
    assert judged(printed, crossing(server="EX01")).kind == "unexplained"


def test_the_lost_come_first() -> None:
    found = sort([build(CU14_SU, CU15_SU), POLICY, URL, gone("OwaDirectories", OWA, {})], crossing())
    assert [one.kind for one in found] == ["lost", "lost", "unexplained", "expected"]


# reading the crossing off the differences


def test_a_crossing_is_read_from_the_builds_first() -> None:
    printed = changed(
        "ExchangeServer", "AdminDisplayVersion", "Version 15.2 (Build 1544.4)", "Version 15.2 (Build 1748.10)"
    )
    level = changed("OrganizationLevel", "objectVersion", 16761, 16763, subject="contoso.com", kind="Forest")
    schema = changed("SchemaVersion", "rangeUpper", "17002", "17003", subject="DC1", kind="DomainController")
    domain = changed("SystemObjects", "objectVersion", 13242, 13243, subject="contoso.com", kind="Domain")
    found = crossing_of([printed, build(CU14_SU, CU15_SU, "EX02"), level, schema, domain])
    assert {name: (str(step.old), str(step.new)) for name, step in found.steps.items()} == {
        "ex01": (CU14, CU15),
        "ex02": (CU14_SU, CU15_SU),
    }
    assert (found.organization, found.schema, found.domains) == (
        (16761, 16763),
        (17002, 17003),
        {"contoso.com": (13242, 13243)},
    )
    both = crossing_of([printed, build(CU14_SU, CU15_SU)])
    assert str(both.steps["ex01"].new) == CU15_SU
    assert not crossing_of([]).happened


# what mutations of the code showed to be missing


def test_a_row_that_fits_does_not_make_a_weakened_default_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muster.upgrade.sorting.by_design", lambda *_: Because("any", "it says so"))
    weaker = changed("OutlookAnywheres", "SSLOffloading", False, True, of=r"EX01\Rpc (Default Web Site)")
    assert judged(weaker).kind == "unexplained"
    assert judged(replace(weaker, was=True, now=False)).kind == "expected"


def test_another_cu_is_one_that_is_newer() -> None:
    back = Step("EX01", Version(CU15), Version(CU14))
    assert (back.crossed, back.another_cu) == (False, False)
    update = Step("EX01", Version(CU15), Version(CU15_SU))
    assert (update.crossed, update.another_cu) == (True, False)
    assert Step("EX01", Version(CU14_SU), Version(CU15)).another_cu


def test_what_only_another_cu_loses_a_security_update_does_not_explain() -> None:
    override = gone("ServerMonitoringOverrides", "AD\\X, Responder, Enabled", {"Identity": "AD\\X"})
    assert judged(override).kind == "lost"
    found = judged(override, crossing(CU15, CU15_SU))
    assert (found.kind, found.rule) == ("unexplained", "lost-monoverride")


def test_what_no_source_tells_of_says_so() -> None:
    assert judged(URL).why.startswith("no source says that an update changes")


def test_other_places_that_show_the_build() -> None:
    package = changed("Packages", "DisplayVersion", CU14_SU, CU15_SU, of="Microsoft Exchange Server 2019")
    assert judged(package).kind == "expected"
    assert judged(replace(package, now=CU15)).kind == "unexplained"
    serial = changed(
        "ServerObject", "serialNumber", "Version 15.2 (Build 31544.4)", "Version 15.2 (Build 31748.10)", of="EX01"
    )
    assert judged(serial).kind == "expected"
    assert judged(replace(serial, now="Version 15.2 (Build 1748.10)")).kind == "unexplained"
