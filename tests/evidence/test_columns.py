from collections.abc import Callable

from muster.evidence.columns import COLUMNS, cells
from muster.model import Verdict


def test_cells_stand_under_their_headings(make_verdict: Callable[..., Verdict]) -> None:
    row = dict(zip(COLUMNS, cells(make_verdict("fail", "EX01")), strict=True))
    assert row == {
        "Control": "connectors.no-anonymous-relay",
        "Severity": "high",
        "Subject": "EX01",
        "Outcome": "fail",
    }


def test_server_text_is_escaped(make_verdict: Callable[..., Verdict]) -> None:
    assert cells(make_verdict("fail", "<script>\u202e"))[2] == "&lt;script&gt;&lt;U+202E&gt;"


def test_an_item_without_verdict_has_empty_cells() -> None:
    assert cells(None) == ["", "", "", ""]
