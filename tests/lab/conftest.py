"""Labs that run in the test's own process, and the real client library to ask them with."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lab import comparing
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from muster.lab.addresses import Place
from muster.lab.certificates import Authority
from muster.lab.description import Description, load_description
from muster.lab.played import Event
from muster.lab.serving import Running, serving
from muster.lab.world import plans
from muster.lab.world.making import World
from muster.lab.world.playing import anchor, make_world

PASSWORD = "correct horse battery staple"
Step = tuple[str, dict[str, Any]]


@dataclass
class Said:
    """What a pipeline brought: output, error records, warnings."""

    output: list[Any]
    errors: list[Any]
    warnings: list[str]
    failed: bool

    @property
    def error(self) -> Any:
        (only,) = self.errors
        return only


@dataclass
class Client:
    """pypsrp against one endpoint of a running lab."""

    running: Running
    kind: str
    name: str
    configuration: str = ""
    full: bool = False
    password: str = PASSWORD
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        wanted = self.kind, self.name.casefold()
        return next(one for one in self.running.addresses.places if (one.kind, one.name.casefold()) == wanted)

    def wsman(self) -> WSMan:
        exchange = self.kind == "exchange"
        path = ("PowerShell?serializationLevel=Full" if self.full else "PowerShell") if exchange else "wsman"
        return WSMan(
            self.place.address,
            port=self.place.port,
            ssl=self.place.tls == "tls",
            cert_validation=self.running.addresses.ca_file,  # type: ignore[arg-type] # a path is taken as well
            path=path,
            auth="basic" if exchange else "ntlm",
            username=self.running.addresses.user,
            password=self.password,
            **self.options,
        )

    def pool(self) -> RunspacePool:
        default = "Microsoft.Exchange" if self.kind == "exchange" else "Microsoft.PowerShell"
        return RunspacePool(self.wsman(), configuration_name=self.configuration or default)

    def ask(self, *steps: Step) -> Said:
        with self.pool() as pool:
            return _ask(pool, *steps)


def _ask(pool: RunspacePool, *steps: Step) -> Said:
    pipeline = PowerShell(pool)
    for cmdlet, parameters in steps:
        pipeline.add_cmdlet(cmdlet)
        pipeline.add_parameters(parameters)
    output = pipeline.invoke()
    pipeline.close()
    warnings = [str(record.message) for record in pipeline.streams.warning]
    return Said(output, list(pipeline.streams.error), warnings, pipeline.had_errors)


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    os.environ["MUSTER_LAB_PASSWORD"] = PASSWORD
    yield lambda description, *events: serving(
        description, PASSWORD, Path(tmp_path_factory.mktemp("lab")), played=events
    )
    del os.environ["MUSTER_LAB_PASSWORD"]


@pytest.fixture(scope="session")
def clean(play: Callable[[Description], Any]) -> Iterator[Running]:
    with play(load_description("demo-clean")) as running:
        yield running


@pytest.fixture(scope="session")
def demo(play: Callable[[Description], Any]) -> Iterator[Running]:
    with play(load_description("demo")) as running:
        yield running


@pytest.fixture
def client() -> type[Client]:
    return Client


@pytest.fixture
def ask() -> Callable[..., Said]:
    """Asks through a pool that is already open."""
    return _ask


STILL = datetime.now(UTC)


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., World]:
    """Makes demo-clean's world, after the events that are given; ``description`` makes another one's."""
    authority = Authority(tmp_path_factory.mktemp("keys"), anchor(), lasting=True)
    authority.issue = cache(authority.issue)  # type: ignore[method-assign] # signing is what takes the time

    class Still(datetime):
        """Two worlds that are compared are made at one time: their texts hold times."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Still":
            return cls.fromtimestamp(STILL.timestamp(), tz)

    def world(*events: Event, description: Description | None = None) -> World:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(plans, "datetime", Still)
            return make_world(description or load_description("demo-clean"), authority, events)

    return world


@pytest.fixture(scope="session")
def worlds() -> Any:
    """What a world says, and where two of them differ."""
    return comparing
