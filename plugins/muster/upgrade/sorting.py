"""The oracle: of all that differs, what was meant to, what was lost, what was left behind, what nobody explains."""

from collections.abc import Iterable
from functools import cache

from muster.catalogue import Catalogue, published
from muster.catalogue.rows import text, texts
from muster.drift import Difference
from muster.upgrade.by_design import by_design
from muster.upgrade.crossing import Crossing, Step, name_of
from muster.upgrade.extended_protection import extended_protection
from muster.upgrade.judged import KINDS, Because, Sorted
from muster.upgrade.losses import Loss, loss_of
from muster.upgrade.preservation import in_files
from muster.upgrade.security import weakens
from muster.upgrade.seen import requester_of, state_of
from muster.upgrade.tables import rows
from muster.upgrade.versions import versions

WEAKENED = "weakened"
"""The rule of a difference that would be by design, were it not less secure than before."""


def sort(
    differences: Iterable[Difference], crossing: Crossing, catalogue: Catalogue | None = None
) -> tuple[Sorted, ...]:
    """Each difference with what it is and why; the lost first, in the order of ``KINDS``.

    Without an update on the server in question nothing is expected, lost or left over.
    """
    tables = catalogue or published()
    found = [_sorted(difference, crossing, tables) for difference in differences]
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


def _sorted(difference: Difference, crossing: Crossing, catalogue: Catalogue) -> Sorted:
    expected = _expected(difference, crossing, catalogue)
    if expected is not None and not weakens(difference):
        return Sorted(difference, "expected", expected.rule, expected.why, expected.sources, expected.unverified)
    step = crossing.of(difference)
    if step is not None and step.crossed:
        in_file = in_files(difference, step)
        if isinstance(in_file, Because) and not weakens(difference):
            return Sorted(difference, "expected", in_file.rule, in_file.why, in_file.sources, in_file.unverified)
        if isinstance(in_file, Loss):
            return _by_loss(difference, in_file, step, crossing, catalogue)
    loss = loss_of(difference)
    if loss is not None:
        return _by_loss(difference, loss, step, crossing, catalogue)
    if expected is not None or weakens(difference):
        return Sorted(difference, "unexplained", WEAKENED, "it protects less than before, which no update does", ())
    return Sorted(difference, "unexplained", "", _nobody(step, crossing, difference, catalogue))


def _expected(difference: Difference, crossing: Crossing, catalogue: Catalogue) -> Because | None:
    moved = versions(difference, crossing, catalogue)
    step = crossing.of(difference)
    if moved is not None or step is None or not step.crossed:
        return moved
    return extended_protection(difference, step, crossing) or by_design(difference, step) or _came_back(difference)


def _came_back(difference: Difference) -> Because | None:
    """Setup, and whoever works around it, set components inactive and active again: the last word is ``Active``."""
    requester = requester_of(difference)
    if difference.place.fact != "ServerComponents" or not requester or difference.removed:
        return None
    states = [state_of(value) for value in (*difference.added, *([] if difference.added else [difference.now]))]
    set_by = _set_by().get((difference.object.casefold(), requester.casefold()))
    is_time = difference.path[-1].casefold() == "timestamp"
    if set_by is None or (difference.how != "new" and not difference.added and not is_time):
        return None
    if not is_time and any(state.casefold() != "active" for state in states):
        return None
    why = f"{set_by[0]} sets {difference.object} inactive by requester {requester} and active again"
    return Because("component-came-back", why, set_by[1])


@cache
def _set_by() -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    return {
        (text(row, "component").casefold(), text(row, "requester").casefold()): (
            text(row, "by"),
            texts(row, "source"),
        )
        for row in rows("setup", "components")
    }


def _by_loss(
    difference: Difference, loss: Loss, step: Step | None, crossing: Crossing, catalogue: Catalogue
) -> Sorted:
    if step is None or not step.crossed:
        why = _nobody(step, crossing, difference, catalogue)
        return Sorted(difference, "unexplained", loss.id, why, loss.sources, loss.unverified)
    if loss.kind == "lost" and not (loss.any_update or step.another_cu):
        why = f"no source says that an update inside a CU changes {loss.what}"
        return Sorted(difference, "unexplained", loss.id, why, loss.sources, loss.unverified)
    if loss.evidence == "no_source":
        why = f"no source says that an update changes {loss.what}"
        return Sorted(difference, "unexplained", loss.id, why, loss.sources, loss.unverified)
    if loss.kind == "expected" and loss.any_value:
        why = f"meant so, and nothing moves it back by itself: {loss.what} (back with: {loss.put_back[0]})"
        return Sorted(difference, "expected", loss.id, why, loss.sources, loss.unverified)
    if loss.kind == "expected":  # a row about a by-design change, whose value did not fit: nobody explains this value
        return Sorted(
            difference, "unexplained", loss.id, f"an update changes it, not to this: {loss.what}", loss.sources
        )
    told = (
        "known to be lost in updates or in the work around them:"
        if loss.kind == "lost"
        else "the work around an update leaves behind"
    )
    follows = " (it follows from how files are handled, no report was read)" if loss.evidence == "inferred" else ""
    return Sorted(difference, loss.kind, loss.id, f"{told} {loss.what}{follows}", loss.sources, loss.unverified)


def _nobody(step: Step | None, crossing: Crossing, difference: Difference, catalogue: Catalogue) -> str:
    if step is not None and step.crossed:
        return f"no source says that {name_of(step.new, catalogue)} changes it"
    if not crossing.happened:
        return "no update was installed"
    return f"no update was installed on {crossing.server_of(difference) or difference.place.subject}"
