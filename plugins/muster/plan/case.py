"""One upgrade to be planned: what is there, where to, by which tables, on which day, and what was decided."""

from dataclasses import dataclass
from datetime import date

from muster.catalogue import Catalogue
from muster.naming.target import Target
from muster.plan.choices import NOTHING_DECIDED, Choices
from muster.plan.situation import Situation


@dataclass(frozen=True, slots=True)
class Case:
    """What a plan is made from."""

    situation: Situation
    target: Target
    catalogue: Catalogue
    on: date
    choices: Choices = NOTHING_DECIDED
