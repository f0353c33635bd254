"""Into maintenance and out of it again, as text to type; the same requester both times, else nothing happens."""

from dataclasses import dataclass

from muster.plan.commands import quoted
from muster.plan.situation import Activation, ServerState, Situation, Unknown, known
from muster.plan.steps import Note, Step

RIGHTS = ("Organization Management (or Server Management)", "local Administrators on the server")
_EDGE = "no Microsoft procedure for an Edge server was found; it is carried over from the Mailbox role"


@dataclass(frozen=True, slots=True)
class Work:
    """A server that work is done on while others stand in for it.

    ``peer`` is the Mailbox (or Edge) server that takes its mail meanwhile; ``product`` what is installed.
    """

    server: ServerState
    product: str
    peer: ServerState | None

    @property
    def _state(self) -> str:
        return f"Set-ServerComponentState {quoted(self.server.name)} -Component"

    @property
    def in_dag(self) -> bool:
        """Whether databases can be moved away from it."""
        return self.server.dag is not None

    @property
    def has_call_router(self) -> bool:
        """Whether it has Unified Messaging's call router."""
        return self.product in {"Exchange Server 2013", "Exchange Server 2016"} and not self.server.is_edge

    def enter(self, situation: Situation) -> Step:
        """The step that takes the server out of service."""
        name = self.server.name
        if self.server.is_edge:
            return Step(
                "enter maintenance",
                f"{name}: into maintenance",
                f"on {name} itself: an Edge server is in no organisation",
                ("local Administrators on the server",),
                tuple(self._enter_edge()),
                (Note("Or take it out of MX and send connectors, and wait until its queues are empty.", True),),
                (name,),
                unverified=_EDGE,
            )
        return Step(
            "enter maintenance",
            f"{name}: into maintenance",
            f"Exchange Management Shell on {self.peer.name if self.peer else name}",
            RIGHTS,
            tuple(self._enter()),
            tuple(self._enter_notes(situation)),
            (name,),
        )

    def _enter(self) -> list[str]:
        name = quoted(self.server.name)
        lines = [f"{self._state} HubTransport -State Draining -Requester Maintenance"]
        if self.has_call_router:
            lines.append(f"{self._state} UMCallRouter -State Draining -Requester Maintenance")
        lines.append(f"Restart-Service MSExchangeTransport   # on {self.server.name}")
        if self.peer:
            lines.append(f"Redirect-Message -Server {name} -Target {quoted(self.peer.fqdn)}")
        if self.in_dag:
            lines += [
                f"Suspend-ClusterNode {name}   # on {self.server.name}",
                f"Set-MailboxServer {name} -DatabaseCopyActivationDisabledAndMoveNow $true",
                f"Set-MailboxServer {name} -DatabaseCopyAutoActivationPolicy Blocked",
                f"Move-ActiveMailboxDatabase -Server {name}   # what is still mounted here",
            ]
        lines.append(f"{self._state} ServerWideOffline -State Inactive -Requester Maintenance")
        return [*lines, *self._look()]

    def _look(self) -> list[str]:
        name = quoted(self.server.name)
        looks = [
            f"Get-ServerComponentState {name}   # Active: Monitoring and RecoveryActionsEnabled only",
            f"Get-Queue -Server {name}   # empty, apart from shadow and poison",
        ]
        if self.in_dag:
            looks += [
                f"Get-MailboxDatabaseCopyStatus -Server {name}   # nothing Mounted",
                f"Get-DatabaseAvailabilityGroup {quoted(self.server.dag or '')} -Status   # PrimaryActiveManager",
            ]
        return looks

    def _enter_edge(self) -> list[str]:
        name = quoted(self.server.name)
        lines = [
            f"{self._state} EdgeTransport -State Draining -Requester Maintenance",
            "Restart-Service MSExchangeTransport",
        ]
        if self.peer:
            lines.append(f"Redirect-Message -Server {name} -Target {quoted(self.peer.fqdn)}")
        return [
            *lines,
            f"{self._state} ServerWideOffline -State Inactive -Requester Maintenance",
            "Get-Queue   # empty",
        ]

    def _enter_notes(self, situation: Situation) -> list[Note]:
        server = self.server
        notes = [Note("Drain it at the load balancer first, and look which server answers through the public name.")]
        if self.peer is None:
            notes.append(Note("There is no other Mailbox server: mail waits in the queues, mailboxes are offline."))
        if not self.in_dag:
            notes.append(Note("It is in no DAG: its mailboxes are offline until it is back."))
            return notes
        notes.extend(_takers(server, situation))
        group = situation.group_of(server)
        other = next((quoted(name) for name in (group.members if group else ()) if name != server.name), "<member>")
        moves = f'Move-ClusterGroup -Name "Cluster Group" -Node {other}'
        notes.append(Note(f"If the primary active manager stays here: {moves}", unverified=True))
        notes.append(Note("Never two members of a DAG at the same time: the next one waits until this one is back."))
        return notes

    def leave(self) -> Step:
        """The step that takes it back into service: the same requester, in reverse order."""
        name = self.server.name
        if self.server.is_edge:
            commands = (
                f"{self._state} ServerWideOffline -State Active -Requester Maintenance",
                f"{self._state} EdgeTransport -State Active -Requester Maintenance",
                "Restart-Service MSExchangeTransport",
            )
            return Step(
                "leave maintenance",
                f"{name}: out of maintenance",
                f"on {name}",
                ("local Administrators on the server",),
                commands,
                (),
                (name,),
                unverified=_EDGE,
            )
        return Step(
            "leave maintenance",
            f"{name}: out of maintenance",
            f"Exchange Management Shell on {name}, which has the newest cmdlets",
            RIGHTS,
            tuple(self._leave()),
            tuple(self._leave_notes()),
            (name,),
        )

    def _leave(self) -> list[str]:
        name = quoted(self.server.name)
        lines = [f"{self._state} ServerWideOffline -State Active -Requester Maintenance"]
        if self.has_call_router:
            lines.append(f"{self._state} UMCallRouter -State Active -Requester Maintenance")
        if self.in_dag:
            lines += [
                f"Resume-ClusterNode {name}   # on {self.server.name}",
                f"Set-MailboxServer {name} -DatabaseCopyActivationDisabledAndMoveNow $false",
                f"Set-MailboxServer {name} -DatabaseCopyAutoActivationPolicy {_policy_before(self.server)}",
                f"Get-MailboxDatabaseCopyStatus -Server {name}   # Resume-MailboxDatabaseCopy for what is suspended",
            ]
        return [
            *lines,
            f"{self._state} HubTransport -State Active -Requester Maintenance",
            f"Restart-Service MSExchangeTransport   # on {self.server.name}",
            f"Get-ServerComponentState {name}   # Inactive: ForwardSyncDaemon and ProvisioningRps only",
        ]

    def _leave_notes(self) -> list[Note]:
        notes = [
            Note(
                "A component stays inactive while any requester holds it: what Setup left by Functional after a "
                "failed run goes back with -Requester Functional, not with Maintenance."
            )
        ]
        setting = self.server.activation
        if (
            self.in_dag
            and isinstance(setting, Activation)
            and (setting.disabled_and_move_now or setting.policy == "Blocked")
        ):
            notes.append(
                Note(
                    f"When the run looked, activation on {self.server.name} was not free (policy {setting.policy}, "
                    f"disabled and move now: {setting.disabled_and_move_now}). Left over from earlier work? "
                    "If it is wanted, set it again."
                )
            )
        elif self.in_dag and isinstance(setting, Unknown):
            notes.append(Note(f"The policy is to be what it was before: {setting}."))
        return notes


def _policy_before(server: ServerState) -> str:
    """What the activation policy was; a block that was already there is told beside, not written back blindly."""
    setting = known(server.activation) if server.activation is not None else None
    if setting is None:
        return "<as before>"
    return "Unrestricted" if setting.policy == "Blocked" else setting.policy


def _takers(server: ServerState, situation: Situation) -> list[Note]:
    """For each database that is mounted here, who can take it."""
    if isinstance(server.copies, Unknown):
        return [Note(f"Which databases are mounted here is not known ({server.copies.why}): look before you begin.")]
    notes = []
    for database in server.mounted:
        takers = takers_of(database, server, situation)
        said = f"{', '.join(takers)} can take it" if takers else "no other member has a healthy copy of it"
        notes.append(Note(f"{database} is mounted here when the run looked: {said}."))
    return notes


def takers_of(database: str, server: ServerState, situation: Situation) -> tuple[str, ...]:
    """The other servers with a copy of a database that can be activated there."""
    return tuple(
        one.name
        for one in situation.servers
        if one.name != server.name
        and any(copy.database == database and copy.may_take_over for copy in known(one.copies) or ())
    )


def peer_of(server: ServerState, situation: Situation) -> ServerState | None:
    """Who takes its mail meanwhile: the same DAG and site before the same site before the same DAG before any."""
    others = [
        one for one in situation.servers if one.listed and one.name != server.name and one.is_edge == server.is_edge
    ]
    return max(others, key=lambda one: (one.site == server.site, one.dag == server.dag), default=None)
