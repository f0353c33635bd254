"""What comes before anything is changed: what must be known, what is in the way, and how to get back."""

from collections.abc import Iterable, Iterator

from muster.plan.case import Case
from muster.plan.commands import MEDIA, quoted
from muster.plan.maintenance import takers_of
from muster.plan.paths import Path
from muster.plan.situation import ServerState, Situation, known
from muster.plan.steps import Note, Phase, Step
from muster.plan.unknowns import unknowns

MOST = 8


def before(case: Case, paths: tuple[Path, ...]) -> Phase:
    """Everything that is settled first, and stays undone work until it is."""
    situation = case.situation
    moving = [path.server for path in paths if path.moves]
    steps = [
        *unknowns(case, paths),
        *_blocked(paths),
        *_decisions(case, moving),
    ]
    if moving:
        steps += [
            *_replication(situation),
            *_conflicts(situation),
            *_copies(situation, moving),
            *_ready(situation, moving),
        ]
    return Phase("Before anything is changed", tuple(steps))


def _blocked(paths: tuple[Path, ...]) -> Iterator[Step]:
    """One step per thing that is in the way, with the servers that wait for it."""
    held: dict[tuple[str, str], list[Path]] = {}
    for path in paths:
        if path.kind == "blocked":
            held.setdefault((path.why, path.do), []).append(path)
    for (why, do), waiting in held.items():
        names = tuple(path.server.name for path in waiting)
        yield Step(
            "clear the way",
            f"Clear the way for {', '.join(names)}: {do or 'see why'}",
            notes=(
                Note(f"In the way: {why}."),
                Note("This plan has no further step for them: clear it, run muster again, and plan again."),
            ),
            servers=names,
        )


def _decisions(case: Case, moving: list[ServerState]) -> Iterator[Step]:
    allowed, target = case.choices.beside, case.target
    if allowed is None or target.product in allowed or not moving:
        return
    yield Step(
        "decide",
        f"Decide whether {target.product} may stand beside the others",
        "policy.yaml: coexistence",
        notes=(Note(f"The policy allows only {', '.join(sorted(allowed))} side by side."),),
    )


def _replication(situation: Situation) -> Iterator[Step]:
    late: dict[str, tuple[str, str]] = {}
    directory = situation.directory
    versions = {one.name.casefold(): known(one.object_version) for one in directory.domains if one.object_version}
    for one in directory.controllers:
        has_and_full = (
            ("rangeUpper", known(one.range_upper), directory.schema),
            ("objectVersion of the organisation", one.organization, known(directory.organization)),
            (f"objectVersion of {one.domain}", one.system_objects, versions.get(one.domain.casefold())),
        )
        behind = [f"{what} {has} of {full}" for what, has, full in has_and_full if has and full and has < full]
        if behind:
            late[one.fqdn] = (one.name, ", ".join(behind))
    if not late:
        return
    names = tuple(name for name, _ in late.values())
    yield Step(
        "repair replication",
        f"Repair replication to {', '.join(names)}",
        "domain controllers",
        ("Domain Admins",),
        ("repadmin /replsummary", *(f"repadmin /showrepl {quoted(fqdn)}" for fqdn in late)),
        (
            *(Note(f"{name} has {numbers}.") for name, numbers in late.values()),
            Note("What is prepared now would not arrive there either."),
        ),
        names,
    )


def _conflicts(situation: Situation) -> Iterator[Step]:
    for domain in situation.directory.domains:
        if domain.conflicts:
            yield Step(
                "clear the way",
                f"Keep one container Microsoft Exchange System Objects in {domain.name}",
                "a domain controller",
                (f"Domain Admins of {domain.name}",),
                notes=(
                    Note(f"Beside it there is {', '.join(domain.conflicts)}: Setup stops (AdInitErrorRule)."),
                    Note("Look into it before you delete it: only an empty duplicate may go."),
                ),
            )


def _copies(situation: Situation, moving: list[ServerState]) -> Iterator[Step]:
    """Databases that nobody could take over when their server goes into maintenance."""
    groups = {one.dag for one in moving if one.dag}
    bad = [
        (one, copy)
        for one in situation.servers
        if one.dag in groups
        for copy in known(one.copies) or ()
        if not copy.may_take_over
    ]
    if bad:
        named = ", ".join(rf"{copy.database}\{one.name} ({copy.status})" for one, copy in bad)
        yield Step(
            "repair copies",
            f"Repair {named}",
            "Exchange Management Shell",
            ("Organization Management (or Database Copies)",),
            tuple(f"Get-MailboxDatabaseCopyStatus {quoted(copy.database)}\\{one.name}" for one, copy in bad[:MOST]),
            (Note("A copy that is not healthy takes nothing over when another member goes into maintenance."),),
            tuple(dict.fromkeys(one.name for one, _ in bad)),
        )
    for one in moving:
        alone = [name for name in one.mounted if not takers_of(name, one, situation)]
        if alone:
            yield Step(
                "repair copies",
                f"A healthy copy elsewhere of {', '.join(alone)}, which only {one.name} can mount",
                "Exchange Management Shell",
                ("Organization Management (or Database Copies)",),
                notes=(Note("Else it is offline as long as the server is in maintenance."),),
                servers=(one.name,),
            )


def _ready(situation: Situation, moving: Iterable[ServerState]) -> Iterator[Step]:
    names = tuple(one.name for one in moving)
    environment = quoted(situation.environment)
    yield Step(
        "backup",
        "Backups: Active Directory (system state, two controllers), every mailbox database, every server",
        "backup system",
        ("who runs the backups",),
        ("Get-MailboxDatabase -Status | Select-Object Name, LastFullBackup   # none running",),
        (
            Note("There is no way back from a prepared directory but to restore the forest."),
            Note("Restore one of them as a test: a backup that was never restored is a hope.", unverified=True),
        ),
        names,
    )
    yield Step(
        "recovery",
        "The way back of each server: what RecoverServer needs",
        ", ".join(names),
        ("Organization Management", "local Administrators on the server"),
        ("Get-ExchangeCertificate -Server <server>   # private keys exportable, or exported",),
        (
            Note(
                "Media of the CU that is installed now (not the new one), the same Windows and patches, licence keys."
            ),
            Note(
                "Copies of named keys: web.config, EdgeTransport.exe.config, registry below ExchangeServer\\v15, IIS."
            ),
            Note("Credentials and private keys are entered by hand afterwards: note who has them."),
        ),
        names,
    )
    yield Step(
        "before picture",
        "A run of muster as the picture from before",
        "your workstation",
        ("View-Only Organization Management and read access, as for every run",),
        (f"pytest --env {environment}",),
        (
            Note("Keep its folder: after every server, what differs from it is explained or put right."),
            Note("Settle or accept its findings first: else each looks like a fault of the upgrade afterwards."),
        ),
    )
    yield Step(
        "media",
        "Media, policies and agents, the same for every server",
        ", ".join(names),
        ("local Administrators on the server", "who runs group policy"),
        (
            f"Get-AuthenticodeSignature {MEDIA}\\Setup.exe",
            f"Get-Item {MEDIA}\\Setup.exe -Stream Zone.Identifier   # there is none",
            "Get-ExecutionPolicy -List   # MachinePolicy and UserPolicy: Undefined",
        ),
        (
            Note("Media on a local disk: hash and signature checked, space on system, TEMP and queue volumes."),
            Note("ExecutionPolicy by group policy stops Setup, unless it is Unrestricted or Bypass: take it off."),
            Note("Antivirus, monitoring and backup agents: know how to stop them, and that no policy restarts them."),
            Note(
                "Write down start types of POP, IMAP and own services, and own edits in *.config files, key by key."
            ),
            Note("Publisher revocation check off for the installing account where a server has no internet."),
        ),
        names,
    )
    yield Step(
        "close sessions",
        "Close muster's and everybody's sessions on the servers",
        ", ".join(names),
        ("local Administrators on the server",),
        ("Get-Process wsmprovhost, mmc, powershell -IncludeUserName   # on each server: nobody's",),
        (Note("Setup stops at open PowerShell sessions, and no run of muster may be under way while it works."),),
        names,
    )
