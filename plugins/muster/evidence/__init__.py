"""What a run leaves for others: one writer per file."""

from collections.abc import Iterable
from pathlib import Path

from muster.evidence import answers_json, junit_xml, manifest_json, report_html, run_json, summary, verdicts_jsonl
from muster.evidence.account import Account, UnreadableRun, account_of
from muster.model import Environment, Run
from muster.snapshot import dump_environment, file_name

__all__ = [
    "Account",
    "NothingThere",
    "UnreadableRun",
    "account_of",
    "read",
    "rewrite_report",
    "summary_lines",
    "write",
]


def write(run: Run, environment: Environment, folder: Path) -> Path:
    """Write the run below ``folder`` (usually ``reports``) as ``<environment>/<start in UTC>/``; the run's folder.

    Files appear whole, one after the other: answers, verdicts, ``run.json``, report, JUnit, and the manifest last. A
    run that ends in between leaves what it had, and no manifest, which marks it unfinished. Two runs that started in
    the same second get two folders.
    """
    account = account_of(run, environment)
    place = _new_folder(folder / file_name(run.environment).removesuffix(".json"), f"{run.started:%Y-%m-%dT%H%M%SZ}")
    (place / answers_json.FOLDER).mkdir()
    for name, text in answers_json.dump(run.observations):
        _put(place / name, [text])
    _put(place / "verdicts.jsonl", verdicts_jsonl.lines(account.verdicts))
    _put(place / "run.json", [run_json.dump(account, dump_environment(environment))])
    _put(place / "report.html", [report_html.dump(account)])
    _put(place / "junit.xml", junit_xml.lines(account))
    _put(place / manifest_json.NAME, [manifest_json.dump(place)])
    return place


class NothingThere(ValueError):  # noqa: N818 - says what it is about
    """A folder without ``run.json``: no run was written there, or it was interrupted before it was."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        """Which folder, and what it lacks."""
        what = "has no run.json: it holds no run" if self.folder.is_dir() else "is not a folder"
        return f"{self.folder} {what}. Name the folder of one run, such as reports/demo/2025-09-15T101500Z"


def read(folder: Path) -> Account:
    """The account of a run folder; raises ``NothingThere`` or ``UnreadableRun``.

    A folder whose ``verdicts.jsonl`` is missing, or cut off, gives an incomplete account of what there is.
    """
    path = folder / "run.json"
    if not path.is_file():
        raise NothingThere(folder)
    loaded = run_json.load(path.read_text("utf-8"))
    verdicts = folder / "verdicts.jsonl"
    text = verdicts.read_text("utf-8") if verdicts.is_file() else None
    whole = text is not None and (not text or text.endswith("\n"))
    return loaded.with_verdicts(verdicts_jsonl.load(text or "", loaded.controls), whole=whole)


def rewrite_report(folder: Path) -> Path:
    """Render ``report.html`` anew from ``run.json`` and ``verdicts.jsonl``; raises as ``read`` does.

    The manifest vouches for the new report; what it says of every other file stays as it was.
    """
    place = folder / "report.html"
    _put(place, [report_html.dump(read(folder))])
    manifest = manifest_json.renewed(folder, place.name)
    if manifest is not None:
        _put(folder / manifest_json.NAME, [manifest])
    return place


def summary_lines(run: Run, folder: Path, *, width: int = 80, colour: bool = False) -> list[str]:
    """One screen about a run, to print as it is; ``folder`` is what ``write`` gave. See ``evidence.summary``."""
    return summary.summary_lines(account_of(run), folder / "report.html", width=width, colour=colour)


def _new_folder(parent: Path, name: str) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    attempt = 1
    while True:
        place = parent / (name if attempt == 1 else f"{name}-{attempt}")
        try:
            place.mkdir()
        except FileExistsError:
            attempt += 1
        else:
            return place


def _put(path: Path, parts: Iterable[str | bytes]) -> None:
    """Write a file under another name first, so that nobody ever sees half of it."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    with unfinished.open("wb") as file:
        for part in parts:
            file.write(part.encode() if isinstance(part, str) else part)
    unfinished.replace(path)
