"""Before Setup starts: is the server really in maintenance? A list, not a boolean, and told by its peers."""

import pytest

from muster import (
    DatabaseAvailabilityGroup,
    Environment,
    PerServer,
    PublicName,
    Server,
    Severity,
    about,
    because,
    control,
    not_applicable,
    same_server,
)
from muster.catalogue import Catalogue
from muster.facts.cluster import ClusterNodes, DagStatus
from muster.facts.components import ServerComponents
from muster.facts.dag import ActivationSettings, DatabaseCopies
from muster.facts.mailflow.queues import Queues
from muster.facts.maintenance import ActivationHolds
from muster.facts.ports import Ports
from muster.facts.server_objects import ServerObject
from muster.facts.web.health_pages import HealthPages
from muster.facts.web.public_health import PublicHealthPages

pytestmark = [pytest.mark.during_upgrade, pytest.mark.only_at_gates]

MAINTENANCE = "https://learn.microsoft.com/exchange/high-availability/manage-ha/manage-dags"
STATES = "https://learn.microsoft.com/powershell/module/exchange/set-servercomponentstate"
BALANCING = "https://learn.microsoft.com/exchange/architecture/client-access/load-balancing"
UPDATES = "https://learn.microsoft.com/exchange/plan-and-deploy/install-cumulative-updates"
QUEUES = "https://learn.microsoft.com/exchange/mail-flow/queues/queues"
ACTIVE = frozenset({"Mounted", "Mounting", "Dismounting", "Dismounted"})
"""States of an active copy; only passive copies are Healthy, Suspended, Failed …"""
HEALTHY = 200
NOT_IN_SETUP = "nobody said that Setup is running here (--in-upgrade)"


@control(
    "maintenance.activation-disabled",
    title="No database may become active on the server, and those that were have been moved",
    severity=Severity.HIGH,
    references=(MAINTENANCE, "https://learn.microsoft.com/powershell/module/exchange/set-mailboxserver"),
    remediation="Set-MailboxServer <server> -DatabaseCopyActivationDisabledAndMoveNow $true, or run "
    "StartDagServerMaintenance.ps1.",
    roles={"Mailbox"},
)
def check_activation_disabled(
    server: Server, dag: DatabaseAvailabilityGroup, activation_holds: ActivationHolds
) -> None:
    """Setup stops the store: a database that came back in the meantime is dismounted under its users.

    StartDagServerMaintenance.ps1 does it with the component HighAvailability instead, which counts as well.
    """
    if activation_holds.disabled:
        assert activation_holds.disabled
        return
    assert "Maintenance" in activation_holds.high_availability.held_inactive_by, (
        "DatabaseCopyActivationDisabledAndMoveNow is False where True was expected, and Maintenance does not hold "
        "HighAvailability"
    )
    because("Maintenance holds HighAvailability, as StartDagServerMaintenance.ps1 does; the setting itself is False")


@control(
    "maintenance.activation-blocked",
    title="Active Manager may not choose the server",
    severity=Severity.HIGH,
    references=(MAINTENANCE,),
    remediation="Write down what it was, then Set-MailboxServer <server> -DatabaseCopyAutoActivationPolicy Blocked.",
    roles={"Mailbox"},
)
def check_activation_blocked(
    server: Server, dag: DatabaseAvailabilityGroup, activation_settings: ActivationSettings
) -> None:
    """A failover on a peer would otherwise come here, in the middle of Setup."""
    found = activation_settings.database_copy_auto_activation_policy
    assert found == "Blocked", f"DatabaseCopyAutoActivationPolicy is {found} where Blocked was expected"


@control(
    "maintenance.node-paused",
    title="The server's cluster node is paused",
    severity=Severity.HIGH,
    references=(MAINTENANCE,),
    remediation="Suspend-ClusterNode <server> (StartDagServerMaintenance.ps1 does it with -PauseClusterNode).",
    roles={"Mailbox"},
)
def check_node_paused(server: Server, cluster_nodes: ClusterNodes) -> None:
    """A node that is up may take the cluster's core group, and quorum with it, when Setup restarts the service."""
    state = cluster_nodes.node_of(server).state
    assert state == "Paused", f"the node is {state} where Paused was expected"


@control(
    "maintenance.server-offline",
    title="The whole server is inactive by requester Maintenance",
    severity=Severity.HIGH,
    references=(STATES, MAINTENANCE),
    remediation="Set-ServerComponentState <server> -Component ServerWideOffline -State Inactive "
    "-Requester Maintenance.",
    roles={"Mailbox", "Edge"},
)
def check_server_offline(server: Server, server_components: ServerComponents) -> None:
    """Only the requester that took it down can bring it back: another than Maintenance will be forgotten.

    For an Edge the same is asked, though Microsoft describes no procedure for one (unverified).
    """
    component = server_components.named("ServerWideOffline")
    holders = component.held_inactive_by
    others = f" (held by {' and '.join(holders)})" if holders else ""
    assert "Maintenance" in holders, f"ServerWideOffline is not held by Maintenance{others}"
    assert component.state != "Active", "Maintenance holds ServerWideOffline, and the server says that it is Active"


@control(
    "maintenance.transport-drained",
    title="Transport is inactive or drains",
    severity=Severity.HIGH,
    references=(MAINTENANCE, STATES),
    remediation="Set-ServerComponentState <server> -Component HubTransport (Edge: EdgeTransport) -State Draining "
    "-Requester Maintenance, then restart MSExchangeTransport.",
    roles={"Mailbox", "Edge"},
)
def check_transport_drained(server: Server, server_components: ServerComponents) -> None:
    """A server that still takes mail has mail in its queues when its database is taken away.

    EdgeTransport for an Edge is carried over from HubTransport: Microsoft describes no procedure (unverified).
    """
    name = "EdgeTransport" if "Edge" in server.roles else "HubTransport"
    state = server_components.named(name).state
    assert state in {"Inactive", "Draining"}, f"{name} is {state} where Inactive or Draining was expected"


@control(
    "maintenance.nothing-mounted",
    title="No database is active on the server",
    severity=Severity.HIGH,
    references=(MAINTENANCE,),
    remediation="Move-ActiveMailboxDatabase -Server <server>; a database with one copy only cannot move: tell its "
    "users.",
    roles={"Mailbox"},
)
def check_nothing_mounted(server: Server, dag: DatabaseAvailabilityGroup, copies_of_server: DatabaseCopies) -> None:
    """What is mounted here is offline while Setup runs, and dirty if Setup does not wait for it."""
    for copy in copies_of_server:
        with about(copy):
            assert copy.status not in ACTIVE, f"it is {copy.status} on {server.name}"


@control(
    "maintenance.queues-empty",
    title="No mail waits on the server",
    severity=Severity.MEDIUM,
    references=(MAINTENANCE, QUEUES),
    remediation="Redirect-Message -Server <server> -Target <a peer's FQDN>, then wait.",
    roles={"Mailbox", "Edge"},
)
def check_queues_empty(server: Server, queues: Queues) -> None:
    """Mail that waits here is late by the length of Setup, and lost if Setup is not the end of it.

    Shadow copies and poison messages stay by design and are left out.
    """
    for queue in queues:
        with about(queue):
            assert not queue.carries_mail or queue.message_count == 0, (
                f"{queue.message_count} messages for {queue.next_hop_domain} wait ({queue.status})"
            )


@control(
    "maintenance.load-balancer-drained",
    title="The server's health pages send load balancers away",
    severity=Severity.MEDIUM,
    references=(BALANCING,),
    remediation="Set ServerWideOffline inactive; where the balancer asks something else than healthcheck.htm, drain "
    "the server there.",
    roles={"Mailbox"},
)
def check_load_balancer_drained(server: Server, health_pages: HealthPages) -> None:
    """As long as a page says 200 a load balancer sends clients, and each meets a service that is being replaced."""
    for protocol in health_pages.protocols:
        with about(protocol):
            assert health_pages.status(protocol) != HEALTHY, f"its health page still answers {HEALTHY}"


@control(
    "maintenance.public-names-elsewhere",
    title="Public names lead to other servers",
    severity=Severity.MEDIUM,
    references=(BALANCING,),
    remediation="Drain the server at the load balancer, or take it out of the name's DNS records.",
)
def check_public_names_elsewhere(
    public_name: PublicName, public_health_pages: PublicHealthPages, environment: Environment
) -> None:
    """The balancer's own word: what it was told to do and what it does are two things.

    Where it sent us is seen; that it would never choose the server is not proven by a few tries.
    """
    drained = [server for server in public_name.members if server.name in environment.quiet]
    if not drained:
        not_applicable(f"no server that is being upgraded stands behind {public_name.name}")
    for protocol in public_health_pages.protocols:
        with about(protocol):
            page = public_health_pages.page(protocol)
            who = next((one.name for one in drained if same_server(page.server, one)), "")
            assert not who, f"{who} answers its health page under {public_name.name}"


@control(
    "maintenance.not-primary-active-manager",
    title="Another member leads the group",
    severity=Severity.HIGH,
    references=(MAINTENANCE,),
    remediation="Move-ClusterGroup 'Cluster Group' -Node <another member>.",
    roles={"Mailbox"},
)
def check_not_primary_active_manager(server: Server, dag_status: DagStatus) -> None:
    """The primary active manager decides which copy is mounted where: it must not stop with the server."""
    leader = dag_status.primary_active_manager
    assert not same_server(leader, server), f"{leader} is the primary active manager"


@control(
    "maintenance.held-in-directory",
    title="The directory has it that Maintenance holds the server offline",
    severity=Severity.MEDIUM,
    references=(STATES,),
    remediation="Set-ServerComponentState <server> -Component ServerWideOffline -State Inactive "
    "-Requester Maintenance, without -LocalOnly.",
    roles={"Mailbox"},
)
def check_held_in_directory(server: Server, server_object: ServerObject) -> None:
    """Peers read the directory's word, and it is the only one that can be read while Setup runs (by LDAP)."""
    held = server_object.held_by("Maintenance")
    assert "ServerWideOffline" in held, (
        f"Maintenance holds {', '.join(held) or 'nothing'} in the directory, where ServerWideOffline was expected"
    )


@control(
    "maintenance.setup-holds-nothing",
    title="Setup has not started on the server, or has ended well",
    severity=Severity.LOW,
    references=(STATES, UPDATES),
    remediation="If no Setup runs: read C:\\ExchangeSetupLogs\\ExchangeSetup.log, then Set-ServerComponentState "
    "<server> -Component <component> -Requester Functional -State Active.",
    roles={"Mailbox"},
)
def check_setup_holds_nothing(server: Server, server_object: ServerObject) -> None:
    """Setup takes Monitoring, RecoveryActionsEnabled and ServerWideOffline down as Functional, and gives them back at
    its end. What it holds says that it runs or broke off: which of the two, the directory does not say.
    """  # noqa: D205 - one thought
    held = server_object.held_by("Functional")
    assert not held, f"Functional holds {', '.join(held)} in the directory: Setup seems to run, or it broke off"
    because("Functional holds nothing in the directory; the exit code alone says how Setup ended")


@control(
    "maintenance.ports-open",
    title="The server's ports answer again: its services run",
    severity=Severity.LOW,
    references=(UPDATES,),
    remediation="Wait for Setup's end; where it has ended, start the services (services.running names them).",
    roles={"Mailbox"},
)
def check_ports_open(server: Server, ports: Ports, environment: Environment) -> None:
    """Setup disables the services while it works, so closed ports are as they should be then; open ones say that
    they run: Setup has not come to it yet, or is past it.
    """  # noqa: D205 - one thought
    if server.name not in environment.in_setup:
        not_applicable(NOT_IN_SETUP)
    for port in ports.needs:
        with about(f"port {port}"):
            assert ports.is_open(port), "it is closed: the service behind it does not run, as while Setup works"


@control(
    "maintenance.directory-has-target",
    title="The directory shows the server at the CU that is going to be installed",
    severity=Severity.LOW,
    references=(UPDATES,),
    remediation="Wait; where Setup has ended, read C:\\ExchangeSetupLogs\\ExchangeSetup.log.",
    roles={"Mailbox"},
)
def check_directory_has_target(
    server: Server, server_object: ServerObject, environment: Environment, catalogue: Catalogue
) -> None:
    """Setup writes the CU to the server's object: once it is there Setup has come that far, and no word more.

    That the attribute is serialNumber, with 30000 added to the build, is unverified.
    """
    if server.name not in environment.in_setup:
        not_applicable(NOT_IN_SETUP)
    if environment.upgrade.to is None:
        not_applicable("the inventory does not say what is going to be installed (upgrade: to:)")
    product, _, cu = environment.upgrade.to.rpartition(" ")
    target = catalogue.releases_of(product, cu)[0].build
    shown = server_object.cu_build
    assert shown.release[:3] >= target.release[:3], (
        f"the directory shows {shown} where {product} {cu} ({target}) was expected: Setup has not come that far"
    )
    because(f"the directory shows {shown}; whether Setup has ended, the exit code alone says")


@control(
    "maintenance.peers-carry",
    title="The other members carry the group: up, active, and every database is mounted on one of them",
    severity=Severity.HIGH,
    references=(MAINTENANCE,),
    remediation="Stop before Setup starts: bring the member that is named back first.",
)
def check_peers_carry(
    dag: DatabaseAvailabilityGroup,
    cluster_nodes: ClusterNodes,
    components_of_peers: PerServer[ServerComponents],
    copies_of_peers: PerServer[DatabaseCopies],
    environment: Environment,
) -> None:
    """While one member is away the next failure is an outage: this is no night for a second one in maintenance."""
    if not any(member.name in environment.quiet for member in dag.members):
        not_applicable(f"no member of {dag.name} is being upgraded now")
    for member in dag.members:
        if member.name not in environment.quiet:
            with about(member):
                state = cluster_nodes.node_of(member).state
                assert state == "Up", f"its cluster node is {state} where Up was expected"
    for peer, components in components_of_peers.items():
        with about(peer):
            offline = components.named("ServerWideOffline")
            assert offline.state == "Active", f"ServerWideOffline is {offline.state}: it is in maintenance itself"
    mounted: dict[str, bool] = {}
    for copies in copies_of_peers.values():
        for copy in copies:
            mounted[copy.database_name] = mounted.get(copy.database_name, False) or copy.mounted
    for database in sorted(mounted):
        with about(database):
            if not mounted[database]:
                for copies in copies_of_peers.values():
                    copies.must_be_whole()
            # a peer that did not answer may have it mounted: then this is open, not failed
            assert mounted[database] or copies_of_peers.unknown, "it is mounted on no other member"
