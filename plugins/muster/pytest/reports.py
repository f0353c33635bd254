"""Verdicts as pytest's reports: one line of our own, made before pytest would format a traceback."""

import json
from typing import Any

import pytest

from muster.model import Control, ObjectVerdict, Severity, Verdict
from muster.pytest.options import AS_IT_IS
from muster.pytest.session import Session
from muster.pytest.what_if import AsItIs, is_as_it_is

PROPERTY = "muster_verdict"

WORDS = {
    "pass": ("passed", ".", "PASS"),
    "fail": ("failed", "F", "FAIL"),
    "undetermined": ("error", "?", "UNDETERMINED"),
    "not applicable": ("skipped", "-", "NOT APPLICABLE"),
    "waived": ("skipped", "w", "WAIVED"),
    AS_IT_IS: ("", "", ""),
}


def make(session: Session, item: pytest.Item, call: pytest.CallInfo[Any]) -> pytest.TestReport | None:
    """The report of one phase of a check; ``None`` leaves it to pytest."""
    if call.excinfo is not None and call.excinfo.errisinstance((KeyboardInterrupt, pytest.exit.Exception)):
        return None
    if call.when == "setup":
        if call.excinfo is None:
            return _report(item, call, "setup", "passed", None)
        verdict = session.setup_ended(item, call.excinfo.value)
    elif call.when == "call":
        as_it_is = session.as_it_is.get(item.nodeid)
        verdict = as_it_is.verdict if as_it_is else session.verdicts[item.nodeid]
    elif call.excinfo is None:
        return _report(item, call, "teardown", "passed", None)
    else:
        return None
    return of_verdict(session, item, call, verdict)


def of_verdict(
    session: Session, item: pytest.Item, call: pytest.CallInfo[Any], verdict: Verdict
) -> pytest.TestReport:
    """Fail → failed/call; undetermined → failed/setup (an error everywhere); not applicable, waived → skipped.

    What a what-if run judges for comparison only is skipped for pytest, and no line of the terminal.
    """
    if is_as_it_is(item):
        return _for_comparison(session, item, call, verdict)
    line = f"{verdict.control.id} [{verdict.subject}] {verdict.outcome}: {verdict.reason}"
    longrepr: Any = None
    when, outcome = call.when or "call", "passed"
    if verdict.outcome == "fail":
        when, outcome, longrepr = "call", "failed", line
    elif verdict.outcome == "undetermined":
        when, outcome, longrepr = "setup", "failed", line
        broke = "the check broke" in verdict.reason or "the check could not begin" in verdict.reason
        if broke and call.excinfo is not None:
            longrepr = str(call.excinfo.getrepr(style="short"))
    elif verdict.outcome != "pass":
        when, outcome = call.when or "setup", "skipped"
        longrepr = (item.nodeid.partition("::")[0], 0, f"{verdict.outcome}: {verdict.reason}")
    report = _report(item, call, when, outcome, longrepr)
    report.muster_outcome = verdict.outcome  # type: ignore[attr-defined] # pytest keeps extra attributes, also over xdist
    if hasattr(session.config, "workerinput"):
        report.user_properties.append((PROPERTY, json.dumps(_plain(verdict))))
    return report


def _for_comparison(
    session: Session, item: pytest.Item, call: pytest.CallInfo[Any], verdict: Verdict
) -> pytest.TestReport:
    said = (item.nodeid.partition("::")[0], 0, f"for comparison: {verdict.outcome} as it is")
    report = _report(item, call, call.when or "call", "skipped", said)
    report.muster_outcome = AS_IT_IS  # type: ignore[attr-defined] # as above
    if hasattr(session.config, "workerinput"):
        gate = session.as_it_is[item.nodeid].gate
        report.user_properties.append((PROPERTY, json.dumps({**_plain(verdict), "gate": gate})))
    return report


def _report(
    item: pytest.Item, call: pytest.CallInfo[Any], when: str, outcome: str, longrepr: Any
) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords={},
        outcome=outcome,  # type: ignore[arg-type] # one of pytest's three
        longrepr=longrepr,
        when=when,  # type: ignore[arg-type] # one of pytest's three
        sections=(),
        duration=call.duration,
        start=call.start,
        stop=call.stop,
        user_properties=list(item.user_properties),
    )


def status(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Category, letter and word for the terminal."""
    outcome = getattr(report, "muster_outcome", None)
    return WORDS[outcome] if outcome else None


def _plain(verdict: Verdict) -> dict[str, Any]:
    control = verdict.control
    return {
        "control": [
            control.id,
            control.title,
            int(control.severity),
            list(control.references),
            control.remediation,
            sorted(control.roles),
        ],
        "verdict": [
            verdict.subject,
            verdict.subject_kind,
            verdict.outcome,
            verdict.reason,
            [[one.object, one.outcome, one.reason] for one in verdict.objects],
            list(verdict.held),
            list(verdict.questions),
            verdict.node,
            verdict.doc,
        ],
    }


def verdict_of(plain: dict[str, Any]) -> Verdict:
    """A verdict that travelled from a worker."""
    identifier, title, severity, references, remediation, roles = plain["control"]
    control = Control(identifier, title, Severity(severity), tuple(references), remediation, frozenset(roles))
    subject, kind, outcome, reason, objects, held, questions, node, doc = plain["verdict"]
    rows = tuple(ObjectVerdict(*row) for row in objects)
    return Verdict(control, subject, kind, outcome, reason, rows, tuple(held), tuple(questions), node, doc)


class FromWorkers:
    """On xdist's controller: collects the verdicts that workers send with their reports."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a verdict out of a report."""
        for name, value in list(report.user_properties):
            if name == PROPERTY:
                plain = json.loads(str(value))
                verdict = verdict_of(plain)
                if "gate" in plain:
                    self._session.as_it_is[verdict.node] = AsItIs(verdict, plain["gate"])
                else:
                    self._session.verdicts[verdict.node] = verdict
                report.user_properties.remove((name, value))
