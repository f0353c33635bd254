"""Asking a living environment: the lab is started where the environment is played, a bar shows how far it is."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from muster.model import Environment, Observation, Question
from muster.observe import Doors, Observing, Want, first_questions
from muster.resolve import Book, needs_of

__all__ = ["Asking", "Book", "explain"]


class Asking:
    """One round of asking; ``observations`` holds what was had, also after an interruption."""

    def __init__(self, config: pytest.Config, environment: Environment) -> None:
        self._config = config
        self._environment = environment
        self.observations: Mapping[str, Observation] = {}

    def ask(self, wants: Iterable[Want]) -> None:
        """Ask everything once."""
        from muster.transport import doors  # noqa: PLC0415 - not before somebody is to be asked: see there

        with ExitStack() as stack:
            environment = stack.enter_context(playing(self._environment))
            bar = stack.enter_context(_bar(self._config))
            task = bar.add_task(f"Asking {environment.name}", total=None)
            observing = Observing(
                environment,
                Doors(doors.connect, doors.probe),
                deadline=self._config.option.deadline,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
            self.observations = observing.observations
            observing.run(wants)


@contextmanager
def playing(environment: Environment) -> Iterator[Environment]:
    """The environment itself, or, where a lab plays it, the environment with the lab's endpoints."""
    if environment.lab is None:
        yield environment
        return
    from muster import lab  # noqa: PLC0415 - needs the extra of the same name

    with lab.start(environment.lab) as started:
        yield lab.attach(environment, started)


@contextmanager
def _bar(config: pytest.Config) -> Iterator[Progress]:
    """A progress bar on the terminal's error stream, outside pytest's capture."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    capture = config.pluginmanager.getplugin("capturemanager")
    uncaptured = capture.global_and_fixture_disabled() if capture else ExitStack()
    with uncaptured, Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        yield bar


def explain(config: pytest.Config, environment: Environment, wants: list[Want]) -> None:
    """Print what would be asked, by subject and order; nothing is asked."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter is None:
        return
    first = first_questions(wants)
    reporter.write_line(f"{environment.name}: {len(first)} questions first")
    for key in sorted(first):
        reporter.write_line(f"  {key}")
    later = _later(wants, first)
    if later:
        reporter.write_line("then, where an earlier answer leads there or an earlier alternative has a problem:")
        for key in later:
            reporter.write_line(f"  {key}")


def _later(wants: Iterable[Want], first: Mapping[str, Question]) -> list[str]:
    """Follow-up questions (with what they wait for) and alternatives that are not asked at first."""
    from muster.resolve import bound  # noqa: PLC0415 - read with the function that uses it

    later: dict[str, None] = {}
    for fact, subject in wants:
        for wanted in needs_of(fact):
            for alternative in wanted.alternatives:
                question = bound(alternative, subject)
                after = getattr(question, "after", None)
                if question.key not in first:
                    waits = f"   (after: {after.question.key})" if after else "   (otherwise)"
                    later[question.key + waits] = None
    return sorted(later)
