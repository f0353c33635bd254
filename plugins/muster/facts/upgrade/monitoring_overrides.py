"""Monitoring overrides: of one server, and of the organisation. Those bound to a version end silently at the next."""

from typing import ClassVar

import pytest
from packaging.version import Version

from muster.catalogue import read_build
from muster.model import (
    ExchangeCmdlet,
    Facts,
    FactUnavailable,
    Organization,
    Problem,
    Server,
    Shape,
    Subject,
    in_organization,
    missing,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Text

_SHAPE = Shape(
    identity=("Identity", "ItemType", "PropertyName"),
    volatile={
        "RunspaceId": "a new one in every session",
        "CreatedTime": "an override is made again for every build: when says nothing of what it holds",
        "CreatedBy": "an override is made again for every build: who says nothing of what it holds",
    },
)


class MonitoringOverride(Record):
    """One property of a probe, monitor or responder that is not as Exchange brings it.

    ``apply_version`` is the only build that it holds for; ``""`` where it has a duration (``-Duration``) instead.
    """

    identity: Text
    item_type: Text
    property_name: Text
    property_value: Text
    apply_version: Text

    def holds_for(self, build: Version) -> bool:
        """Whether it is for this build, its security update aside; raises for a version that nobody can read."""
        if not self.apply_version:
            return True
        try:
            bound = read_build(self.apply_version)
        except ValueError as error:
            problem = Problem("not readable", str(error))
            raise missing(FactUnavailable(str(self), "ApplyVersion", problem)) from None
        return bound.release[:3] == build.release[:3]


class ServerMonitoringOverrides(Records[MonitoringOverride]):
    """The overrides of one server; most have none."""

    record = MonitoringOverride
    needs: ClassVar[Needs] = {
        "overrides": need(
            ExchangeCmdlet("Get-ServerMonitoringOverride", about="{name}", Server="{name}"), may_be_empty=True
        )
    }
    shape = _SHAPE

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)


class GlobalMonitoringOverrides(Records[MonitoringOverride]):
    """The overrides of the organisation; most have none."""

    record = MonitoringOverride
    needs: ClassVar[Needs] = {"overrides": need(ExchangeCmdlet("Get-GlobalMonitoringOverride"), may_be_empty=True)}
    shape = _SHAPE


@pytest.fixture
def server_monitoring_overrides(server: Server, facts: Facts) -> ServerMonitoringOverrides:
    """The monitoring overrides of one server."""
    return facts.get(ServerMonitoringOverrides, server)


@pytest.fixture
def global_monitoring_overrides(organization: Organization, facts: Facts) -> GlobalMonitoringOverrides:
    """The monitoring overrides of the organisation."""
    return facts.get(GlobalMonitoringOverrides, organization)
