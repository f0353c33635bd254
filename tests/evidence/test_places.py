import errno
import os
import tempfile
from pathlib import Path

import pytest

from muster import evidence
from muster.model import Environment, Run


def test_a_place_that_takes_files_is_left_as_it_was(tmp_path: Path) -> None:
    evidence.check_writable(tmp_path / "reports" / "demo")
    evidence.check_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_folder_should_be(small_run: Run, environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("", "utf-8")
    for ask in (
        lambda: evidence.check_writable(tmp_path / "reports"),
        lambda: evidence.check_writable(tmp_path / "reports" / "demo"),
        lambda: evidence.write(small_run, environment, tmp_path / "reports"),
    ):
        with pytest.raises(evidence.NotWritable, match="nothing can be written to .*reports.*: .*directory") as wrong:
            ask()
        assert wrong.value.folder.is_relative_to(tmp_path / "reports")
        assert wrong.value.reason


def test_a_file_system_that_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(tmp_path))

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    with pytest.raises(evidence.NotWritable, match="Read-only file system") as wrong:
        evidence.check_writable(tmp_path / "reports")
    assert wrong.value.folder == tmp_path / "reports"


def test_a_disk_that_is_full_in_the_middle(
    small_run: Run, environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("muster.evidence.junit_xml.lines", full)
    with pytest.raises(evidence.NotWritable, match="No space left on device"):
        evidence.write(small_run, environment, tmp_path)
    (place,) = (tmp_path / "demo").iterdir()
    assert (place / "run.json").is_file()
    assert not (place / "manifest.json").exists()
