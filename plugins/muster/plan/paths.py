"""For each server, the way to the target: in place, by a new server, over another CU, or not at all, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from muster.catalogue import UpgradePath
from muster.catalogue.cumulative_updates import rank
from muster.naming.target import Target, target_of
from muster.plan.blockers import Blocker, beside, blockers_of
from muster.plan.case import Case
from muster.plan.situation import ServerState, Unknown, known

Kind = Literal["newer", "already there", "update", "in-place", "legacy", "blocked", "unknown"]


@dataclass(frozen=True, slots=True)
class Path:
    """How one server gets to the target, and why so.

    ``first`` is a CU that must be installed on it before, in place, whatever comes then. ``do`` is what to do where
    it is blocked or unknown. ``unverified``: no source says it in so many words.
    """

    server: ServerState
    kind: Kind
    why: str
    first: Target | None = None
    do: str = ""
    unverified: bool = False

    @property
    def moves(self) -> bool:
        """Whether the plan has steps for it."""
        return self.kind in {"update", "in-place", "legacy"}


def paths_for(case: Case) -> tuple[Path, ...]:
    """The way of every server of the inventory, in its order."""
    return tuple(_path(one, case) for one in case.situation.servers if one.listed)


def _path(server: ServerState, case: Case) -> Path:
    here, target = server.cumulative_update, case.target
    if isinstance(here, Unknown):
        return Path(server, "unknown", str(here), do=f"find out which CU {server.name} has")
    order = case.catalogue.products.index
    if order(here[0]) > order(target.product) or (here[0] == target.product and rank(here[1]) > rank(target.cu)):
        return Path(server, "newer", f"it has {server.installed}, which is newer than {target.name}")
    if here == target.pair:
        return _update_only(server, target)
    return _blocked(beside(server, case.situation, target, case.catalogue), server) or _upgrade(server, here, case)


def _update_only(server: ServerState, target: Target) -> Path:
    release = server.release
    if isinstance(release, Unknown):
        why = f"{target.name} is installed; {release}"
        return Path(server, "unknown", why, do=f"find out which update {server.name} has")
    if release.build >= target.security.build:
        newer = f"; {target.update} fixes more than security" if release.build < target.update.build else ""
        return Path(server, "already there", f"it has {release}{newer}")
    has = release.su or "no update"
    return Path(server, "update", f"{target.name} is installed; {has} where {target.update.su} is current")


def _blocked(blockers: Iterable[Blocker], server: ServerState) -> Path | None:
    found = tuple(blockers)
    if not found:
        return None
    return Path(
        server,
        "blocked",
        "; ".join(one.why for one in found),
        do="; ".join(dict.fromkeys(one.do for one in found)),
        unverified=all(one.unverified for one in found),
    )


def _upgrade(server: ServerState, here: tuple[str, str], case: Case) -> Path:
    target, catalogue = case.target, case.catalogue
    way = catalogue.upgrade_path(here, target.pair)
    if way is None:
        return _unsaid(server, here, case)
    if way.method == "none":
        return Path(server, "blocked", f"there is no way from {' '.join(here)} to {target.name}", do=way.do)
    if way.first is None:
        if way.supported:
            return _by_method(server, way, None, case)
        return Path(server, "blocked", f"the way from {' '.join(here)} to {target.name} is not supported", do=way.do)
    first = target_of(way.first, catalogue, case.on)
    then = catalogue.upgrade_path(way.first, target.pair)
    if then is None or not then.supported:
        return Path(server, "blocked", f"no source says a way from {first.name} to {target.name}", do=way.do)
    held = _blocked(blockers_of(case.situation, first.pair, catalogue), server)
    return held or _by_method(server, then, first, case)


def _unsaid(server: ServerState, here: tuple[str, str], case: Case) -> Path:
    """No source names a way; where both may stand side by side, mailboxes can move from one to the other."""
    rule = case.catalogue.coexistence(case.target.pair, here[0])
    if rule is not None and rule.accepts(here[1]):
        why = f"no source names a way from {here[0]}, but both may stand side by side"
        return Path(server, "legacy", why, unverified=True)
    why = f"no source says a way from {' '.join(here)} to {case.target.name}"
    return Path(server, "blocked", why, do="plan for a CU between them, to which both sides name a way")


def _by_method(server: ServerState, way: UpgradePath, first: Target | None, case: Case) -> Path:
    target = case.target
    decided = case.choices.methods.get(server.name)
    before = f"{first.name} first; " if first else ""
    if way.method == "legacy":
        against = " (the policy says in place, which does not exist here)" if decided == "in-place" else ""
        return Path(
            server, "legacy", f"{before}{way.product} cannot become {target.product} in place{against}", first
        )
    if decided == "legacy":
        return Path(server, "legacy", f"{before}in place would do; the policy says a new server", first)
    return _by_windows(server, first, case, before)


def _by_windows(server: ServerState, first: Target | None, case: Case, before: str) -> Path:
    """In place, where Windows stays below: it is never upgraded in place."""
    target = case.target
    windows = case.catalogue.windows_for(*target.pair)
    if windows is None:
        why = f"the catalogue does not know which Windows Server {target.name} runs on"
        return Path(server, "unknown", why, do="find it in Microsoft's supportability matrix")
    if isinstance(server.windows, Unknown):
        own = case.catalogue.windows_for(*(known(server.cumulative_update) or target.pair))
        if own is None or not set(own.names) <= set(windows.names):
            why = f"{target.name} runs on Windows Server {windows}; {server.windows}"
            return Path(server, "unknown", why, do=f"find out which Windows {server.name} has")
    elif server.windows not in windows.names:
        why = (
            f"{before}it runs on Windows Server {server.windows}, {target.name} on {windows}; "
            "Windows under Exchange is never upgraded in place"
        )
        return Path(server, "legacy", why, first)
    return Path(server, "in-place", f"{before}Setup installs {target.name} over what is there", first)
