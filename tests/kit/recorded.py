"""What the lab's organisations answer, asked once per test session through the ordinary doors."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kit.judged import Bench, checks, fact_fixtures, subjects_of
from muster import inventory, lab, policy
from muster.model import Environment, concerns
from muster.observe import Doors, Observing, Want
from muster.pytest import collecting
from muster.transport import doors

INVENTORIES = Path(__file__).parents[2] / "inventory"


@cache
def organisation(name: str, *, serialization: str = "partial") -> Bench:
    """An environment of the lab as it answered: ``demo``, ``demo-clean`` or ``demo-restricted``."""
    folder = INVENTORIES / name
    environment, decided = inventory.load(folder), policy.load(folder)
    assert environment.lab is not None
    with lab.start(environment.lab) as started:
        return observed(lab.attach(environment, started, serialization=serialization), decided)


def in_order_for(control: str) -> Bench:
    """The organisation in which a control passes: for those of the during gate the one with ex01 in maintenance.

    There nobody opens a session on ex01, and Setup may be running on it.
    """
    if not control.startswith("maintenance."):
        return organisation("demo-clean")
    base = organisation("demo-maintenance")
    away = frozenset({"ex01"})
    return replace(base, environment=replace(base.environment, quiet=away, in_setup=away))


def observed(environment: Environment, decided: policy.Policy, **options: Any) -> Bench:
    """Ask an environment everything that any check wants to know."""
    found = Observing(environment, Doors(doors.connect, doors.probe), **options).run(list(every_want(environment)))
    return Bench(environment, found, decided.as_of or date(2026, 1, 15), decided)


def every_want(environment: Environment, area: str = "") -> Iterator[Want]:
    """Every fact of every subject that any check reads, or any of an area such as ``maintenance``."""
    for control, check in checks().items():
        if area and not control.startswith(f"{area}."):
            continue
        for subject in subjects_of(control, environment):
            if not collecting.fits(_control(check), subject):
                continue
            for use in _uses(check):
                for one in collecting.subjects_named(use.of, subject, environment):
                    if concerns(use.fact, one):
                        yield use.fact, one


def _control(check: Callable[..., None]) -> Any:
    return collecting.control_of(check)


@cache
def _uses(check: Callable[..., None]) -> tuple[collecting.FactUse, ...]:
    found: dict[collecting.FactUse, None] = {}
    waiting = list(inspect.signature(check).parameters)
    while waiting:
        fixture = fact_fixtures().get(waiting.pop())
        if fixture is None:
            continue
        use = collecting.fact_of_fixture(fixture)
        if use is not None:
            found[use] = None
        waiting.extend(inspect.signature(fixture).parameters)
    return tuple(found)
