"""Whether a release is one that a decision accepts: the organisation's own word over Microsoft's tables."""

from dataclasses import dataclass
from datetime import date, timedelta

from muster.catalogue import Catalogue, Release
from muster.policy.decided import ReleaseDecision


@dataclass(frozen=True, slots=True)
class Compliance:
    """Whether a decision accepts a release, and why; ``accepted`` is ``None`` where no source says."""

    accepted: bool | None
    why: str


def compliance(
    decision: ReleaseDecision, release: Release, catalogue: Catalogue, today: date, esu: frozenset[int]
) -> Compliance:
    """Judge an installed release by a decision, on a day; ``esu``: the ESU periods that were bought.

    Raises ``FactUnavailable`` where the catalogue knows no release to compare with.
    """
    if not decision.counts_on(today):
        return Compliance(False, f"{release} was decided on until {decision.until} only; decide anew")
    match decision.kind:
        case "pinned":
            same = release.build == decision.build
            return Compliance(same, f"{release} is installed where exactly {decision.build} was expected")
        case "latest":
            return _latest(release, catalogue, today)
        case "security-current":
            return _security_current(release, catalogue, today, decision.grace_days, esu)
        case "n-1":
            state, why = catalogue.serviced(release.product, release.cu, today)
            return Compliance(_known(state), f"{release.cumulative_update}: {why}")
        case "supported":
            support = catalogue.support_of(release.product, release.cu, today, esu)
            return Compliance(_known(support.state), str(support))


def _known(state: str) -> bool | None:
    return None if state == "unknown" else state == "supported"


def _latest(release: Release, catalogue: Catalogue, today: date) -> Compliance:
    """The newest CU of the product with its newest security update; a later hotfix update is not asked for."""
    newest_cu = catalogue.cus_of(release.product, today)[-1]
    wanted = catalogue.newest(release.product, newest_cu, today, security_only=True)
    return Compliance(
        release.build >= wanted.build,
        f"{release} is installed where at least {wanted} of {wanted.when} was expected",
    )


def _security_current(
    release: Release, catalogue: Catalogue, today: date, grace_days: int, esu: frozenset[int]
) -> Compliance:
    """No security update missing that came out before the grace began, in a CU that still gets them here."""
    support = catalogue.support_of(release.product, release.cu, today, esu)
    if support.state != "supported":
        gets = f"{release.cumulative_update} gets no security updates any more: {support.why}"
        return Compliance(_known(support.state), gets)
    begins = today - timedelta(days=grace_days)
    wanted = catalogue.releases.newest(release.product, release.cu, begins, security_only=True)
    if wanted is None:
        return Compliance(True, f"{release.cumulative_update} itself came out after {begins}")
    grace = f", more than {grace_days} days ago" if grace_days else ""
    return Compliance(
        release.build >= wanted.build,
        f"{release} is installed where at least {wanted} of {wanted.when}{grace} was expected",
    )
