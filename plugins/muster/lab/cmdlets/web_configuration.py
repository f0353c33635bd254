"""Get-WebConfiguration and Get-FileHash on a server."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from muster.lab.cmdlets.paths import fits
from muster.lab.cmdlets.selection import names_of
from muster.lab.powershell.pipelines import Invocation, Produced
from muster.lab.rows import Output, Row
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

Run = Callable[[Invocation, Sequence[Output]], Produced]
_PLACE = ("PSPath", "Location", "ItemXPath")


def get_web_configuration(world: World, server: ServerPlan) -> Run:
    """The elements that a filter finds, each with the attributes that it has; without -Recurse the top's only."""

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        wanted, top = str(invocation.value("Filter")).casefold(), str(invocation.value("PSPath")).casefold()
        found = [
            row
            for row in world.windows[server.name]
            if row.shape.name == "WebConfiguration"
            and str(row.get("Filter")).casefold() == wanted
            and str(row.get("PSPath")).casefold().startswith(top)
            and (invocation.has("Recurse") or (str(row.get("PSPath")).casefold() == top and not row.get("Location")))
        ]
        return Produced([_shown(row) for row in found])

    return run


def _shown(row: Row) -> Row:
    names = [name for name in row.shape.properties if name in _PLACE or (name in row.values and name != "Filter")]
    shape = replace(row.shape, properties={name: row.shape.properties[name] for name in names})
    return Row(shape, {name: row.get(name) for name in names}, row.server)


def get_file_hash(world: World, server: ServerPlan) -> Run:
    """The hashes of the files that the paths fit, in the order of the paths."""

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        rows = [row for row in world.windows[server.name] if row.shape.name == "Get-FileHash"]
        return Produced(
            [row for path in names_of(invocation.value("Path")) for row in rows if fits(str(row.get("Path")), path)]
        )

    return run
