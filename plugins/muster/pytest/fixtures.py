"""Fixtures of the plugin itself: the context of a check. Facts bring their own, in muster.facts."""

from datetime import date
from typing import Any

import pytest

from muster.catalogue import Catalogue
from muster.model import (
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    Environment,
    Facts,
    FactUnavailable,
    Forest,
    NotApplicable,
    Organization,
    Problem,
    PublicName,
    Server,
    Site,
    Subject,
)
from muster.policy import Policy
from muster.pytest import collecting
from muster.pytest.stash import current


def _context(request: pytest.FixtureRequest, name: str) -> Any:
    subject = collecting.subject_of(request.node)
    found = collecting.context_of(name, subject, current(request.config).environment)
    if found is None:
        raise NotApplicable(f"{subject.name} has no {name.replace('_', ' ')}")
    return found


@pytest.fixture
def environment(request: pytest.FixtureRequest) -> Environment:
    """The environment that is judged: what should exist."""
    found: Environment = current(request.config).environment
    return found


@pytest.fixture
def facts(request: pytest.FixtureRequest) -> Facts:
    """Where fact fixtures get their facts; checks ask for facts by their own names."""
    found: Facts = current(request.config).store
    return found


@pytest.fixture
def policy(request: pytest.FixtureRequest) -> Policy:
    """What this organisation decided."""
    found: Policy = current(request.config).opened.policy
    return found


@pytest.fixture
def today(request: pytest.FixtureRequest) -> date:
    """The day of judgement: ``--at``, else the policy's ``as_of``, else the day the run started."""
    found: date | None = current(request.config).opened.today
    if found is None:
        message = "the capture does not say when it was taken"
        raise FactUnavailable("this run", "today", Problem("no time", message, "", "Judge it with --at YYYY-MM-DD"))
    return found


@pytest.fixture
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    """What Microsoft publishes: releases, support, schema levels, CVEs; with this environment's own overlay."""
    found: Catalogue = current(request.config).opened.catalogue
    return found


@pytest.fixture
def members(request: pytest.FixtureRequest) -> tuple[Subject, ...]:
    """The servers of the subject; the controllers of a domain or forest."""
    return collecting.members_of(collecting.subject_of(request.node))


@pytest.fixture
def peers(request: pytest.FixtureRequest) -> tuple[Server, ...]:
    """The other members of the server's database availability group; none where it is in none."""
    return collecting.peers_of(collecting.subject_of(request.node), current(request.config).environment)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    """The server that is judged."""
    found: Server = _context(request, "server")
    return found


@pytest.fixture
def dag(request: pytest.FixtureRequest) -> DatabaseAvailabilityGroup:
    """The DAG that is judged, or the one of the server that is judged."""
    found: DatabaseAvailabilityGroup = _context(request, "dag")
    return found


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Site:
    """The site that is judged, or the one of the server that is judged."""
    found: Site = _context(request, "site")
    return found


@pytest.fixture
def organization(request: pytest.FixtureRequest) -> Organization:
    """The Exchange organisation."""
    found: Organization = _context(request, "organization")
    return found


@pytest.fixture
def domain_controller(request: pytest.FixtureRequest) -> DomainController:
    """The domain controller that is judged."""
    found: DomainController = _context(request, "domain_controller")
    return found


@pytest.fixture
def domain(request: pytest.FixtureRequest) -> Domain:
    """The domain that is judged, or the one of the controller that is judged."""
    found: Domain = _context(request, "domain")
    return found


@pytest.fixture
def forest(request: pytest.FixtureRequest) -> Forest:
    """The forest."""
    found: Forest = _context(request, "forest")
    return found


@pytest.fixture
def public_name(request: pytest.FixtureRequest) -> PublicName:
    """The public name that is judged."""
    found: PublicName = _context(request, "public_name")
    return found
