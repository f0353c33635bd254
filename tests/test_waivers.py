"""Accepted findings: which are covered, for how long, and what a file of them may say."""

from datetime import date
from pathlib import Path

import pytest

from muster import waivers
from muster.waivers import Waiver, WaiverMistakes, accepted

DAY = date(2026, 1, 15)
RELAY = Waiver("connectors.no-anonymous-relay", "ex0?", "scanners", "Ann", DAY, "Scanner*")
WHOLE = Waiver("directory.schema-level", "dc2", "replicates tonight", "Bob", DAY)
ID = RELAY.control


@pytest.mark.parametrize(
    ("control", "subject", "failed", "today", "covered"),
    [
        (ID, "EX05", ["Scanner Relay"], DAY, True),
        (ID, "EX05", ["scanner relay"], DAY, True),
        (ID, "EX05", ["Scanner Relay", "App"], DAY, False),
        (ID, "EX05", [], DAY, False),
        (ID, "EX15", ["Scanner Relay"], DAY, False),
        (ID, "EX05", ["Scanner Relay"], date(2026, 1, 16), False),
        ("connectors.tls-offered", "EX05", ["Scanner Relay"], DAY, False),
        (WHOLE.control, "dc2", [], DAY, True),
        (WHOLE.control, "dc2", ["anything"], DAY, True),
    ],
)
def test_what_is_covered(control: str, subject: str, failed: list[str], today: date, covered: bool) -> None:
    assert bool(accepted((RELAY, WHOLE), control, subject, failed, today)) is covered


def test_a_run_remembers_them() -> None:
    assert waivers.restore(waivers.dump((RELAY, WHOLE))) == (RELAY, WHOLE)
    with pytest.raises(ValueError, match="not in their form"):
        waivers.restore([{"control": "a.b"}])


def test_a_file_is_read_and_no_file_is_none(tmp_path: Path) -> None:
    assert waivers.load(tmp_path) == ()
    (tmp_path / "waivers.yaml").write_text(
        "waivers:\n"
        "  - {control: connectors.no-anonymous-relay, subject: 'ex0?', object: Scanner*, reason: scanners,"
        " owner: Ann, until: 2026-01-15}\n",
        "utf-8",
    )
    assert waivers.load(tmp_path) == (RELAY,)


MISTAKES = {
    "no end": ("{control: a.b, subject: ex01, reason: r, owner: o}", "until"),
    "no reason": ("{control: a.b, subject: ex01, reason: '', owner: o, until: 2026-01-15}", "reason"),
    "no day": ("{control: a.b, subject: ex01, reason: r, owner: o, until: soon}", "no day"),
    "an unknown key": ("{control: a.b, subject: ex01, reason: r, owner: o, until: 2026-01-15, objekt: x}", "objekt"),
    "no control id": ("{control: relay, subject: ex01, reason: r, owner: o, until: 2026-01-15}", "control"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_has_file_and_line(name: str, tmp_path: Path) -> None:
    entry, says = MISTAKES[name]
    (tmp_path / "waivers.yaml").write_text(f"waivers:\n  - {entry}\n", "utf-8")
    with pytest.raises(WaiverMistakes) as mistakes:
        waivers.load(tmp_path)
    assert "waivers.yaml:2" in str(mistakes.value)
    assert says in str(mistakes.value)
