import re
import textwrap
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len

from muster import evidence
from muster.evidence.summary import LINES
from muster.model import CatalogueUsed, Control, Environment, Run, Verdict

FOLDER = Path("reports/demo/2025-09-15T101112Z")


def on_screen(run: Run, width: int = 80) -> list[str]:
    """As a terminal shows it, without its colours."""
    lines = evidence.summary_lines(run, FOLDER, width=width, colour=True)
    return [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]


def in_a_pipe(run: Run) -> list[str]:
    return evidence.summary_lines(run, FOLDER)


DEAD_END = textwrap.dedent("""\
    Contoso does not pass muster.
    1 fail  1 undetermined  1 pass  1 not applicable  1 waived  in 8.2 s
    Findings
      high  EX01  connectors.no-anonymous-relay  EX01\\Scanner Relay: accepts any
            recipient from anybody
    Undetermined, by cause
      1  EX03 did not answer: ex03.contoso.local:5985 did not answer. Start WinRM on
         EX03, or open TCP 5985 from this machine
    """).splitlines()


@pytest.mark.parametrize("share", [{"fail": 0}, {"fail": 1}, {"undetermined": 0.5}, {"undetermined": 0.01}])
def test_one_screen_for_twenty_thousand_verdicts(
    make_large_run: Callable[..., tuple[Run, Environment]], share: dict[str, float]
) -> None:
    run, _ = make_large_run(**share)
    assert len(run.verdicts) == 20_000
    lines = on_screen(run)
    assert len(lines) <= LINES <= 24
    assert all(cell_len(line) <= 80 for line in lines)
    assert lines[-1] == f"Report: {FOLDER / 'report.html'}"


def test_what_does_not_fit_is_counted(make_large_run: Callable[..., tuple[Run, Environment]]) -> None:
    run, _ = make_large_run(fail=1)
    lines = on_screen(run)
    assert lines[1].startswith("20,000 fail  0 undetermined  0 pass")
    shown = [line for line in lines if re.match(r"  (high|medium|low|info) ", line)]
    assert len(shown) == 15
    assert lines[-2] == "  and 25 more controls with 12,500 findings in the report"
    assert all("+499" in line for line in shown)


def test_findings_and_causes_share_the_screen(small_run: Run) -> None:
    assert on_screen(small_run) == [*DEAD_END, f"Report: {FOLDER / 'report.html'}"]


def test_an_old_catalogue_is_said_in_one_line(small_run: Run) -> None:
    old = CatalogueUsed(date(2025, 7, 1), date(2025, 7, 1), stale=True)
    said = "The catalogue is old: what was released after 2025-07-01 is not known."
    assert on_screen(replace(small_run, catalogue=old))[2] == said
    assert in_a_pipe(replace(small_run, catalogue=old))[2] == said
    assert said not in on_screen(replace(small_run, catalogue=replace(old, stale=False)))


def test_an_interruption_is_said(small_run: Run) -> None:
    assert "Incomplete" in on_screen(replace(small_run, complete=False))[2]


def test_no_server_text_steers_the_terminal(
    make_run: Callable[..., Run], make_verdict: Callable[..., Verdict]
) -> None:
    evil = "\x1b[2J\x07\u202e ünï [bold red] Password=hunter2"
    run = make_run((make_verdict("fail", evil, reason=evil), make_verdict("undetermined", evil, reason=evil)))
    plain = "\n".join(in_a_pipe(run))
    assert plain.isascii()
    assert plain.replace("\n", "").isprintable()
    assert "hunter2" not in plain
    ours = "\n".join(on_screen(run, 300))
    assert ours.replace("\n", "").isprintable()
    assert "[bold red]" in ours
    assert "<U+001B>[2J" in ours


def test_wide_characters_do_not_overflow(make_run: Callable[..., Run], make_verdict: Callable[..., Verdict]) -> None:
    run = make_run((make_verdict("fail", "東京" * 8, reason="東京" * 60),))
    for line in on_screen(run):
        assert cell_len(line) <= 80


def test_nothing_is_cut_where_there_is_no_screen(
    make_run: Callable[..., Run], make_verdict: Callable[..., Verdict], make_control: Callable[..., Control]
) -> None:
    long = "it is not as it should be, " * 30 + "end"
    verdicts = [
        make_verdict("fail", "S" * 60, reason=long, control=make_control(f"area.control-{n:02}")) for n in range(60)
    ]
    lines = in_a_pipe(make_run((*verdicts, make_verdict("undetermined", "EX01", reason=long.replace("it", "one")))))
    assert [line for line in lines if line.startswith("  high  ")] == [
        f"  high  {'S' * 60}  area.control-{n:02}  {long}" for n in range(60)
    ]
    assert f"  1  {long.replace('it', 'One', 1).replace('it', 'one')}" in lines


def test_a_control_is_never_cut_and_the_subject_gives_way(
    make_run: Callable[..., Run], make_verdict: Callable[..., Verdict], make_control: Callable[..., Control]
) -> None:
    names = ("virtual-directories.extended-protection-in-use", "build.known")
    verdicts = [make_verdict("fail", "S" * 60, reason="why " * 40, control=make_control(name)) for name in names]
    lines = on_screen(make_run(tuple(verdicts)))
    for name in names:
        assert [line for line in lines if name in line.split()]
    assert any("SSS…" in line for line in lines)
    assert all(cell_len(line) <= 80 for line in lines)


def test_a_dead_server_says_why_beside_many_findings(
    make_large_run: Callable[..., tuple[Run, Environment]], small_run: Run
) -> None:
    run, _ = make_large_run(fail=1)
    run = replace(
        run, verdicts=run.verdicts + small_run.verdicts, observations=run.observations + small_run.observations
    )
    lines = on_screen(run)
    assert lines[-3:-1] == DEAD_END[-2:]
    assert len(lines) == LINES
