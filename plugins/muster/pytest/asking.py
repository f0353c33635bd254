"""Asking a living environment: the lab is started where the environment is played, a bar shows how far it is."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from muster.model import Environment, Observation
from muster.observe import Doors, Observing, Then, Want


class Asking:
    """One round of asking; ``observations`` holds what was had, also after an interruption."""

    def __init__(self, config: pytest.Config, environment: Environment) -> None:
        self._config = config
        self._environment = environment
        self.observations: Mapping[str, Observation] = {}

    def ask(self, wants: Iterable[Want], then: Then | None = None) -> None:
        """Ask everything once, and then what ``then`` wants to know of the answers."""
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
            observing.run(wants, then)


@contextmanager
def playing(environment: Environment) -> Iterator[Environment]:
    """The environment itself, or, where a lab plays it, the environment with the lab's endpoints."""
    if environment.lab is None:
        yield environment
        return
    try:
        from muster import lab  # noqa: PLC0415 - needs the extra of the same name
    except ImportError as missing:
        raise pytest.UsageError(f"the lab needs the extra 'lab': pip install 'muster[lab]' ({missing})") from None
    with ExitStack() as stack:
        try:
            started = stack.enter_context(lab.start(environment.lab, folder=environment.folder))
        except lab.LabDidNotStart as why:
            raise pytest.UsageError(str(why)) from None
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
