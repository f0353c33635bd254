"""The columns that pytest-html's own report gets beside its own."""

from markupsafe import escape

from muster.evidence.printable import one_line
from muster.model import Verdict

COLUMNS = ("Control", "Severity", "Subject", "Outcome")


def cells(verdict: Verdict | None) -> list[str]:
    """One text per column, escaped for HTML; empty ones for an item without a verdict."""
    if verdict is None:
        return [""] * len(COLUMNS)
    texts = (verdict.control.id, str(verdict.control.severity), verdict.subject, verdict.outcome)
    return [str(escape(one_line(text))) for text in texts]
