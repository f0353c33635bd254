"""Extended Protection: what Setup sets per virtual directory with every CU from 2019 CU14 on."""

from dataclasses import dataclass
from functools import cache

from muster.catalogue.rows import maybe, text
from muster.drift import Difference
from muster.upgrade.crossing import Crossing, Step
from muster.upgrade.judged import Because
from muster.upgrade.security import weakens
from muster.upgrade.tables import first_builds, rows, table
from muster.upgrade.values import text_of

_PROPERTY = "ExtendedProtectionTokenChecking"


@dataclass(frozen=True, slots=True)
class Protected:
    """What Setup sets on one virtual directory; ``fact`` is the fact that shows it, ``""`` for none."""

    site: str
    directory: str
    checking: str
    ssl_flags: str
    fact: str = ""

    @property
    def front_end_ews(self) -> bool:
        """Whether ``/DoNotEnableEP_FEEWS`` leaves it out."""
        return (self.site, self.directory) == ("Default Web Site", "EWS")


@cache
def protected() -> tuple[Protected, ...]:
    """The table of virtual directories."""
    return tuple(
        Protected(
            text(row, "site"),
            text(row, "directory"),
            text(row, "checking"),
            text(row, "ssl_flags"),
            maybe(row, "fact") or "",
        )
        for row in rows("extended_protection")
    )


def switches_on(step: Step) -> bool:
    """Whether this step was a Setup that switches Extended Protection on."""
    since = max(first_builds(table("extended_protection"), "since").values())
    return step.another_cu and step.new >= since


def row_for(fact: str, identity: str) -> Protected | None:
    r"""The row for a virtual directory, by its fact and identity (``EX01\owa (Default Web Site)``)."""
    site = "Exchange Back End" if "(exchange back end)" in identity.casefold() else "Default Web Site"
    return next((row for row in protected() if row.fact == fact and row.site == site), None)


def extended_protection(difference: Difference, step: Step, crossing: Crossing) -> Because | None:
    """Whether Setup switched Extended Protection on here, to just what it sets. Weaker is never expected."""
    if difference.property != _PROPERTY or difference.how != "changed" or weakens(difference):
        return None
    row = row_for(difference.place.fact, difference.object)
    if row is None or not switches_on(step) or text_of(difference.now).casefold() != row.checking.casefold():
        return None
    if "DoNotEnableEP" in crossing.switches or (row.front_end_ews and "DoNotEnableEP_FEEWS" in crossing.switches):
        return None
    why = f"Setup switches Extended Protection on from 2019 CU14 on: {row.site}/{row.directory} to {row.checking}"
    return Because("ep-default", why, ("learn_ep",))
