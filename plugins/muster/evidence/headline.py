"""The answer to the question in muster's name, in one sentence and the next."""

from muster.evidence.account import Account
from muster.model import Severity

_LONGEST = 60
"""Characters of a selection in a sentence; ``run.json`` has the whole."""


def headline(account: Account) -> str:
    """Does it pass muster? One sentence."""
    who = account.organization or account.environment
    match account.standing:
        case "pass":
            return f"{who} passes muster."
        case "part":
            return f"{selected(account)}: {_of_these(account)}."
        case "fail":
            return f"{who} does not pass muster."
        case "undetermined":
            return f"It is not known whether {who} passes muster."
        case _:
            return "Nothing was judged."


def subline(account: Account) -> str:
    """How many findings and open verdicts at or above the threshold, among how many."""
    if not account.verdicts:
        return "There are no verdicts."
    weighty = [verdict for verdict in account.verdicts if verdict.control.severity >= account.threshold]
    failed = [verdict for verdict in weighty if verdict.outcome == "fail"]
    undecided = sum(1 for verdict in weighty if verdict.outcome == "undetermined")
    subjects = {(verdict.subject_kind, verdict.subject) for verdict in account.verdicts}
    total = f"{counted(len(account.verdicts), 'verdict')} on {counted(len(subjects), 'subject')}"
    parts = []
    if failed:
        high = sum(1 for verdict in failed if verdict.control.severity is Severity.HIGH)
        found = counted(len(failed), "finding")
        parts.append(f"{found} of severity {account.fail_on} or higher, {high:,} of them high")
    if undecided:
        parts.append(f"{counted(undecided, 'verdict')} undetermined")
    said = f"{', '.join(parts)}, among {total}." if parts else _nothing_weighty(account, total)
    if account.standing == "part":
        return f"{said} About the rest of {account.organization or account.environment} nothing is known."
    return f"{said} {selected(account)}." if account.left_out else said


def _nothing_weighty(account: Account, among: str) -> str:
    return f"Nothing of severity {account.fail_on} or higher failed or stayed undetermined among {among}."


def selected(account: Account) -> str:
    """``9 of 402 verdicts were asked for (-k autodiscover)``: a run of a part is never told as the whole."""
    said = account.selection
    if len(said) > _LONGEST:
        said = f"{said[: _LONGEST - 3].rstrip()}..."
    by = f" ({said})" if said else ""
    were = "was" if len(account.verdicts) == 1 else "were"
    return f"{len(account.verdicts):,} of {counted(account.there_are, 'verdict')} {were} asked for{by}"


def _of_these(account: Account) -> str:
    """What may be said of the selected verdicts where nothing weighty is wrong with them."""
    if account.counts["fail"] or account.counts["undetermined"]:
        return f"of these, nothing of severity {account.fail_on} or higher failed or stayed undetermined"
    return "this one passes" if len(account.verdicts) == 1 else "these pass"


def counted(number: int, noun: str) -> str:
    """``1 finding``, ``2,000 findings``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
