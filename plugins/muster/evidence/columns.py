"""The columns that pytest-html's own report gets beside its own."""

from markupsafe import Markup

from muster.evidence.printable import one_line
from muster.model import Verdict

HEADERS = ("Control", "Severity", "Subject", "Outcome")


def columns(verdict: Verdict) -> dict[str, str]:
    """Header → printable text, in the order of ``HEADERS``."""
    texts = (verdict.control.id, str(verdict.control.severity), one_line(verdict.subject), verdict.outcome)
    return dict(zip(HEADERS, texts, strict=True))


def header_cells() -> list[Markup]:
    """Header cells as pytest-html wants them; ``data-column-type`` makes a column sortable."""
    cell = Markup('<th class="sortable" data-column-type="{}">{}</th>')
    return [cell.format(f"muster-{name.lower()}", name) for name in HEADERS]


def row_cells(verdict: Verdict | None) -> list[Markup]:
    """Row cells as pytest-html wants them, escaped; empty ones for an item without a verdict."""
    texts = columns(verdict) if verdict else dict.fromkeys(HEADERS, "")
    cell = Markup('<td class="col-muster-{}">{}</td>')
    return [cell.format(name.lower(), text) for name, text in texts.items()]
