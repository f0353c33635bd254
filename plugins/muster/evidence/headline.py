"""The answer to the question in muster's name, in one sentence and the next."""

from muster.evidence.account import Account
from muster.model import Severity

_LONGEST = 60
"""Characters of a selection in a sentence; ``run.json`` has the whole."""


def headline(account: Account) -> str:
    """Does it pass muster? One sentence."""
    who = account.organization or account.environment
    if account.what_if is not None:
        return f"What if: {_imagined(account, who)}"
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


def _imagined(account: Account, who: str) -> str:
    """The same of answers that nobody gave: in the conditional, so that it is never taken for what is."""
    match account.standing:
        case "pass":
            return f"{who} would pass muster."
        case "part":
            return f"{selected(account)}: {_of_these(account)}, as they would be."
        case "fail":
            return f"{who} would not pass muster."
        case "undetermined":
            return f"it is not known whether {who} would pass muster."
        case _:
            return "nothing was judged."


def subline(account: Account) -> str:
    """How many findings and open verdicts at or above the threshold, among how many."""
    if not account.verdicts:
        return "There are no verdicts."
    subjects = {(verdict.subject_kind, verdict.subject) for verdict in account.verdicts}
    total = f"{counted(len(account.verdicts), 'verdict')} on {counted(len(subjects), 'subject')}"
    said = f"{_weighty(account)} of severity {account.fail_on} or higher; {total} in all."
    if account.standing == "part":
        return f"{said} About the rest of {account.organization or account.environment} nothing is known."
    return f"{said} {selected(account)}." if account.left_out else said


def _weighty(account: Account) -> str:
    weighty = [verdict for verdict in account.verdicts if verdict.control.severity >= account.threshold]
    failed = [verdict for verdict in weighty if verdict.outcome == "fail"]
    undecided = sum(1 for verdict in weighty if verdict.outcome == "undetermined")
    high = sum(1 for verdict in failed if verdict.control.severity is Severity.HIGH)
    parts = []
    if failed:
        parts.append(f"{counted(len(failed), 'finding')} ({high:,} of them high)")
    if undecided:
        parts.append(counted(undecided, "undetermined verdict"))
    return " and ".join(parts) or "No finding and no undetermined verdict"


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


def catalogue_line(account: Account) -> str:
    """Which published tables the run was judged by; ``""`` where the run does not say."""
    used = account.catalogue
    if used is None:  # a run of a version that remembered the day alone
        known = account.versions.get("catalogue")
        return f"catalogue of {known}" if known else ""
    said = f"catalogue of {used.as_of}, releases read until {used.read_until}"
    if not used.rows:
        return said
    return f"{said}, with {counted(used.rows, 'row')} of this environment's own ({', '.join(used.files)})"


def stale_note(account: Account) -> str:
    """What may be missing because the catalogue is old at the day of judgement; ``""`` where it is not."""
    used = account.catalogue
    if used is None or not used.stale:
        return ""
    day = account.today or account.started.date()
    return (
        f"What Microsoft released after {used.read_until} is not known here: the catalogue was read until then, "
        f"{(day - used.read_until).days:,} days before {day}."
    )


STALE_CURE = "Install a newer muster, or add what came out since with muster catalogue import."


def counted(number: int, noun: str) -> str:
    """``1 finding``, ``2,000 findings``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
