"""The pytest plugin's front door. Without ``--env`` or ``--facts`` it only declares its options, so it may be
installed beside any other test suite; with one of them, ``hooks.py`` goes to work.
"""  # noqa: D205

import pytest

from muster.model import CONTROL_ATTRIBUTE
from muster.pytest import options, rootdir


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare ``--env``, ``--facts``, ``--at`` and the rest."""
    options.declare(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Find the configuration that pytest missed while it did not know our options."""
    rootdir.look_again(early_config, args)


def pytest_configure(config: pytest.Config) -> None:
    """Read the inventory, capture or run, where one is named; the network is not touched."""
    options.declare_markers(config)
    wanted = config.option
    if wanted.what_if and not (wanted.env or wanted.facts):
        raise pytest.UsageError(
            "--what-if changes stored answers: name whose newest run with --env, or a folder of answers with --facts"
        )
    if wanted.env or wanted.facts or wanted.showfixtures:
        from muster.pytest import hooks, session, stash  # noqa: PLC0415 - costs nothing where muster has nothing to do

        session.open_session(config)
        if config.stash.get(stash.CURRENT, None):
            hooks.start(config)


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the checks that a baseline brings along, before anything is selected.

    Checks without an environment are a usage error that lists what exists.
    """
    wanted = config.option
    if wanted.env or wanted.facts:
        from muster.pytest import hooks  # noqa: PLC0415 - costs nothing where muster has nothing to do

        current = hooks.of(config)
        if current:
            current.add_generated(session, items)
    if wanted.env or wanted.facts or wanted.collectonly or wanted.showfixtures:
        return
    if any(hasattr(getattr(item, "obj", None), CONTROL_ATTRIBUTE) for item in items):
        from muster.pytest.opening import say_environments  # noqa: PLC0415 - only on this way out

        raise pytest.UsageError(f"say which environment: --env NAME. {say_environments(config)}")
