from datetime import date
from pathlib import Path

import pytest

from muster.policy import CertificatePolicy, Policy, PolicyMistakes, load


@pytest.mark.parametrize("text", [None, "", "# nothing decided\n", "certificates: {}\n"])
def test_without_decisions_there_are_defaults(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "policy.yaml").write_text(text)
    assert load(tmp_path) == Policy(None, CertificatePolicy(30))


@pytest.mark.parametrize("day", ["2025-09-15", '"2025-09-15"'])
def test_decisions(tmp_path: Path, day: str) -> None:
    (tmp_path / "policy.yaml").write_text(f"as_of: {day}\ncertificates: {{warn_days: 45}}\n")
    assert load(tmp_path) == Policy(date(2025, 9, 15), CertificatePolicy(45))


def test_every_mistake_at_once(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("as_of: 2025-13-01\ncertificates: {warn_day: 1, warn_days: -1}\nas_of: 2025-01-01\n")
    with pytest.raises(PolicyMistakes) as caught:
        load(tmp_path)
    assert [str(mistake).removeprefix(f"{path}:") for mistake in caught.value.mistakes] == [
        "1:8: as_of: '2025-13-01' is no day. Write it like 2025-09-15.",
        "2:16: certificates.warn_day: unknown key 'warn_day'. Did you mean 'warn_days'?",
        (
            "2:40: certificates.warn_days: '-1' is out of range: at least 0. "
            "How many days before a certificate ends it becomes a finding (30)."
        ),
        "3:1: as_of: the key 'as_of' stands twice (first in line 1). Keep one of them.",
    ]
