"""What stands in a server's configuration files: Setup's values, and the organisation's own laid over them."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from muster.lab.rows import Row
from muster.lab.shapes import load_shapes
from muster.lab.world.plans import Plans, ServerPlan
from muster.lab.yaml_files import read_yaml

_FOLDER = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"
_NAMED = {"appSettings": "key", "MRS": "name", "runtime": "LocalName"}
_VALUE = {"appSettings": "value", "MRS": "value", "runtime": "enabled"}


@cache
def _from_setup() -> Mapping[str, Any]:
    return read_yaml(Path(__file__).with_name("configuration.yaml"))


def configuration_rows(plans: Plans, server: ServerPlan) -> Iterator[Row]:
    """Every element that is asked for, in the order of its file."""
    own = plans.written.get("own_settings", {}).get(server.name.casefold(), {}).get("files", {})
    files = _from_setup()["edge" if server.edge else "mailbox"]
    for name in dict.fromkeys((*files, *own)):
        for values in _elements(files.get(name, {}), own.get(name, {})):
            row = Row(load_shapes()["ConfigurationElement"], server=server.name)
            row.set({"Path": f"{_FOLDER}{name}", **values})
            yield row


def _elements(setup: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for section, named in _NAMED.items():
        entries = {**setup.get(section, {}), **own.get(section, {})}
        for key, value in entries.items():
            tag = key if section == "runtime" else "add"
            yield {"Section": section, "LocalName": tag, named: key, _VALUE[section]: value}
    for element in own.get("limits", setup.get("limits", ())):
        yield {"Section": "limits", **element}
    for element in own.get("defaultProxy", ()):
        yield {"Section": "defaultProxy", **element}
    for agent in (*setup.get("agents", ()), *own.get("agents", ())):
        yield {"Section": "agents", "LocalName": "agent", **(_agent(agent) if isinstance(agent, str) else agent)}


def _agent(name: str) -> dict[str, str]:
    own = "".join(name.split())
    return {
        "name": name,
        "enabled": "true",
        "classFactory": f"Microsoft.Exchange.Transport.Agent.{own}Factory",
        "assemblyPath": f"{_FOLDER}TransportRoles\\agents\\Microsoft.Exchange.Transport.Agent.{own}.dll",
    }
