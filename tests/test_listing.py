from pathlib import Path

from muster.listing import controls_in

CHECKS = '''
from muster import Server, Severity, control


@control("b.second", title="Second", severity=Severity.LOW)
def check_second(server: Server) -> None:
    """Why the second matters."""


@control("a.first", title="First", severity=Severity.HIGH)
def check_first(server: Server) -> None:
    """Why the first matters."""


def helper() -> None:
    """Not a check."""
'''


def test_controls_are_read_from_the_functions(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "check_things.py").write_text(CHECKS, "utf-8")
    (tmp_path / "other.py").write_text("raise SystemExit", "utf-8")
    assert [(one.control.id, one.why) for one in controls_in(tmp_path)] == [
        ("a.first", "Why the first matters."),
        ("b.second", "Why the second matters."),
    ]


def test_a_folder_without_checks_holds_none(tmp_path: Path) -> None:
    assert controls_in(tmp_path) == ()
