"""What else is known of updates: known issues by build, and what Setup does to a server while it runs."""

from dataclasses import dataclass
from functools import cache

from packaging.version import Version

from muster.catalogue import read_build
from muster.catalogue.rows import doubtful, text, texts
from muster.upgrade.tables import rows


@dataclass(frozen=True, slots=True)
class KnownIssue:
    """What goes wrong with an update. ``builds`` are those that have it, empty where no source names them."""

    id: str
    update: str
    products: tuple[str, ...]
    builds: frozenset[Version]
    symptom: str
    workaround: str
    fixed_in: str
    sources: tuple[str, ...]
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class StoppedService:
    """A service that Setup stops and disables while it runs; ``windows``: one of Windows' own."""

    name: str
    windows: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetComponent:
    """A component's state that Setup, or the work around it, sets by a requester. ``by`` says who."""

    component: str
    state: str
    requester: str
    by: str
    sources: tuple[str, ...]


@cache
def known_issues() -> tuple[KnownIssue, ...]:
    """Every row."""
    return tuple(
        KnownIssue(
            id=text(row, "id"),
            update=text(row, "update"),
            products=texts(row, "products"),
            builds=frozenset(map(read_build, texts(row, "builds"))),
            symptom=text(row, "symptom"),
            workaround=text(row, "workaround"),
            fixed_in=text(row, "fixed_in"),
            sources=texts(row, "source"),
            unverified=doubtful(row),
        )
        for row in rows("known_issues")
    )


def issues_of(build: Version) -> tuple[KnownIssue, ...]:
    """The known issues that a source names this very build for."""
    return tuple(one for one in known_issues() if build in one.builds)


@cache
def stopped_services() -> tuple[StoppedService, ...]:
    """The services that are disabled while Setup runs."""
    return tuple(
        StoppedService(text(row, "name"), row.get("windows") is True, texts(row, "source"))
        for row in rows("setup", "services")
    )


@cache
def set_components() -> tuple[SetComponent, ...]:
    """The component states that an update brings with it."""
    return tuple(
        SetComponent(
            text(row, "component"), text(row, "state"), text(row, "requester"), text(row, "by"), texts(row, "source")
        )
        for row in rows("setup", "components")
    )
