"""What a run's drift is, all of it together: which servers crossed releases, what each difference is, the plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from muster import baseline, evidence, upgrade
from muster.catalogue import Catalogue, Release
from muster.drift import Difference, Place, told, why_not
from muster.model import Drifted, DriftSeen, Object
from muster.pytest.drifting import Drifting, Found, Group
from muster.pytest.store import FactStore
from muster.upgrade import Crossing, Sorted, put_back

NOT_ASKED = "not run"
"""The kind of the problem of a question that nobody asked."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Every difference of a run, sorted; ``of`` finds what the oracle says of one."""

    crossing: Crossing
    sorted: tuple[Sorted, ...]
    preserved: int
    found: tuple[tuple[Group, Found], ...]
    by_difference: Mapping[int, Sorted]
    following: Mapping[int, str]

    def expected(self, difference: Difference) -> str | None:
        """Why a difference is meant to be; ``None`` where it is not."""
        one = self.by_difference.get(id(difference))
        return one.why if one is not None and one.kind == "expected" else None

    def sort_of(self, difference: Difference) -> str:
        """What a difference is: ``lost``, ``leftover``, ``unexplained`` or ``expected``; and what it follows from."""
        one = self.by_difference.get(id(difference))
        cause = self.following.get(id(difference))
        return (one.kind if one is not None else "unexplained") + (f", follows from {cause}" if cause else "")


def judge_all(drifting: Drifting, store: FactStore, catalogue: Catalogue, to: str | None) -> Judged:
    """Compare everything that the baseline holds, then sort it: what crossed shows in the differences themselves."""
    found = tuple((group, drifting.found(group, store)) for group in drifting.groups.values())
    left = [one for _, each in found for one in each.comparison.differences]
    everything = [*left, *(one for _, each in found for one, _ in each.accepted)]
    crossing = upgrade.crossing_of(everything, target=release_called(to, catalogue))
    ordered = upgrade.sort(left, crossing, catalogue)
    kept = upgrade.preserved(_before(drifting), everything, crossing) if crossing.happened else ()
    return Judged(
        crossing, ordered, len(kept), found, {id(one.difference): one for one in ordered}, put_back.following(ordered)
    )


def release_called(to: str | None, catalogue: Catalogue) -> Release | None:
    """The release that an inventory's ``upgrade.to`` names, as its CU."""
    if to is None:
        return None
    product, _, cu = to.rpartition(" ")
    return next((one for one in catalogue.releases_of(product, cu)), None)


def _before(drifting: Drifting) -> Iterator[tuple[Place, Object]]:
    for group in drifting.groups.values():
        for part in group.parts:
            answer = part.portion.observation.answer
            if answer is not None:
                for item in part.portion.rows(answer).objects:
                    yield part.place(group), item


def seen_of(
    drifting: Drifting,
    judged: Judged,
    reports: Path,
    changed: Mapping[int, str] | None = None,
    looked_up: tuple[str, ...] = (),
) -> DriftSeen:
    """The drift of a run as evidence tells it, the lost first; ``reports`` holds the plans of earlier runs.

    ``changed`` says of a difference, by its ``id``, who changed it when; ``looked_up`` what of that nobody tells.
    """
    sources = upgrade.sources()
    strangers = drifting.strangers()
    steps = put_back.plan(judged.sorted, judged.crossing)
    commands: dict[int, list[str]] = {}
    for step in steps:
        for one in step.differences:
            told_for = commands.setdefault(id(one), [])
            told_for += [step.command] if step.command else [*step.edit, *step.notes]
    rows = [
        _row(
            one.difference,
            one.kind,
            why=one.why,
            sources=tuple(sources[name].ref if name in sources else name for name in one.sources),
            unverified=one.unverified,
            commands=tuple(dict.fromkeys(commands.get(id(one.difference), ()))),
            changed=(changed or {}).get(id(one.difference), ""),
            follows=judged.following.get(id(one.difference), ""),
        )
        for one in judged.sorted
    ]
    for _, each in judged.found:
        rows += [
            _row(one, "accepted", why=f"{yes.reason} ({yes.by}, {yes.on[:10]})", sources=(), unverified=False)
            for one, yes in each.accepted
        ]
    return DriftSeen(
        baseline=drifting.baseline.name,
        made=drifting.baseline.replay.started,
        rows=tuple(rows),
        crossings=tuple(f"{step.server}: {step.old} is now {step.new}" for step in judged.crossing.crossed),
        compared=sum(each.comparison.compared for _, each in judged.found),
        preserved=judged.preserved,
        put_back=put_back.script(steps, about=_about(drifting, judged)) if steps else "",
        plan=put_back.dump_plan(steps) if steps else None,
        carried_out=_carried_out(drifting, judged, reports),
        incomparable=tuple(why_not(one) for _, each in judged.found for one in each.comparison.incomparable),
        looked_up=looked_up,
        unknown=tuple(
            str(gap)
            for _, each in judged.found
            for gap in each.gaps
            if gap.problem.kind != NOT_ASKED  # what this run was not asked for is no gap
        ),
        strangers=(
            *(f"{kind} {name} is new" for kind, name in strangers.new),
            *(f"{kind} {name} is gone" for kind, name in strangers.gone),
        ),
    )


def _about(drifting: Drifting, judged: Judged) -> tuple[str, ...]:
    made = drifting.baseline.replay.started
    return (
        f"Baseline {drifting.baseline.name} of {drifting.environment.name}, made {made:%Y-%m-%d %H:%M} UTC.",
        *(f"{step.server}: {step.old} is now {step.new}." for step in judged.crossing.crossed),
    )


def _carried_out(drifting: Drifting, judged: Judged, reports: Path) -> tuple[str, ...]:
    """What became of the newest plan that an earlier run made against the same baseline."""
    earlier = evidence.last_plan(
        reports / drifting.environment.name, drifting.baseline.name, drifting.baseline.replay.started
    )
    if earlier is None:
        return ()
    folder, plan = earlier
    try:
        remembered = put_back.load_plan(plan)
    except ValueError as wrong:
        return (f"The plan of {folder} cannot be read: {wrong}",)
    differences = [one.difference for one in judged.sorted if one.kind != "expected"]
    covered = [
        (type(group.subject).__name__, group.subject.name, group.fact.__name__)
        for group, found in judged.found
        if not found.gaps
    ]
    progress = put_back.progress(remembered, differences, covered)
    said = f"Of the plan of {folder}: {len(progress.done)} of {len(remembered)} steps are carried out"
    said += f", {len(progress.open)} {'is' if len(progress.open) == 1 else 'are'} open" if progress.open else ""
    said += f", of {len(progress.unknown)} nobody knows: they were not compared" if progress.unknown else ""
    return (f"{said}.", *(f"Open: {step.title}" for step in progress.open))


def _row(
    difference: Difference,
    sort: str,
    *,
    why: str,
    sources: tuple[str, ...],
    unverified: bool,
    commands: tuple[str, ...] = (),
    changed: str = "",
    follows: str = "",
) -> Drifted:
    place = difference.place
    return Drifted(
        name=baseline.name_of(difference),
        subject=place.subject,
        subject_kind=place.subject_kind,
        fact=place.fact,
        object=difference.object,
        told=told(difference),
        sort=sort,
        why=why,
        sources=sources,
        unverified=unverified,
        put_back=commands,
        changed=changed,
        follows=follows,
    )
