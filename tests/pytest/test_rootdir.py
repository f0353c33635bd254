"""The pytest configuration is found where pytest alone, not knowing our options, would miss it."""

from pathlib import Path

import pytest

from kit.made_up import asked, run_folder
from muster.model import ExchangeCmdlet, Object

CHECK = """
from muster import Severity, control

@control("area.own", title="Own", severity=Severity.LOW)
def check_own(server):
    assert server.name
"""
INI = """
[tool.pytest.ini_options]
enable_assertion_pass_hook = true
python_files = ["check_*.py"]
python_functions = ["check_*"]
testpaths = ["checks"]
"""


@pytest.fixture
def checkout(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout beside a capture and a folder of own checks; pytest is started in the checkout."""
    folder = pytester.mkdir("checkout")
    (folder / "pyproject.toml").write_text(INI, "utf-8")
    (folder / "checks").mkdir()
    (folder / "checks" / "check_product.py").write_text(CHECK, "utf-8")
    own = pytester.mkdir("own")
    (own / "check_elsewhere.py").write_text(CHECK, "utf-8")
    monkeypatch.chdir(folder)
    return folder


def old_run(pytester: pytest.Pytester) -> str:
    question = ExchangeCmdlet("Get-Box")
    return str(run_folder(pytester.path / "old", asked(question, Object("Box", "box", {"Name": "box"}))))


def test_a_path_after_facts_is_no_path_of_tests(pytester: pytest.Pytester, checkout: Path) -> None:
    done = pytester.runpytest("--facts", old_run(pytester), "-v")
    done.stdout.fnmatch_lines(["rootdir: */checkout", "checks/check_product.py::check_own?EX01? PASS*"])
    assert done.ret == 0
    assert [folder.name for folder in (checkout / "reports").iterdir()] == ["made-up"]


def test_own_checks_elsewhere_are_judged_with_the_checkouts_settings(
    pytester: pytest.Pytester, checkout: Path
) -> None:
    done = pytester.runpytest("../own", "--facts", old_run(pytester), "-v")
    done.stdout.fnmatch_lines(["rootdir: */checkout", "check_elsewhere.py::check_own?EX01? PASS*"])
    assert done.ret == 0


def test_a_configuration_that_is_named_is_left_alone(pytester: pytest.Pytester, checkout: Path) -> None:
    other = pytester.path / "other.toml"
    other.write_text(INI.replace("true", "false"), "utf-8")
    done = pytester.runpytest("-c", str(other), "--facts", old_run(pytester))
    assert done.ret == pytest.ExitCode.USAGE_ERROR
