"""Before an upgrade: can the database availability group spare this server?"""

import pytest

from muster import DatabaseAvailabilityGroup, PerServer, Server, Severity, about, control
from muster.facts.components import ServerComponents
from muster.facts.dag import ActivationSettings, DatabaseCopies
from muster.facts.readiness.takeover import GroupStatus, cannot_take_over, short_name

pytestmark = [pytest.mark.pre_upgrade, pytest.mark.only_at_gates]

MANAGE = "https://learn.microsoft.com/exchange/high-availability/manage-ha/manage-dags"
QUORUM = (
    "https://learn.microsoft.com/exchange/high-availability/database-availability-groups/database-availability-groups"
)


@control(
    "upgrade.copies-elsewhere",
    title="Every database of the server has a copy elsewhere that can take over now",
    severity=Severity.HIGH,
    references=(MANAGE,),
    remediation="Bring a copy on another member to Healthy (Resume-MailboxDatabaseCopy, Update-MailboxDatabaseCopy), "
    "allow its activation, or take that member out of maintenance first.",
    roles={"Mailbox"},
)
def check_copies_elsewhere(
    server: Server,
    own_copies: DatabaseCopies,
    copies_elsewhere: PerServer[DatabaseCopies],
    activation_elsewhere: PerServer[ActivationSettings],
    components_elsewhere: PerServer[ServerComponents],
) -> None:
    """While the server is upgraded its copies are gone: a database with no other copy that may be activated is down
    for the night, and one with a single other copy has no second chance.
    """  # noqa: D205 - one sentence
    for copy in own_copies:
        with about(copy.database_name):
            reasons = cannot_take_over(
                copy.database_name, copies_elsewhere, activation_elsewhere, components_elsewhere
            )
            assert not reasons, f"nobody can take it over: {'; '.join(reasons)}"


@control(
    "upgrade.group-leads",
    title="The group has a primary active manager, and it is a member that works",
    severity=Severity.HIGH,
    references=(MANAGE,),
    remediation="Get-DatabaseAvailabilityGroup <dag> -Status; then Get-ClusterGroup 'Cluster Group' on a member.",
    roles={"Mailbox"},
)
def check_group_leads(server: Server, dag: DatabaseAvailabilityGroup, group_status: GroupStatus) -> None:
    """The primary active manager decides which copy is mounted: without one no database can be moved away."""
    leader = group_status.primary_active_manager
    working = {short_name(name) for name in group_status.operational_servers}
    assert leader, f"{dag.name} names no primary active manager"
    assert short_name(leader) in working, f"{dag.name} is led by {leader}, which is not among its operational servers"


@control(
    "upgrade.witness-in-use",
    title="The witness of the group is in use where its vote counts",
    severity=Severity.HIGH,
    references=(QUORUM,),
    remediation="Check that the members reach the witness share; Set-DatabaseAvailabilityGroup <dag> makes it again.",
    roles={"Mailbox"},
)
def check_witness_in_use(server: Server, dag: DatabaseAvailabilityGroup, group_status: GroupStatus) -> None:
    """With an even number of members the witness has the casting vote: needed most while one of them is away."""
    counts = group_status.witness_counts
    assert not counts or group_status.witness_answers, (
        f"WitnessShareInUse of {dag.name} is {group_status.witness_share_in_use} where Primary or Alternate was "
        f"expected: it has {len(group_status.servers)} members"
    )


@control(
    "upgrade.quorum-without-server",
    title="The group keeps its majority while the server is away",
    severity=Severity.HIGH,
    references=(QUORUM,),
    remediation="Bring the other members and the witness back first; upgrade one member at a time.",
    roles={"Mailbox"},
)
def check_quorum_without_server(server: Server, dag: DatabaseAvailabilityGroup, group_status: GroupStatus) -> None:
    """Setup stops the cluster service of the server: should the votes that are left be no majority, every database
    of the group is dismounted. Dynamic quorum may forgive more than is counted here; do not rely on it.
    """  # noqa: D205 - one sentence
    left, needed = group_status.votes_without(server)
    assert left >= needed, (
        f"{left} votes are left without {server.name} where {needed} were expected "
        f"(operational: {', '.join(group_status.operational_servers)}; witness: {group_status.witness_share_in_use})"
    )
