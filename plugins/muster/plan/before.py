"""What comes before anything is changed: what must be known, what is in the way, and how to get back."""

from collections.abc import Iterable, Iterator

from muster.catalogue import Catalogue
from muster.plan.blockers import unsaid
from muster.plan.choices import Choices
from muster.plan.commands import MEDIA, quoted
from muster.plan.maintenance import takers_of
from muster.plan.paths import Path
from muster.plan.situation import ServerState, Situation, Unknown, known
from muster.plan.steps import Note, Phase, Step
from muster.plan.target import Target

MOST = 8


def before(
    situation: Situation, target: Target, paths: tuple[Path, ...], catalogue: Catalogue, choices: Choices
) -> Phase:
    """Everything that is settled first, and stays undone work until it is."""
    moving = [path.server for path in paths if path.moves]
    steps = [
        *_unknowns(situation, target, paths, catalogue),
        *_blocked(paths),
        *_decisions(situation, target, moving, choices),
    ]
    if moving:
        steps += [
            *_replication(situation),
            *_conflicts(situation),
            *_copies(situation, moving),
            *_ready(situation, moving),
        ]
    return Phase("Before anything is changed", tuple(steps))


def _unknowns(situation: Situation, target: Target, paths: tuple[Path, ...], catalogue: Catalogue) -> Iterator[Step]:
    """One step per fact that is missing, with the servers that lack it: nothing unknown is left out."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for whose, fact in _missing(situation, paths):
        why = _alike(fact.why, whose)
        lacking.setdefault((fact.fact, why), []).append(whose)
    for (fact, why), whose in lacking.items():
        names = ", ".join(dict.fromkeys(whose))
        yield Step(
            "find out",
            f"Find out {fact} of {names}",
            "from the facts: a new run of muster, or look there yourself",
            ("View-Only Organization Management and read access, as for every run",),
            (f"pytest --env {quoted(situation.environment)}",),
            (Note(f"Why it is not known: {why}."), Note("Then make this plan anew: it may turn out otherwise.")),
            tuple(dict.fromkeys(whose)),
        )
    if any(path.moves for path in paths):
        for fact in unsaid(situation, target, catalogue):
            yield Step(
                "find out",
                f"Find out: {fact.fact}",
                "Microsoft's supportability matrix, or a newer catalogue (muster catalogue import)",
                notes=(Note(f"Why it is not known: {fact.why}."),),
            )
    strangers = [one for one in situation.servers if not one.listed]
    if strangers:
        names = ", ".join(one.name for one in strangers)
        yield Step(
            "find out",
            f"Find out what {names} {'is' if len(strangers) == 1 else 'are'}: in the directory, and not in the inventory",
            "inventory.yaml",
            notes=(
                *(Note(f"{one.name}: {one.installed}.") for one in strangers),
                Note("They count for what may stand side by side, and this plan has no step for them."),
            ),
            servers=tuple(one.name for one in strangers),
        )
    yield from _sites(situation, paths)


def _missing(situation: Situation, paths: tuple[Path, ...]) -> Iterator[tuple[str, Unknown]]:
    directory = situation.directory
    moving = any(path.moves or path.kind == "unknown" for path in paths)
    for path in paths:
        server = path.server
        facts: list[object] = [server.cumulative_update, server.release]
        if isinstance(server.cumulative_update, Unknown) and isinstance(server.release, Unknown):
            facts = [server.release, server.cumulative_update]
        if path.kind in {"in-place", "unknown"}:
            facts += [server.windows, server.dotnet]
        if path.kind in {"in-place", "update", "unknown"} and server.dag:
            facts += [server.activation, server.copies]
        yield from ((server.name, fact) for fact in facts if isinstance(fact, Unknown))
    if not moving:
        return
    for controller in directory.controllers:
        for fact in (controller.range_upper, controller.windows):
            if isinstance(fact, Unknown):
                yield controller.name, fact
    for domain in directory.domains:
        if isinstance(domain.object_version, Unknown):
            yield domain.name, domain.object_version
        elif domain.object_version is None:
            why = "no container came: it was never prepared, or the account may not see it"
            yield domain.name, Unknown("whether it has Microsoft Exchange System Objects", why)
    whole = (directory.organization, directory.schema_master, directory.forest_level, situation.every_server)
    yield from ((situation.organization, fact) for fact in whole if isinstance(fact, Unknown))
    if directory.master is None and not isinstance(directory.schema_master, Unknown):
        why = f"{directory.schema_master} is not in the inventory"
        yield str(directory.schema_master), Unknown("domain, site and Windows (it is the schema master)", why)


def _alike(why: str, whose: str) -> str:
    """A reason without the name in it, so that those of several servers are one."""
    for name in (whose, whose.upper(), whose.lower()):
        why = why.replace(name, "<name>")
    return why


def _sites(situation: Situation, paths: tuple[Path, ...]) -> Iterator[Step]:
    sites = situation.mailbox_sites
    if len(sites) > 1 and not any(sites.values()) and any(path.moves for path in paths):
        yield Step(
            "find out",
            f"Find out which site faces the internet: {', '.join(sorted(sites))}",
            "inventory.yaml: sites: <site>: {internet_facing: true}",
            notes=(Note("That one comes first. Without it the order of sites in this plan means nothing."),),
        )


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


def _decisions(situation: Situation, target: Target, moving: list[ServerState], choices: Choices) -> Iterator[Step]:
    if choices.beside is None or target.product in choices.beside or not moving:
        return
    products = {pair[0] for one in situation.servers if (pair := known(one.cumulative_update))}
    if products <= {target.product}:
        return
    yield Step(
        "decide",
        f"Decide whether {target.product} may stand beside the others",
        "policy.yaml: coexistence",
        notes=(Note(f"The policy allows only {', '.join(sorted(choices.beside))} side by side."),),
    )


def _replication(situation: Situation) -> Iterator[Step]:
    late: dict[str, list[str]] = {}
    directory = situation.directory
    versions = {one.name.casefold(): known(one.object_version) for one in directory.domains if one.object_version}
    for one in directory.controllers:
        numbers = (
            ("rangeUpper", known(one.range_upper), directory.schema),
            ("objectVersion of the organisation", one.organization, known(directory.organization)),
            (f"objectVersion of {one.domain}", one.system_objects, versions.get(one.domain.casefold())),
        )
        behind = [f"{what} {has} of {full}" for what, has, full in numbers if has and full and has < full]
        if behind:
            late[one.fqdn] = [one.name, *behind]
    if not late:
        return
    names = tuple(name for name, *_ in late.values())
    yield Step(
        "repair replication",
        f"Repair replication to {', '.join(names)}",
        "domain controllers",
        ("Domain Admins",),
        ("repadmin /replsummary", *(f"repadmin /showrepl {quoted(fqdn)}" for fqdn in late)),
        (
            *(Note(f"{name} has {', '.join(behind)}.") for name, *behind in late.values()),
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
        (Note("Keep its folder: after every server, what differs from it is explained or put right."),),
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
            Note(
                "ExecutionPolicy by group policy stops Setup, whatever it says but Unrestricted or Bypass: take it off."
            ),
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
