"""What is asked about a difference, and what never is."""

from datetime import UTC, datetime

import pytest

from kit.drifted import connector
from muster.drift import Difference, Place
from muster.model import Command, ExchangeCmdlet, Object, Value
from muster.origin import audit_question, dn_of, metadata_question
from muster.origin.asking import cmdlet_of, writers
from muster.origin.attributes import attribute_of, attributes, sources
from muster.transport.readonly.allowed import refusal

DN = "CN=Default Frontend EX01,CN=SMTP Receive Connectors,CN=EX01,CN=Configuration,DC=contoso,DC=local"
ASKED = "exchange: Get-ReceiveConnector"


def difference(question: str, after: Object | None, **more: Value) -> Difference:
    before = connector("A", **more)
    return Difference(Place("EX01", "Server", "X", question), "A", "X", ("Y",), "changed", before=before, after=after)


def test_an_object_is_looked_up_by_the_name_it_has_now() -> None:
    assert dn_of(difference(ASKED, connector("A", DistinguishedName=DN), DistinguishedName="CN=old,DC=x")) == DN
    assert dn_of(difference("ldap forest: base of ''", Object("LdapEntry", DN, {}))) == DN


@pytest.mark.parametrize(
    ("question", "after"),
    [
        (ASKED, None),
        (ASKED, connector("A")),
        ("exchange edge01: Get-ReceiveConnector", connector("A", DistinguishedName=DN)),
        ("windows EX01: Get-ItemProperty", connector("A", DistinguishedName=DN)),
        (ASKED, connector("A", DistinguishedName="EX01\\owa (Default Web Site)")),
    ],
    ids=["gone", "no DN", "an Edge's", "of Windows", "no DN in it"],
)
def test_what_no_controller_has_is_not_looked_up(question: str, after: Object | None) -> None:
    assert dn_of(difference(question, after)) == ""


def test_configuration_is_asked_of_the_forest_and_a_domains_own_of_that_domain() -> None:
    assert metadata_question(DN).domain is None
    question = metadata_question("CN=MESO,DC=emea,DC=contoso,DC=local")
    assert (question.domain, question.scope) == ("emea.contoso.local", "base")


def test_the_log_is_asked_for_what_writes_what_drifted_and_for_no_mailbox() -> None:
    found = writers([difference(ASKED, None), difference("windows EX01: Get-Service", None)])
    assert found == (
        "Add-ADPermission",
        "New-ReceiveConnector",
        "Remove-ADPermission",
        "Remove-ReceiveConnector",
        "Set-ReceiveConnector",
    )


def test_the_log_is_asked_between_two_times_in_utc() -> None:
    since, until = datetime(2026, 11, 24, 21, 4, 30, tzinfo=UTC), datetime(2026, 11, 24, 22, 59, 30, tzinfo=UTC)
    question = audit_question(("Set-ReceiveConnector",), since, until)
    told = dict(question.pipeline[0].parameters)
    assert (told["StartDate"], told["EndDate"]) == ("2026-11-24 20:59z", "2026-11-24 23:00z")
    assert refusal(question) is None


@pytest.mark.parametrize(
    "change",
    [
        {"Cmdlets": ("Get-Mailbox",)},
        {"Cmdlets": ("Set-*",)},
        {"StartDate": "11/24/2026"},
        {"EndDate": "2026-11-24 21:10z; Remove-Mailbox"},
        {"ResultSize": "250000"},
        {"UserIds": "kim"},
        {"ObjectIds": "*"},
    ],
)
def test_anything_else_is_never_asked_of_the_log(change: dict[str, str]) -> None:
    fine = {
        "Cmdlets": ("Set-OwaVirtualDirectory",),
        "StartDate": "2026-11-24 21:10z",
        "EndDate": "2026-11-25 21:10z",
        "ResultSize": "1000",
    }
    asked = ExchangeCmdlet((Command("Search-AdminAuditLog", tuple({**fine, **change}.items())),))
    assert refusal(asked) is not None
    lacking = {name: value for name, value in fine.items() if name != next(iter(change))}
    if len(lacking) < len(fine):
        assert refusal(ExchangeCmdlet((Command("Search-AdminAuditLog", tuple(lacking.items())),))) is not None


def test_a_property_is_found_whatever_its_case_and_every_row_has_a_source() -> None:
    found = attribute_of("Get-ReceiveConnector", "bindings")
    assert found is not None
    assert found.name == "msExchSmtpReceiveBindings"
    assert attribute_of("Get-ReceiveConnector", "TransportRole") is None
    for key, one in attributes().items():
        assert one.sources, key
        assert set(one.sources) <= sources().keys(), key
        assert one.sure in {"documented", "seen in scripts", "inferred"}, key


def test_only_the_organisations_own_cmdlets_count() -> None:
    assert cmdlet_of(difference(ASKED, None)) == "Get-ReceiveConnector"
    assert cmdlet_of(difference("windows EX01: Get-CimInstance", None)) == ""
