"""A description played: the world that its plan makes, with its faults planted, and then what happened there."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from muster.lab.certificates import Authority
from muster.lab.changes import Refused, Session, run_text
from muster.lab.description import Description
from muster.lab.played import Event, RunEvent
from muster.lab.upgrading import UpgradeRefused, upgrade
from muster.lab.world.making import World, make_faultless, settle
from muster.lab.world.patching import plant
from muster.lab.world.replication import note


class NotPlayed(ValueError):  # noqa: N818 - a word of its own, as everywhere in muster
    """An event that cannot happen in this organisation: the how-manieth, and why."""

    def __init__(self, number: int, why: Exception) -> None:
        super().__init__(f"event {number} of played.yaml cannot be played: {why}. 'muster lab reset' begins anew")
        self.number = number


def make_world(description: Description, authority: Authority, played: Sequence[Event] = ()) -> World:
    """Play a description and the events; raises ``DescriptionMistake`` or ``NotPlayed``.

    The certificates come from ``authority``.
    """
    world = unsettled(description, authority, played)
    settle(world)
    return world


def unsettled(description: Description, authority: Authority, played: Sequence[Event] = ()) -> World:
    """The same before what follows from the rest: something may happen to it yet, then ``settle`` it."""
    world = make_faultless(description, authority)
    plant(world, description)
    for number, event in enumerate(played, start=1):
        try:
            happen(world, event)
        except (UpgradeRefused, Refused) as why:
            raise NotPlayed(number, why) from why
    return world


def happen(world: World, event: Event) -> None:
    """Let one event happen, and what it wrote carry its time; raises ``UpgradeRefused`` or ``Refused``."""
    before = world.in_directory()
    if isinstance(event, RunEvent):
        run_text(Session(world, event.at, event.on, by_hand=event.by_hand), event.text)
    else:
        upgrade(world, event)
    note(world.writes, before, world.in_directory(), event.at)


_LASTS = timedelta(weeks=4)


def anchor(played: Sequence[Event] = ()) -> datetime:
    """What the validity of certificates is relative to: the Monday of the week, of the first event's if it is recent.

    With the moment itself two starts would show different certificates, and nothing could be compared. After four
    weeks the certificates are made anew, as they would have expired some day.
    """
    now = datetime.now(UTC)
    moment = played[0].at.astimezone(UTC) if played and now - played[0].at < _LASTS else now
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())
