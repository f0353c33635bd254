"""One round of observing: lanes take questions, sessions answer them, nothing raises and nothing waits for ever."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from muster.model import (
    Answer,
    Endpoint,
    Environment,
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
from muster.observe.lanes import Job, Lane, Pool
from muster.observe.routes import route, subject_of
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

Then = Callable[[Mapping[str, Observation]], Iterable[Want]]
"""What else is to be asked, once these answers are known."""


_PATIENCE = 5.0
"""Seconds after which a failure (a name that DNS looks for in vain, say) is too dear to be had again."""


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
        self._pools: dict[str, Pool] = {}
        self._asked: dict[str, Question] = {}
        self._fresh: deque[Observation] = deque()
        self._closing = False
        under_way = environment.upgrade.in_progress
        self._upgrading = frozenset(server.name for server in environment.servers if server.dag in under_way)
        self._short = {server.fqdn.casefold(): server.name for server in environment.servers if server.fqdn}
        self.observations: dict[str, Observation] = {}

    def run(self, wants: Iterable[Want], then: Then | None = None) -> dict[str, Observation]:
        """Ask until every want is met or nothing is left to try, then what ``then`` wants to know of the answers,
        over the same sessions. On Ctrl-C, what was had stays in ``observations``, the rest says "not run", and the
        interrupt goes on.
        """  # noqa: D205
        try:
            self._meet(wants)
            if then is not None:
                self._meet(then(self.observations))
        finally:
            self._close()
        return self.observations

    def _meet(self, wants: Iterable[Want]) -> None:
        waiting: dict[str, list[tuple[Need, Subject]]] = {}

        def advance(wanted: Need, subject: Subject) -> None:
            question = next_question(wanted, subject, self._book)
            if question is not None:
                waiting.setdefault(question.key, []).append((wanted, subject))
                self._submit(question)

        for fact, subject in wants:
            for wanted in needs_of(fact, subject):
                advance(wanted, subject)
        while len(self.observations) < len(self._asked):
            for observation in self._collect():
                self.observations[observation.question.key] = observation
                for wanted, subject in waiting.pop(observation.question.key, ()):
                    advance(wanted, subject)
                self._progress(len(self.observations), len(self._asked))

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
            pool = self._pools.setdefault(where.pool, Pool(where, self._upgrading))
            pool.queue.append(Job(question))
            self._staff(pool)
            self._changed.notify_all()

    def _staff(self, pool: Pool) -> None:
        """Give a pool one more lane where that helps; what no lane can help gets its reason. Lock held."""
        lane = pool.new_lane()
        if lane is not None:
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

    def _abandon(self, pool: Pool, lane: Lane, seconds: float) -> None:
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

    def _settle(self, pool: Pool, job: Job, endpoint: Endpoint | None, problem: Problem, *, lost: bool) -> None:
        """A question without an answer: another endpoint's turn, or the reason is the observation. Lock held."""
        if lost:
            pool.lose(endpoint, problem)
            if pool.left and job.tries < len(pool.route.endpoints):
                pool.queue.appendleft(Job(job.question, job.tries + 1))
                return
            self._give_up(pool)
        name = endpoint.name if endpoint else ""
        self._fresh.append(self._observation(job.question, None, name, 0.0, problem=problem))

    def _give_up(self, pool: Pool) -> None:
        """Where nothing is left to ask, everything that waits gets the first reason. Lock held."""
        for job, name, problem in pool.hopeless():
            self._fresh.append(self._observation(job.question, None, name, 0.0, problem=problem))

    def _work(self, pool: Pool, lane: Lane) -> None:
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

    def _take(self, pool: Pool, lane: Lane) -> Job | None:
        """The next question for this lane, unless the round is closing or nobody is left to ask. Lock held."""
        if self._closing:
            return None
        self._give_up(pool)
        return pool.take(lane)

    def _ask(self, pool: Pool, lane: Lane, job: Job) -> None:
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
                pool.heard(endpoint)
                name = endpoint.name if endpoint else subject_of(job.question)
                seconds = time.monotonic() - began
                observation = self._observation(job.question, taken, name, seconds, answer=answer)
                self._fresh.append(observation)
                lane.job = None
                self._changed.notify_all()

    def _failed(
        self, pool: Pool, lane: Lane, job: Job, problem: Problem, *, lost: bool, endpoint: Endpoint | None
    ) -> None:
        with self._changed:
            if lane.retired:
                return
            dragged = problem.kind == "timeout" or time.monotonic() - lane.since > _PATIENCE
            if endpoint is None:
                lost = False  # one closed port says nothing about the others
            if dragged and pool.silent(endpoint):
                lost = True  # it cost time and never answered anything: once is enough
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
        about = subject_of(question)
        return Observation(
            question, self._short.get(about.casefold(), about), when, seconds, answered_by, answer, problem
        )

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
