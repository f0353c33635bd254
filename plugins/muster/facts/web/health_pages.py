"""The health pages that managed availability keeps for load balancers, one per client protocol."""

from typing import ClassVar

import pytest

from muster.model import Facts, HttpsRequest, Server, Shape, need
from muster.reading.needs import Needs
from muster.reading.records import Record
from muster.reading.several import Several
from muster.reading.values import Number


class HealthPage(Record):
    """The answer to one protocol's health page; ``status`` is the HTTP status."""

    status: Number

    shape: ClassVar[Shape] = Shape(
        momentary="how it is just now; what it follows from is compared by itself", only=frozenset({"Status"})
    )


class OwaHealth(HealthPage):
    """Health page of Outlook on the web."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{fqdn}", "/owa/healthcheck.htm"))}


class EcpHealth(HealthPage):
    """Health page of the Exchange admin center."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{fqdn}", "/ecp/healthcheck.htm"))}


class EwsHealth(HealthPage):
    """Health page of Exchange Web Services."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{fqdn}", "/ews/healthcheck.htm"))}


class MapiHealth(HealthPage):
    """Health page of MAPI over HTTP."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{fqdn}", "/mapi/healthcheck.htm"))}


class OabHealth(HealthPage):
    """Health page of the offline address book."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{fqdn}", "/oab/healthcheck.htm"))}


class RpcHealth(HealthPage):
    """Health page of Outlook Anywhere."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{fqdn}", "/rpc/healthcheck.htm"))}


class ActiveSyncHealth(HealthPage):
    """Health page of Exchange ActiveSync."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{fqdn}", "/Microsoft-Server-ActiveSync/healthcheck.htm"))}


class AutodiscoverHealth(HealthPage):
    """Health page of Autodiscover."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{fqdn}", "/autodiscover/healthcheck.htm"))}


class HealthPages(Several):
    """The health page of each client protocol: what a load balancer asks to know whether to send clients there."""

    needs: ClassVar[Needs] = {
        "OWA": OwaHealth,
        "ECP": EcpHealth,
        "EWS": EwsHealth,
        "MAPI": MapiHealth,
        "OAB": OabHealth,
        "Outlook Anywhere": RpcHealth,
        "ActiveSync": ActiveSyncHealth,
        "Autodiscover": AutodiscoverHealth,
    }

    @property
    def protocols(self) -> tuple[str, ...]:
        """The protocols, in a fixed order."""
        return tuple(self.needs)

    def status(self, protocol: str) -> int:
        """The HTTP status of one protocol's page; raises where it could not be had."""
        page = self[protocol]
        if not isinstance(page, HealthPage):
            raise TypeError(f"{protocol} is no health page")
        return page.status


@pytest.fixture
def health_pages(server: Server, facts: Facts) -> HealthPages:
    """Health page of each client protocol on one server."""
    return HealthPages.gathered(facts, server)
