"""Three examples per check: an organisation in order passes, one change makes it fail, one gap undetermined."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kit.changes import Change
from muster.policy import Policy


@dataclass(frozen=True)
class Examples:
    """The examples of one check, all on one subject of the lab's organisation in order.

    As it is, ``subject`` passes (after ``given``, where the organisation in order does not have the thing). Each
    change of ``failing`` alone makes it fail, with a word of ``says`` in the reason. Each change of ``undetermined``
    alone leaves it undetermined: a property that did not come or a partial answer inside an otherwise good one. Each
    change of ``passing`` alone is legitimate, however odd it looks. ``policy`` is judged by instead.
    """

    subject: str
    failing: Mapping[str, Change]
    undetermined: Mapping[str, Change]
    says: tuple[str, ...] = ()
    given: tuple[Change, ...] = ()
    passing: Mapping[str, Change] = field(default_factory=dict)
    policy: Policy | None = None
