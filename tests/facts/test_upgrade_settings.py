"""Settings that an upgrade may take away: whose they are, and that none is an answer of its own."""

from typing import TypeVar

import pytest

from kit.played import played
from muster.facts.upgrade.exchange_settings import (
    EdgeSubscriptions,
    MailboxTransportServices,
    MalwareFilteringServers,
    OwaMailboxPolicies,
)
from muster.facts.upgrade.monitoring_overrides import GlobalMonitoringOverrides, ServerMonitoringOverrides
from muster.facts.upgrade.pop_imap import ImapSettings, PopSettings
from muster.model import ExchangeCmdlet, Fact, Subject
from muster.resolve import book_of, resolve
from muster.transport.readonly.allowed import refusal

F = TypeVar("F", bound=Fact)


def of(fact: type[F], name: str) -> F:
    one = played("demo-clean", more=True).partial
    subjects: tuple[Subject, ...] = (*one.environment.servers, one.environment.organization)
    subject = next(subject for subject in subjects if subject.name == name)
    return resolve(fact, subject, book_of(one.observations)).fact


def test_an_override_says_which_build_it_is_bound_to() -> None:
    (own,) = of(ServerMonitoringOverrides, "ex01")
    assert (own.item_type, own.property_name, own.apply_version) == ("Responder", "Enabled", "15.2.1544.4")
    assert len(of(ServerMonitoringOverrides, "ex02")) == 0
    (everywhere,) = of(GlobalMonitoringOverrides, "Contoso")
    assert everywhere.identity == r"OWA\OwaIMInitializationFailedMonitor"


def test_pop_and_imap_are_those_of_the_server_that_was_asked_about() -> None:
    assert of(PopSettings, "ex01").banner == "Contoso mail"
    assert of(PopSettings, "ex02").banner == "The Microsoft Exchange POP3 service is ready."
    assert of(ImapSettings, "ex03").identity == r"EX03\1"
    assert of(PopSettings, "ex01").x509_certificate_name == "ex01.contoso.local"


def test_scanning_and_delivery_are_split_by_server() -> None:
    assert [row.bypass_filtering for row in of(MalwareFilteringServers, "ex01")] == [True]
    assert [row.bypass_filtering for row in of(MalwareFilteringServers, "ex02")] == [False]
    assert [row.identity for row in of(MailboxTransportServices, "ex04")] == [r"EX04\Mailbox"]


def test_policies_and_subscriptions_are_the_organisations() -> None:
    assert [row.default_theme for row in of(OwaMailboxPolicies, "Contoso")] == ["contoso"]
    (edge,) = of(EdgeSubscriptions, "Contoso")
    assert edge.name.casefold() == "edge01"
    assert "LeaseExpiryUtc" in EdgeSubscriptions.shape.volatile


@pytest.mark.parametrize("cmdlet", ["Get-PopSettings", "Get-ImapSettings", "Get-ServerMonitoringOverride"])
def test_nobody_asks_whichever_server_runs_the_session(cmdlet: str) -> None:
    assert refusal(ExchangeCmdlet(cmdlet))
    assert refusal(ExchangeCmdlet(cmdlet, Server="EX01")) is None
