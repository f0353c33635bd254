"""Component states: what managed availability and maintenance mode switch on and off."""

import pytest

from muster import Server, Severity, about, control
from muster.facts.components import INACTIVE_BY_DEFAULT, ServerComponents

STATES = "https://learn.microsoft.com/powershell/module/exchange/set-servercomponentstate"
MAINTENANCE = "https://learn.microsoft.com/exchange/high-availability/manage-ha/manage-dags"


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "components.active",
    title="Every component is active",
    severity=Severity.HIGH,
    references=(STATES, MAINTENANCE),
    remediation="Set-ServerComponentState <server> -Component <component> -Requester <requester> -State Active, with "
    "the very requester that holds it; then restart MSExchangeTransport for a transport component.",
    roles={"Mailbox", "Edge"},
)
def check_active(server: Server, server_components: ServerComponents) -> None:
    """An inactive component refuses its work without any error: mail stays on the other servers, clients get a 503.

    It is inactive while any requester holds it so: clearing Maintenance does not undo what Functional said.
    """
    for component in server_components:
        with about(component):
            holders = component.held_inactive_by
            assert not holders, f"held inactive by requester {' and '.join(holders)}"
            assert component.state == "Active" or component.component in INACTIVE_BY_DEFAULT, (
                f"is {component.state} where Active was expected, and no requester says why"
            )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "components.out-of-maintenance",
    title="Maintenance holds no component inactive",
    severity=Severity.MEDIUM,
    references=(MAINTENANCE,),
    remediation="Set-ServerComponentState <server> -Component ServerWideOffline -Requester Maintenance "
    "-State Active; on a DAG member, run StopDagServerMaintenance.ps1.",
    roles={"Mailbox", "Edge"},
)
def check_out_of_maintenance(server: Server, server_components: ServerComponents) -> None:
    """A server left in maintenance looks well and does nothing: the DAG has one member less than it shows."""
    for component in server_components:
        with about(component):
            assert "Maintenance" not in component.held_inactive_by, "held inactive by requester Maintenance"


@pytest.mark.post_upgrade
@control(
    "components.states-agree",
    title="Directory and registry say the same of every component",
    severity=Severity.LOW,
    references=(STATES,),
    remediation="Set the state again with the same requester, without -LocalOnly or -RemoteOnly.",
    roles={"Mailbox"},
)
def check_states_agree(server: Server, server_components: ServerComponents) -> None:
    """A requester's word is kept twice; after a restart or a restore the older one may count again."""
    for component in server_components:
        with about(component):
            remote = {word.requester: word.state for word in component.remote_states}
            local = {word.requester: word.state for word in component.local_states}
            unequal = sorted(name for name in remote.keys() & local.keys() if remote[name] != local[name])
            assert not unequal, f"requester {' and '.join(unequal)} says one thing in the directory, another locally"
