"""Three examples per check: an organisation in order passes, one change makes it fail, one gap undetermined."""

from dataclasses import dataclass

from kit.changes import Change


@dataclass(frozen=True)
class Examples:
    """``subject`` passes as it is in the organisation in order. Each change of ``failing`` alone makes it fail.
    ``says`` must be in the reason of each failure. Each change of ``undetermined`` alone leaves it undetermined: a
    property that did not come or a partial answer inside an otherwise good one.
    """

    subject: str
    failing: tuple[Change, ...]
    undetermined: tuple[Change, ...]
    says: str = ""
