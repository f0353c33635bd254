"""What keeps databases away from a server: its own setting, or the component that Microsoft's script takes down."""

from typing import ClassVar

import pytest

from muster.facts.components import ServerComponent, ServerComponents
from muster.facts.dag import ActivationSettings
from muster.model import Facts, Server
from muster.reading.needs import Needs
from muster.reading.several import Several


class ActivationHolds(Several):
    """The two ways in which a server refuses active databases; either does.

    The setting is what administrators set by hand. StartDagServerMaintenance.ps1 does not touch it and takes the
    component HighAvailability down by requester Maintenance instead.
    """

    needs: ClassVar[Needs] = {"settings": ActivationSettings, "components": ServerComponents}

    @property
    def disabled(self) -> bool:
        """Whether DatabaseCopyActivationDisabledAndMoveNow is set."""
        settings = self["settings"]
        return isinstance(settings, ActivationSettings) and settings.database_copy_activation_disabled_and_move_now

    @property
    def high_availability(self) -> ServerComponent:
        """The component HighAvailability."""
        components = self["components"]
        if not isinstance(components, ServerComponents):
            raise TypeError("'components' are no component states")
        return components.named("HighAvailability")


@pytest.fixture
def activation_holds(server: Server, facts: Facts) -> ActivationHolds:
    """What keeps active databases away from one server: its setting, and its HighAvailability component."""
    return ActivationHolds.gathered(facts, server)
