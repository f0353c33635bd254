"""The way by new servers: install beside, hand over, move, uninstall. One group of old servers at a time."""

from collections.abc import Iterator

from muster.catalogue import Catalogue
from muster.naming.target import Target
from muster.plan.case import Case
from muster.plan.commands import accepts_licence, quoted, setup
from muster.plan.paths import Path
from muster.plan.situation import Group, ServerState, Situation, known
from muster.plan.steps import Note, Step
from muster.plan.upgrading import SETUP_RIGHTS, extended_protection, prerequisites, update

ADMINISTRATORS = ("Organization Management",)
_AUTODISCOVER = "https://<public name>/Autodiscover/Autodiscover.xml"
_SERVICE_CONNECTION_POINT = (
    "Right after Setup set AutoDiscoverServiceInternalUri (or install in a site of its own): until then Outlook "
    "finds the new server by a name that no certificate holds."
)
EXPERIENCE = "the usual way, from experience: no source lays it down step by step"


def legacy_steps(paths: tuple[Path, ...], group: Group | None, case: Case) -> Iterator[Step]:
    """Replace the Mailbox servers of one DAG, or one server without a DAG."""
    target, situation = case.target, case.situation
    old = tuple(path.server for path in paths)
    yield _install(paths, target, case.catalogue)
    yield from (on_new_servers(step, old) for step in update(old[0], target))
    yield _clients(old, situation)
    yield _mail_flow(old)
    if group is not None:
        yield _new_dag(old, group)
    yield _namespace(old, situation)
    yield _system_mailboxes(old)
    yield _mailboxes(old)
    yield _let_go(old)
    yield _uninstall(old, group)


def _names(servers: tuple[ServerState, ...]) -> str:
    return ", ".join(one.name for one in servers)


def _tuple(servers: tuple[ServerState, ...]) -> tuple[str, ...]:
    return tuple(one.name for one in servers)


def _install(paths: tuple[Path, ...], target: Target, catalogue: Catalogue) -> Step:
    old = tuple(path.server for path in paths)
    windows = catalogue.windows_for(*target.pair)
    sites = ", ".join(dict.fromkeys(one.site or "(site unknown)" for one in old))
    notes = [
        Note(
            f"Windows Server {windows}; one release for all members of a DAG."
            if windows
            else "A Windows it supports."
        ),
        Note("Windows under Exchange is never upgraded in place: these are new machines with new names."),
        Note(f"In {sites}, as the old ones; the internet-facing site first."),
        Note(_SERVICE_CONNECTION_POINT),
        *(Note(f"{text}.", weak) for text, weak in prerequisites(old[0], target)),
        *extended_protection(target),
        *(Note(f"{path.server.name}: {path.why}.", path.unverified) for path in paths),
    ]
    for name in reversed(windows.names if windows else ()):
        row = catalogue.dotnet_for(*target.pair, name)
        if row:
            before = f".NET Framework {row.recommended} before Setup, on Windows Server {name}."
            notes.insert(1, Note(before, row.unverified))
    return Step(
        "install new",
        f"New servers with {target.name} beside {_names(old)}",
        "on each new server, elevated",
        SETUP_RIGHTS,
        (
            setup(target, "/Mode:Install", "/Roles:Mailbox"),
            "Restart-Computer",
            f"Set-ClientAccessService <new server> -AutoDiscoverServiceInternalUri {_AUTODISCOVER}",
        ),
        tuple(notes),
        _tuple(old),
        reboot=True,
    )


def on_new_servers(step: Step, old: tuple[ServerState, ...]) -> Step:
    """The update's step, on the new servers in place of the old one."""
    title = step.title.partition(": ")[2]
    return Step(
        "update new",
        f"The new servers beside {_names(old)}: {title}",
        "on each new server, elevated",
        step.who,
        step.commands,
        step.notes,
        _tuple(old),
        reboot=True,
    )


def _clients(old: tuple[ServerState, ...], situation: Situation) -> Step:
    first = quoted(old[0].name)
    return Step(
        "hand over",
        f"Certificates and virtual directories of {_names(old)} to the new servers",
        "Exchange Management Shell",
        ADMINISTRATORS,
        (
            f"Get-ExchangeCertificate -Server {first}   # export with the key, import on the new ones",
            "Enable-ExchangeCertificate -Server <new server> -Thumbprint <thumbprint> -Services IIS,SMTP",
            f"Get-OwaVirtualDirectory -Server {first}   # and the other kinds, and Get-OutlookAnywhere",
            f"pytest --env {quoted(situation.environment)} -k 'virtual or certificates'   # the new ones too",
        ),
        (
            Note("URLs before authentication; a private key that cannot be exported is enrolled anew."),
            Note("Add the new servers to muster's inventory, then compare them with the old ones."),
        ),
        _tuple(old),
        unverified=EXPERIENCE,
    )


def _mail_flow(old: tuple[ServerState, ...]) -> Step:
    first = quoted(old[0].name)
    return Step(
        "hand over",
        f"Receive connectors, send connectors' sources and transport agents of {_names(old)} to the new servers",
        "Exchange Management Shell",
        ADMINISTRATORS,
        (
            f"Get-ReceiveConnector -Server {first}   # own ones: New-ReceiveConnector on each new server",
            f"Get-ReceiveConnector -Server {first} | Get-ADPermission   # rights such as accept-any-recipient",
            "Set-SendConnector <name> -SourceTransportServers <new servers and, until the end, the old ones>",
        ),
        (
            Note(
                "PermissionGroups before Add-ADPermission. Devices that send to the old server's address: list them."
            ),
            Note("Smart hosts and firewalls must know the new addresses; hybrid: TlsCertificateName as well."),
            Note("An Edge subscribed to the site learns of new Mailbox servers only by a new subscription.", True),
        ),
        _tuple(old),
        unverified=EXPERIENCE,
    )


def _new_dag(old: tuple[ServerState, ...], group: Group) -> Step:
    return Step(
        "new dag",
        f"A DAG of its own for the new servers: none of them joins {group.name}",
        "Exchange Management Shell",
        ADMINISTRATORS,
        (
            "New-DatabaseAvailabilityGroup <new DAG> -WitnessServer <server> -WitnessDirectory <folder>",
            "Add-DatabaseAvailabilityGroupServer <new DAG> -MailboxServer <new server>",
            "New-MailboxDatabase <new database> -Server <new server>; Add-MailboxDatabaseCopy ...",
        ),
        (
            Note(f"All members of a DAG have one Exchange version and one Windows; {group.name} has others."),
            Note("Or the new servers join a DAG that already has this version and this Windows."),
            Note("Copies healthy, lag and backups in place, before the first mailbox moves."),
        ),
        _tuple(old),
    )


def _namespace(old: tuple[ServerState, ...], situation: Situation) -> Step:
    names = {one.name for one in old}
    led = [one for one in situation.public_names if names & set(one.servers)]
    told = [Note(f"{one.name} leads to {', '.join(one.servers)} today.") for one in led]
    if not led:
        told.append(Note("By the inventory no public name leads to them: look for addresses that nobody wrote down."))
    return Step(
        "namespace",
        f"Clients to the new servers instead of {_names(old)}",
        "load balancer, DNS, firewall",
        ("who runs the load balancer and DNS",),
        (),
        (
            *told,
            Note("Before the mailboxes: the newer version answers for mailboxes on the older one.", unverified=True),
            Note("Ask healthcheck.htm through the public name several times: which server answers?"),
        ),
        _tuple(old),
        unverified=EXPERIENCE,
    )


def _system_mailboxes(old: tuple[ServerState, ...]) -> Step:
    first = quoted(old[0].name)
    return Step(
        "move mailboxes",
        f"Arbitration, audit and public folder mailboxes off {_names(old)}, before the users",
        "Exchange Management Shell of a new server",
        ADMINISTRATORS,
        (
            f"Get-Mailbox -Server {first} -Arbitration | New-MoveRequest -TargetDatabase <new database>",
            f"Get-Mailbox -Server {first} -AuditLog | New-MoveRequest -TargetDatabase <new database>",
            f"Get-Mailbox -Server {first} -PublicFolder | New-MoveRequest -TargetDatabase <new database>",
            "Get-MoveRequest | Get-MoveRequestStatistics",
        ),
        (Note("Left behind, they break eDiscovery, audit and later moves. For each of the old servers."),),
        _tuple(old),
    )


def _mailboxes(old: tuple[ServerState, ...]) -> Step:
    first = quoted(old[0].name)
    return Step(
        "move mailboxes",
        f"Every other mailbox and archive off {_names(old)}",
        "Exchange Management Shell of a new server",
        ADMINISTRATORS,
        (
            f"Get-Mailbox -Server {first} -ResultSize Unlimited | New-MoveRequest -TargetDatabase <new database>",
            f"Get-Mailbox -Server {first} -Archive -ResultSize Unlimited   # empty in the end",
            "Get-MoveRequest | Remove-MoveRequest   # when all are Completed",
        ),
        (
            Note("Pilot users first; logs grow with every move: mind the volumes. For each of the old servers."),
            Note("Rolling back a moved mailbox means moving it again."),
        ),
        _tuple(old),
        unverified=EXPERIENCE,
    )


def _let_go(old: tuple[ServerState, ...]) -> Step:
    return Step(
        "let go",
        f"Nothing leads to {_names(old)} any more",
        "Exchange Management Shell",
        ADMINISTRATORS,
        (
            "Set-SendConnector <name> -SourceTransportServers <new servers only>",
            *(
                f"Get-Mailbox -Server {quoted(one.name)} -ResultSize Unlimited   # nothing, also -Arbitration …"
                for one in old
            ),
            *(f"Get-Queue -Server {quoted(one.name)}   # empty" for one in old),
        ),
        (
            Note(
                "Offline address book generation, journaling, relay devices, monitoring, backup: all on the new ones."
            ),
            Note(
                "Leave them switched off for some days before the uninstall: what still needs them will tell.", True
            ),
        ),
        _tuple(old),
        unverified=EXPERIENCE,
    )


def _uninstall(old: tuple[ServerState, ...], group: Group | None) -> Step:
    names = [quoted(one.name) for one in old]
    databases = [f"Get-MailboxDatabase -Server {name}   # Remove-MailboxDatabase for each" for name in names]
    if group is None:
        commands = databases
    else:
        dag = quoted(group.name)
        leaves = "Remove-DatabaseAvailabilityGroupServer"
        commands = [
            *(
                f"Get-MailboxDatabaseCopyStatus -Server {name}   # Remove-MailboxDatabaseCopy: passive"
                for name in names
            ),
            *databases,
            *(f"{leaves} {dag} -MailboxServer {name}" for name in names),
            f"Remove-DatabaseAvailabilityGroup {dag}   # when it has no member",
        ]
    commands += [f"{uninstalls(one)}   # on {one.name}, then Restart-Computer" for one in old]
    return Step(
        "uninstall",
        f"Uninstall Exchange on {_names(old)}, one after the other",
        "on each of them, elevated",
        SETUP_RIGHTS,
        tuple(commands),
        (
            Note("Never just delete the machine: its objects would stay in the directory."),
            Note("A server that still has a mailbox refuses (UnwillingToRemoveMailboxDatabase)."),
        ),
        _tuple(old),
        cannot_undo="what is uninstalled comes back only as a new installation",
        reboot=True,
    )


def uninstalls(server: ServerState) -> str:
    """Setup of what is installed, by its path."""
    licence = accepts_licence(*(known(server.cumulative_update) or ("Exchange Server 2016", "CU23")))
    return f'& "$env:ExchangeInstallPath\\Bin\\Setup.exe" /Mode:Uninstall {licence}'
