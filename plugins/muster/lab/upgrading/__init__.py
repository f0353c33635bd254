"""The lab plays an upgrade: what Setup changes by design, and what a choice of real upgrades lost."""

from muster.lab.upgrading.losing import LOSSES, chosen
from muster.lab.upgrading.losses import Loss
from muster.lab.upgrading.setup import upgrade
from muster.lab.upgrading.targets import Target, UpgradeRefused, known_targets, read_target

__all__ = ["LOSSES", "Loss", "Target", "UpgradeRefused", "chosen", "known_targets", "read_target", "upgrade"]
