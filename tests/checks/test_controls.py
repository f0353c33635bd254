"""What every control says of itself, so that somebody can act on it."""

import re
from pathlib import Path

import pytest

from muster.listing import Listed, controls_in
from muster.model import Severity

EVERY = controls_in(Path(__file__).parents[2] / "checks")

REFERENCE = re.compile(
    r"https://(learn\.microsoft\.com/(?![a-z]{2}-[a-z]{2}/)|microsoft\.github\.io/)\S+"  # no language in the address
    r"|STIG EX1[69]-(MB|ED)-\d{6}"
    r"|CVE-\d{4}-\d{4,}"
    r"|(MS-[A-Z]+|RFC \d+)( .+)?"
)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.control.id)
def test_a_control_says_what_why_and_what_to_do(one: Listed) -> None:
    control = one.control
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*", control.id)
    assert control.title
    assert not control.title.endswith(".")
    assert isinstance(control.severity, Severity)
    assert one.why
    assert control.remediation
    assert control.references
    for reference in control.references:
        assert REFERENCE.fullmatch(reference), f"{control.id}: {reference}"


def test_no_two_controls_share_an_id() -> None:
    ids = [one.control.id for one in EVERY]
    assert len(ids) == len(set(ids))
