"""What keeps a release out of the whole organisation: servers that it may not stand beside, controllers, levels."""

from collections.abc import Iterator
from dataclasses import dataclass

from muster.catalogue import Catalogue, Requirement
from muster.naming.target import Target
from muster.plan.situation import ServerState, Situation, Unknown, known


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why a release cannot come in, and what to do about it. ``unverified``: a weak source says so."""

    why: str
    do: str
    unverified: bool = False


def blockers_of(situation: Situation, pair: tuple[str, str], catalogue: Catalogue) -> tuple[Blocker, ...]:
    """Everything that is certain to keep a product and CU out, whichever server it is installed on."""
    return tuple(_directory(situation, pair, catalogue))


def beside(server: ServerState, situation: Situation, target: Target, catalogue: Catalogue) -> tuple[Blocker, ...]:
    """What keeps a release off this server: the directory, and the other servers of the organisation.

    A server that is too old by its CU alone, and has a CU to go to, is no blocker: the plan brings it there first.
    """
    others = [one for one in situation.servers if one.name != server.name]
    return (*blockers_of(situation, target.pair, catalogue), *_servers(others, situation, target, catalogue))


def unsaid(situation: Situation, target: Target, catalogue: Catalogue) -> tuple[Unknown, ...]:
    """What nobody can say about the target in this organisation, because the catalogue has no row for it."""
    order = catalogue.products.index
    products = {pair[0] for one in situation.servers if (pair := known(one.cumulative_update)) is not None}
    rows = {
        "which Windows Server it runs on": catalogue.windows_for(*target.pair),
        "which Windows domain controllers may have": catalogue.controllers_for(*target.pair),
        "which forest functional level it needs": catalogue.forest_levels_for(*target.pair),
        "what it needs in the directory": catalogue.schema_for(*target.pair),
        **{
            f"whether it may stand beside {product}": catalogue.coexistence(target.pair, product)
            for product in sorted(products, key=order)
            if order(product) < order(target.product)
        },
    }
    return tuple(
        Unknown(f"{target.name}, {what}", "the catalogue has no row") for what, row in rows.items() if not row
    )


def _servers(
    others: list[ServerState], situation: Situation, target: Target, catalogue: Catalogue
) -> Iterator[Blocker]:
    order = catalogue.products.index
    present: dict[str, list[ServerState]] = {}
    for one in others:
        pair = known(one.cumulative_update)
        if pair is not None and order(pair[0]) < order(target.product):
            present.setdefault(pair[0], []).append(one)
    for product, servers in sorted(present.items(), key=lambda item: order(item[0])):
        rule = catalogue.coexistence(target.pair, product)
        if rule is None:
            continue  # told by unsaid()
        names = ", ".join(one.name for one in servers)
        if not rule.allowed:
            refuses = "Setup refuses" if rule.enforced else "it is not supported"
            way = catalogue.upgrade_path((product, _cu(servers[0])), target.pair)
            do = (
                way.do
                if way and way.do and not way.supported
                else f"bring {names} to a newer product, and remove them"
            )
            yield Blocker(f"{target.name} beside {product} ({names}): {refuses}", do)
            continue
        for one in servers:
            if not rule.accepts(_cu(one)) and not (
                one.listed and _reaches(one, product, situation, target, catalogue)
            ):
                least = rule.minimum_text or rule.minimum or ""
                yield Blocker(
                    f"{target.name} beside {one.name} on {product} {_cu(one)}: at least {least} is needed",
                    f"bring {one.name} to {product} {least}"
                    + ("" if one.listed else ", and add it to the inventory"),
                )


def _reaches(server: ServerState, product: str, situation: Situation, target: Target, catalogue: Catalogue) -> bool:
    """Whether the plan brings it to an accepted CU before the target comes in."""
    way = catalogue.upgrade_path((product, _cu(server)), target.pair)
    rule = catalogue.coexistence(target.pair, product)
    if way is None or way.first is None or rule is None or blockers_of(situation, way.first, catalogue):
        return False
    return way.first[0] == product and rule.accepts(way.first[1])


def _cu(server: ServerState) -> str:
    pair = known(server.cumulative_update)
    return pair[1] if pair else ""


def _directory(situation: Situation, pair: tuple[str, str], catalogue: Catalogue) -> Iterator[Blocker]:
    name = " ".join(pair)
    directory = situation.directory
    levels = catalogue.forest_levels_for(*pair)
    level = known(directory.forest_level)
    if levels is not None and level is not None and level not in levels.names:
        lowest = min(levels.names, key=catalogue.functional_levels.index)
        below = catalogue.functional_levels.index(level) < catalogue.functional_levels.index(lowest)
        do = f"raise the forest functional level to {lowest} or above" if below else _look("forest functional levels")
        yield Blocker(f"the forest functional level is {level}, {name} works with {levels}", do, levels.unverified)
    controllers = catalogue.controllers_for(*pair)
    if controllers is not None:
        yield from _controllers(situation, name, controllers, catalogue)


def _controllers(situation: Situation, name: str, allowed: Requirement, catalogue: Catalogue) -> Iterator[Blocker]:
    for one in situation.directory.controllers:
        windows = known(one.windows)
        if windows is None or windows in allowed.names:
            continue
        newest = max(allowed.names, key=catalogue.windows_releases.index)
        newer = catalogue.windows_releases.index(windows) > catalogue.windows_releases.index(newest)
        do = (
            _look("Windows of domain controllers")
            if newer
            else f"replace {one.name} by a controller on a newer Windows"
        )
        yield Blocker(
            f"domain controller {one.name} runs Windows Server {windows}, {name} works with {allowed}",
            do,
            allowed.unverified,
        )


def _look(what: str) -> str:
    return f"look whether Microsoft's matrix of {what} has it by now"
