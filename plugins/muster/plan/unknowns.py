"""What the run does not know: a step for each fact, so that nothing is left out in silence."""

from collections.abc import Iterator

from muster.plan.blockers import unsaid
from muster.plan.case import Case
from muster.plan.commands import quoted
from muster.plan.paths import Path
from muster.plan.situation import Situation, Unknown
from muster.plan.steps import Note, Step


def unknowns(case: Case, paths: tuple[Path, ...]) -> Iterator[Step]:
    """One step per fact that is missing, with the servers that lack it: nothing unknown is left out."""
    situation = case.situation
    lacking: dict[tuple[str, str], list[str]] = {}
    for one, missing in _missing(situation, paths):
        lacking.setdefault((missing.fact, _alike(missing.why, one)), []).append(one)
    for (name, why), whose in lacking.items():
        names = ", ".join(dict.fromkeys(whose))
        yield Step(
            "find out",
            f"Find out {name} of {names}",
            "from the facts: a new run of muster, or look there yourself",
            ("View-Only Organization Management and read access, as for every run",),
            (f"pytest --env {quoted(situation.environment)}",),
            (Note(f"Why it is not known: {why}."), Note("Then make this plan anew: it may turn out otherwise.")),
            tuple(dict.fromkeys(whose)),
        )
    if any(path.moves or path.kind == "unknown" for path in paths):
        for fact in unsaid(situation, case.target, case.catalogue):
            yield Step(
                "find out",
                f"Find out: {fact.fact}",
                "Microsoft's supportability matrix, or a newer catalogue (muster catalogue import)",
                notes=(Note(f"Why it is not known: {fact.why}."),),
            )
    strangers = [one for one in situation.servers if not one.listed]
    if strangers:
        names, are = ", ".join(one.name for one in strangers), "is" if len(strangers) == 1 else "are"
        yield Step(
            "find out",
            f"Find out what {names} {are}: in the directory, and not in the inventory",
            "inventory.yaml",
            notes=(
                *(Note(f"{one.name}: {one.installed}.") for one in strangers),
                Note("They count for what may stand side by side, and this plan has no step for them."),
            ),
            servers=tuple(one.name for one in strangers),
        )
    yield from _sites(situation, paths)


def _missing(situation: Situation, paths: tuple[Path, ...]) -> Iterator[tuple[str, Unknown]]:
    for path in paths:
        yield from ((path.server.name, fact) for fact in _of_server(path) if isinstance(fact, Unknown))
    if any(path.moves or path.kind == "unknown" for path in paths):
        yield from _of_directory(situation)


def _of_server(path: Path) -> Iterator[object]:
    """What the steps of a server, or its way, depend on."""
    server = path.server
    yield from (server.release, server.cumulative_update)
    if path.kind in {"in-place", "unknown"}:
        yield from (server.windows, server.dotnet)
    if path.kind in {"in-place", "update", "unknown"} and server.dag:
        yield from (server.activation, server.copies)


def _of_directory(situation: Situation) -> Iterator[tuple[str, Unknown]]:
    directory = situation.directory
    for controller in directory.controllers:
        numbers = (controller.range_upper, controller.windows)
        yield from ((controller.name, fact) for fact in numbers if isinstance(fact, Unknown))
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
        yield directory.schema_master, Unknown("domain, site and Windows (it is the schema master)", why)


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
