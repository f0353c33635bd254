"""Every loss, by name; and which a command line means."""

from collections.abc import Iterable, Mapping

from muster.lab.upgrading import (
    losses_files,
    losses_iis,
    losses_mail,
    losses_settings,
    losses_states,
    losses_web,
    losses_windows,
)
from muster.lab.upgrading.losses import Loss
from muster.lab.upgrading.targets import UpgradeRefused

LOSSES: Mapping[str, Loss] = {
    loss.name: loss
    for module in (
        losses_states,
        losses_windows,
        losses_files,
        losses_settings,
        losses_iis,
        losses_web,
        losses_mail,
    )
    for loss in module.LOSSES
}
_WHOLE = {"all": frozenset({"lost"}), "everything": frozenset({"lost", "unsourced"})}


def chosen(names: Iterable[str]) -> tuple[Loss, ...]:
    """The losses that are named, each once, in the order of the list; raises ``UpgradeRefused`` with what there is.

    ``all`` is everything that a source tells of; ``everything`` also what no source says an update changes.
    """
    wanted: set[str] = set()
    for name in names:
        if name in _WHOLE:
            wanted |= {loss.name for loss in LOSSES.values() if loss.group in _WHOLE[name]}
        elif name in LOSSES:
            wanted.add(name)
        else:
            raise UpgradeRefused(
                f"nothing is lost by the name '{name}'; there are all, everything, {', '.join(LOSSES)}"
            )
    return tuple(loss for loss in LOSSES.values() if loss.name in wanted)
