"""Exchange servers as the directory knows them."""

import pytest

from muster import Environment, Organization, Server, Severity, about, control, not_applicable, same_server
from muster.facts.mailflow.receive_connectors import ReceiveConnectors
from muster.facts.servers import ExchangeServer, ExchangeServers, StaticControllers
from muster.facts.web.virtual_directories import VirtualDirectories

SERVER = "https://learn.microsoft.com/powershell/module/exchange/get-exchangeserver"
NO_INVENTORY = "nobody wrote an inventory down: the capture's own answers stand for it"
TRIAL_DAYS = 30  # as long as a product key may take to buy
MITIGATION = (
    "https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/"
    "exchange-emergency-mitigation-service"
)


@pytest.mark.pre_upgrade
@control(
    "servers.in-inventory",
    title="Every Exchange server of the directory is in the inventory",
    severity=Severity.MEDIUM,
    references=(SERVER,),
    remediation="Add the server to the inventory, or uninstall what is left of it.",
)
def check_in_inventory(
    organization: Organization, exchange_servers: ExchangeServers, environment: Environment
) -> None:
    """What nobody listed nobody patches: the forgotten server is the one that gets attacked."""
    if environment.derived:
        not_applicable(NO_INVENTORY)
    listed = {member.name.casefold() for member in organization.members}
    for row in exchange_servers:
        with about(row):
            assert row.name.casefold() in listed, "is known to the directory and is not in the inventory"


@control(
    "servers.rows-in-inventory",
    title="Connectors and virtual directories belong to servers of the inventory",
    severity=Severity.MEDIUM,
    references=(SERVER,),
    remediation="Add the server to the inventory, or remove what a server that is gone has left behind.",
)
def check_rows_in_inventory(
    organization: Organization,
    organization_receive_connectors: ReceiveConnectors,
    organization_virtual_directories: VirtualDirectories,
    environment: Environment,
) -> None:
    """What belongs to a server that nobody listed is judged with no server: an open relay on it would go unseen."""
    if environment.derived:
        not_applicable(NO_INVENTORY)
    for connector in organization_receive_connectors:
        with about(connector):
            known = any(same_server(connector.server, member) for member in organization.members)
            assert known, f"is a connector of {connector.server}, which the inventory does not have"
    for kind in organization_virtual_directories.kinds:
        with about(kind):
            strangers = organization_virtual_directories.strangers(kind, organization.members)
            assert not strangers, f"belongs to {', '.join(strangers)}, which the inventory does not have"


@pytest.mark.pre_upgrade
@control(
    "servers.in-directory",
    title="Every Mailbox server of the inventory is in the directory",
    severity=Severity.MEDIUM,
    references=(SERVER,),
    remediation="Take the server out of the inventory, or find out who removed its object.",
)
def check_in_directory(
    organization: Organization, exchange_servers: ExchangeServers, environment: Environment
) -> None:
    """A server without its object in the directory gets no mail and no clients, while it may still run."""
    if environment.derived:
        not_applicable(NO_INVENTORY)
    for member in organization.members:
        if "Mailbox" in member.roles:
            with about(member):
                assert exchange_servers.knows(member), "is in the inventory and is not known to the directory"


@control(
    "servers.site-matches-inventory",
    title="The server is in the site that the inventory declares",
    severity=Severity.LOW,
    references=(SERVER,),
    remediation="Correct the inventory, or the subnets in Active Directory Sites and Services.",
    roles={"Mailbox"},
)
def check_site_matches_inventory(server: Server, exchange_server: ExchangeServer, environment: Environment) -> None:
    """Exchange routes mail and clients by site: a subnet that was forgotten puts a server on the wrong side."""
    if environment.derived:
        not_applicable(NO_INVENTORY)
    if server.site is None:
        not_applicable("the inventory declares no site for this server")
    found = exchange_server.site
    assert found.casefold() == server.site.casefold(), (
        f"is in {f'site {found}' if found else 'no site'} where {server.site} was declared"
    )


@pytest.mark.pre_upgrade
@control(
    "servers.edition-not-expired-trial",
    title="The server does not run on an expired trial",
    severity=Severity.HIGH,
    references=(
        SERVER,
        "https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/enter-product-key",
    ),
    remediation="Set-ExchangeServer <server> -ProductKey <key>, then restart the Information Store.",
    roles={"Mailbox"},
)
def check_edition_not_expired_trial(server: Server, exchange_server: ExchangeServer) -> None:
    """Without a product key a server is a trial of 180 days; after it Microsoft gives no support, and the number
    of databases stays that of the Standard edition.
    """  # noqa: D205 - one sentence
    assert not exchange_server.is_expired_exchange_trial_edition, (
        f"the trial has expired (edition {exchange_server.edition}); a licensed edition was expected"
    )


@control(
    "servers.trial-not-ending",
    title="The server is licensed, or its trial does not end soon",
    severity=Severity.LOW,
    references=("https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/enter-product-key",),
    remediation="Set-ExchangeServer <server> -ProductKey <key>, then restart the Information Store.",
    roles={"Mailbox"},
)
def check_trial_not_ending(server: Server, exchange_server: ExchangeServer) -> None:
    """A server that was set up in a hurry keeps its trial until somebody counts the 180 days."""
    if not exchange_server.is_exchange_trial_edition:
        assert exchange_server.edition, "no edition is shown"
        return
    if exchange_server.is_expired_exchange_trial_edition:
        not_applicable("the trial is over: servers.edition-not-expired-trial says so")
    days = exchange_server.remaining_trial_period.days
    assert days >= TRIAL_DAYS, f"the trial ends in {days} days (edition {exchange_server.edition})"


@pytest.mark.post_upgrade
@control(
    "servers.mitigations-enabled",
    title="Emergency mitigations are enabled on the server",
    severity=Severity.MEDIUM,
    references=(MITIGATION,),
    remediation="Set-ExchangeServer -Identity <server> -MitigationsEnabled $true.",
    roles={"Mailbox"},
)
def check_mitigations_enabled(server: Server, exchange_server: ExchangeServer) -> None:
    """The mitigation service closes a hole that is being attacked before there is an update for it."""
    assert exchange_server.mitigations_enabled, "MitigationsEnabled is False where True was expected"


@pytest.mark.pre_upgrade
@control(
    "servers.no-static-domain-controllers",
    title="The server finds its domain controllers by itself",
    severity=Severity.LOW,
    references=("https://learn.microsoft.com/powershell/module/exchange/set-exchangeserver",),
    remediation="Set-ExchangeServer <server> -StaticDomainControllers $null -StaticGlobalCatalogs $null "
    "-StaticExcludedDomainControllers $null -StaticConfigDomainController $null, then restart "
    "MSExchangeADTopology in a maintenance window.",
    roles={"Mailbox"},
)
def check_no_static_domain_controllers(server: Server, static_controllers: StaticControllers) -> None:
    """A fixed list outlives the controllers on it: the day they are retired, Exchange stops."""
    for name, values in (
        ("StaticDomainControllers", static_controllers.static_domain_controllers),
        ("StaticGlobalCatalogs", static_controllers.static_global_catalogs),
        ("StaticExcludedDomainControllers", static_controllers.static_excluded_domain_controllers),
    ):
        with about(name):
            assert not values, f"is {', '.join(values)} where it was expected to be empty"
    with about("StaticConfigDomainController"):
        fixed = static_controllers.static_config_domain_controller
        assert not fixed, f"is {fixed} where it was expected to be empty"
