"""The gates of an upgrade: which checks they hold, which servers they judge, and whom nobody asks meanwhile."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from muster.model import Environment, Server
from muster.pytest import collecting
from muster.pytest.options import AS_IT_IS, GATES, ONLY_AT_GATES


def chosen(config: pytest.Config) -> frozenset[str]:
    """The gates that ``-m`` names."""
    return frozenset(re.findall(r"\w+", config.option.markexpr or "")) & GATES.keys()


def judged_at_gates_only(check: Callable[..., Any]) -> bool:
    """Whether a check is there only where a gate is asked for: it or its file says so."""
    return any(mark.name == ONLY_AT_GATES for mark in _all_marks(check))


def gates_of(check: Callable[..., Any]) -> tuple[str, ...]:
    """The gates that hold a check, in the order of the night."""
    named = {mark.name for mark in _all_marks(check)}
    return tuple(gate for gate in GATES if gate in named)


def _all_marks(check: Callable[..., Any]) -> list[Any]:
    return [*_marks(check), *_read(check.__globals__.get("pytestmark", []))]


def _marks(thing: object) -> list[Any]:
    return _read(getattr(thing, "pytestmark", []))


def _read(found: Any) -> list[Any]:
    return [getattr(one, "mark", one) for one in (found if isinstance(found, list) else [found])]


def tidy(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what only a gate asks for, where none does, and the servers that ``--server`` does not name."""
    if not chosen(config):
        items[:] = [item for item in items if item.get_closest_marker(ONLY_AT_GATES) is None or _before_upgrade(item)]
    named = {name.casefold() for name in config.option.server}
    if named:
        others = [item for item in items if not _concerns(item, named)]
        if others:
            config.hook.pytest_deselected(items=others)
            items[:] = [item for item in items if _concerns(item, named)]


def _before_upgrade(item: pytest.Item) -> bool:
    """What a what-if run judges of the answers as they are: what stands in the way of the upgrade."""
    return item.get_closest_marker(AS_IT_IS) is not None and item.get_closest_marker("pre_upgrade") is not None


def _concerns(item: pytest.Item, named: set[str]) -> bool:
    subject = collecting.subject_of(item)
    return not isinstance(subject, Server) or subject.name.casefold() in named


def prepared(config: pytest.Config, environment: Environment) -> Environment:
    """The environment as this run may ask it; raises ``pytest.UsageError`` for a server that it does not have.

    A server that is being upgraded is left alone: a session on it stops Setup.
    """
    known = {server.name.casefold(): server.name for server in environment.servers}
    for name in config.option.server:
        if name.casefold() not in known:
            raise pytest.UsageError(f"--server {name}: the inventory has no such server; it has {_some(environment)}")
    named = frozenset(known[name.casefold()] for name in config.option.server)
    during = "during_upgrade" in chosen(config)
    if (during or config.option.in_upgrade) and not named:
        what = "--in-upgrade" if config.option.in_upgrade else "-m during_upgrade"
        raise pytest.UsageError(
            f"{what} needs --server: name the servers that are being upgraded, so that no session is opened on them"
        )
    if not (during or config.option.in_upgrade):
        return environment
    return replace(environment, quiet=named, in_setup=named if config.option.in_upgrade else frozenset())


_FEW = 10


def _some(environment: Environment) -> str:
    names = [server.name for server in environment.servers]
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" if len(names) > _FEW else "")
