"""What is refused before anything is asked, in a sentence, and what a part of the checks may not say of the whole."""

import json
import shutil
from pathlib import Path

import pytest

from kit.made_up import asked, run_folder
from muster.model import ExchangeCmdlet, Object

INI = """
[pytest]
enable_assertion_pass_hook = true
python_files = check_*.py
python_functions = check_*
testpaths = checks
"""
HEAD = "from muster import Severity, control\n\n"
CONTROL = "@control('area.{name}', title='T', severity=Severity.{severity})\n"
CHECK = CONTROL + "def check_{name}(server):\n    assert server.name\n\n"


def check(name: str, severity: str = "LOW") -> str:
    return CHECK.format(name=name, severity=severity)


@pytest.fixture
def judge(pytester: pytest.Pytester) -> "Judge":
    pytester.makeini(INI)
    (pytester.path / "checks").mkdir()
    question = ExchangeCmdlet("Get-Box")
    old = run_folder(pytester.path / "old", asked(question, Object("Box", "box", {"Name": "box"})))
    return Judge(pytester, str(old))


class Judge:
    def __init__(self, pytester: pytest.Pytester, old: str) -> None:
        self.pytester = pytester
        self.old = old

    def __call__(self, source: str, *arguments: str) -> pytest.RunResult:
        (self.pytester.path / "checks" / "check_it.py").write_text(HEAD + source, "utf-8")
        return self.pytester.runpytest("-p", "muster.pytest", "--facts", self.old, "--reports=out", *arguments)

    @property
    def run(self) -> dict[str, object]:
        (folder,) = (self.pytester.path / "out" / "made-up").iterdir()
        read: dict[str, object] = json.loads((folder / "run.json").read_text("utf-8"))
        return read


NOT_CHECKS = {
    "no control": ("def check_bare(server):\n    assert True\n", "check_bare*has no @control"),
    "no subject": (
        CONTROL.format(name="a", severity="LOW") + "def check_a(facts):\n    assert True\n",
        "its subject",
    ),
    "a stranger": (
        CONTROL.format(name="a", severity="LOW") + "def check_a(dag, server):\n    assert True\n",
        "'server' does not follow from a DatabaseAvailabilityGroup",
    ),
    "async": (CONTROL.format(name="a", severity="LOW") + "async def check_a(server): ...\n", "is async"),
    "a severity in words": (
        "@control('a.b', title='T', severity='high')\ndef check_a(server): ...\n",
        "Severity.HIGH",
    ),
    "an id with blanks": ("@control('my id', title='T', severity=Severity.LOW)\ndef check_a(server): ...\n", "my id"),
    "no Python": ("def check_a(server:\n", "SyntaxError"),
}


@pytest.mark.parametrize("name", NOT_CHECKS)
def test_what_is_no_check_is_said_and_nothing_is_judged(name: str, judge: "Judge") -> None:
    source, says = NOT_CHECKS[name]
    done = judge(check("fine") + source)
    assert done.ret in {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR}
    done.stdout.fnmatch_lines([f"*{says}*"])
    assert not (judge.pytester.path / "out").exists()


def test_two_checks_of_one_name_are_refused(judge: "Judge") -> None:
    done = judge(check("twice") + check("twice").replace("def check_twice", "def check_again"))
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*two checks are called area.twice*"])


def test_a_part_of_the_checks_does_not_speak_for_the_whole(judge: "Judge") -> None:
    done = judge(check("one") + check("two"), "-k", "one")
    assert done.ret == 0
    assert judge.run["left_out"] == 3
    assert judge.run["selection"] == "-k one"
    assert "passes muster" not in done.stdout.str()


def test_the_whole_does(judge: "Judge") -> None:
    done = judge(check("one") + check("two"))
    assert done.ret == 0
    assert judge.run["left_out"] == 0
    done.stdout.fnmatch_lines(["Contoso passes muster*"])


def test_a_file_or_a_subject_is_a_part_too(judge: "Judge") -> None:
    (judge.pytester.path / "checks" / "check_more.py").write_text(HEAD + check("more"), "utf-8")
    judge(check("one"), "checks/check_more.py::check_more[EX01]")
    assert judge.run["left_out"] == 5


REFUSED = {
    "both": (("--env", "demo"), "name one of them"),
    "no day": (("--at", "yesterday"), "write it as YYYY-MM-DD"),
    "no seconds": (("--deadline", "nan"), "no number of seconds"),
    "no patience": (("--deadline", "0"), "no number of seconds"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_options_that_mean_nothing_are_refused(name: str, judge: "Judge") -> None:
    arguments, says = REFUSED[name]
    done = judge(check("one"), *arguments)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert says in done.stderr.str()


def test_reports_that_cannot_be_written_are_said_before_anything_is_judged(judge: "Judge") -> None:
    (judge.pytester.path / "occupied").write_text("a file", "utf-8")
    done = judge(check("one"), "--reports=occupied")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "occupied" in done.stderr.str()
    assert "Traceback" not in done.stderr.str() + done.stdout.str()


def test_nothing_selected_says_what_to_do(judge: "Judge") -> None:
    done = judge(check("one"), "-k", "nothing_like_it")
    assert done.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    done.stdout.fnmatch_lines(["No check was selected*"])


def test_without_a_configuration_it_says_where_it_looked(
    judge: "Judge", tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(judge.old, elsewhere / "old")
    monkeypatch.chdir(elsewhere)
    done = judge.pytester.runpytest("-p", "muster.pytest", "--facts", "old")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "start pytest in the folder that holds checks/" in done.stderr.str()


def test_fixtures_need_no_environment(judge: "Judge") -> None:
    (judge.pytester.path / "checks" / "check_it.py").write_text(HEAD + check("one"), "utf-8")
    shown = judge.pytester.runpytest("-p", "muster.pytest", "--fixtures")
    assert shown.ret == 0
    shown.stdout.fnmatch_lines(["*receive_connectors*"])
