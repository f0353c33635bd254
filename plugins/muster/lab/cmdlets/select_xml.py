"""Select-Xml on a server's configuration files: the few XPaths that the lab can follow."""

import re
from collections.abc import Callable, Sequence

from muster.lab.cmdlets.paths import fits, is_pattern
from muster.lab.cmdlets.selection import names_of
from muster.lab.powershell.pipelines import ErrorSaid, Invocation, Produced, Terminated
from muster.lab.rows import Output, Row, RowValue
from muster.lab.shapes import load_shapes
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

_SECTIONS = {
    "/configuration/appSettings/add": "appSettings",
    "/configuration/MRSConfiguration/@*": "MRS",
    "/configuration/system.net/defaultProxy/*": "defaultProxy",
    "/configuration/runtime/*": "runtime",
    "/configuration/mexRuntime/agentList/agent": "agents",
}
_HIDDEN = frozenset({"Path", "Section"})


def select_xml(world: World, server: ServerPlan) -> Callable[[Invocation, Sequence[Output]], Produced]:
    """What Select-Xml says on one server; raises ``Terminated`` for a name that does not exist, as the real one."""

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        rows = [row for row in world.windows[server.name] if row.shape.name == "ConfigurationElement"]
        there = list(dict.fromkeys(str(row.get("Path")) for row in rows))
        xpath = str(invocation.value("XPath"))
        found: list[Row] = []
        for path in names_of(invocation.value("Path")):
            files = [name for name in there if fits(name, path)]
            if not files and not is_pattern(path):
                raise Terminated(_no_such(path))
            found += [_shown(row, xpath) for row in rows if row.get("Path") in files and _finds(xpath, row)]
        return Produced(found)

    return run


def _finds(xpath: str, row: Row) -> bool:
    section = next((name for start, name in _SECTIONS.items() if xpath.startswith(start)), None)
    if section is None:
        wanted = re.findall(r"@(\w+)", xpath)
        return xpath.startswith("//*[") and any(row.get(name) is not None for name in wanted)
    said = f"{row.get('key')!s} {row.get('value')!s}".casefold()
    left_out = re.findall(r"\),'(\w+)'\)", xpath)
    return row.get("Section") == section and not any(word in said for word in left_out)


def _shown(row: Row, xpath: str) -> Row:
    """An element with its attributes, and .NET's Name where it has no such attribute; an attribute is a pair."""
    node: dict[str, RowValue] = {
        name: value for name, value in row.values.items() if name not in _HIDDEN and value is not None
    }
    if row.get("Section") == "MRS":
        node = {"LocalName": row.get("name"), "Name": row.get("name"), "Value": row.get("value")}
    else:
        node.setdefault("name", row.get("LocalName"))
    made = Row(load_shapes()["Select-Xml"], server=row.server)
    made.set({"Path": row.get("Path"), "Pattern": xpath, "Node": node})  # type: ignore[dict-item] # an object
    return made


def _no_such(path: str) -> ErrorSaid:
    return ErrorSaid(
        f"Cannot find path '{path}' because it does not exist.",
        "System.Management.Automation.ItemNotFoundException",
        "PathNotFound,Microsoft.PowerShell.Commands.SelectXmlCommand",
        "ObjectNotFound",
        path,
        "Select-Xml",
    )
