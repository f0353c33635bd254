"""CPU time of comparing two baselines of 500 servers, as a ratio to what ``json.load`` takes for both; and memory.

Run: ``python bench/drift.py``. Allowed are 3 × the time and 4 × the size of the files. Each side is measured in a
process of its own, three times in turn; printed are each pair's ratio and the median: of the comparison alone, and of
the whole command ``muster baseline diff``, hashes of the manifests and Python's start included. Half of the objects
stand in the organisation's one file, as they do where a question is asked once for all servers.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from muster import baseline
from muster.drift import Asked, Place, Portion, compare_observations, told_of
from muster.model import (
    Answer,
    Environment,
    ExchangeCmdlet,
    Forest,
    Object,
    Observation,
    Organization,
    Server,
    Shape,
    Value,
)
from muster.reading.records import Record, Records

SERVERS = 500
SHAPE = Shape(
    identity=("Identity",),
    unordered=frozenset({"Bindings", "RemoteIPRanges"}),
    volatile={"RunspaceId": "a new one in every session", "WhenChanged": "moves with any write"},
)


class Connectors(Records[Record]):
    """The fact that speaks for every answer here."""

    record = Record
    shape = SHAPE


def connector(server: str, number: int, session: str, *, drifted: bool) -> Object:
    """A receive connector with as many properties as a real one, at Partial."""
    name = f"{server}\\Connector {number}"
    properties: dict[str, Value] = {
        "Identity": name,
        "Bindings": ("[::]:25", "0.0.0.0:2525" if drifted else "0.0.0.0:25"),
        "RemoteIPRanges": ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0-255.255.255.255"),
        "AuthMechanism": "Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer",
        "MaxMessageSize": "36 MB (37,748,736 bytes)",
        "ConnectionTimeout": "00:10:00",
        "ExchangeVersion": "0.1 (8.0.535.0)",
        "DistinguishedName": f"CN=Connector {number},CN=SMTP Receive Connectors,CN=Protocols,CN={server},CN=Servers,"
        "CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=Contoso,DC=contoso,DC=local",
        "Guid": f"6f9619ff-8b86-d011-{number:04x}-{int(server[2:]):012x}",
        "RunspaceId": session,
    }
    properties |= {f"Setting{index}Enabled": index % 3 == 0 for index in range(25)}
    properties |= {f"Limit{index}": 5000 + index for index in range(15)}
    properties |= {f"Text{index}": None if index % 2 else "Value of a setting" for index in range(20)}
    return Object("Microsoft.Exchange.Data.Directory.SystemConfiguration.ReceiveConnector", name, properties)


def observation(subject: str, question: ExchangeCmdlet, objects: Iterable[Object]) -> Observation:
    """One answer to one question."""
    return Observation(question, subject, None, 0.0, "", Answer(tuple(objects), "partial"))


def observations(session: str, *, after: bool) -> Iterator[tuple[str, list[Observation]]]:
    """Subject and what is known of it: every hundredth object of the later baseline has drifted."""
    names = [f"EX{number:03}" for number in range(SERVERS)]

    def rows(server: str, start: int, count: int) -> Iterator[Object]:
        for number in range(start, start + count):
            drifted = after and (int(server[2:]) * 31 + number) % 100 == 0
            yield connector(server, number, session, drifted=drifted)

    everything = [row for name in names for row in rows(name, 0, 15)]
    yield "organization", [observation("organization", ExchangeCmdlet("Get-ReceiveConnector"), everything)]
    for name in names:
        mine = [
            observation(name, ExchangeCmdlet(cmdlet, Server=name, about=name), rows(name, start, 5))
            for start, cmdlet in ((15, "Get-ReceiveConnector"), (20, "Get-SendConnector"), (25, "Get-Queue"))
        ]
        yield name, mine


def write(folder: Path, session: str, *, after: bool) -> None:
    """A baseline."""
    members = tuple(Server(f"ex{number:03}") for number in range(SERVERS))
    environment = Environment(
        "bench", Organization("Contoso", members), Forest("contoso.local"), folder=folder.parent
    )
    seen = [one for _, each in observations(session, after=after) for one in each]
    baseline.save(environment, folder.name, seen, {one.question.key: Connectors for one in seen}, datetime.now(UTC))


def load_only(before: Path, after: Path) -> int:
    """The floor: every file of both is parsed."""
    for file in sorted(before.iterdir()):
        both = [json.loads(place.read_bytes()) for place in (file, after / file.name)]
        assert len(both[0]["observations"]) == len(both[1]["observations"])
    return 0


def compare(before: Path, after: Path) -> int:
    """Everything, down to the sentences."""
    told = 0
    for file in sorted(before.iterdir()):
        ours, theirs = (json.loads(place.read_bytes())["observations"] for place in (file, after / file.name))

        def portions(asked: Asked) -> Iterator[Portion]:
            yield Portion(Place(asked.subject, "Server", "ReceiveConnectors", asked.question.key), SHAPE)

        for _, found in compare_observations(ours, theirs, portions):
            told += sum(1 for difference in found.differences if told_of(difference))
    return told


def measured(what: str, *folders: Path) -> tuple[float, int, int]:
    """CPU seconds, peak memory in bytes and what was told, of a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, what, *map(str, folders)], capture_output=True, text=True, check=True
    )
    seconds, peak, told = done.stdout.split()
    return float(seconds), int(peak), int(told)


def command(place: Path) -> float:
    """CPU seconds of ``muster baseline diff`` from start to end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [Path(sys.executable).with_name("muster"), "baseline", "diff", "before", "after", "--env", "bench"],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr  # there are differences
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Write two baselines, then load them, and compare them."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place, "inventory", "bench")
        home.mkdir(parents=True)
        (home / "inventory.yaml").write_text("organisation: Contoso\n", "utf-8")
        before, after = home / "before", home / "after"
        write(before, "0e86c0b4-8921-4f8e-b18c-9bf18d687e00", after=False)
        write(after, "013cd614-59e5-4883-8d4a-d301cb04d85e", after=True)
        before, after = (home / "baselines" / name / "answers" for name in ("before", "after"))
        size = sum(file.stat().st_size for folder in (before, after) for file in folder.iterdir())
        print(f"two baselines of {SERVERS} servers: {size / 1e6:.0f} MB")
        ratios, whole = [], []
        for _ in range(3):
            floor, floor_peak, _ = measured("load_only", before, after)
            ours, peak, told = measured("compare", before, after)
            ratios.append(ours / floor)
            print(
                f"{ours:.2f} s against {floor:.2f} s of json.load: {ratios[-1]:.2f}; memory {peak / size:.2f} times "
                f"the files (json.load alone {floor_peak / size:.2f}); {told} differences"
            )
            whole.append(command(Path(place)) / floor)
            print(f"the command: {whole[-1]:.2f}")
        print(f"median ratio of the command {statistics.median(whole):.2f} (allowed 3)")
        print(f"median ratio {statistics.median(ratios):.2f} (allowed 3); memory {peak / size:.2f} (allowed 4)")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        work = {"load_only": load_only, "compare": compare}[sys.argv[1]]
        start = time.process_time()
        found = work(Path(sys.argv[2]), Path(sys.argv[3]))
        used = time.process_time() - start
        print(used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, found)
