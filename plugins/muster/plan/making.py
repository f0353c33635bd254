"""From a situation to the whole plan: phases in the order in which they are done."""

from collections.abc import Iterator

from muster.naming.target import Target
from muster.plan.after import balance, finish
from muster.plan.before import before
from muster.plan.case import Case
from muster.plan.directory import Reached, prepare
from muster.plan.edge import legacy_edge_steps
from muster.plan.legacy import legacy_steps
from muster.plan.order import in_order
from muster.plan.paths import Path, paths_for
from muster.plan.situation import ServerState, Situation, known
from muster.plan.steps import Note, Phase, Plan, Source, Step
from muster.plan.upgrading import server_steps


def make(case: Case, source: Source) -> Plan:
    """The plan of an upgrade."""
    paths = paths_for(case)
    return Plan(
        environment=case.situation.environment,
        organization=case.situation.organization,
        target=case.target,
        source=source,
        paths=paths,
        phases=tuple(_phases(case, paths)),
        notes=tuple(_notes(case, paths)),
    )


def _phases(case: Case, paths: tuple[Path, ...]) -> Iterator[Phase]:
    first = before(case, paths)
    if first.steps:
        yield first
    moving = [path for path in paths if path.moves]
    if not moving:
        return
    reached = Reached()
    waves = {path.first.pair: path.first for path in moving if path.first is not None}
    for wave in sorted(waves.values(), key=lambda one: one.update.build):
        yield prepare(case, wave, reached)
        reached = reached.after(case.catalogue.schema_for(*wave.pair))
        mine = [path for path in moving if path.first is not None and path.first.pair == wave.pair]
        yield Phase(
            f"{wave.name} first, on every server that needs it",
            tuple(_in_place(mine, wave, case)),
            (Note(f"All of them, before {case.target.name} is installed anywhere."),),
        )
    if any(path.kind != "update" for path in moving):
        yield prepare(case, case.target, reached)
    yield from _servers(moving, case)
    yield from _edges(moving, case)
    yield finish(case.situation, case.target, paths)


def _servers(moving: list[Path], case: Case) -> Iterator[Phase]:
    situation, target = case.situation, case.target
    in_place = [path for path in moving if path.kind in {"in-place", "update"} and not path.server.is_edge]
    if in_place:
        steps = (*_in_place(in_place, target, case), *balance(situation, _names(in_place)))
        yield Phase(f"Servers to {target.name}, in place", steps, tuple(_order_notes(in_place, situation)))
    legacy = in_order([path for path in moving if path.kind == "legacy" and not path.server.is_edge], situation)
    groups = {path.server.dag or path.server.name: path.server for path in legacy}
    for name, server in groups.items():
        mine = tuple(path for path in legacy if (path.server.dag or path.server.name) == name)
        takes = "Mailboxes move while everything runs, as long as it takes. Only the end cannot be undone."
        yield Phase(
            f"New servers with {target.name} in place of {', '.join(_names(mine))}",
            tuple(legacy_steps(mine, situation.group_of(server), case)),
            (Note(takes),),
        )


def _edges(moving: list[Path], case: Case) -> Iterator[Phase]:
    edges = in_order([path for path in moving if path.server.is_edge], case.situation)
    if not edges:
        return
    steps: list[Step] = []
    for path in edges:
        steps += legacy_edge_steps(path, case) if path.kind == "legacy" else _in_place([path], case.target, case)
    keeps = "An upgrade in place keeps the subscription. Subscribe again where Mailbox servers joined the site."
    yield Phase(
        f"Edge servers to {case.target.name}",
        tuple(steps),
        (Note("Mailbox servers before Edge servers."), Note(keeps, unverified=True)),
    )


def _in_place(paths: list[Path], target: Target, case: Case) -> Iterator[Step]:
    for path in in_order(paths, case.situation):
        yield from server_steps(path.server, _before(path, target), target, case)


def _before(path: Path, target: Target) -> tuple[str, str]:
    """What the server has when it is brought to a target: its first CU, once that is done."""
    if path.first is not None and path.first.pair != target.pair:
        return path.first.pair
    found = known(path.server.cumulative_update)
    if found is None:
        raise LookupError(f"{path.server.name} has a way, and no CU")
    return found


def _names(paths: list[Path] | tuple[Path, ...]) -> tuple[str, ...]:
    return tuple(path.server.name for path in paths)


def _order_notes(paths: list[Path], situation: Situation) -> Iterator[Note]:
    yield Note("One server after the other; the internet-facing site first. Of a DAG never two at a time.")
    for group in situation.groups:
        lag = [path.server.name for path in in_order(paths, situation) if path.server.name in group.members]
        if group.in_progress and lag:
            yield Note(
                f"{group.name}: its upgrade is under way (inventory). It goes on with who lags: {', '.join(lag)}."
            )


def _notes(case: Case, paths: tuple[Path, ...]) -> Iterator[Note]:
    situation, target = case.situation, case.target
    support = case.catalogue.support_of(*target.pair, case.on, case.choices.esu)
    if support.state != "supported":
        yield Note(f"{support}.")
    if not any(path.moves for path in paths):
        standing = {path.kind for path in paths}
        if standing <= {"already there", "newer"}:
            yield Note(f"Every server is at {target.name} or newer: nothing is to be done.")
        else:
            yield Note("No server can be upgraded before the steps below are done.")
    ahead = _ahead(paths)
    if ahead:
        yield Note(
            f"{', '.join(one.name for one in ahead)} came before the internet-facing site: bring that one next.",
        )
    for group in situation.groups:
        mine = [path for path in paths if path.server.name in group.members]
        kinds = {path.kind for path in mine if path.kind not in {"already there", "newer"}}
        if "legacy" in kinds and kinds != {"legacy"}:
            said = ", ".join(f"{path.server.name} {path.kind}" for path in mine)
            yield Note(
                f"{group.name}: its members have different ways ({said}); a DAG has one Exchange and one Windows."
            )


def _ahead(paths: tuple[Path, ...]) -> list[ServerState]:
    """Servers of other sites that are there already while the internet-facing site still lags."""
    lags = any(path.moves and path.server.internet_facing and not path.server.is_edge for path in paths)
    return [
        path.server
        for path in paths
        if lags
        and path.kind in {"already there", "newer"}
        and not path.server.internet_facing
        and not path.server.is_edge
    ]
