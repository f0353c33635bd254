"""What decisions must mean together: builds that were released, and one answer for every server."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import TypeVar

from packaging.version import Version

from muster.catalogue import Catalogue, Unpublished
from muster.model import Environment
from muster.policy.building import Rule
from muster.policy.decided import ReleaseDecision
from muster.policy.decisions import Wrong
from muster.policy.selecting import Selected

T = TypeVar("T")


def unreleased(rules: Iterable[Rule[ReleaseDecision]], catalogue: Catalogue) -> Iterator[Wrong]:
    """Pinned builds that nobody released, or that are of another product or CU than they are decided for."""
    for rule in rules:
        build = rule.decided.build
        if build is None:
            continue
        near = catalogue.release_of(build)
        if isinstance(near, Unpublished):
            right = "Where it came out after the catalogue was made: muster catalogue import."
            yield Wrong(rule.where, f"no release has the build {build}: it {near}.", right)
        elif any(rule.selector == known for known in catalogue.products) and near.product != rule.selector:
            yield _other(rule, build, near.product)
        elif _is_cu(rule.selector, catalogue) and near.cumulative_update != rule.selector:
            yield _other(rule, build, near.cumulative_update)


def _other(rule: Rule[ReleaseDecision], build: Version, what: str) -> Wrong:
    wrong = f"{build} is {what}, which no server with {rule.selector} can have."
    return Wrong(rule.where, wrong, f"Write it under {what}, or a build of {rule.selector}.")


def _is_cu(selector: str, catalogue: Catalogue) -> bool:
    return any(selector.startswith(f"{known} ") for known in catalogue.products)


def contradictions(rules: tuple[Rule[T], ...], environment: Environment) -> Iterator[Wrong]:
    """Two selectors that mean one server equally closely and decide differently about it."""
    selected = Selected(tuple((rule.selector, rule) for rule in rules))
    told: set[tuple[str, str]] = set()
    for server in environment.servers:
        closest = [rule for _, rule in selected.closest(server)]
        for first, second in pairwise(closest):
            pair = (first.selector, second.selector)
            if first.decided != second.decided and pair not in told:
                told.add(pair)
                wrong = f"'{second.selector}' and '{first.selector}' both mean {server.name} and decide differently."
                right = f"Let one of them mean {server.name}, or decide about {server.name} in a line of its own."
                yield Wrong(second.where, wrong, right, at_key=True)


def not_yet(as_of: date | None, now: date) -> Iterator[Wrong]:
    """A day to judge at that has not come: nobody knows what will be published by then."""
    if as_of is not None and as_of > now:
        yield Wrong(("as_of",), f"{as_of} has not come yet.", "Write a day up to today, or leave as_of: out.")
