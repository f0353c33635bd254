"""Settings in the directory that an upgrade should leave alone, and that nothing else in a baseline holds."""

from typing import ClassVar

import pytest

from muster.model import ExchangeCmdlet, Facts, Organization, Server, Shape, Subject, in_organization, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Flag, Moment, Text
from muster.reading.volatile import FROM_DIRECTORY


class MalwareFilteringServer(Record):
    """How one server scans for malware; ``bypass_filtering``: not at all, while the engines stay up to date."""

    identity: Text
    bypass_filtering: Flag


class MalwareFilteringServers(Records[MalwareFilteringServer]):
    """Scanning of one server, or of all."""

    record = MalwareFilteringServer
    needs: ClassVar[Needs] = {
        "servers": need(ExchangeCmdlet("Get-MalwareFilteringServer"), split_by=("Identity", "Name"))
    }
    shape = Shape(identity=("Identity",), volatile=FROM_DIRECTORY)

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)


class MailboxTransportService(Record):
    r"""Delivery to and submission from the mailboxes of one server; ``identity`` reads ``EX01\Mailbox``."""

    identity: Text
    connectivity_log_enabled: Flag


class MailboxTransportServices(Records[MailboxTransportService]):
    """The mailbox transport services."""

    record = MailboxTransportService
    needs: ClassVar[Needs] = {
        "services": need(ExchangeCmdlet("Get-MailboxTransportService"), split_by=("Identity", "Server", "Name"))
    }
    shape = Shape(identity=("Identity",), volatile=FROM_DIRECTORY)

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)


class OwaMailboxPolicy(Record):
    """What users may do in Outlook on the web; ``default_theme`` names a theme that an update takes away."""

    identity: Text
    default_theme: Text


class OwaMailboxPolicies(Records[OwaMailboxPolicy]):
    """The policies of the organisation."""

    record = OwaMailboxPolicy
    needs: ClassVar[Needs] = {"policies": need(ExchangeCmdlet("Get-OwaMailboxPolicy"))}
    shape = Shape(
        identity=("Identity",),
        unordered=frozenset(
            {
                f"{what}{kind}Types"
                for what in ("Allowed", "Blocked", "ForceSave", "WebReadyDocumentViewingSupported")
                for kind in ("File", "Mime")
            }
        ),
        volatile=FROM_DIRECTORY,
    )


class EdgeSubscription(Record):
    """An Edge Transport server's subscription to a site."""

    name: Text
    site: Text
    lease_expiry_utc: Moment


class EdgeSubscriptions(Records[EdgeSubscription]):
    """The subscriptions of the organisation; many have none."""

    record = EdgeSubscription
    needs: ClassVar[Needs] = {"subscriptions": need(ExchangeCmdlet("Get-EdgeSubscription"), may_be_empty=True)}
    shape = Shape(
        identity=("Name",), volatile={**FROM_DIRECTORY, "LeaseExpiryUtc": "moves with every synchronisation"}
    )


@pytest.fixture
def malware_filtering_servers(server: Server, facts: Facts) -> MalwareFilteringServers:
    """How one server scans for malware."""
    return facts.get(MalwareFilteringServers, server)


@pytest.fixture
def mailbox_transport_services(server: Server, facts: Facts) -> MailboxTransportServices:
    """The mailbox transport service of one server."""
    return facts.get(MailboxTransportServices, server)


@pytest.fixture
def owa_mailbox_policies(organization: Organization, facts: Facts) -> OwaMailboxPolicies:
    """The policies of Outlook on the web."""
    return facts.get(OwaMailboxPolicies, organization)


@pytest.fixture
def edge_subscriptions(organization: Organization, facts: Facts) -> EdgeSubscriptions:
    """The Edge subscriptions of the organisation."""
    return facts.get(EdgeSubscriptions, organization)
