"""What a run leaves for others: one writer per file."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from muster.evidence import (
    answers_json,
    drift_json,
    junit_xml,
    manifest_json,
    report_html,
    run_json,
    summary,
    verdicts_jsonl,
)
from muster.evidence.account import Account, UnreadableRun, account_of
from muster.evidence.drift_json import last_plan
from muster.evidence.places import NotWritable, check_writable, new_folder, put, reason_of
from muster.model import Environment, Run
from muster.snapshot import Json, dump_environment, dumps, file_name

__all__ = [
    "Account",
    "NotWritable",
    "NothingThere",
    "Tampered",
    "UnreadableRun",
    "account_of",
    "check_writable",
    "last_plan",
    "read",
    "rewrite_report",
    "summary_lines",
    "write",
]

REPORT = "report.html"
_MOST_NAMED = 5


def write(run: Run, environment: Environment, folder: Path) -> Path:
    """Write the run below ``folder`` (usually ``reports``) as ``<environment>/<start in UTC>/``; the run's folder.

    Files appear whole, one after the other: answers, verdicts, ``run.json``, report, JUnit, and the manifest last. A
    run that ends in between leaves what it had, and no manifest, which marks it unfinished. Two runs that started in
    the same second get two folders. Raises ``NotWritable``.
    """
    account = account_of(run, environment)
    if run.drift is not None:
        account = replace(account, drift=drift_json.clean(run.drift))
    try:
        name = file_name(run.environment).removesuffix(".json")
        place = new_folder(folder / name, f"{run.started:%Y-%m-%dT%H%M%SZ}")
        _write(place, run, account, environment)
    except OSError as error:
        raise NotWritable(folder, reason_of(error)) from error
    return place


def _write(place: Path, run: Run, account: Account, environment: Environment) -> None:
    (place / answers_json.FOLDER).mkdir()
    for name, text in answers_json.dump(run.observations):
        put(place / name, [text])
    put(place / "verdicts.jsonl", verdicts_jsonl.lines(account.verdicts))
    put(place / "run.json", [run_json.dump(account, dump_environment(environment), cast("Json", run.decisions))])
    if account.drift is not None:
        put(place / drift_json.NAME, [drift_json.dump(account.drift)])
        if account.drift.put_back:
            put(place / drift_json.PUT_BACK, [account.drift.put_back])
            put(place / drift_json.PLAN, [dumps(cast("Json", account.drift.plan))])
    put(place / REPORT, [report_html.dump(account)])
    put(place / "junit.xml", junit_xml.lines(account))
    put(place / manifest_json.NAME, [manifest_json.dump(place)])


class NothingThere(ValueError):  # noqa: N818 - says what it is about
    """A folder without ``run.json``: no run was written there, or it was interrupted before it was."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        """Which folder, and what it lacks."""
        what = "has no run.json: it holds no run" if self.folder.is_dir() else "is not a folder"
        return f"{self.folder} {what}. Name the folder of one run, such as reports/demo/2025-09-15T101500Z"


class Tampered(ValueError):  # noqa: N818 - says what it is about
    """A run whose files are not those that its manifest vouches for; ``differences`` says which."""

    def __init__(self, folder: Path, differences: tuple[manifest_json.Difference, ...]) -> None:
        super().__init__(folder, differences)
        self.folder = folder
        self.differences = differences

    def __str__(self) -> str:
        """Which folder, and what was changed in it."""
        more = f", and {len(self.differences) - _MOST_NAMED} more" if len(self.differences) > _MOST_NAMED else ""
        named = ", ".join(map(str, self.differences[:_MOST_NAMED])) + more
        return f"{self.folder} was changed after the run: {named}"


def read(folder: Path) -> Account:
    """The account of a run folder; raises ``NothingThere`` or ``UnreadableRun``.

    A ``verdicts.jsonl`` that was cut off gives an incomplete account of what there is.
    """
    if not (folder / "run.json").is_file():
        raise NothingThere(folder)
    loaded = run_json.load(_text(folder / "run.json"))
    if not (folder / "verdicts.jsonl").is_file():
        raise UnreadableRun("verdicts.jsonl", f"is missing from {folder}: without it no verdict of this run is known")
    text = _text(folder / "verdicts.jsonl")
    account = loaded.with_verdicts(verdicts_jsonl.load(text, loaded.controls), whole=not text or text.endswith("\n"))
    if (folder / drift_json.NAME).is_file():
        account = replace(account, drift=drift_json.load(_text(folder / drift_json.NAME)))
    return account


def rewrite_report(folder: Path, *, anyway: bool = False) -> Path:
    """Render ``report.html`` anew from ``run.json`` and ``verdicts.jsonl``; raises as ``read`` does.

    The manifest vouches for the new report. A run with other files than its manifest vouches for raises ``Tampered``;
    ``anyway`` renders it with a warning in the page, and the manifest stays as it was: nobody vouches for that page.
    Raises ``NotWritable`` too.
    """
    account = read(folder)
    differences = manifest_json.differences(folder)
    changed = tuple(one for one in differences or () if one.name != REPORT)  # that one is made anew
    if changed and not anyway:
        raise Tampered(folder, changed)
    careful = [f"{one}." for one in changed]
    if differences is None:
        careful.append("There is no manifest: the run was not finished, or somebody took it away.")
    try:
        put(folder / REPORT, [report_html.dump(account, tuple(careful))])
        manifest = None if careful else manifest_json.renewed(folder, REPORT)
        if manifest is not None:
            put(folder / manifest_json.NAME, [manifest])
    except OSError as error:
        raise NotWritable(folder, reason_of(error)) from error
    return folder / REPORT


def summary_lines(run: Run, folder: Path, *, width: int = summary.WIDTH, colour: bool = False) -> list[str]:
    """One screen about a run, to print as it is; ``folder`` is what ``write`` gave. See ``evidence.summary``."""
    account = account_of(run)
    if run.drift is not None:
        account = replace(account, drift=drift_json.clean(run.drift))
    return summary.summary_lines(account, folder / REPORT, width=width, colour=colour)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as wrong:
        raise UnreadableRun(path.name, f"not in UTF-8 ({wrong.reason} at byte {wrong.start:,})") from wrong
    except OSError as error:
        raise UnreadableRun(path.name, f"cannot be read: {reason_of(error)}") from error
