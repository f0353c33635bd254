"""What the terminal shows at the end of a run: one screen, however many verdicts there are.

In a pipe or a mail there is no screen: nothing is cut, and every finding and every cause has its line.
"""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from muster.evidence import imagined
from muster.evidence.account import Account
from muster.evidence.causes import Cause, causes
from muster.evidence.drifted import drift_lines
from muster.evidence.findings import Finding, findings
from muster.evidence.headline import counted, headline, selected
from muster.evidence.printable import one_line, plain_ascii
from muster.evidence.screen import Block, Paper, Row, cut
from muster.model import OUTCOMES, Severity, sentences

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
_LINES_OF_A_CAUSE = 2
_MOST_WITHOUT_SCREEN = 200


def summary_lines(account: Account, report: Path, *, width: int = WIDTH, colour: bool = False) -> list[str]:
    """The summary as lines to print: with colour for a terminal ``width`` columns wide, else plain ASCII, uncut."""
    if not colour:
        return [line.plain for line in summary(account, report, None, _MOST_WITHOUT_SCREEN, plain_ascii)]
    console = Console(force_terminal=True, color_system="standard", width=10_000, highlight=False)
    with console.capture() as capture:
        for line in summary(account, report, width):
            console.print(line, soft_wrap=True)
    return capture.get().splitlines()


def summary(
    account: Account,
    report: Path,
    width: int | None = WIDTH,
    lines: int = LINES,
    clean: Callable[[str], str] = one_line,
) -> list[Text]:
    """At most ``lines`` lines of at most ``width`` columns; control ids and the path of the report are never cut.

    ``width`` ``None`` is no screen. ``clean`` makes server text fit to print: ``one_line``, or ``plain_ascii`` for
    what is no terminal.
    """
    paper = Paper(width, "..." if clean is plain_ascii else "…")
    head = [Text(clean(headline(account)), _TONES[account.standing]), _counts(account)]
    if account.what_if is not None:
        head.insert(0, Text(clean(f"{account.what_if.sentence}. Nothing of this was seen."), "bold blue"))
    if account.left_out and account.standing != "part":
        head.append(Text(clean(f"{selected(account)}."), "bold"))
    if not account.complete:
        head.append(Text("Incomplete: the run was interrupted before everything was judged.", "bold magenta"))
    if account.catalogue and account.catalogue.stale:
        until = account.catalogue.read_until
        head.append(Text(f"The catalogue is old: what was released after {until} is not known.", "bold yellow"))
    head += [Text(clean(line), style) for line, style in drift_lines(account.drift, report)] if account.drift else []
    head += [Text(clean(line), style) for line, style in _imagined(account, paper)]
    tail = [Text(clean(f"Report: {report}"), "bold")]
    head = [_shortened(line, paper) for line in head]
    return [*head, *_blocks(account, lines - len(head) - len(tail), paper, clean), *tail]


def _imagined(account: Account, paper: Paper) -> list[tuple[str, str]]:
    screen = paper.width is not None
    return imagined.lines(account.what_if, account.threshold, screen=screen) if account.what_if else []


def _blocks(account: Account, room: int, paper: Paper, clean: Callable[[str], str]) -> list[Text]:
    """Findings and causes share the room: a line per finding, causes with their cure, then what is left to both."""
    found, why = findings(account), causes(account)
    failed = Block("Findings", [_finding(one, clean) for one in found], _rest_of_findings(found), paper)
    undecided = Block("Undetermined, by cause", [_cause(one, clean) for one in why], _rest_of_causes(len(why)), paper)
    undecided.fit(min(room, _MOST_CAUSES * _LINES_OF_A_CAUSE + 2), _LINES_OF_A_CAUSE)
    failed.fit(room - undecided.lines)
    undecided.fit(room - failed.lines, _LINES_OF_A_CAUSE)
    undecided.grow(room - failed.lines - undecided.lines)
    failed.grow(room - failed.lines - undecided.lines)
    return failed.printed() + undecided.printed()


def _counts(account: Account) -> Text:
    made = Text()
    for outcome in OUTCOMES:
        number = account.counts[outcome]
        made.append(f"{number:,} {outcome}", _STYLES[outcome] if number else "dim")
        made.append("  ")
    return made.append(f"in {account.seconds:.1f} s", "dim")


def _finding(finding: Finding, clean: Callable[[str], str]) -> Row:
    first = finding.rows[0].verdict
    more = f" +{finding.subjects - 1:,}" if finding.subjects > 1 else ""
    severity = finding.control.severity
    lead = (
        (str(severity), _SEVERITIES[severity]),
        (clean(first.subject) + more, "bold"),
        (clean(finding.control.id), ""),
    )
    failed = [one for one in first.objects if one.outcome == "fail"]
    said = f"{failed[0].object}: {failed[0].reason}" if len(failed) == 1 else first.reason
    return Row(lead, (clean(said), "dim"), shrinks=1)


def _rest_of_findings(found: tuple[Finding, ...]) -> Callable[[int], str]:
    def rest(shown: int) -> str:
        left = found[shown:]
        number = counted(sum(one.subjects for one in left), "finding")
        return f"and {counted(len(left), 'more control')} with {number} in the report"

    return rest


def _cause(cause: Cause, clean: Callable[[str], str]) -> Row:
    """Who, why and what to do."""
    title = f"{cause.title}: {cause.why}" if cause.why else cause.title
    told = sentences(title, cause.cure or "".join(() if cause.why else cause.messages[:1]))
    return Row(((f"{len(cause.verdicts):,}", _STYLES["undetermined"]),), (clean(told), ""))


def _rest_of_causes(number: int) -> Callable[[int], str]:
    return lambda shown: f"and {counted(number - shown, 'more cause')} in the report"


def _shortened(line: Text, paper: Paper) -> Text:
    if paper.width is None or line.cell_len <= paper.width:
        return line
    if len(line.spans) > 1:
        line.truncate(paper.width - len(paper.dots))
        return line.append(paper.dots)
    return Text(cut(line.plain, paper.width, paper.dots), line.style)
