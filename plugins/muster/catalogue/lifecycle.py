"""How long Microsoft supports a product, and which of its CUs: mainstream, extended, ESU periods, modern policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from muster.catalogue.rows import Row, as_rows, day, doubtful, maybe, number, text, texts

State = Literal["supported", "unsupported", "unknown"]
_MONTH = 31


@dataclass(frozen=True, slots=True)
class EsuPeriod:
    """One period of Extended Security Updates, bought separately, with both ends; only ``cus`` get updates."""

    number: int
    first: date
    last: date
    cus: tuple[str, ...]

    def __str__(self) -> str:
        """``ESU period 1 (2025-10-14 to 2026-04-14)``."""
        return f"ESU period {self.number} ({self.first} to {self.last})"


@dataclass(frozen=True, slots=True)
class ProductSupport:
    """When a product's support ends. ``policy`` is ``fixed`` or ``modern`` (no end is set)."""

    product: str
    policy: str
    mainstream_end: date | None
    extended_end: date | None
    esu: tuple[EsuPeriod, ...] = ()

    def phase(self, on: date) -> str:
        """``mainstream``, ``extended``, ``ESU period N``, ``none``, or ``modern``; support's last days included."""
        if self.policy == "modern":
            return "modern"
        if self.mainstream_end is not None and on <= self.mainstream_end:
            return "mainstream"
        if self.extended_end is not None and on <= self.extended_end:
            return "extended"
        found = self.period(on)
        return f"ESU period {found.number}" if found else "none"

    def period(self, on: date) -> EsuPeriod | None:
        """The ESU period that a day lies in."""
        return next((one for one in self.esu if one.first <= on <= one.last), None)

    def last_day(self, on: date, bought: frozenset[int]) -> date | None:
        """The last day of the support that runs on a day without interruption; ``None`` where no end is set.

        ESU periods count where they were bought and follow without a gap.
        """
        if self.policy == "modern" or self.extended_end is None:
            return None
        end = self.extended_end
        for period in self.esu:
            if period.number not in bought:
                continue
            if period.first <= on <= period.last:
                end = period.last
            elif on <= end and period.first <= end + timedelta(days=1):
                end = max(end, period.last)
        return end

    @property
    def very_last(self) -> date | None:
        """The day after which nobody gets updates any more, ESU or not; ``None`` where no end is set."""
        ends = [period.last for period in self.esu]
        return max([self.extended_end, *ends]) if self.extended_end else None


@dataclass(frozen=True, slots=True)
class CuRule:
    """Which CUs are serviced in a phase: ``N``, ``N-1``, or CUs by name (which are serviced as N and N-1)."""

    products: tuple[str, ...]
    phase: str
    supported: tuple[str, ...]
    transition_months: int
    says: str


@dataclass(frozen=True, slots=True)
class Support:
    """Whether Microsoft supports a CU on a day, and why; ``unknown`` where no source says it.

    ``until`` is the last day of the support that runs; ``None`` where there is none or no end is set.
    """

    product: str
    cu: str
    on: date
    state: State
    phase: str
    why: str
    until: date | None = None

    def __str__(self) -> str:
        """The state and why, as a sentence without a full stop."""
        return f"{self.product} {self.cu} is {self.state} on {self.on}: {self.why}"


def product_from(row: Row) -> ProductSupport:
    """A product's support from its row; raises ``ValueError`` for one that cannot be: periods that overlap."""
    periods = sorted((_period(one) for one in as_rows(row.get("esu") or [], "esu")), key=lambda one: one.first)
    found = ProductSupport(
        product=text(row, "product"),
        policy=text(row, "policy"),
        mainstream_end=day(row, "mainstream_end"),
        extended_end=day(row, "extended_end"),
        esu=tuple(periods),
    )
    if found.policy not in {"fixed", "modern"}:
        raise ValueError(f"policy '{found.policy}' of {found.product} is neither fixed nor modern")
    if found.policy == "fixed" and found.extended_end is None:
        raise ValueError(f"{found.product} has a fixed policy and no extended_end")
    for one, following in pairwise(periods):
        if following.first <= one.last:
            raise ValueError(f"{one} and {following} of {found.product} overlap")
    if periods and found.extended_end and periods[0].first < found.extended_end:
        raise ValueError(
            f"{periods[0]} of {found.product} begins before extended support ends ({found.extended_end})"
        )
    return found


def _period(row: Row) -> EsuPeriod:
    first, last = day(row, "from"), day(row, "to")
    if first is None or last is None:
        raise ValueError("an ESU period needs from: and to:")
    found = EsuPeriod(number(row, "period"), first, last, texts(row, "cus"))
    if last < first:
        raise ValueError(f"{found} ends before it begins")
    return found


def rule_from(row: Row) -> CuRule:
    """A rule from its row."""
    return CuRule(
        products=texts(row, "applies_to"),
        phase=text(row, "phase"),
        supported=texts(row, "supported"),
        transition_months=int(maybe(row, "transition_months") or 0),
        says=maybe(row, "reason") or text(row, "text") if doubtful(row) else text(row, "text"),
    )


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A product with its rules and its CUs (name and the day it was released, oldest first)."""

    product: ProductSupport
    rules: tuple[CuRule, ...]
    cus: tuple[tuple[str, date], ...]

    def serviced(self, cu: str, on: date) -> tuple[State, str]:
        """Whether a CU gets updates by the rule of its product's phase, whoever may have them, and why.

        After the end of everything the last phase's rule stays the measure.
        """
        product = self.product
        out = [(name, released) for name, released in self.cus if released <= on]
        if cu not in [name for name, _ in out]:
            return "unsupported", f"{product.product} {cu} is no CU that was out on {on}"
        phase = product.phase(on)
        period = product.period(on) or (product.esu[-1] if phase == "none" and product.esu else None)
        if period is not None and phase not in {"mainstream", "extended"}:
            served = " and ".join(period.cus)
            state: State = "supported" if cu in period.cus else "unsupported"
            return state, f"ESU serve {served}" + ("" if state == "supported" else " only")
        phase = "extended" if phase == "none" else phase
        rule = next((one for one in self.rules if one.phase == phase), None)
        if rule is None:
            return "unknown", f"the catalogue has no rule about the CUs of {product.product} in {phase} support"
        return _by_rule(rule, cu, out, on)

    def support(self, cu: str, on: date, bought: frozenset[int] = frozenset()) -> Support:
        """Whether Microsoft supports a CU on a day; ``bought`` are the numbers of ESU periods that were bought."""
        product = self.product
        phase, period = product.phase(on), product.period(on)
        ended = f"extended support ended on {product.extended_end}"
        until: date | None = None
        state: State = "unsupported"
        if phase == "none":
            why = ended + _since(product, on)
        elif phase.startswith("ESU") and period is not None and period.number not in bought:
            why = f"{ended}, and {period} was not bought (policy.yaml: esu)"
        else:
            state, why = self.serviced(cu, on)
            if state == "supported":
                until = product.last_day(on, bought)
                ends = f"until {until}" if until else "with no end set"
                why = f"{_PHASES.get(phase, phase)}, {ends}; {why}"
        return Support(product.product, cu, on, state, phase, why, until)


def _by_rule(rule: CuRule, cu: str, out: Sequence[tuple[str, date]], on: date) -> tuple[State, str]:
    newest, since = out[-1]
    before = out[-2][0] if len(out) > 1 else None
    if cu == newest:
        return "supported", f"{cu} is the newest CU"
    if rule.phase == "modern":
        return "unknown", f"{newest} is newer, and nobody has published which CUs are serviced then ({rule.says})"
    by_name = not {"N", "N-1"} & set(rule.supported)
    both = newest in rule.supported if by_name else "N-1" in rule.supported
    if both and cu == before:
        return "supported", f"{cu} is the CU before the newest ({newest}), both serviced in {rule.phase} support"
    if rule.transition_months and cu == out[-3:][0][0] and (on - since).days <= rule.transition_months * _MONTH:
        why = f"{newest} came out on {since}; sources disagree on whether {cu} is serviced for three months more"
        return "unknown", why
    if both:
        return "unsupported", f"only {newest} and {before} are serviced in {rule.phase} support"
    return "unsupported", f"only the last CU ({newest}) is serviced in {rule.phase} support"


_PHASES: Mapping[str, str] = {
    "mainstream": "mainstream support",
    "extended": "extended support",
    "modern": "modern lifecycle",
}


def _since(product: ProductSupport, on: date) -> str:
    """What came after extended support, seen from a day without any."""
    past = [period for period in product.esu if period.last < on]
    coming = [period for period in product.esu if period.first > on]
    if past and coming:
        return f", and {on} lies between {past[-1]} and {coming[0]}"
    return f", and its last ESU period on {past[-1].last}" if past else ""
