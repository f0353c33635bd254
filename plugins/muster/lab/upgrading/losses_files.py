"""What Setup resets of configuration files: since 2019 CU13 all but a list of sections and keys, before it all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from muster.lab.rows import Row
from muster.lab.upgrading.losses import Losing, Loss
from muster.lab.upgrading.targets import numbers
from muster.lab.world.configuration import configuration_rows
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan
from muster.lab.world.windows import INSTALL_PATH
from muster.lab.yaml_files import read_yaml

_CUSTOM = "Microsoft, Custom configuration preservation"
_LEARN = "Microsoft, Upgrade Exchange to the latest Cumulative Update"
_KEPT_SINCE = (15, 2, 1258, 12)
_AGENTS = "transportroles\\shared\\"
_SIZES = (
    "maxReceivedMessageSize",
    "maxStringContentLength",
    "maxAllowedContentLength",
    "maxRequestLength",
    "memoryLimitMegabytes",
)


@cache
def _preserved() -> Mapping[str, frozenset[str]]:
    written = read_yaml(Path(__file__).with_name("preserved.yaml"))
    return {path.casefold(): frozenset(kept) for path, kept in written.items()}


def _below(row: Row) -> str:
    return str(row.get("Path")).casefold().removeprefix(INSTALL_PATH.casefold())


def _kept(row: Row, server: ServerPlan) -> bool:
    """Whether Setup writes this element into the new file."""
    if numbers(server.cu_build) < _KEPT_SINCE:
        return False
    kept = _preserved().get(_below(row), frozenset())
    sizes = [name for name in _SIZES if row.get(name) is not None]
    return str(row.get("Section")) in kept or (bool(sizes) and set(sizes) <= kept)


def _reset(concerns: Callable[[str], bool], *sections: str) -> Losing:
    """Set the files that a test of their path (below the installation, in small letters) accepts back to Setup's."""

    def lose(world: World, server: ServerPlan, at: datetime) -> None:
        del at
        new = [row for row in from_setup(world, server) if concerns(_below(row)) and not _kept(row, server)]
        old = [
            row
            for row in world.windows[server.name]
            if row.shape.name == "ConfigurationElement" and concerns(_below(row)) and not _kept(row, server)
        ]
        if sections:
            old = [row for row in old if row.get("Section") in sections]
            new = [row for row in new if row.get("Section") in sections]
        kept = [row for row in world.windows[server.name] if not any(row is one for one in old)]
        world.windows[server.name] = kept + new

    return lose


def from_setup(world: World, server: ServerPlan) -> list[Row]:
    """What the files hold as Setup brings them."""
    bare = replace(world.plans, written={**world.plans.written, "own_settings": {}})
    return list(configuration_rows(bare, server))


def _agents(world: World, server: ServerPlan, at: datetime) -> None:
    """Agents that Setup did not bring are gone, and one of its own is off."""
    del at
    own = {str(row.get("name")) for row in from_setup(world, server) if row.get("Section") == "agents"}
    rows = world.windows[server.name]
    world.windows[server.name] = [
        row
        for row in rows
        if row.shape.name != "ConfigurationElement" or row.get("Section") != "agents" or row.get("name") in own
    ]
    for row in world.windows[server.name]:
        if row.shape.name == "ConfigurationElement" and row.matches({"Section": "agents", "name": "Malware Agent"}):
            row.set({"enabled": "false"})


def _named(*names: str) -> Callable[[str], bool]:
    return lambda path: path.rpartition("\\")[2] in names


LOSSES: Sequence[Loss] = (
    Loss(
        "transport-config",
        "lost",
        "EdgeTransport.exe.config: what stands outside appSettings (a proxy); before 2019 CU13 queue paths as well",
        f"inferred: {_CUSTOM}; {_LEARN}",
        _reset(_named("edgetransport.exe.config")),
    ),
    Loss(
        "replication-config",
        "lost",
        "MSExchangeMailboxReplication.exe.config: how many moves run at once",
        f"inferred: {_CUSTOM}; {_LEARN}",
        _reset(_named("msexchangemailboxreplication.exe.config")),
    ),
    Loss(
        "web-config",
        "lost",
        "web.config of every virtual directory: elements outside Microsoft's list; before 2019 CU13 all of them",
        f"{_CUSTOM}; {_LEARN}",
        _reset(_named("web.config")),
    ),
    Loss(
        "service-config",
        "lost",
        "the other services' configuration files: elements outside Microsoft's list",
        f"inferred: {_CUSTOM}",
        _reset(
            lambda path: (
                not path.startswith(_AGENTS)
                and not _named("edgetransport.exe.config", "msexchangemailboxreplication.exe.config", "web.config")(
                    path
                )
            )
        ),
    ),
    Loss(
        "transport-agents",
        "unsourced",
        "agents.config: an agent of a third party is gone, the Malware Agent is off",
        "no source says that an update changes it",
        _agents,
    ),
)
