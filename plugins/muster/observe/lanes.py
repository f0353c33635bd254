"""Pools and lanes: who takes which question next, and what is lost. Plain state; the round holds the lock."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from muster.model import Endpoint, ExchangeCmdlet, Problem, Question
from muster.observe.routes import Route, place
from muster.transport.session import Session

WHOLE_NAME = "*"
"""In a pool of probes: everything that listens under the name."""


@dataclass(slots=True)
class Job:
    """A question that waits, and how many endpoints it has been tried on."""

    question: Question
    tries: int = 0


@dataclass(slots=True)
class Lane:
    """One thread's place in a pool; ``retired`` once no endpoint is left for it or its question overran."""

    session: Session | None = None
    endpoint: Endpoint | None = None
    job: Job | None = None
    since: float = 0.0
    retired: bool = False


@dataclass(slots=True)
class Pool:
    """The lanes of one route. ``lost`` maps an endpoint that is of no use any more to the reason; ``answered`` are
    those that answered at least once.
    """  # noqa: D205

    route: Route
    upgrading: frozenset[str] = frozenset()
    queue: deque[Job] = field(default_factory=deque)
    lanes: list[Lane] = field(default_factory=list)
    lost: dict[str, Problem] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)

    def new_lane(self) -> Lane | None:
        """One more lane, while there is work and room for one."""
        busy = [lane for lane in self.lanes if not lane.retired]
        at_work = sum(1 for lane in busy if lane.job)
        if not self.queue or len(busy) >= self.route.cap or len(busy) >= len(self.queue) + at_work:
            return None
        self.lanes.append(Lane())
        return self.lanes[-1]

    def take(self, lane: Lane) -> Job | None:
        """The next question for a lane; a lane that finds no endpoint retires."""
        if lane.retired or not self.queue or not self._reserve(lane):
            return None
        for index, job in enumerate(self.queue):
            if not self._better_elsewhere(lane, job.question):
                del self.queue[index]
                return job
        return None

    def _reserve(self, lane: Lane) -> bool:
        """Make sure that a lane has an endpoint: the best that is not lost and, for Exchange, not in use.

        Any controller of a domain is one controller as long as it answers: what does not agree because it was asked
        here and there would look like a finding, or hide one.
        """
        if not self.route.endpoints:
            return WHOLE_NAME not in self.lost
        if lane.endpoint is not None:
            return True
        alone = self.route.pool == "exchange"
        used = {place(one.endpoint) for one in self.lanes if alone and one.endpoint and not one.retired}
        free = [one for one in self.left if place(one) not in used]
        if not free:
            lane.retired = True
            return False
        lane.endpoint = free[0]
        return True

    def _better_elsewhere(self, lane: Lane, question: Question) -> bool:
        """A server under upgrade is asked about through a peer, where a peer is at work."""
        if not (isinstance(question, ExchangeCmdlet) and question.about and lane.endpoint):
            return False
        if question.about.casefold() != lane.endpoint.name.casefold() or question.about not in self.upgrading:
            return False
        return any(one is not lane and not one.retired for one in self.lanes)

    @property
    def left(self) -> list[Endpoint]:
        """The endpoints that are not lost, best first."""
        return [one for one in self.route.endpoints if place(one) not in self.lost]

    def silent(self, endpoint: Endpoint | None) -> bool:
        """Whether an endpoint (for probes: the name) has never answered anything."""
        return (place(endpoint) if endpoint else WHOLE_NAME) not in self.answered

    def heard(self, endpoint: Endpoint | None) -> None:
        """An endpoint, or the name that is probed, answered."""
        self.answered.add(place(endpoint) if endpoint else WHOLE_NAME)

    def lose(self, endpoint: Endpoint | None, problem: Problem) -> None:
        """Give an endpoint (for probes: the name) up for this run."""
        self.lost.setdefault(place(endpoint) if endpoint else WHOLE_NAME, problem)

    def hopeless(self) -> Iterator[tuple[Job, str, Problem]]:
        """Once nothing is left: every question that waits, with who failed it and why."""
        if not self.lost or self.left or not (self.route.endpoints or WHOLE_NAME in self.lost):
            return
        name, problem = next(iter(self.lost.items()))
        while self.queue:
            yield self.queue.popleft(), name.split(" ")[0].strip(WHOLE_NAME), problem
