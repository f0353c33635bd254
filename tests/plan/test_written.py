"""The plan on a terminal and as Markdown: the same steps, and nothing that a server sent is more than text."""

import re
from dataclasses import replace

import pytest

from kit.situations import E2016, edge, plan_to, server, situation
from muster.plan import Plan, markdown, printed
from muster.plan.situation import Unknown

HOSTILE = "\x1b[2J<script>|`*x*` [a](http://b)\n# title"


def _plan() -> Plan:
    return plan_to("SE RTM", situation(server("ex01"), server("ex05", E2016, "CU23"), edge()))


def _hostile() -> Plan:
    why = Unknown("the version of .NET Framework", HOSTILE)
    return replace(
        plan_to("SE RTM", situation(server("ex01", dotnet=why))), organization=HOSTILE, environment=HOSTILE
    )


def test_every_step_in_both_in_order() -> None:
    plan = _plan()
    on_screen = " ".join(" ".join(printed.lines(plan, 400)).split())
    page = markdown.text(plan)
    headings = re.findall(r"^### (\d+)\. (.*)$", page, re.MULTILINE)
    assert [int(number) for number, _ in headings] == list(range(1, len(plan.steps) + 1))
    assert [title for _, title in headings] == [markdown.escaped(step.title) for step in plan.steps]
    places = [on_screen.index(f" {number}. {step.title}") for number, step in enumerate(plan.steps, 1)]
    assert places == sorted(places)


def test_commands_marks_and_what_stays_are_in_both() -> None:
    plan = _plan()
    for text in ("\n".join(printed.lines(plan, 400)), markdown.text(plan)):
        for step in plan.steps:
            for command in step.commands:
                assert " ".join(command.split()) in text
        assert text.lower().count("unverified") >= sum(1 for step in plan.steps if step.unverified)
        assert "annot be undone" in text
        assert "Facts of 2025-09-15 12:00 UTC" in text


def test_lines_fit_the_width_but_for_commands_and_long_words() -> None:
    for line in printed.lines(_plan(), 80):
        assert len(line) <= 80 or line.lstrip().startswith(">") or "PrepareD" in line


def test_nothing_moves_the_cursor_or_breaks_a_line() -> None:
    for line in printed.lines(_hostile()):
        assert line.isprintable(), line


def test_nothing_is_markup_in_markdown() -> None:
    page = markdown.text(_hostile())
    assert "\x1b" not in page
    assert "<script>" not in page
    assert "\n# title" not in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("1. begin", "1\\. begin"),
        ("- begin", "\\- begin"),
        ("a_b `c`", "a\\_b \\`c\\`"),
        ("<b> & |", "\\<b\\> \\& \\|"),
        ("C:\\x", "C:\\\\x"),
        ("plain", "plain"),
    ],
)
def test_escaping(said: str, written: str) -> None:
    assert markdown.escaped(said) == written


def test_a_fence_is_longer_than_what_it_holds() -> None:
    plan = _plan()
    first = replace(plan.phases[0].steps[0], commands=("a ``` b",))
    phase = replace(plan.phases[0], steps=(first, *plan.phases[0].steps[1:]))
    assert "````powershell\na ``` b\n````" in markdown.text(replace(plan, phases=(phase, *plan.phases[1:])))
