"""What a run left out: of a part nobody may say that the whole passes."""

from pathlib import Path

import pytest

from muster.listing import controls_in
from muster.model import SUBJECT_FIXTURES
from muster.pytest import collecting, gates
from muster.pytest.session import Session
from muster.pytest.what_if import is_as_it_is


def left_out(current: Session) -> tuple[int, str]:
    """How many of the checks' verdicts were there to be had and not asked for, and the words that left them out."""
    words = _words(current.config)
    if not words and not current.deselected:
        return 0, ""
    judged = {(verdict.control.id, verdict.subject) for verdict in current.verdicts.values()}
    known = {
        (listed.control.id, subject.name)
        for folder in _check_folders(current.config)
        for listed in controls_in(folder)
        if gates.chosen(current.config) or not gates.judged_at_gates_only(listed.check)
        for subject in current.environment.subjects(SUBJECT_FIXTURES[collecting.subject_fixture(listed.check)])
    }
    deselected = sum(1 for item in current.deselected if collecting.is_check(item) and not is_as_it_is(item))
    return max(len(known - judged), deselected), " ".join(words)


def _words(config: pytest.Config) -> list[str]:
    """The part of the command line that selects."""
    option = config.option
    words = [f"-k {option.keyword}"] if option.keyword else []
    words += [f"-m {option.markexpr}"] if option.markexpr else []
    words += [f"--server {name}" for name in option.server]
    words += [f"--deselect {item}" for item in option.deselect or ()]
    words += [f"--ignore {path}" for path in [*(option.ignore or ()), *(option.ignore_glob or ())]]
    words += ["--lf"] if getattr(option, "lf", False) else []
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        words += config.args
    return words


def _check_folders(config: pytest.Config) -> list[Path]:
    """Where this configuration keeps its checks."""
    folders = [config.rootpath / str(name) for name in config.getini("testpaths")]
    return [folder for folder in folders if folder.is_dir()]
