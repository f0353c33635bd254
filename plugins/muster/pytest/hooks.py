"""The hooks of a run: this file is the table of contents, each hook a line or two of delegation."""

import sys
from collections.abc import Generator, Sequence
from typing import Any

import pytest

from muster.pytest import collecting, evidence, gates, reports
from muster.pytest.session import Session
from muster.pytest.stash import CURRENT


def start(config: pytest.Config) -> None:
    """Go to work; on xdist's controller, collect what the workers say."""
    config.pluginmanager.register(sys.modules[__name__], "muster-hooks")
    current = of(config)
    if current and evidence.from_workers(config):
        config.pluginmanager.register(reports.FromWorkers(current), "muster-from-workers")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item per check and subject."""
    running = of(metafunc.config)
    if running:
        imagined = running.opened.imagined
        collecting.parametrize(metafunc, running.environment, imagined.environment if imagined else None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Drop placeholders of subject kinds that the environment does not have, and what only a gate asks for."""
    if of(config):
        collecting.tidy(items)
        gates.tidy(config, items)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Remember what was left out: of a part nobody may say that the whole passes."""
    current = of(items[0].config) if items else None
    if current:
        current.deselected.extend(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Explain and stop, or observe; then pytest runs the checks."""
    current = of(session.config)
    return current.before_checks(session) if current else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """End at once what does not apply to the subject's role; open a fresh page for the rest."""
    current = of(item.config)
    if current and collecting.is_check(item):
        current.begin(item)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a check and judge it."""
    current = of(pyfuncitem.config)
    return current.judge(pyfuncitem) if current and collecting.is_check(pyfuncitem) else None


def pytest_assertion_pass(item: pytest.Item, expl: str) -> None:
    """Count what was really asserted, and keep what held."""
    current = of(item.config)
    if current:
        current.asserted(expl)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> pytest.TestReport | None:
    """Turn the verdict into pytest's report, in one line of our own."""
    current = of(item.config)
    return reports.make(current, item, call) if current and collecting.is_check(item) else None


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Say FAIL, UNDETERMINED and so on in the terminal, under pytest's own categories."""
    return reports.status(report)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
    """Write the evidence and set the exit status."""
    current = of(session.config)
    if current:
        evidence.finish(current, session, exitstatus)
    return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One screen: what failed, what could not be found out, and where the report is."""
    current = of(config)
    if current:
        evidence.summarise(current, terminalreporter)


def of(config: pytest.Config) -> Session | None:
    """The session of this run; ``None`` where muster has nothing to do."""
    found = config.stash.get(CURRENT, None)
    return found if isinstance(found, Session) else None
