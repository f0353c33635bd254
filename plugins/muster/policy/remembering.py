"""``Policy`` ↔ JSON data, for a run to remember: the shape of the file, with every name in its one spelling."""

from collections.abc import Mapping
from datetime import date

from muster.policy.building import Building
from muster.policy.decided import AllowedReleases, Coexistence, Policy, ReleaseDecision, UpgradePolicy
from muster.policy.document import PolicyFile
from muster.yaml_lines import printed


def dump(policy: Policy) -> dict[str, object]:
    """A policy as JSON data. Everything that has a value is written, so that later defaults change no old run."""
    data: dict[str, object] = {
        "as_of": _day(policy.as_of),
        "certificates": {"warn_days": policy.certificates.warn_days},
        "esu": sorted(policy.esu),
        "support": {"warn_days": policy.support.warn_days},
        "windows_server": _allowed(policy.windows_server),
        "domain_controllers": _allowed(policy.domain_controllers),
        "functional_levels": {"forest": policy.functional_levels.forest, "domain": policy.functional_levels.domain},
        "dotnet": policy.dotnet,
        "upgrades": dict(policy.upgrades.rules),
        "coexistence": _coexistence(policy.coexistence),
        "upgrade": _upgrade(policy.upgrade),
    }
    if policy.releases.rules:
        data["releases"] = {selector: _decision(decision) for selector, decision in policy.releases.rules}
    return data


def restore(data: object) -> Policy:
    """A policy back from what ``dump`` gave, also in an older version; raises ``ValueError`` for anything else."""
    building = Building(None, None)
    policy = building.policy(PolicyFile.model_validate(data))
    if building.wrong:
        told = "; ".join(f"{printed(one.where)}: {one.wrong}" for one in building.wrong)
        raise ValueError(f"the policy is not in its form ({told})")
    return policy


def _decision(decision: ReleaseDecision) -> object:
    until = {"until": decision.until.isoformat()} if decision.until else {}
    if decision.kind == "pinned":
        return {"pinned": str(decision.build), **until}
    grace = {"grace": f"{decision.grace_days}d"} if decision.grace_days else {}
    return {decision.kind: {**grace, **until}} if grace or until else decision.kind


def _allowed(allowed: AllowedReleases) -> Mapping[str, object] | None:
    return _limited(allowed.names, allowed.until)


def _coexistence(coexistence: Coexistence) -> Mapping[str, object] | None:
    return _limited(coexistence.allowed, coexistence.until)


def _upgrade(upgrade: UpgradePolicy) -> Mapping[str, object]:
    return {
        "stop_services": list(upgrade.stop_services),  # muster's own list may grow
        "exchange_backup_within": upgrade.exchange_backup_within,
        "directory_backup_within": upgrade.directory_backup_within,
        "free_disk_gb": {"system": upgrade.free_disk.system, "install": upgrade.free_disk.install},
        "crl_reachable": upgrade.crl_reachable,
    }


def _limited(names: frozenset[str] | None, until: date | None) -> Mapping[str, object] | None:
    return None if names is None else {"allowed": sorted(names), "until": _day(until)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
