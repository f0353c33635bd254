"""Transport: the organisation's limits, and each server's transport service."""

from typing import ClassVar

import pytest

from muster.model import ExchangeCmdlet, Facts, Organization, Server, Shape, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Count, Flag, Size, Span, Text
from muster.reading.volatile import FROM_DIRECTORY


class TransportConfig(Record):
    """What holds for mail of the whole organisation. Sizes are in bytes, ``None`` is no limit."""

    max_send_size: Size
    max_receive_size: Size
    max_recipient_envelope_limit: Count
    shadow_redundancy_enabled: Flag
    safety_net_hold_time: Span

    needs: ClassVar[Needs] = {"config": need(ExchangeCmdlet("Get-TransportConfig"))}
    shape: ClassVar[Shape] = Shape(
        identity=("Identity",), unordered=frozenset({"InternalSMTPServers"}), volatile=FROM_DIRECTORY
    )


class TransportService(Record):
    """The transport service of one server."""

    identity: Text
    message_tracking_log_enabled: Flag
    connectivity_log_enabled: Flag
    max_outbound_connections: Count
    max_per_domain_outbound_connections: Count


class TransportServices(Records[TransportService]):
    """The transport services."""

    record = TransportService
    needs: ClassVar[Needs] = {
        "services": need(ExchangeCmdlet("Get-TransportService"), split_by=("Identity", "Name")),
    }
    shape = Shape(identity=("Identity",), volatile=FROM_DIRECTORY)


class FrontendTransportService(Record):
    r"""The front-end transport service of one server; ``identity`` reads ``EX01\Frontend``."""

    identity: Text
    connectivity_log_enabled: Flag
    agent_log_enabled: Flag


class FrontendTransportServices(Records[FrontendTransportService]):
    """The front-end transport services."""

    record = FrontendTransportService
    needs: ClassVar[Needs] = {
        "services": need(ExchangeCmdlet("Get-FrontendTransportService"), split_by=("Identity", "Server", "Name")),
    }
    shape = Shape(identity=("Identity",), volatile=FROM_DIRECTORY)


@pytest.fixture
def transport_config(organization: Organization, facts: Facts) -> TransportConfig:
    """The organisation's transport limits."""
    return facts.get(TransportConfig, organization)


@pytest.fixture
def transport_services(server: Server, facts: Facts) -> TransportServices:
    """The transport service of one server."""
    return facts.get(TransportServices, server)


@pytest.fixture
def frontend_transport_services(server: Server, facts: Facts) -> FrontendTransportServices:
    """The front-end transport service of one server."""
    return facts.get(FrontendTransportServices, server)
