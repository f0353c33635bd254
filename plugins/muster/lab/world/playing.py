"""A description played: the world that its plan makes, with its faults planted."""

from muster.lab.certificates import Authority
from muster.lab.description import Description
from muster.lab.world.making import World, make_faultless
from muster.lab.world.patching import apply_patches


def make_world(description: Description, authority: Authority) -> World:
    """Play a description; raises ``DescriptionMistake``. The certificates come from ``authority``."""
    world = make_faultless(description, authority)
    apply_patches(world, description)
    return world
