"""One round of observing: lanes take questions, sessions answer them, nothing raises and nothing waits for ever."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from muster.model import (
    Answer,
    Endpoint,
    Environment,
    ExchangeCmdlet,
    Fact,
    HttpsRequest,
    Need,
    Observation,
    Problem,
    Question,
    SmtpDialogue,
    Subject,
    TlsHandshake,
)
from muster.observe.routes import Route, place, route, subject_of
from muster.resolve import needs_of, next_question
from muster.transport.session import Session, Unanswered

Connect = Callable[[Endpoint, float], Session]
Probe = Callable[[TlsHandshake | SmtpDialogue | HttpsRequest, str, int, float], Answer]


@dataclass(frozen=True, slots=True)
class Doors:
    """How to ask: one function opens sessions, one runs probes."""

    connect: Connect
    probe: Probe


Want = tuple[type[Fact], Subject]
"""A fact of a subject."""


@dataclass(slots=True)
class _Job:
    question: Question
    tries: int = 0


@dataclass(slots=True)
class _Lane:
    """One thread's place in a pool; ``retired`` once no endpoint is left for it or its question overran."""

    session: Session | None = None
    endpoint: Endpoint | None = None
    job: _Job | None = None
    since: float = 0.0
    retired: bool = False


@dataclass(slots=True)
class _Pool:
    route: Route
    queue: deque[_Job] = field(default_factory=deque)
    lanes: list[_Lane] = field(default_factory=list)
    lost: dict[str, Problem] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)


class Observing:
    """One round of observing. ``run()`` returns the observations by question key."""

    def __init__(
        self,
        environment: Environment,
        doors: Doors,
        *,
        deadline: float = 60.0,
        connect_within: float = 15.0,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._environment = environment
        self._doors = doors
        self._deadline = deadline
        self._connect_within = connect_within
        self._progress = progress or (lambda _done, _total: None)
        self._changed = threading.Condition()
        self._pools: dict[str, _Pool] = {}
        self._asked: dict[str, Question] = {}
        self._fresh: deque[Observation] = deque()
        self._closing = False
        self._upgrading = {
            server.name for server in environment.servers if server.dag in environment.upgrade.in_progress
        }
        self.observations: dict[str, Observation] = {}

    def run(self, wants: Iterable[Want]) -> dict[str, Observation]:
        """Ask until every want is met or nothing is left to try. On Ctrl-C, what was had stays in
        ``observations``, the rest says "not run", and the interrupt goes on.
        """  # noqa: D205
        waiting: dict[str, list[tuple[Need, Subject]]] = {}

        def advance(wanted: Need, subject: Subject) -> None:
            question = next_question(wanted, subject, self._book)
            if question is not None:
                waiting.setdefault(question.key, []).append((wanted, subject))
                self._submit(question)

        try:
            for fact, subject in wants:
                for wanted in needs_of(fact):
                    advance(wanted, subject)
            while len(self.observations) < len(self._asked):
                for observation in self._collect():
                    self.observations[observation.question.key] = observation
                    for wanted, subject in waiting.pop(observation.question.key, ()):
                        advance(wanted, subject)
                    self._progress(len(self.observations), len(self._asked))
        finally:
            self._close()
        return self.observations

    def _book(self, question: Question, _subject: Subject) -> Observation | None:
        return self.observations.get(question.key)

    def _submit(self, question: Question) -> None:
        if question.key in self._asked:
            return
        self._asked[question.key] = question
        where = route(question, self._environment)
        with self._changed:
            if isinstance(where, Problem):
                self._fresh.append(self._observation(question, None, "", 0.0, problem=where))
                return
            pool = self._pools.setdefault(where.pool, _Pool(where))
            pool.queue.append(_Job(question))
            self._staff(pool)
            self._changed.notify_all()

    def _staff(self, pool: _Pool) -> None:
        """Give a pool one more lane while there is work and room for one. Called with the lock held."""
        busy = [lane for lane in pool.lanes if not lane.retired]
        if (
            pool.queue
            and len(busy) < pool.route.cap
            and len(busy) < len(pool.queue) + sum(1 for lane in busy if lane.job)
        ):
            lane = _Lane()
            pool.lanes.append(lane)
            threading.Thread(target=self._work, args=(pool, lane), name=pool.route.pool, daemon=True).start()

    def _collect(self) -> list[Observation]:
        """What has come since the last look; deals with questions that outlived their deadline."""
        with self._changed:
            if not self._fresh:
                self._changed.wait(0.2)
            now = time.monotonic()
            for pool in self._pools.values():
                for lane in pool.lanes:
                    # The session has its own, shorter time limit; this one is for a session that is stuck.
                    if (
                        lane.job
                        and not lane.retired
                        and now - lane.since > self._deadline * 1.25 + self._connect_within
                    ):
                        self._abandon(pool, lane, now - lane.since)
            came = list(self._fresh)
            self._fresh.clear()
            return came

    def _abandon(self, pool: _Pool, lane: _Lane, seconds: float) -> None:
        lane.retired = True
        name = lane.endpoint.name if lane.endpoint else pool.route.pool
        problem = Problem(
            "timeout",
            f"{name} did not answer within {seconds:.0f} s",
            "the server is overloaded, or something between drops the packets",
            "Try the same cmdlet by hand on that server, then run again",
        )
        if lane.job:
            job, lane.job = lane.job, None
            self._settle(pool, job, lane.endpoint, problem, lost=True)
        self._staff(pool)

    def _settle(self, pool: _Pool, job: _Job, endpoint: Endpoint | None, problem: Problem, *, lost: bool) -> None:
        """A question without an answer: another endpoint's turn, or the reason is the observation. Lock held."""
        if lost and endpoint is not None:
            pool.lost.setdefault(place(endpoint), problem)
            left = [one for one in pool.route.endpoints if place(one) not in pool.lost]
            if left and job.tries < len(pool.route.endpoints):
                pool.queue.appendleft(_Job(job.question, job.tries + 1))
                return
            if not left:
                self._give_up(pool)
        name = endpoint.name if endpoint else ""
        self._fresh.append(self._observation(job.question, None, name, 0.0, problem=problem))

    def _give_up(self, pool: _Pool) -> None:
        """No endpoint is left: everything that waits gets the first reason. Lock held."""
        name, problem = next(iter(pool.lost.items()))
        while pool.queue:
            job = pool.queue.popleft()
            self._fresh.append(self._observation(job.question, None, name.split(" ")[0], 0.0, problem=problem))

    def _work(self, pool: _Pool, lane: _Lane) -> None:
        """One lane's thread: reserve an endpoint, take a question, ask, again."""
        while True:
            with self._changed:
                job = self._take(pool, lane)
                while job is None and not self._closing and not lane.retired:
                    self._changed.wait()
                    job = self._take(pool, lane)
                if job is None:
                    break
                lane.job, lane.since = job, time.monotonic()
            self._ask(pool, lane, job)
        if lane.session is not None:
            lane.session.close()
            lane.session = None

    def _take(self, pool: _Pool, lane: _Lane) -> _Job | None:
        """The next question for this lane; a lane that finds no endpoint retires. Lock held."""
        if self._closing or lane.retired or not pool.queue or not self._reserve(pool, lane):
            return None
        for index, job in enumerate(pool.queue):
            if not self._better_elsewhere(pool, lane, job.question):
                del pool.queue[index]
                return job
        return None

    def _reserve(self, pool: _Pool, lane: _Lane) -> bool:
        """Make sure that this lane has an endpoint: the best that is not lost and, for Exchange, not in use."""
        if not pool.route.endpoints or lane.endpoint is not None:
            return True
        used = [place(one.endpoint) for one in pool.lanes if one.endpoint and not one.retired]
        alone = pool.route.pool == "exchange"
        free = [
            one for one in pool.route.endpoints if place(one) not in pool.lost and not (alone and place(one) in used)
        ]
        if not free:
            lane.retired = True
            if len(pool.lost) == len(pool.route.endpoints):
                self._give_up(pool)
            return False
        lane.endpoint = min(free, key=lambda one: used.count(place(one)))
        return True

    def _better_elsewhere(self, pool: _Pool, lane: _Lane, question: Question) -> bool:
        """A server under upgrade is asked about through a peer, where a peer is at work."""
        if not (isinstance(question, ExchangeCmdlet) and question.about and lane.endpoint):
            return False
        if question.about.casefold() != lane.endpoint.name.casefold() or question.about not in self._upgrading:
            return False
        return any(one is not lane and not one.retired for one in pool.lanes)

    def _ask(self, pool: _Pool, lane: _Lane, job: _Job) -> None:
        began, taken = time.monotonic(), datetime.now(UTC)
        endpoint = lane.endpoint
        try:
            if endpoint is None:
                answer = self._probe(job.question)
            else:
                lane.session = lane.session or self._doors.connect(endpoint, self._connect_within)
                answer = lane.session.ask(job.question, self._deadline)
        except Unanswered as failure:
            self._failed(pool, lane, job, failure.problem, lost=failure.lost, endpoint=endpoint)
        except Exception as surprise:  # noqa: BLE001 - a door's own mistake must become an observation, not a hang
            problem = Problem("failed", f"{type(surprise).__name__}: {surprise}", "a mistake in muster", "Report it")
            self._failed(pool, lane, job, problem, lost=False, endpoint=endpoint)
        else:
            with self._changed:
                if lane.retired:
                    return
                if endpoint:
                    pool.answered.add(place(endpoint))
                name = endpoint.name if endpoint else subject_of(job.question)
                seconds = time.monotonic() - began
                observation = self._observation(job.question, taken, name, seconds, answer=answer)
                self._fresh.append(observation)
                lane.job = None
                self._changed.notify_all()

    def _failed(
        self, pool: _Pool, lane: _Lane, job: _Job, problem: Problem, *, lost: bool, endpoint: Endpoint | None
    ) -> None:
        with self._changed:
            if lane.retired:
                return
            if problem.kind == "timeout" and endpoint and place(endpoint) not in pool.answered:
                lost = True  # it never answered anything: once is enough
            drop, lane.job = (lane.session if lost or problem.kind == "timeout" else None), None
            if drop is not None or lost:
                lane.session, lane.endpoint = None, None
            self._settle(pool, job, endpoint, problem, lost=lost)
            self._changed.notify_all()
        if drop is not None:
            drop.close()

    def _probe(self, question: Question) -> Answer:
        if not isinstance(question, TlsHandshake | SmtpDialogue | HttpsRequest):
            raise TypeError(f"{question.key} is no probe")
        there = self._environment.relocated.get((question.name, question.port))
        if there is None and self._environment.lab is not None:
            # What a lab plays is nowhere else: a name that it does not serve is never looked for on the network.
            raise Unanswered(Problem("no endpoint", f"the lab does not serve {question.name}:{question.port}"))
        address, port = there or (self._address_of(question.name), question.port)
        return self._doors.probe(question, address, port, min(self._deadline, self._connect_within))

    def _address_of(self, name: str) -> str:
        for server in self._environment.servers:
            if server.name.casefold() == name.casefold():
                return server.fqdn or server.name
        return name

    def _observation(
        self,
        question: Question,
        taken: datetime | None,
        answered_by: str,
        seconds: float,
        *,
        answer: Answer | None = None,
        problem: Problem | None = None,
    ) -> Observation:
        when = taken or datetime.now(UTC)
        return Observation(question, subject_of(question), when, seconds, answered_by, answer, problem)

    def _close(self) -> None:
        """End every lane; sessions are closed by their own threads, which get a moment to do it."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for question in self._asked.values():
            if question.key not in self.observations:
                problem = Problem("not run", f"{question.key} was not asked: the run was interrupted")
                self.observations[question.key] = self._observation(question, None, "", 0.0, problem=problem)
        limit = time.monotonic() + 5.0
        for pool in self._pools.values():
            for lane in pool.lanes:
                while lane.session is not None and not lane.retired and time.monotonic() < limit:
                    time.sleep(0.01)
