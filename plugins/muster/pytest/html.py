"""pytest-html's own report (``--html``), with our columns."""

from typing import Any

import pytest

from muster.evidence.columns import COLUMNS, cells
from muster.pytest.stash import Current


class Columns:
    """Registered only where pytest-html is at work."""

    def __init__(self, session: Current) -> None:
        self._session = session

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Our column heads after pytest-html's result column."""
        cells[1:1] = [f"<th>{name}</th>" for name in COLUMNS]

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: Any, cells: list[str]) -> None:
        """Our cells, already escaped."""
        verdict = self._session.verdicts.get(report.nodeid)
        cells[1:1] = _row(verdict)


def _row(verdict: Any) -> list[str]:
    return [f"<td>{cell}</td>" for cell in cells(verdict)]
