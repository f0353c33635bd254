"""The client access service of each server: where Autodiscover is told to be."""

from typing import ClassVar

import pytest

from muster.model import ExchangeCmdlet, Facts, Server, Shape, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Text
from muster.reading.volatile import FROM_DIRECTORY


class ClientAccess(Record):
    """The client access service of one server, with the URI of its service connection point (``""`` when not set)."""

    identity: Text
    auto_discover_service_internal_uri: Text


class ClientAccessServices(Records[ClientAccess]):
    """The client access services; ``Get-ClientAccessServer`` is the older name of the same objects."""

    record = ClientAccess
    needs: ClassVar[Needs] = {
        "services": need(
            ExchangeCmdlet("Get-ClientAccessService"),
            ExchangeCmdlet("Get-ClientAccessServer"),
            split_by=("Identity", "Name"),
        )
    }
    shape = Shape(identity=("Identity",), volatile=FROM_DIRECTORY)


@pytest.fixture
def client_access_services(server: Server, facts: Facts) -> ClientAccessServices:
    """The client access service of one server: its Autodiscover service connection point."""
    return facts.get(ClientAccessServices, server)
