"""The examples in the pages that people wrote do what the pages say."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from kit.judged import Bench
from muster import overlay
from muster.catalogue import Catalogue, published
from muster.documentation.recording_page import SERVER, TYPICAL, index, lines
from muster.documentation.usage import needs
from muster.lab.certificates import Authority
from muster.lab.description import load_description
from muster.lab.world.playing import make_world
from muster.listing import controls_in
from muster.model import ExchangeCmdlet, Question, WindowsCmdlet, fill_after
from muster.policy import Policy
from muster.resolve import bound, satisfies
from muster.transport.old import capture

DOCS = Path(__file__).parents[2] / "docs"
DESCRIPTIONS = Path(__file__).parents[2] / "plugins" / "muster" / "lab" / "descriptions"


def example(page: str, language: str) -> str:
    """The first block of a language."""
    found, *_ = re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    return str(found)


def test_the_update_that_shipped_this_morning_is_taken(tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "november.yaml").write_text(example("catalogue.md", "yaml"), "utf-8")
    own = Catalogue(overlay.load(tmp_path, published(), date(2026, 11, 10)))
    assert str(own.newest("Exchange Server SE")) == "Exchange Server SE RTM Nov26SU (15.2.2562.61)"


@pytest.fixture
def smallest(tmp_path: Path) -> capture.Capture:
    (tmp_path / "answers").mkdir()
    (tmp_path / "capture.yaml").write_text(example("captures.md", "yaml"), "utf-8")
    (tmp_path / "answers" / "Get-AcceptedDomain.xml").write_text(example("captures.md", "xml"), "utf-8")
    return capture.load(tmp_path)


def test_the_smallest_capture_is_judged_as_the_page_says(smallest: capture.Capture) -> None:
    (only,) = smallest.observations
    assert only.problem is None
    bench = Bench(smallest.environment, {only.question.key: only}, date(2025, 9, 15), Policy(as_of=date(2025, 9, 15)))
    assert smallest.taken == datetime(2025, 9, 15, 10, tzinfo=UTC)
    assert bench.judged("transport.one-default-domain", "contoso").outcome == "pass"
    assert bench.judged("transport.no-wildcard-relay-domain", "contoso").outcome == "pass"
    assert bench.judged("connectors.send-redundancy", "contoso").outcome == "undetermined"


def test_the_recorded_lines_come_with_the_index_that_loads_them(tmp_path: Path) -> None:
    written = yaml.safe_load(example("recording.md", "yaml"))
    assert written == index()
    (tmp_path / "capture.yaml").write_text(example("recording.md", "yaml"), "utf-8")
    (tmp_path / "answers").mkdir()
    for line in lines():
        (tmp_path / line.file).write_text(example("captures.md", "xml"), "utf-8")
    loaded = capture.load(tmp_path)
    assert [one.problem for one in loaded.observations] == [None] * len(lines())


def test_the_recorded_lines_answer_every_question_to_exchange_and_windows(tmp_path: Path) -> None:
    (tmp_path / "capture.yaml").write_text(example("recording.md", "yaml"), "utf-8")
    recorded = [one.question for one in capture.load(tmp_path).observations]
    for wanted in needs():
        ways = [as_recorded(bound(way, SERVER)) for way in wanted.alternatives]
        if isinstance(ways[0], ExchangeCmdlet | WindowsCmdlet):
            assert any(satisfies(have, way, SERVER) for have in recorded for way in ways), ways[0].key


def as_recorded(question: Question) -> Question:
    """What is asked where the earlier answer is the usual one, as the page has it."""
    if isinstance(question, WindowsCmdlet) and question.after is not None and question.after.property in TYPICAL:
        return fill_after(question, TYPICAL[question.after.property])
    return question


def test_every_answer_has_a_file_of_its_own() -> None:
    files = [line.file.casefold() for line in lines()]
    assert len(files) == len(set(files))


def test_the_own_check_is_found(tmp_path: Path) -> None:
    (tmp_path / "check_house_rules.py").write_text(example("own-checks.md", "python"), "utf-8")
    (found,) = controls_in(tmp_path)
    assert found.control.id == "contoso.no-external-relay"


def test_the_lab_plays_the_description(tmp_path: Path) -> None:
    (tmp_path / "demo-clean.yaml").write_bytes((DESCRIPTIONS / "demo-clean.yaml").read_bytes())
    (tmp_path / "mine.yaml").write_text(example("lab.md", "yaml"), "utf-8")
    description = load_description(tmp_path / "mine.yaml")
    world = make_world(description, Authority(tmp_path, datetime.now(UTC)))
    assert world.endpoints["exchange", "ex02"] == {"mode": "stall"}
    assert [one.control for one in description.expected] == ["connectors.no-anonymous-relay"]
