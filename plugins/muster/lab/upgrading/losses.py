"""What a loss is: a name for the command line, one line on what happens, who says that it does, and the doing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from muster.lab.rows import Row, RowValue
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

Group = Literal["lost", "unsourced", "by-design"]
"""``lost``: a source tells that upgrades lose it, or it follows from how Setup replaces files; ``unsourced``: no
source says so, and it must be told as unexplained; ``by-design``: a text warns of it as meant."""
Losing = Callable[[World, ServerPlan, datetime], None]


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that an upgrade may lose. ``source`` names page, repository or post."""

    name: str
    group: Group
    what: str
    source: str
    lose: Losing


def exchange_row(world: World, cmdlet: str, server: str | None = None, **where: RowValue) -> list[Row]:
    """The rows of a cmdlet, of one server where it is named."""
    return [row for row in world.rows(cmdlet) if server in {None, row.server} and row.matches(where)]


def windows_rows(world: World, server: str, shape: str, **where: RowValue) -> list[Row]:
    """The rows of a server's own Windows."""
    return [row for row in world.windows[server] if row.shape.name == shape and row.matches(where)]


def setting(cmdlet: str, values: Mapping[str, RowValue], **where: Any) -> Losing:
    """A loss that gives the upgraded server's rows of a cmdlet other values; ``{name}`` and ``{fqdn}`` are filled."""

    def lose(world: World, server: ServerPlan, at: datetime) -> None:
        filled = {
            name: value.format(name=server.name, fqdn=server.fqdn) if isinstance(value, str) else value
            for name, value in values.items()
        }
        chosen = {
            key: value.format(name=server.name) if isinstance(value, str) else value for key, value in where.items()
        }
        for row in exchange_row(world, cmdlet, server.name, **chosen):
            row.change(filled, at)

    return lose
