"""The steps of one server that is upgraded in place, from the last look before Setup to the checks after it."""

from collections.abc import Iterator

from muster.catalogue import Catalogue
from muster.catalogue.cumulative_updates import rank
from muster.naming.target import Target
from muster.plan.case import Case
from muster.plan.commands import quoted, setup
from muster.plan.maintenance import Work, peer_of
from muster.plan.situation import ServerState, Situation, Unknown
from muster.plan.steps import Note, Step

SETUP_RIGHTS = ("local Administrators on the server", "Organization Management")
_INSTALLED = r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*"
_EXTENDED_PROTECTION = 14
"""The CU of 2019 from which on Setup turns it on."""
EDGE_RIGHTS = ("local Administrators on the server",)


def server_steps(server: ServerState, here: tuple[str, str], target: Target, case: Case) -> Iterator[Step]:
    """Bring one server from ``here`` to a target, the newest update included; here may be the target's own CU."""
    situation = case.situation
    work = Work(server, here[0], peer_of(server, situation))
    only_update = here == target.pair
    if not only_update:
        yield ready(server, target)
    yield work.enter(situation)
    if not only_update:
        yield from _dotnet(server, here, target, case.catalogue)
        yield _setup(server, here, target)
    yield from update(server, target)
    yield Work(server, target.product, work.peer).leave()
    yield _check(server, target, situation)


def ready(server: ServerState, target: Target) -> Step:
    """The step that makes a server ready for Setup, while it is still in service."""
    name = server.name
    wanted = tuple(prerequisites(server, target))
    notes = [Note(f"Installed: {'; '.join(text for text, weak in wanted if not weak)}.")]
    notes += [Note(f"{text}.", weak) for text, weak in wanted if weak]
    notes.append(
        Note("No restart is pending, RemoteRegistry, MpsSvc and MSDTC run, antivirus and agents are stopped.")
    )
    if server.dag:
        notes.append(Note("No move request, migration batch, seeding or backup may be running on it."))
    return Step(
        "ready for setup",
        f"{name}: ready for Setup of {target.name}",
        f"on {name}",
        ("local Administrators on the server",),
        (
            f"Get-ItemProperty {_INSTALLED} | Select-Object DisplayName, DisplayVersion",
            "Get-Service RemoteRegistry, MpsSvc, MSDTC",
        ),
        tuple(notes),
        (name,),
    )


def prerequisites(server: ServerState, target: Target) -> Iterator[tuple[str, bool]]:
    """What must be installed before Setup, and whether that stands on a weak source."""
    product, cu = target.pair
    yield "Visual C++ 2012 redistributable (without it: exit code 3, ExSMIME.dll)", False
    if server.is_edge:
        return
    since_2013 = {"Exchange Server 2013": 21, "Exchange Server 2016": 10}.get(product, 0)
    if rank(cu) >= since_2013:
        yield "Visual C++ 2013 redistributable", product in {"Exchange Server 2013", "Exchange Server 2016"}
    since_rewrite = {"Exchange Server 2013": 99, "Exchange Server 2016": 22, "Exchange Server 2019": 11}.get(
        product, 0
    )
    if rank(cu) >= since_rewrite:
        yield "IIS URL Rewrite 2.1 (rule IisUrlRewriteNotInstalled)", False
    late = product == "Exchange Server SE" or target.pair == ("Exchange Server 2019", "CU15")
    yield (
        "UCMA 4.0 runtime (rule UcmaRedistMsi)" + (": its removal is announced, Setup still asks" if late else ""),
        late,
    )
    yield "Windows features, RSAT-Clustering-CmdInterface among them", False


def _dotnet(server: ServerState, here: tuple[str, str], target: Target, catalogue: Catalogue) -> Iterator[Step]:
    windows = None if isinstance(server.windows, Unknown) else server.windows
    row = catalogue.dotnet_for(*target.pair, windows)
    if row is None and windows is None:  # which of the rows counts depends on Windows: the newest release's is told
        row = catalogue.dotnet_for(*target.pair, "2022")
    name = server.name
    if row is None:
        yield Step(
            "dotnet",
            f"{name}: .NET Framework as the release notes of {target.name} say",
            f"on {name}",
            ("local Administrators on the server",),
            notes=(Note(f"The catalogue does not know which versions {target.name} supports here."),),
            servers=(name,),
            reboot=True,
        )
        return
    if server.dotnet in row.supported:
        return
    own = catalogue.dotnet_for(*here, windows)
    both = [one for one in row.supported if own and one in own.supported]
    wanted = row.recommended if row.recommended in both or not both else both[-1]
    if isinstance(server.dotnet, Unknown):
        title = f"{name}: .NET Framework {wanted}, unless one of {' and '.join(row.supported)} is installed"
        notes = [Note(f"What is installed is not known: {server.dotnet}.")]
    else:
        title = f"{name}: .NET Framework {wanted} (installed: {server.dotnet})"
        notes = [Note(f"{target.name} supports {' and '.join(row.supported)}; Setup looks and does not install it.")]
    if windows is None:
        notes.append(
            Note("Which versions count depends on Windows, which is not known: Windows Server 2019 has 4.8 only.")
        )
    if not both:
        notes.append(
            Note(
                f"{' '.join(here)} does not support {wanted}: go on to Setup at once, do not put it back in service.",
                True,
            )
        )
    if row.unverified:
        notes.append(Note(f"Weak source: {row.reason}." if row.reason else "A weak source only.", True))
    yield Step(
        "dotnet",
        title,
        f"on {name}",
        ("local Administrators on the server",),
        ("Restart-Computer",),
        tuple(notes),
        (name,),
        reboot=True,
    )


def extended_protection(target: Target) -> Iterator[Note]:
    """What Setup does to Extended Protection."""
    product, cu = target.pair
    if product == "Exchange Server SE" or (product == "Exchange Server 2019" and rank(cu) >= _EXTENDED_PROTECTION):
        yield Note(
            "Setup turns Extended Protection on: no TLS offloading at the load balancer, the same certificate there "
            "when it bridges. Hybrid Agent: add /DoNotEnableEP_FEEWS; to leave all of it off: /DoNotEnableEP."
        )
    else:
        yield Note(
            f"{target.name} without its update has no Extended Protection: where it is on, turn it off before, "
            "unless the update follows at once."
        )


def _setup(server: ServerState, here: tuple[str, str], target: Target) -> Step:
    name = server.name
    notes = [
        Note("muster's own sessions and every other PowerShell and MMC on it must be closed: they stop Setup."),
        Note("By its full path: setup.exe alone in PowerShell starts the installed version (error 1619)."),
        Note("About three hours. If it fails, resume it with Setup's windows: never remove the Watermark by hand."),
    ]
    if not server.is_edge:
        notes += list(extended_protection(target))
        notes.append(Note("DiagnosticDataOFF sets DataCollectionEnabled to false; ON sets it to true."))
    if here[0] != target.product:
        notes.append(Note(f"It becomes {target.product}: a licence for that is needed.", True))
    return Step(
        "setup",
        f"{name}: Setup of {target.name}, over {' '.join(here)}",
        f"on {name}, elevated",
        EDGE_RIGHTS if server.is_edge else SETUP_RIGHTS,
        (setup(target, "/Mode:Upgrade"), "Restart-Computer"),
        tuple(notes),
        (name,),
        cannot_undo="a CU cannot be uninstalled: the way back is RecoverServer with the media of the installed CU",
        reboot=True,
    )


def update(server: ServerState, target: Target) -> Iterator[Step]:
    """The update on top of the CU: at once, while the server is still in maintenance."""
    release = target.update
    name = server.name
    if release.su is None:
        return
    kb = f", {release.kb}" if release.kb else ""
    notes = [Note("Elevated: the .exe package asks for it. Its file hash is on the download page.")]
    if release.kind == "HU":
        notes.append(Note(f"A hotfix update; security ends with {target.security}, which it contains."))
    if release.availability:
        notes.append(Note(f"Not for everybody: {release.availability}."))
    if release.unverified:
        notes.append(Note("The catalogue has this release from a weak source.", True))
    yield Step(
        "update",
        f"{name}: {release.su} for {target.name} ({release.build}{kb})",
        f"on {name}, elevated",
        ("local Administrators on the server",),
        (f"# run the package of {release.kb or release.name}, elevated", "Restart-Computer"),
        tuple(notes),
        (name,),
        reboot=True,
    )


def _check(server: ServerState, target: Target, situation: Situation) -> Step:
    name = server.name
    commands = [f"pytest --env {quoted(situation.environment)} -k {quoted(name)}   # in muster's folder"]
    if server.is_edge:
        commands += ["Test-EdgeSynchronization   # on a Mailbox server", "Start-EdgeSynchronization"]
    else:
        commands.append(f"Test-ServiceHealth -Server {quoted(name)}")
    if server.dag:
        commands.append(f"Test-ReplicationHealth -Identity {quoted(name)}")
    return Step(
        "check",
        f"{name}: {target.update.build} is installed and everything runs, before the next one",
        "your workstation",
        ("View-Only Organization Management", "read access"),
        tuple(commands),
        (
            Note("Compare with the run before: connectors, virtual directories, agents, overrides, *.config keys."),
            Note("Setting and monitoring overrides that are bound to a version end silently at the new build."),
        ),
        (name,),
    )
