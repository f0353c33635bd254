"""From the lab's wire to a plan: the demo organisation, and the page in docs/ that shows it."""

import json
import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kit.recorded import organisation
from muster import evidence, overlay, policy, waivers
from muster.catalogue import Overlay, published
from muster.cli import app
from muster.model import Run
from muster.plan import Case, NoRun, Plan, Source, choices_of, gather, make, markdown, newest, read_target
from muster.plan.situation import Unknown

DOCS = Path(__file__).parents[2] / "docs" / "plan.md"
DAY = date(2025, 9, 15)
NO_ROWS = Overlay()
NOON = datetime(2025, 9, 15, 12, tzinfo=UTC)


@cache
def _plan(name: str = "demo", to: str = "SE RTM") -> Plan:
    bench = organisation(name)
    found = gather(bench.environment, tuple(bench.observations.values()), published())
    choices = choices_of(bench.policy, found, bench.environment.servers, DAY)
    case = Case(found, read_target(to, published(), DAY), published(), DAY, choices)
    return make(case, Source("reports/demo/run", NOON))


def test_the_way_of_every_server() -> None:
    assert [(path.server.name, path.kind) for path in _plan().paths] == [
        ("ex01", "in-place"),
        ("ex02", "in-place"),
        ("ex03", "in-place"),
        ("ex04", "already there"),
        ("ex05", "legacy"),
        ("ex06", "legacy"),
        ("edge01", "in-place"),
    ]


def test_the_steps_in_order() -> None:
    """What somebody who has done a CU upgrade expects; titles are in docs/plan.md."""
    plan = _plan()
    setups = [step.servers[0] for step in plan.steps if step.kind == "setup"]
    assert setups == ["ex01", "ex02", "ex03", "edge01"]
    prepared = [step.title for step in plan.steps if step.kind.startswith("prepare ")]
    assert prepared == ["Prepare emea.contoso.local: PrepareDomain of Exchange Server SE RTM"]
    repaired = [step.servers for step in plan.steps if step.kind.startswith("repair ")]
    assert repaired == [("dc2",), ("ex04",)]
    kinds = [step.kind for step in plan.steps]
    assert kinds.index("repair replication") < kinds.index("prepare domains") < kinds.index("setup")
    assert kinds.index("balance") < kinds.index("install new") < kinds.index("uninstall")
    edge = next(place for place, step in enumerate(plan.steps) if "edge01: Setup" in step.title)
    assert edge > kinds.index("uninstall")


def test_nothing_is_unknown_that_the_run_asked() -> None:
    """Every fact that the plan reads is asked by some check, so a whole run has it; here only what failed lacks."""
    unknown = {
        fact.fact
        for path in _plan("demo-clean").paths
        for fact in (path.server.cumulative_update, path.server.release, path.server.windows, path.server.dotnet)
        if isinstance(fact, Unknown)
    }
    assert unknown == set()
    assert not [step for step in _plan("demo-clean").steps if step.kind in {"find out", "clear the way"}]


def test_a_clean_organisation_has_nothing_to_repair() -> None:
    assert not [step for step in _plan("demo-clean").steps if step.kind.startswith("repair ")]


def test_the_page_shows_this_plan() -> None:
    """docs/plan.md lists the demo plan's steps: as they are."""
    listed = DOCS.read_text("utf-8").partition("```text")[2].partition("```")[0]
    shown = re.findall(r"^ *(\d+)\. (.*)$", listed, re.MULTILINE)
    assert [title for _, title in shown] == [step.title for step in _plan().steps]
    assert [int(number) for number, _ in shown] == list(range(1, len(shown) + 1))


def test_the_whole_ticket_in_docs_is_this_plan() -> None:
    """Made anew by: pytest --env demo; muster plan --env demo --to "SE RTM" -o docs/plan-demo.md."""
    kept = DOCS.with_name("plan-demo.md").read_text("utf-8")
    assert kept.partition("\n| Server")[2] == markdown.text(_plan()).partition("\n| Server")[2]


def _muster(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with an inventory of the name, and one whole run of the demo organisation."""
    (tmp_path / "inventory" / "demo").mkdir(parents=True)
    (tmp_path / "inventory" / "demo" / "inventory.yaml").write_text("organisation: Contoso\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    _run(tmp_path / "reports")
    return tmp_path / "reports" / "demo"


def _run(folder: Path, own: Overlay = NO_ROWS, **more: object) -> Path:
    bench = organisation("demo")
    kept = {"policy": policy.dump(bench.policy), "waivers": waivers.dump(()), "catalogue": overlay.dump(own)}
    seen = tuple(bench.observations.values())
    run = Run("demo", "Contoso", NOON, NOON, DAY, (), seen, decisions=kept, **more)  # type: ignore[arg-type]
    return evidence.write(run, bench.environment, folder)


def test_the_command_prints_and_writes(reports: Path, tmp_path: Path) -> None:
    done = _muster("plan", "--env", "demo", "--to", "SE RTM", "-o", str(tmp_path / "plan.md"))
    assert done.exit_code == 0, done.output
    assert "ex01: into maintenance" in done.output
    assert "days old" in done.output
    assert "judges at 2025-09-15" in done.output
    page = (tmp_path / "plan.md").read_text("utf-8")
    assert page.startswith("# Upgrade of Contoso to Exchange Server SE RTM Sep25HU\n")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["inventory", "plan.md", "reports"]


def test_a_part_of_a_run_is_passed_over_and_says_so_where_it_is_named(reports: Path) -> None:
    (whole,) = reports.iterdir()
    part = _run(reports.parent, left_out=300, selection="-k build")
    assert newest(reports.parent, "demo") == whole
    done = _muster("plan", "--run", str(part), "--to", "SE RTM")
    assert "a part only (-k build)" in " ".join(done.output.split())


def test_the_environments_own_rows_count(reports: Path) -> None:
    """An update that the published tables lack, remembered by the run, is what the plan installs."""
    row = {"product": "Exchange Server SE", "kind": "SU", "cu": "RTM", "su": "Sep25SUv9", "build": "15.2.2562.28"}
    own = Overlay(releases=({**row, "date": "2025-09-10", "sources": ["a page"]},), names=("own.yaml",))
    _run(reports.parent, own)
    done = _muster("plan", "--env", "demo", "--to", "SE RTM")
    assert done.exit_code == 0, done.output
    assert "Sep25SUv9" in done.output
    assert "own.yaml" in done.output


def test_an_interrupted_run_is_passed_over_unless_it_is_named(reports: Path) -> None:
    (whole,) = reports.iterdir()
    cut = _run(reports.parent, complete=False)
    assert newest(reports.parent, "demo") == whole
    done = _muster("plan", "--run", str(cut), "--to", "SE RTM")
    assert done.exit_code == 0, done.output
    assert "was interrupted" in done.output


def test_without_a_run_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoRun, match="pytest --env prod"):
        newest(tmp_path, "prod")


def test_mistakes_are_sentences(reports: Path, tmp_path: Path) -> None:
    for arguments, said in (
        (("--env", "demo", "--to", "2019 CU16"), "The nearest is 'Exchange Server 2019 CU15'"),
        (("--env", "nowhere", "--to", "SE RTM"), "there is no environment 'nowhere'"),
        (("--to", "SE RTM"), "name an environment"),
        (("--run", str(tmp_path / "none"), "--to", "SE RTM"), "does not exist"),
        (("--env", "demo", "--to", "SE RTM", "-o", str(tmp_path / "no" / "plan.md")), "cannot be written"),
    ):
        done = _muster("plan", *arguments)
        assert done.exit_code == 2, done.output
        assert said in " ".join(done.output.split()), done.output


def test_changed_answers_are_not_planned_from(reports: Path) -> None:
    (folder,) = reports.iterdir()
    file = next((folder / "answers").glob("*.json"))
    file.write_text(json.dumps(json.loads(file.read_text("utf-8"))), "utf-8")
    done = _muster("plan", "--env", "demo", "--to", "SE RTM")
    assert done.exit_code == 2
    assert "changed after the run" in " ".join(done.output.split())
