"""Exchange servers from the directory, through both serialization levels."""

from datetime import timedelta

import pytest

from kit.facts import SRV1, item, member, read
from muster.catalogue import read_build
from muster.facts.servers import ExchangeServer, ExchangeServers, StaticControllers, mailbox_servers
from muster.model import ExchangeCmdlet, FactUnavailable, Object, Organization, Server

ASKED = ExchangeCmdlet("Get-ExchangeServer")
TYPE = "Microsoft.Exchange.Data.Directory.Management.ExchangeServer"
RICH = item(
    TYPE,
    "SRV1",
    Name="SRV1",
    Fqdn="SRV1.example.com",
    Edition=member("ServerEditionType", 1, "Standard"),
    ServerRole=member("ServerRole", 2, "Mailbox"),
    AdminDisplayVersion=item("ServerVersion", "Version 15.2 (Build 1748.10)", Major=15, Minor=2),
    Site=item("ADObjectId", "example.com/Configuration/Sites/Hamburg", Rdn="CN=Hamburg"),
    IsEdgeServer=False,
    IsExchangeTrialEdition=True,
    IsExpiredExchangeTrialEdition=False,
    RemainingTrialPeriod=item("EnhancedTimeSpan", "119.23:10:00"),
    MitigationsEnabled=True,
    StaticDomainControllers=(),
    StaticGlobalCatalogs=("dc1.example.com", "dc2.example.com"),
    StaticExcludedDomainControllers=None,
    StaticConfigDomainController="",
)
PARTIAL = item(
    TYPE,
    "SRV1",
    Name="SRV1",
    Fqdn="SRV1.example.com",
    Edition="Standard",
    ServerRole="Mailbox",
    AdminDisplayVersion="Version 15.2 (Build 1748.10)",
    Site="example.com/Configuration/Sites/Hamburg",
    IsEdgeServer="False",
    IsExchangeTrialEdition="True",
    IsExpiredExchangeTrialEdition="False",
    RemainingTrialPeriod="119.23:10:00",
    MitigationsEnabled="True",
    StaticDomainControllers=(),
    StaticGlobalCatalogs=("dc1.example.com", "dc2.example.com"),
    StaticExcludedDomainControllers=(),
    StaticConfigDomainController=None,
)
OTHER = item(TYPE, "SRV2", Name="SRV2", Fqdn="SRV2.example.com")
EDGE = item(TYPE, "EDGE", Name="EDGE", IsEdgeServer=True, AdminDisplayVersion="Version 15.2 (Build 986.5)")


@pytest.mark.parametrize("sent", [RICH, PARTIAL])
def test_both_levels_read_the_same(sent: Object) -> None:
    found = read(ExchangeServer, SRV1, (ASKED, (OTHER, sent)))
    assert found == read(ExchangeServer, SRV1, (ASKED, (RICH,)))
    assert found.admin_display_version == read_build("15.2.1748.10")
    assert (found.site, found.edition, found.server_role) == ("Hamburg", "Standard", frozenset({"Mailbox"}))
    assert (found.is_exchange_trial_edition, found.is_expired_exchange_trial_edition) == (True, False)
    assert found.remaining_trial_period == timedelta(days=119, hours=23, minutes=10)


@pytest.mark.parametrize("span", [item("EnhancedTimeSpan", "00:00:00"), "00:00:00", "3.04:05:06.7890000"])
def test_what_is_left_of_a_trial_is_read_from_both_forms(span: Object | str) -> None:
    sent = item(TYPE, "SRV1", Name="SRV1", RemainingTrialPeriod=span, Edition="StandardEvaluation")
    found = read(ExchangeServer, SRV1, (ASKED, (sent,)))
    left = timedelta(days=3, hours=4, minutes=5, seconds=6) if span == "3.04:05:06.7890000" else timedelta()
    assert (found.remaining_trial_period, found.edition) == (left, "StandardEvaluation")


@pytest.mark.parametrize("sent", [RICH, PARTIAL])
def test_static_controllers_are_asked_with_status_of_the_server_itself(sent: Object) -> None:
    asked = ExchangeCmdlet("Get-ExchangeServer", Identity="SRV1", Status=True, about="SRV1")
    found = read(StaticControllers, SRV1, (asked, (sent,)))
    assert found.static_global_catalogs == ("dc1.example.com", "dc2.example.com")
    assert (found.static_domain_controllers, found.static_config_domain_controller) == ((), "")
    with pytest.raises(FactUnavailable):  # without -Status the lists are blank whatever is set
        read(StaticControllers, SRV1, (ASKED, (sent,)))


def test_what_an_old_cmdlet_does_not_send_is_unknown_and_named() -> None:
    found = read(ExchangeServer, SRV1, (ASKED, (item(TYPE, "SRV1", Name="SRV1"),)))
    with pytest.raises(FactUnavailable, match="MitigationsEnabled was not sent"):
        _ = found.mitigations_enabled


def test_an_edge_server_needs_nothing_of_the_directory() -> None:
    found = read(ExchangeServers, Organization("Example"), (ASKED, (RICH, EDGE)))
    assert found.cumulative_updates() == (read_build("15.2.1748.10"),)


def test_members_without_edge_servers() -> None:
    edge = Server("EDGE", roles=frozenset({"Edge"}))
    assert mailbox_servers((SRV1, edge)) == (SRV1,)
