"""What the terminal shows at the end of a run: one screen, however many verdicts there are."""

from collections.abc import Callable
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from muster.evidence.account import Account
from muster.evidence.causes import causes
from muster.evidence.findings import Finding, findings
from muster.evidence.headline import counted, headline, selected
from muster.evidence.printable import one_line, plain_ascii
from muster.model import OUTCOMES, Severity

_STYLES = {
    "fail": "bold red",
    "undetermined": "bold magenta",
    "pass": "green",
    "not applicable": "dim",
    "waived": "blue",
}
_SEVERITIES = {Severity.HIGH: "bold red", Severity.MEDIUM: "yellow", Severity.LOW: "", Severity.INFO: "dim"}
_TONES = {
    "pass": "bold green",
    "fail": "bold red",
    "part": "bold blue",
    "undetermined": "bold magenta",
    "nothing": "bold",
}

LINES = 20
"""Of the 24 of the smallest screen: pytest and the shell need the rest."""

WIDTH = 80
_MOST_CAUSES = 4
_SUBJECT = 22
_CONTROL = 36


def summary_lines(account: Account, report: Path, *, width: int = WIDTH, colour: bool = False) -> list[str]:
    """The summary as lines to print: with colour for a terminal, else plain ASCII."""
    if not colour:
        return [line.plain for line in summary(account, report, width, LINES, plain_ascii)]
    console = Console(force_terminal=True, color_system="standard", width=10_000, highlight=False)
    with console.capture() as capture:
        for line in summary(account, report, width):
            console.print(line, soft_wrap=True)
    return capture.get().splitlines()


def summary(
    account: Account, report: Path, width: int = WIDTH, lines: int = LINES, clean: Callable[[str], str] = one_line
) -> list[Text]:
    """At most ``lines`` lines of at most ``width`` columns; the path of the report is never cut.

    ``clean`` makes server text fit to print: ``one_line``, or ``plain_ascii`` for what is no terminal.
    """
    dots = "..." if clean is plain_ascii else "…"
    head = [Text(clean(headline(account)), _TONES[account.standing]), _counts(account)]
    if account.left_out and account.standing != "part":
        head.append(Text(clean(f"{selected(account)}."), "bold"))
    if not account.complete:
        head.append(Text("Incomplete: the run was interrupted before everything was judged.", "bold magenta"))
    tail = [Text(clean(f"Report: {report}"), "bold")]
    room = lines - len(head) - len(tail)
    open_rows, open_rest = _causes(account, clean)
    open_room = min(len(open_rows), _MOST_CAUSES) + 2 if open_rows else 0
    rows, rest = _findings(account, clean)
    body = _block("Findings", rows, room - open_room, rest)
    body += _block("Undetermined, by cause", open_rows, room - len(body), open_rest)
    return [_cut(line, width, dots) for line in head + body] + tail


_Line = list[tuple[str, str]]


def _counts(account: Account) -> Text:
    made = Text()
    for outcome in OUTCOMES:
        number = account.counts[outcome]
        made.append(f"{number:,} {outcome}", _STYLES[outcome] if number else "dim")
        made.append("  ")
    return made.append(f"in {account.seconds:.1f} s", "dim")


def _block(title: str, rows: list[_Line], room: int, rest: Callable[[int], str]) -> list[Text]:
    """A heading and as many rows as fit; where some do not, the last line says how many and where they are."""
    if not rows or room < 2:  # noqa: PLR2004 - a heading and one line
        return []
    fits = len(rows) if len(rows) <= room - 1 else room - 2
    made = [Text(title, "underline"), *_aligned(rows[:fits])]
    if fits < len(rows):
        made.append(Text(f"  {rest(fits)} in the report", "dim"))
    return made


def _aligned(rows: list[_Line]) -> list[Text]:
    """Rows in columns as wide as their widest cell, the last one free."""
    widths = [max((cell_len(row[column][0]) for row in rows), default=0) for column in range(len(rows[0]) - 1)]
    made = []
    for row in rows:
        line = Text()
        for (text, style), width in zip(row, [*widths, 0], strict=True):
            line.append("  ")
            line.append(text, style)
            line.append(" " * max(0, width - cell_len(text)))
        made.append(line)
    return made


def _findings(account: Account, clean: Callable[[str], str]) -> tuple[list[_Line], Callable[[int], str]]:
    """A row per control that failed, and what to say of those that do not fit."""
    found = findings(account)

    def rest(shown: int) -> str:
        left = found[shown:]
        return (
            f"and {counted(len(left), 'more control')} with {counted(sum(one.subjects for one in left), 'finding')}"
        )

    return [_finding(one, clean) for one in found], rest


def _finding(finding: Finding, clean: Callable[[str], str]) -> _Line:
    first = finding.rows[0].verdict
    more = f" +{finding.subjects - 1:,}" if finding.subjects > 1 else ""
    severity = finding.control.severity
    return [
        (str(severity), _SEVERITIES[severity]),
        (clean(first.subject)[:_SUBJECT] + more, "bold"),
        (clean(finding.control.id)[:_CONTROL], ""),
        (clean(first.reason), "dim"),
    ]


def _causes(account: Account, clean: Callable[[str], str]) -> tuple[list[_Line], Callable[[int], str]]:
    """A row per cause with its cure, and what to say of those that do not fit."""
    found = causes(account)

    def rest(shown: int) -> str:
        return f"and {counted(len(found) - shown, 'more cause')}"

    rows: list[_Line] = []
    for cause in found:
        told = f"{cause.title}. {cause.cure}" if cause.cure else cause.title
        rows.append([(f"{len(cause.verdicts):,}", _STYLES["undetermined"]), (clean(told), "")])
    return rows, rest


def _cut(line: Text, width: int, dots: str) -> Text:
    if line.cell_len <= width:
        return line
    shorter = line.copy()
    shorter.truncate(width - len(dots))
    shorter.append(dots)
    return shorter
