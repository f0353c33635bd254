"""Send connectors: how mail leaves."""

from collections.abc import Iterator
from typing import ClassVar

import pytest
from pydantic import Field

from muster.model import ExchangeCmdlet, Facts, Organization, Server, Shape, Subject, need, same_server
from muster.reading.needs import Needs
from muster.reading.records import Record, Records, flagged
from muster.reading.values import Flag, Size, Text, Texts
from muster.reading.volatile import FROM_DIRECTORY


class SendConnector(Record):
    """A send connector. ``address_spaces`` read ``SMTP:*;1``; ``max_message_size`` is in bytes, ``None`` no limit."""

    identity: Text
    name: Text
    enabled: Flag
    address_spaces: Texts
    smart_hosts: Texts
    dns_routing_enabled: Flag = Field(alias="DNSRoutingEnabled")
    source_transport_servers: Texts
    max_message_size: Size
    require_tls: Flag = Field(alias="RequireTLS")
    ignore_starttls: Flag = Field(alias="IgnoreSTARTTLS")
    tls_auth_level: Text
    tls_domain: Text
    tls_certificate_name: Text

    @property
    def to_everywhere(self) -> bool:
        """Whether it carries mail for any domain."""
        return any(space.partition(":")[2].partition(";")[0].strip() in {"*", "--"} for space in self.address_spaces)

    def sends_from(self, member: Subject) -> bool:
        """Whether a server is one of its sources."""
        return isinstance(member, Server) and any(
            same_server(source, member) for source in self.source_transport_servers
        )


class SendConnectors(Records[SendConnector]):
    """The send connectors of the organisation."""

    record = SendConnector
    needs: ClassVar[Needs] = {"connectors": need(ExchangeCmdlet("Get-SendConnector"))}
    shape = Shape(
        identity=("Identity",),
        unordered=frozenset({"SourceTransportServers", "AddressSpaces", "SmartHosts"}),
        volatile=FROM_DIRECTORY,
    )

    @property
    def enabled(self) -> Iterator[SendConnector]:
        """Those that are enabled; then raises where that is not known of one."""
        return flagged(self, "enabled")


@pytest.fixture
def send_connectors(organization: Organization, facts: Facts) -> SendConnectors:
    """Send connectors of the organisation."""
    return facts.get(SendConnectors, organization)
