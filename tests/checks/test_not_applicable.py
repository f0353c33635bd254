"""Where a control does not apply, it says why, and says so only on what was seen."""

from dataclasses import replace

import pytest

from kit.certificates import made
from kit.changes import Change, both, put, remove
from kit.recorded import organisation

CERTIFICATES = "Get-ExchangeCertificate -Server ex05"
CONTAINERS = "ldap emea.contoso.local: onelevel of"
NOTHING = both()
UNPROTECTED = both(
    *(put(kind, ExtendedProtectionTokenChecking="None") for kind in ("VirtualDirectory -AD", "Get-OutlookAnywhere"))
)

CASES = [
    ("dag.same-build", "DAG01", NOTHING, "declared in progress"),
    ("certificates.names-cover-public-names", "ex03", NOTHING, "no public name that clients use"),
    ("https.server-certificate", "ex03", NOTHING, "no public name leads to"),
    ("https.public-certificate", "mx.contoso.com", NOTHING, "it is a mail exchanger"),
    ("configuration.monitoring-overrides-apply", "ex02", NOTHING, "has no monitoring overrides"),
    (
        "configuration.global-monitoring-overrides-apply",
        "Contoso",
        remove("Get-GlobalMonitoringOverride"),
        "has no monitoring overrides",
    ),
    ("organization.setting-overrides-effective", "Contoso", NOTHING, "has no setting overrides"),
    (
        "certificates.expiring-soon",
        "ex05",
        put(CERTIFICATES, RawData=made("mail.contoso.com", days=-1)),
        "every certificate has expired already",
    ),
    ("virtual-directories.extended-protection", "ex05", UNPROTECTED, "no server of the organisation uses"),
    ("directory.domain-prepared", "emea.contoso.local", remove(CONTAINERS), "container was shown, and it has no"),
    (
        "directory.no-conflicting-system-objects",
        "emea.contoso.local",
        remove(CONTAINERS),
        "container was shown, and it has no",
    ),
]


@pytest.mark.parametrize(("control", "subject", "change", "says"), CASES, ids=[f"{one[0]} {one[1]}" for one in CASES])
def test_it_does_not_apply(control: str, subject: str, change: Change, says: str) -> None:
    base = organisation("demo-clean")
    judgement = replace(base, observations=change(base.observations)).judged(control, subject)
    assert judgement.outcome == "not applicable", judgement.reason
    assert says in judgement.reason


@pytest.mark.parametrize("control", ["directory.domain-prepared", "directory.no-conflicting-system-objects"])
def test_no_container_in_a_domain_with_servers_is_a_gap_and_no_exemption(control: str) -> None:
    base = organisation("demo-clean")
    hidden = remove("ldap contoso.local: onelevel of")
    judgement = replace(base, observations=hidden(base.observations)).judged(control, "contoso.local")
    assert judgement.outcome == "undetermined", judgement.reason
