import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from muster import evidence
from muster.evidence.summary import LINES
from muster.model import Environment, Run, Verdict

FOLDER = Path("reports/demo/2025-09-15T101112Z")


def told(run: Run, **how: bool | int) -> list[str]:
    return evidence.summary_lines(run, FOLDER, **how)  # type: ignore[arg-type] # width is the number, colour the flag


@pytest.mark.parametrize("share", [{"fail": 0}, {"fail": 1}, {"undetermined": 0.5}, {"undetermined": 0.01}])
def test_one_screen_for_twenty_thousand_verdicts(
    make_large_run: Callable[..., tuple[Run, Environment]], share: dict[str, float]
) -> None:
    run, _ = make_large_run(**share)
    assert len(run.verdicts) == 20_000
    lines = told(run)
    assert len(lines) <= LINES <= 24
    assert all(cell_len(line) <= 80 for line in lines)
    assert lines[-1] == f"Report: {FOLDER / 'report.html'}"


def test_what_does_not_fit_is_counted(make_large_run: Callable[..., tuple[Run, Environment]]) -> None:
    run, _ = make_large_run(fail=1)
    lines = told(run)
    assert lines[1].startswith("20,000 fail  0 undetermined  0 pass")
    shown = [line for line in lines if re.match(r"  (high|medium|low|info) ", line)]
    assert len(shown) == 15
    assert lines[-2] == "  and 25 more controls with 12,500 findings in the report"
    assert all("+499" in line for line in shown)


def test_findings_and_causes_share_the_screen(small_run: Run) -> None:
    assert told(small_run, width=120) == [
        "Contoso does not pass muster.",
        "1 fail  1 undetermined  1 pass  1 not applicable  1 waived  in 8.2 s",
        "Findings",
        "  high  EX01  connectors.no-anonymous-relay  accepts any recipient from anybody",
        "Undetermined, by cause",
        "  1  EX03 did not answer. Start WinRM on EX03, or open TCP 5985 from this machine",
        f"Report: {FOLDER / 'report.html'}",
    ]


def test_an_interruption_is_said(small_run: Run) -> None:
    assert "Incomplete" in told(replace(small_run, complete=False))[2]


def test_no_server_text_steers_the_terminal(
    make_run: Callable[..., Run], make_verdict: Callable[..., Verdict]
) -> None:
    evil = "\x1b[2J\x07\u202e ünï [bold red] Password=hunter2"
    run = make_run((make_verdict("fail", evil, reason=evil), make_verdict("undetermined", evil, reason=evil)))
    plain = "\n".join(told(run, width=300))
    assert plain.isascii()
    assert plain.replace("\n", "").isprintable()
    assert "hunter2" not in plain
    coloured = "\n".join(told(run, width=300, colour=True))
    ours = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert ours.replace("\n", "").isprintable()
    assert "[bold red]" in ours
    assert "<U+001B>[2J" in ours


def test_wide_characters_do_not_overflow(make_run: Callable[..., Run], make_verdict: Callable[..., Verdict]) -> None:
    run = make_run((make_verdict("fail", "東京" * 8, reason="東京" * 60),))
    for line in told(run, colour=True):
        assert cell_len(re.sub(r"\x1b\[[0-9;]*m", "", line)) <= 80
