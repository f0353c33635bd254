"""A difference as a plan tells it."""

from muster.drift import Difference
from muster.upgrade.put_back.literals import as_text, one_line

_LONGEST = 300
"""How much of an object's name is told: the end of a registry key is what matters."""


def sentence(difference: Difference) -> str:
    """A difference on one line: whose, what, was, is."""
    place = difference.place
    what = " ".join(part for part in (place.fact, difference.object and as_text(difference.object, _LONGEST)) if part)
    where = f"{place.subject}: {what}"
    path = ".".join(difference.path)
    if not difference.path:
        return one_line(f"{where} is {difference.how}")
    if difference.added or difference.removed:
        lost = f" without {as_text(difference.removed)}" if difference.removed else ""
        more = f" with {as_text(difference.added)}" if difference.added else ""
        return one_line(f"{where}: {path} is now{lost}{more}")
    return one_line(f"{where}: {path} was {as_text(difference.was)}, is {as_text(difference.now)}")
