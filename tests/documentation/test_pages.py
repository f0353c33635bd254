"""The generated pages: what is committed is what the code says."""

import re
from pathlib import Path

import pytest

from muster.catalogue.tables import table
from muster.documentation import pages, write
from muster.documentation.markdown import code, plain
from muster.documentation.markdown import table as markdown_table
from muster.documentation.never_seen_page import seen, seen_of
from muster.documentation.questions_page import every_question
from muster.documentation.usage import KINDS, needs, typed

ROOT = Path(__file__).parents[2]
CHECKS = ROOT / "checks"
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", ["checks.md", "questions.md", "never-seen.md", "recording.md"])
def test_what_is_committed_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == pages(CHECKS)[name], f"docs/{name} is out of date: make docs"


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    assert {path.name for path in write(CHECKS, tmp_path)} == set(pages(CHECKS))
    (tmp_path / "checks.md").write_text("old", "utf-8")
    assert [path.name for path in write(CHECKS, tmp_path)] == ["checks.md"]
    assert write(CHECKS, tmp_path) == ()


def test_every_question_stands_on_the_page_of_questions() -> None:
    page = pages(CHECKS)["questions.md"]
    for question in every_question(needs()):
        assert f"### {code(typed(question))}\n" in page


def test_every_kind_of_question_has_its_right() -> None:
    assert set(KINDS.values()) == set(table("rights"))


def test_every_question_is_either_seen_or_listed_as_never_seen() -> None:
    unanswered = pages(CHECKS)["never-seen.md"].split("## Questions that were answered")[0]
    for question in every_question(needs()):
        assert (code(typed(question)) in unanswered) == (seen_of(question) is None), question.key


def test_nothing_is_called_seen_that_is_not_asked() -> None:
    used = {found.question for question in every_question(needs()) if (found := seen_of(question))}
    assert {one.question for one in seen()} - used == set()


def test_every_source_of_what_was_seen_is_named() -> None:
    sources = table("seen")["sources"]
    assert isinstance(sources, dict)
    for one in seen():
        for ids in one.forms.values():
            assert {name.partition(",")[0] for name in ids} <= sources.keys(), one.question


def test_text_is_shown_as_it_is() -> None:
    assert plain("Remove <b>\n `x` | *y*") == r"Remove \<b\> \`x\` \| \*y\*"
    assert code("a `b`") == "`` a `b` ``"
    assert markdown_table(["a"], [[code("x | y")]]).splitlines()[2] == r"| `x \| y` |"


@pytest.mark.parametrize("page", sorted([*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]), ids=str)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", re.sub(r"`[^`]*`", "", text)):
        assert (page.parent / target).exists(), f"{page.name} leads to {target}"


def test_the_gates_hold_what_is_marked() -> None:
    told = pages(CHECKS)["checks.md"].split("## At the gates")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| \[`([^`]+)`\]\([^)]*\) \| (.*) \|$", told, re.MULTILINE))
    assert [cell.strip() for cell in rows["certificates.expiry"].split("|")] == ["x", "", "x", ""]
    assert [cell.strip() for cell in rows["maintenance.activation-disabled"].split("|")] == ["", "x", "", "yes"]
    assert "certificates.server-names" not in rows  # holds at any time
