"""The generated pages of ``docs/``: read from checks, facts and the read-only list, so that they cannot drift."""

from pathlib import Path

from muster.documentation.checks_page import checks_page
from muster.documentation.never_seen_page import never_seen_page
from muster.documentation.questions_page import questions_page
from muster.documentation.recording_page import recording_page
from muster.documentation.usage import usages

__all__ = ["pages", "write"]


def pages(checks: Path) -> dict[str, str]:
    """File name → text of every generated page, for the checks in a folder."""
    used = usages(checks)
    return {
        "checks.md": checks_page(used),
        "questions.md": questions_page(used),
        "never-seen.md": never_seen_page(used),
        "recording.md": recording_page(),
    }


def write(checks: Path, folder: Path) -> tuple[Path, ...]:
    """Write every page into a folder; returns the files that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in pages(checks).items():
        path = folder / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
            changed.append(path)
    return tuple(changed)
