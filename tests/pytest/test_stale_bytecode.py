"""Bytecode from a run without the assertion hook makes a later pass look at nothing: that is said, never passed."""

import sys

import pytest

from kit.made_up import asked, run_folder
from muster.model import ExchangeCmdlet, Object

INI = """
[pytest]
enable_assertion_pass_hook = {hook}
python_files = check_*.py
python_functions = check_*
"""
CHECK = """
from muster import Severity, control

@control("area.one", title="One", severity=Severity.LOW)
def check_one(server=None):
    assert server is None or server.name
"""


def test_it_is_said_once_what_to_delete(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    pytester.makepyfile(check_it=CHECK.replace("server=None", "server"))
    pytester.makeini(INI.format(hook="false"))
    pytester.runpytest("-p", "no:muster.pytest", "--collect-only")
    assert list(pytester.path.glob("__pycache__/check_it*-pytest-*.pyc")), "no bytecode to be stale"

    pytester.makeini(INI.format(hook="true"))
    old = run_folder(pytester.path / "old", asked(ExchangeCmdlet("Get-Box"), Object("Box", "box", {"Name": "box"})))
    done = pytester.runpytest("-p", "muster.pytest", "--facts", str(old))
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    assert done.parseoutcomes() == {"errors": 3}
    done.stdout.fnmatch_lines(["*delete the __pycache__ folders*"])
