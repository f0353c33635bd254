"""``muster baseline``: list, show, verify, diff, accept, delete."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kit.saved import ENVIRONMENT, NAME, another, copied, objects_of, rewrite
from muster.cli import app


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = copied(tmp_path)
    monkeypatch.chdir(tmp_path)
    return found


def run(verb: str, *arguments: str, of: str = ENVIRONMENT) -> Result:
    return CliRunner().invoke(app, ["baseline", verb, *arguments, "--env", of])


def changed(environment: Path, name: str = "after", **values: object) -> Path:
    def edit(place: Path) -> None:
        path = place / "answers" / "organization.json"
        rewrite(path, lambda data: next(objects_of(data, "Get-TransportConfig")).update(values))

    return another(environment, name, edit)


def test_list_show_and_verify(environment: Path) -> None:
    listed = run("list")
    assert (listed.exit_code, listed.stdout.startswith(f"{NAME}  ")) == (0, True), listed.output
    shown = run("show", NAME)
    assert "exchange: Get-ReceiveConnector: " in shown.stdout
    assert "not answered: " in shown.stdout
    assert run("verify", NAME).exit_code == 0
    (environment / "baselines" / NAME / "answers" / "ex01.json").write_text("{}", "utf-8")
    verified = run("verify", NAME)
    assert (verified.exit_code, "answers/ex01.json" in verified.stdout) == (1, True)
    assert "not as it was written: answers/ex01.json" in run("list").stdout
    for verb in (("show", NAME), ("diff", NAME, NAME), ("accept", NAME, "--subject=ex01", "--reason=x", "--by=y")):
        refused = run(*verb)
        assert (refused.exit_code, "is not as it was written" in refused.output) == (2, True), verb


def test_diff(environment: Path) -> None:
    changed(environment, MaxSendSize="7 MB (7,340,032 bytes)")
    same = run("diff", NAME, NAME)
    assert (same.exit_code, same.stdout.startswith("0 differences")) == (0, True)
    found = run("diff", NAME, "after")
    assert found.exit_code == 1
    assert "MaxSendSize: was " in found.stdout
    assert "1 differences between before and after" in found.stdout


def test_accept_one_and_leave_the_rest(environment: Path) -> None:
    run_folder = changed(environment, MaxSendSize="7 MB (7,340,032 bytes)", MaxReceiveSize="8 MB (8,388,608 bytes)")
    words = ("--run", str(run_folder), "--reason", "change 4711", "--by", "Ada")
    assert run("accept", NAME, *words).exit_code == 2
    none = run("accept", NAME, *words, "--difference", "ex01/*")
    assert (none.exit_code, "no difference fits. There are 2" in none.output) == (2, True)
    done = run("accept", NAME, *words, "--difference", "Contoso/TransportConfig/*/MaxSendSize")
    if done.exit_code:  # a fact that is a single object has no object in its names
        done = run("accept", NAME, *words, "--difference", "Contoso/TransportConfig/*MaxSendSize")
    assert done.exit_code == 0, done.output
    assert "1 of 2 differences accepted by Ada: change 4711" in done.stdout
    assert run("verify", NAME).exit_code == 0
    assert "1 differences accepted" in run("list").stdout
    assert "by Ada" in run("show", NAME).stdout
    rest = run("accept", NAME, *words, "--difference", "*MaxReceiveSize")
    assert "1 of 1 differences accepted" in rest.stdout


def test_a_copied_baseline_is_accepted_against_its_own_answers(environment: Path) -> None:
    run_folder = changed(environment, MaxSendSize="7 MB (7,340,032 bytes)")
    (environment / "baselines" / NAME).rename(environment / "baselines" / "renamed")
    done = run("accept", "renamed", "--run", str(run_folder), "--reason=r", "--by=b", "--difference=*MaxSendSize")
    assert done.exit_code == 0, done.output
    assert (environment / "baselines" / "renamed" / "accepted.json").is_file()


def test_delete_and_what_is_not_there(environment: Path) -> None:
    assert run("delete", "nope").exit_code == 2
    assert run("delete", NAME).exit_code == 0
    assert not (environment / "baselines" / NAME).exists()
    assert "has no baseline" in run("list").stdout
    for verb in (("show", NAME), ("diff", NAME, "x"), ("delete", NAME)):
        assert run(*verb).exit_code == 2
    assert run("list", of="prod").exit_code == 2
