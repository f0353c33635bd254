"""Exchange servers as the directory knows them."""

from dataclasses import replace
from typing import Annotated, ClassVar

import pytest
from packaging.version import Version
from pydantic import BeforeValidator

from muster.model import ExchangeCmdlet, Facts, Organization, PerServer, Server, Shape, Subject, Value, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Flag, Names, Span, Text, Texts, read_text
from muster.reading.versions import ExchangeVersion
from muster.reading.volatile import FROM_DIRECTORY


def mailbox_servers(members: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """Without Edge Transport servers, whose objects no endpoint of the organisation shows."""
    return tuple(one for one in members if isinstance(one, Server) and "Edge" not in one.roles)


def _read_site(value: Value) -> str:
    """The site's own name: the last part of ``contoso.local/Configuration/Sites/Seattle``."""
    return read_text(value).rpartition("/")[2]


_SHAPE = Shape(
    identity=("Name",),
    unordered=frozenset(
        {
            "CurrentDomainControllers",
            "CurrentGlobalCatalogs",
            "MitigationsApplied",
            "MitigationsBlocked",
            "NetworkAddress",
            "StaticDomainControllers",
            "StaticExcludedDomainControllers",
            "StaticGlobalCatalogs",
        }
    ),
    volatile={
        **FROM_DIRECTORY,
        "MitigationsAppliedTime": "moves every hour",
        "CurrentDomainControllers": "Exchange chooses anew when a controller goes away",
        "CurrentGlobalCatalogs": "Exchange chooses anew when a controller goes away",
        "CurrentConfigDomainController": "Exchange chooses anew when a controller goes away",
        "RemainingTrialPeriod": "counts down",
    },
)


class ExchangeServer(Record):
    """One Exchange server's object in the directory.

    ``admin_display_version`` is the build of the installed CU; security updates do not move it, by design.
    """

    name: Text
    fqdn: Text
    edition: Text
    server_role: Names
    admin_display_version: ExchangeVersion
    site: Annotated[str, BeforeValidator(_read_site)]
    is_edge_server: Flag
    is_exchange_trial_edition: Flag
    is_expired_exchange_trial_edition: Flag
    remaining_trial_period: Span
    mitigations_enabled: Flag

    needs: ClassVar[Needs] = {"server": need(ExchangeCmdlet("Get-ExchangeServer"), split_by=("Name", "Fqdn"))}
    shape: ClassVar[Shape] = _SHAPE


class StaticControllers(Record):
    """The domain controllers that a server was told to use or to avoid; empty where it finds them by itself.

    Only ``-Status`` shows them (without it the lists are empty whatever is set), and it contacts the server.
    """

    static_domain_controllers: Texts
    static_global_catalogs: Texts
    static_excluded_domain_controllers: Texts
    static_config_domain_controller: Text

    needs: ClassVar[Needs] = {
        "server": need(ExchangeCmdlet("Get-ExchangeServer", Identity="{name}", Status=True, about="{name}"))
    }
    shape: ClassVar[Shape] = replace(
        _SHAPE,
        only=frozenset(
            {
                "StaticDomainControllers",
                "StaticGlobalCatalogs",
                "StaticExcludedDomainControllers",
                "StaticConfigDomainController",
            }
        ),
    )


class AppliedMitigations(Record):
    """What the emergency mitigation service has done on a server: ``PING1`` and, while there are some, the others.

    Source: "Exchange Emergency Mitigation service": PING1 mends nothing, it tells that the service works.
    """

    mitigations_enabled: Flag
    mitigations_applied: Texts

    needs: ClassVar[Needs] = StaticControllers.needs
    shape: ClassVar[Shape] = replace(
        _SHAPE, only=frozenset({"MitigationsEnabled", "MitigationsApplied", "MitigationsBlocked"})
    )


class ExchangeServers(Records[ExchangeServer]):
    """Every Exchange server that the directory knows, subscribed Edge Transport servers included."""

    record = ExchangeServer
    needs: ClassVar[Needs] = {"servers": need(ExchangeCmdlet("Get-ExchangeServer"))}
    shape = _SHAPE

    def knows(self, server: Subject) -> bool:
        """Whether the directory has this server's object; raises where a partial answer cannot tell."""
        found = any(row.name.casefold() == server.name.casefold() for row in self.rows)
        if not found:
            self.must_be_whole()
        return found

    def cumulative_updates(self) -> tuple[Version, ...]:
        """The CUs of the servers that use the directory: an Edge Transport server has one of its own."""
        return tuple(row.admin_display_version for row in self.rows if not row.is_edge_server)


@pytest.fixture
def exchange_server(server: Server, facts: Facts) -> ExchangeServer:
    """One Exchange server's object in the directory: CU, edition, site, mitigation."""
    return facts.get(ExchangeServer, server)


@pytest.fixture
def static_controllers(server: Server, facts: Facts) -> StaticControllers:
    """The domain controllers that one server was told to use or to avoid."""
    return facts.get(StaticControllers, server)


@pytest.fixture
def exchange_servers(organization: Organization, facts: Facts) -> ExchangeServers:
    """Every Exchange server that the directory knows, also those that the inventory lacks."""
    return facts.get(ExchangeServers, organization)


@pytest.fixture
def servers_in_directory(members: tuple[Subject, ...], facts: Facts) -> PerServer[ExchangeServer]:
    """The directory's objects of those members that are Mailbox servers."""
    return facts.per_server(ExchangeServer, mailbox_servers(members))


@pytest.fixture
def applied_mitigations(server: Server, facts: Facts) -> AppliedMitigations:
    """What the emergency mitigation service has done on one server."""
    return facts.get(AppliedMitigations, server)
