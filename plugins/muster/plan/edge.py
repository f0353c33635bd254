"""The way of an Edge Transport server by a new one: install beside, subscribe, lead mail over, uninstall."""

from collections.abc import Iterator

from muster.plan.case import Case
from muster.plan.commands import quoted, setup
from muster.plan.legacy import ADMINISTRATORS, EXPERIENCE, on_new_servers, uninstalls
from muster.plan.paths import Path
from muster.plan.steps import Note, Step
from muster.plan.upgrading import update


def legacy_edge_steps(path: Path, case: Case) -> Iterator[Step]:
    """Replace an Edge Transport server."""
    target = case.target
    old = (path.server,)
    name = path.server.name
    windows = case.catalogue.windows_for(*target.pair)
    names = [one.name for one in case.situation.public_names if one.mail_exchanger and name in one.servers]
    yield Step(
        "install new",
        f"A new Edge server with {target.name} beside {name}",
        "on the new server, elevated",
        ("local Administrators on the server",),
        (
            setup(target, "/Mode:Install", "/Roles:EdgeTransport"),
            "ExportEdgeConfig.ps1 on the old one, ImportEdgeConfig.ps1 on the new one   # in $ExScripts",
        ),
        (
            Note(f"Windows Server {windows}." if windows else "A Windows that it supports."),
            Note(f"{name}: {path.why}.", path.unverified),
        ),
        (name,),
        reboot=True,
        unverified=EXPERIENCE,
    )
    yield from (on_new_servers(step, old) for step in update(path.server, target))
    yield Step(
        "hand over",
        f"Subscribe the new Edge server, and lead mail to it instead of {name}",
        "the new Edge server, a Mailbox server, DNS and firewall",
        ADMINISTRATORS,
        (
            "New-EdgeSubscription -FileName <file>   # on the new Edge",
            "$data = [Byte[]](Get-Content -Path <file> -Encoding Byte -ReadCount 0)   # on a Mailbox server",
            "New-EdgeSubscription -FileData $data -Site <site>",
            "Start-EdgeSynchronization; Test-EdgeSynchronization",
        ),
        (Note(f"Names that lead to it: {', '.join(names)}." if names else "Mind the MX records."),),
        (name,),
        unverified=EXPERIENCE,
    )
    yield Step(
        "uninstall",
        f"Remove the subscription of {name}, and uninstall it when its queues are empty",
        f"a Mailbox server, then {name}",
        (*ADMINISTRATORS, "local Administrators on the server"),
        (f"Remove-EdgeSubscription {quoted(name)}", f"{uninstalls(path.server)}   # on {name}"),
        (),
        (name,),
        cannot_undo="what is uninstalled comes back only as a new installation",
        reboot=True,
    )
