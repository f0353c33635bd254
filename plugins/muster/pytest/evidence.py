"""The end of a run: every selected check has a verdict, the evidence is written, the exit status says so."""

import platform
from datetime import UTC, datetime
from importlib.metadata import version

import pytest

from muster import evidence, overlay, policy, waivers
from muster.model import CatalogueUsed, Run, Severity, Verdict
from muster.pytest import collecting, selection, what_if
from muster.pytest.judging import Judgement
from muster.pytest.opening import Opened
from muster.pytest.session import Session
from muster.waivers import Waiver

DISTRIBUTIONS = ("muster", "pytest", "pypsrp", "ldap3")


def finish(current: Session, session: pytest.Session, exitstatus: int) -> None:
    """Complete the verdicts, write the run folder, set the exit status."""
    config = current.config
    if hasattr(config, "workerinput") or config.option.collectonly or current.explained or current.saved:
        return
    if exitstatus in {
        pytest.ExitCode.USAGE_ERROR,
        pytest.ExitCode.INTERNAL_ERROR,
        pytest.ExitCode.NO_TESTS_COLLECTED,
    }:
        return
    if not current.started:
        return  # a check file that does not load: nothing was asked, pytest says why
    current.take_side(as_it_is=False)
    current.interrupted = current.interrupted or exitstatus == pytest.ExitCode.INTERRUPTED
    for item in getattr(session, "items", ()):  # none on xdist's controller
        if what_if.is_as_it_is(item):
            continue
        if collecting.is_check(item) and item.nodeid not in current.verdicts and not from_workers(config):
            current.store.page.questions.clear()
            current.note(item, Judgement("undetermined", "not run: the run ended before this check"))
            current.interrupted = True
    if not current.verdicts:
        return
    current.left_out, current.selection = selection.left_out(current)
    current.run = run_of(current)
    current.folder = evidence.write(current.run, current.environment, current.reports)
    if not current.interrupted or exitstatus == pytest.ExitCode.OK:
        session.exitstatus = status(tuple(current.verdicts.values()), current.config.option.fail_on)


def from_workers(config: pytest.Config) -> bool:
    """Whether this is xdist's controller, whose workers judge."""
    return bool(getattr(config.option, "numprocesses", None))


def status(verdicts: tuple[Verdict, ...], fail_on: str) -> pytest.ExitCode:
    """0 only if something passed, and nothing at or above the severity failed or stayed undetermined."""
    limit = Severity[fail_on.upper()]
    bad = any(v.outcome in {"fail", "undetermined"} and v.control.severity >= limit for v in verdicts)
    good = any(v.outcome == "pass" for v in verdicts)
    return pytest.ExitCode.OK if good and not bad else pytest.ExitCode.TESTS_FAILED


def run_of(current: Session) -> Run:
    """Everything that this run saw and said."""
    opened = current.opened
    # A capture may hold more than any fact reads, whole configuration files among it: that stays where it is.
    used = {key for verdict in current.verdicts.values() for key in verdict.questions}
    seen = {key: one for key, one in current.observations.items() if key in used or not opened.captured}
    verdicts = sorted(current.verdicts.values(), key=lambda v: (v.control.id, v.subject_kind, v.subject))
    return Run(
        environment=current.environment.name,
        organization=current.environment.organization.name,
        started=opened.started,
        finished=datetime.now(UTC),
        today=opened.today,
        verdicts=tuple(verdicts),
        observations=tuple(seen[key] for key in sorted(seen)),
        complete=not current.interrupted,
        facts_from=opened.facts_from,
        versions={
            "catalogue": opened.catalogue.as_of.isoformat(),
            "python": platform.python_version(),
            **{name: version(name) for name in DISTRIBUTIONS},
        },
        fail_on=current.config.option.fail_on,
        left_out=max(current.left_out, opened.left_out),
        selection=" ".join(dict.fromkeys(filter(None, [opened.selection, current.selection]))),
        decisions={
            "policy": policy.dump(opened.policy),
            "waivers": waivers.dump(opened.waivers),
            "catalogue": overlay.dump(opened.catalogue.overlay),
        },
        catalogue=judged_by(opened),
        drift=current.drift_seen(),
        what_if=current.what_if_seen(),
    )


def judged_by(opened: Opened) -> CatalogueUsed:
    """Which published tables judged, and whether they are old at the day of judgement."""
    catalogue = opened.catalogue
    return CatalogueUsed(
        as_of=catalogue.as_of,
        read_until=catalogue.read_until,
        rows=catalogue.overlay.size,
        files=catalogue.overlay.names,
        stale=catalogue.is_stale(opened.today or opened.started.date()),
    )


def summarise(current: Session, reporter: pytest.TerminalReporter) -> None:
    """One screen at the end; before a run that did not start, what kept it from starting."""
    for report in reporter.stats.get("error", []):
        if isinstance(report, pytest.CollectReport):
            reporter.write_line(f"{report.nodeid} was not collected:")
            for line in str(report.longrepr).splitlines():
                reporter.write_line(f"  {line}")
    for line in current.saved:
        reporter.write_line(line)
    if current.nothing_selected and not current.verdicts:  # xdist's controller selects nothing itself
        reporter.write_line(
            "No check was selected. Start pytest in the folder that holds checks/, or name a folder of checks; "
            "--facts and --env take one name each."
        )
    if current.stale_bytecode:
        reporter.write_line(
            "Not one assertion was seen. Bytecode from a run without enable_assertion_pass_hook does that: "
            "delete the __pycache__ folders beside the checks and run again."
        )
    for waiver in _idle(current):
        reporter.write_line(
            f"A waiver was not needed: {waiver.control} on {waiver.subject} ({waiver.owner}, until {waiver.until}). "
            "Take it out, or correct its names."
        )
    if current.folder is not None and current.run is not None:
        terminal = reporter._tw  # noqa: SLF001 - pytest shows its terminal's width and colours nowhere else
        reporter.ensure_newline()
        for line in evidence.summary_lines(
            current.run, current.folder, width=terminal.fullwidth, colour=terminal.hasmarkup
        ):
            reporter.write_line(line)


def _idle(current: Session) -> list[Waiver]:
    """The waivers that nothing needed; only a whole run can tell."""
    run = current.run
    if run is None or run.left_out or not run.complete or from_workers(current.config):
        return []
    return [waiver for waiver in current.opened.waivers if waiver not in current.used_waivers]
