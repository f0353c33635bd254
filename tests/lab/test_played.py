"""What was played is kept beside the environment, whole or not at all."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muster import lab
from muster.lab.played import FILE, PlayedMistake, RunEvent, UpgradeEvent, append, read, remove
from muster.lab.world.playing import anchor

AT = datetime(2025, 9, 20, 22, 30, tzinfo=UTC)
UPGRADE = UpgradeEvent(AT, "ex01", "2019 CU15", ("owa-urls", "node-paused"), ("/DoNotEnableEP",))
RUN = RunEvent(AT, "Set-X -Y 'é'\n# two lines\n", "ex01", by_hand=True)


def test_round_trip(tmp_path: Path) -> None:
    assert read(tmp_path) == ()
    append(tmp_path, UPGRADE)
    append(tmp_path, RUN, RunEvent(AT, "Get-X"))
    assert read(tmp_path) == (UPGRADE, RUN, RunEvent(AT, "Get-X"))
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
    assert remove(tmp_path) == 3
    assert remove(tmp_path) == 0
    assert read(tmp_path) == ()


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(tmp_path, UPGRADE)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device", descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        append(tmp_path, RUN)
    assert read(tmp_path) == (UPGRADE,)
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("upgrade: {server: ex01}", "it is no list of events"),
        ("- [", "it is no YAML"),
        ("- {run: Get-X}", "event 1 is no mapping with a time 'at'"),
        ("- {at: 2025-09-20T22:30:00Z}", "one of 'upgrade' and 'run'"),
        ("- {at: 2025-09-20T22:30:00Z, run: Get-X, upgrade: {server: ex01, to: SE}}", "one of 'upgrade' and 'run'"),
        ("- {at: 2025-09-20T22:30:00Z, upgrade: {server: ex01, to: SE, loose: []}}", "'upgrade' holds lose, server"),
        ("- {at: 2025-09-20T22:30:00Z, upgrade: {server: ex01}}", "'to' is missing or no text"),
        ("- {at: 2025-09-20T22:30:00Z, upgrade: {server: ex01, to: SE, lose: all}}", "'lose' is no list"),
        ("- {at: 2025-09-20T22:30:00Z, run: {text: ''}}", "'text' is missing or no text"),
    ],
)
def test_a_broken_file_is_refused_with_a_sentence(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(PlayedMistake) as refused:
        read(tmp_path)
    assert why in str(refused.value)
    assert str(tmp_path / FILE) in str(refused.value)
    assert "'muster lab reset' begins anew" in str(refused.value)
    assert remove(tmp_path) == -1
    assert read(tmp_path) == ()


def test_a_run_may_be_written_by_hand(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("- {at: 2025-09-20 22:30:00, run: Get-X}")
    assert read(tmp_path) == (RunEvent(AT, "Get-X"),)


def test_the_labs_own_process_plays_it(tmp_path: Path) -> None:
    append(tmp_path, UPGRADE)
    with lab.start("demo-clean", folder=tmp_path) as running:
        (place,) = [one for one in running.addresses.places if (one.kind, one.name) == ("exchange", "EX01")]
        assert tuple(place.version) == (15, 2, 1748, 10)
    append(tmp_path, RunEvent(AT, "Set-Nothing"))
    with (
        pytest.raises(
            lab.LabDidNotStart, match=r"event 2 of played.yaml cannot be played: line 1: The term 'Set-Noth"
        ),
        lab.start("demo-clean", folder=tmp_path),
    ):
        pytest.fail("it started")
    (tmp_path / FILE).write_text("- nonsense")
    with pytest.raises(lab.LabDidNotStart, match="is no mapping"), lab.start("demo-clean", folder=tmp_path):
        pytest.fail("it started")


def test_certificates_are_the_same_at_every_start_of_a_week() -> None:
    assert anchor().weekday() == 0
    recent = datetime.now(UTC) - timedelta(days=9)
    assert timedelta(0) <= recent - anchor([RunEvent(recent, "x")]) < timedelta(days=7)
    assert anchor([RunEvent(AT, "x")]) == anchor()
