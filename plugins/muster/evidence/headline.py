"""The answer to the question in muster's name, in one sentence and the next."""

from muster.evidence.account import Account
from muster.model import Severity


def headline(account: Account) -> str:
    """Does it pass muster? One sentence."""
    who = account.organization or account.environment
    match account.standing:
        case "pass":
            return f"{who} passes muster."
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
    if not parts:
        return f"Nothing of severity {account.fail_on} or higher failed or stayed undetermined among {total}."
    return f"{', '.join(parts)}, among {total}."


def counted(number: int, noun: str) -> str:
    """``1 finding``, ``2,000 findings``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
