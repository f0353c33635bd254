"""What this organisation decided: ``policy.yaml`` beside the inventory, optional, every key with a default."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from muster.yaml_lines import YamlMistakes, read
from muster.yaml_models import Entry, WrongValue, check

FILE = "policy.yaml"
_WARN_DAYS = 30


@dataclass(frozen=True, slots=True)
class CertificatePolicy:
    """When an expiring certificate is a finding: fewer than ``warn_days`` days before it ends."""

    warn_days: int = _WARN_DAYS


@dataclass(frozen=True, slots=True)
class Policy:
    """``as_of`` is the day that everything but certificates is judged at; ``None`` is the run's own day."""

    as_of: date | None = None
    certificates: CertificatePolicy = CertificatePolicy()


class PolicyMistakes(YamlMistakes):
    """Everything that is wrong with a policy, one line each."""


def day(text: str) -> str:
    """A day written as YYYY-MM-DD; raises ``WrongValue`` for anything else. For pydantic."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise WrongValue(f"'{text[:40]}' is no day.", "Write it like 2025-09-15.") from None
    return text


class CertificatesEntry(Entry):
    """Certificates."""

    warn_days: Annotated[int, Field(ge=0, le=3650)] = _WARN_DAYS
    """How many days before a certificate ends it becomes a finding (30)."""


class PolicyFile(Entry):
    """The decisions of one organisation."""

    as_of: Annotated[str, AfterValidator(day)] | None = None
    """The day to judge at, like 2025-09-15. Without it: today. Certificates are judged at the time they were seen."""
    certificates: CertificatesEntry = CertificatesEntry()
    """Certificates."""


def dump(policy: Policy) -> dict[str, object]:
    """A policy as JSON data, for a run to remember."""
    as_of = policy.as_of.isoformat() if policy.as_of else None
    return {"as_of": as_of, "certificates": {"warn_days": policy.certificates.warn_days}}


def restore(data: object) -> Policy:
    """A policy back from what ``dump`` gave; raises ``ValueError`` for anything else."""
    return _policy(PolicyFile.model_validate(data))


def load(folder: Path) -> Policy:
    """Read ``policy.yaml`` in an environment's folder; without the file, the defaults. Raises ``PolicyMistakes``."""
    path = folder / FILE
    if not path.exists():
        return Policy()
    try:
        checked = check(read(path), PolicyFile)
    except YamlMistakes as broken:
        raise PolicyMistakes(broken.mistakes) from None
    if checked.model is None or checked.mistakes:
        raise PolicyMistakes(checked.mistakes)
    return _policy(checked.model)


def _policy(file: PolicyFile) -> Policy:
    as_of = date.fromisoformat(file.as_of) if file.as_of else None
    return Policy(as_of, CertificatePolicy(file.certificates.warn_days))
