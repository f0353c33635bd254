"""Wall time of observing the lab at a given latency, as a ratio to the floor that the caps set.

Run: ``python bench/observing.py [LATENCY]``. The floor is the slowest pool's answers x latency / sessions: four
Exchange sessions in all and one per server, two Windows sessions per server, two LDAP connections per controller.
Then one server stops answering: what it costs beyond that is printed as a ratio to the deadline.
"""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from kit.recorded import INVENTORIES, every_want
from muster import inventory, lab
from muster.model import Endpoint, Environment, Observation
from muster.observe import Doors, Observing, Route, route
from muster.transport import doors

DEADLINE = 4.0


@contextmanager
def playing(latency: float) -> Iterator[Environment]:
    """The organisation in order, every answer late."""
    environment = inventory.load(INVENTORIES / "demo-clean")
    with lab.start("demo-clean", latency=latency) as started:
        yield lab.attach(environment, started)


def observe(environment: Environment, deadline: float = 60.0) -> tuple[float, dict[str, Observation]]:
    """Seconds, and what came."""
    wants = list(every_want(environment))
    observing = Observing(environment, Doors(doors.connect, doors.probe), deadline=deadline, connect_within=4.0)
    began = time.monotonic()
    found = observing.run(wants)
    return time.monotonic() - began, found


def floor_of(found: dict[str, Observation], environment: Environment, latency: float) -> tuple[float, str]:
    """The slowest pool, if every session were busy all the time."""
    answers: Counter[str] = Counter()
    sessions: dict[str, int] = {}
    for observation in found.values():
        where = route(observation.question, environment)
        if isinstance(where, Route):
            answers[where.pool] += 1
            sessions[where.pool] = where.cap
    return max((answers[pool] * latency / sessions[pool], f"{answers[pool]} answers of {pool}") for pool in answers)


def main() -> None:
    """Measure three times, then with a silent server."""
    latency = float(sys.argv[1]) if len(sys.argv) > 1 else 0.2
    ratios = []
    with playing(latency) as environment:
        for _ in range(3):
            seconds, found = observe(environment)
            floor, slowest = floor_of(found, environment, latency)
            ratios.append(seconds / floor)
            print(f"{len(found)} questions, {seconds:.2f} s; floor {floor:.2f} s ({slowest}): {ratios[-1]:.2f}")
    print(f"observing: median ratio to the floor {statistics.median(ratios):.2f} at {latency} s latency")
    with playing(0.0) as environment:
        quick, _ = observe(environment, DEADLINE)
        silent = replace(environment, endpoints=tuple(_silenced(environment)))
        slow, found = observe(silent, DEADLINE)
        lost = sum(1 for one in found.values() if one.problem)
        print(
            f"silent server: {slow:.2f} s against {quick:.2f} s; {lost} questions lost; "
            f"beyond that {(slow - quick) / DEADLINE:.2f} x the deadline of {DEADLINE:.0f} s"
        )


def _silenced(environment: Environment) -> Iterator[Endpoint]:
    """One server's endpoints lead to a port that accepts and never says a word."""
    import socket  # noqa: PLC0415 - only here

    silent = socket.create_server(("127.0.0.1", 0), backlog=128)
    _KEPT.append(silent)
    for endpoint in environment.endpoints:
        if endpoint.name == environment.servers[2].name and endpoint.kind != "ldap":
            yield replace(endpoint, address="127.0.0.1", port=silent.getsockname()[1])
        else:
            yield endpoint


_KEPT: list[object] = []


if __name__ == "__main__":
    main()
