"""Where commands run: the world they change, the time they carry, whose Windows the local ones are about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from muster.lab.changes.refusing import Refused, not_found
from muster.lab.description import DescriptionMistake
from muster.lab.rows import Row, RowValue
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a command would do: on what, in words, and the doing. Checked before anything is done."""

    target: str
    do: Callable[[], None]


@dataclass(slots=True)
class Session:
    """``on`` is the server whose own Windows local commands change; Exchange's cmdlets reach everything.

    ``by_hand`` says that somebody also writes into files what remarks of the text tell.
    """

    world: World
    at: datetime
    on: str = ""
    by_hand: bool = False
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def own(self) -> ServerPlan:
        """The server of the session; raises ``Refused`` where none is told."""
        if not self.on:
            raise Refused(
                "This command changes the server it runs on, and none is told: name one with --on, or run it with "
                "Invoke-Command -ComputerName",
                "NoServer",
            )
        return self.server(self.on, "Enter-PSSession")

    def server(self, name: str, cmdlet: str) -> ServerPlan:
        """A server by name, FQDN or DN; raises ``Refused``."""
        wanted = str(name).casefold()
        for server in self.world.plans.servers:
            if wanted == self.world.plans.server_dn(server.name).casefold():
                return server
        try:
            return self.world.plans.server(str(name))
        except DescriptionMistake:
            raise not_found(name, self.controller, cmdlet) from None

    @property
    def controller(self) -> str:
        """The controller that errors name."""
        return self.world.plans.controllers[0].fqdn

    def rows(self, cmdlet: str, identity: Any, asking: str, *, alone: bool = True) -> list[Row]:
        """The rows that an identity means; raises ``Refused`` where there is none, or several and one is meant."""
        found = [row for row in self.world.rows(cmdlet) if means(row, str(identity))]
        if not found:
            raise not_found(identity, self.controller, asking)
        if alone and len(found) > 1:
            raise Refused(
                f"The operation couldn't be performed because '{identity}' matches multiple entries.",
                f"ManagementObjectAmbiguousException,{asking}",
            )
        return found


_NAMES = ("Identity", "Name", "DistinguishedName", "Guid", "Id", "Fqdn", "DomainName", "DatabaseName", "Thumbprint")


def means(row: Row, identity: str) -> bool:
    """Whether a text identifies a row, by any of the names it has."""
    wanted = identity.casefold()
    return any(
        wanted == str(row.get(name)).casefold()
        for name in _NAMES
        if name in row.shape.properties and row.get(name) is not None
    )


def changing(row: Row, values: dict[str, RowValue], at: datetime) -> Step:
    """The step that gives a row's properties values; those that nobody prints are left out."""
    known = {name: value for name, value in values.items() if name in row.shape.properties}
    return Step(str(row.get("Identity") or row.get("Name")), lambda: row.change(known, at))


Change = Callable[[Session, Any, Sequence[Row]], list[Step]]
"""What a cmdlet does: of a session, what is bound, and what comes through the pipeline."""
