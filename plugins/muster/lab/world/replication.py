"""What replication knows of every object: which attribute was written how often, last when, on which controller."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from muster.lab.directory.tree import path_of
from muster.lab.rows import Row
from muster.lab.world.directory import Node
from muster.lab.world.plans import CREATED, Plans, guid
from muster.lab.yaml_files import read_yaml

Writes = dict[str, dict[str, list[datetime]]]
"""DN in lower case → attribute → each time that something which happened wrote it."""
State = dict[tuple[str, str], dict[str, Any]]
"""Whatever lies in the directory: (DN, whose view) → values by attribute."""

_UNREPLICATED = frozenset({"whenchanged", "whenchangedutc", "distinguishedname"})
_ALWAYS = ("objectClass", "cn", "nTSecurityDescriptor", "name", "msExchVersion")


@cache
def _names() -> Mapping[str, Any]:
    return read_yaml(Path(__file__).with_name("attributes.yaml"))


def attribute_of(cmdlet: str, name: str) -> str:
    """Where the lab keeps a property."""
    names = _names()
    own = names["of"].get(cmdlet, {})
    return str(own.get(name) or names["properties"].get(name) or names["other"])


def state(rows: Iterable[Row], nodes: Iterable[Node]) -> State:
    """What is there now, to be compared with what is there after something has happened."""
    found: State = {}
    for row in rows:
        dn = row.get("DistinguishedName")
        if isinstance(dn, str) and dn:
            values = found.setdefault((dn.casefold(), row.shape.name), {})
            for name in row.shape.properties:
                if name.casefold() not in _UNREPLICATED:
                    values.setdefault(attribute_of(row.shape.name, name), {})[name] = row.get(name)
    for node in nodes:
        values = found.setdefault((node.dn.casefold(), ""), {})
        values |= {name: list(have) for name, have in node.attributes.items() if name.casefold() not in _UNREPLICATED}
        values["nTSecurityDescriptor"] = node.security
    return found


def note(writes: Writes, before: State, after: State, at: datetime) -> None:
    """Write down what differs as written at that time; an object that was not there is new in every attribute."""
    for (dn, view), values in after.items():
        old = before.get((dn, view), {})
        for name in values.keys() | old.keys():
            if values.get(name) != old.get(name):
                times = writes.setdefault(dn, {}).setdefault(name, [])
                if at not in times:
                    times.append(at)


def replicate(plans: Plans, rows: Iterable[Row], nodes: list[Node], writes: Writes) -> None:
    """Give every object of the configuration its entry and its metadata; ``nodes`` grows by what has none yet."""
    views: dict[str, list[Row]] = {}
    for row in rows:
        dn = row.get("DistinguishedName")
        if isinstance(dn, str) and dn.casefold().endswith(plans.configuration_dn.casefold()):
            views.setdefault(dn.casefold(), []).append(row)
    known = {path_of(node.dn) for node in nodes}
    for own in views.values():
        for dn in reversed(_line(str(own[0].get("DistinguishedName")), plans)):
            if path_of(dn) not in known:
                known.add(path_of(dn))
                nodes.append(_container(dn))
    for node in nodes:
        dn = node.dn.casefold()
        if dn.endswith(plans.configuration_dn.casefold()) and "msDS-ReplAttributeMetaData" not in node.constructed:
            _stamp(plans, node, views.get(dn, []), writes.get(dn, {}))


def _line(dn: str, plans: Plans) -> list[str]:
    """An object and what it lies in, below the naming context."""
    found: list[str] = []
    while len(dn) > len(plans.configuration_dn):
        found.append(dn)
        dn = re.split(r"(?<!\\),", dn, maxsplit=1)[1]
    return found


def _container(dn: str) -> Node:
    name, _, value = dn.partition(",")[0].partition("=")
    attributes: dict[str, list[Any]] = {
        "objectClass": ["top", "container"],
        name.lower(): [value],
        "name": [value],
        "whenCreated": [CREATED],
        "whenChanged": [CREATED],
    }
    return Node(dn, attributes)


def _stamp(plans: Plans, node: Node, rows: Iterable[Row], written: Mapping[str, list[datetime]]) -> None:
    linked = frozenset(_names()["linked"])
    names = dict.fromkeys([*_ALWAYS, *(name for name in node.attributes if name.casefold() not in _UNREPLICATED)])
    for row in rows:
        for name in row.shape.properties:
            attribute = attribute_of(row.shape.name, name)
            if attribute != _names()["other"]:
                names[attribute] = None
            if attribute in linked and row.get(name):
                value = str(row.get(name))
                target = f"CN={value},CN=Database Availability Groups,{plans.admin_group_dn}"
                node.constructed["msDS-ReplValueMetaData"] = [
                    _fragment(plans, attribute, written.get(attribute, []), target)
                ]
    names |= dict.fromkeys(written)
    node.constructed["msDS-ReplAttributeMetaData"] = [
        _fragment(plans, name, written.get(name, [])) for name in names if name not in linked
    ]


def _fragment(plans: Plans, attribute: str, written: list[datetime], value: str = "") -> str:
    """One stamp, as a controller writes it: a fragment that ends with a NUL."""
    controller = plans.controllers[0]
    settings = (
        f"CN=NTDS Settings,CN={controller.name.upper()},CN=Servers,CN={controller.site},CN=Sites,"
        f"{plans.configuration_dn}"
    )
    version = 1 + len(written)
    when = max(written, default=CREATED)
    kind = "DS_REPL_VALUE_META_DATA" if value else "DS_REPL_ATTR_META_DATA"
    first = f"\t<pszObjectDn>{escape(value)}</pszObjectDn>\n" if value else ""
    made = (
        f"\t<ftimeDeleted>1601-01-01T00:00:00Z</ftimeDeleted>\n\t<ftimeCreated>{_time(CREATED)}</ftimeCreated>\n"
        if value
        else ""
    )
    return (
        f"<{kind}>\n"
        f"\t<pszAttributeName>{attribute}</pszAttributeName>\n{first}{made}"
        f"\t<dwVersion>{version}</dwVersion>\n"
        f"\t<ftimeLastOriginatingChange>{_time(when)}</ftimeLastOriginatingChange>\n"
        f"\t<uuidLastOriginatingDsaInvocationID>{guid('invocation', controller.name)}"
        "</uuidLastOriginatingDsaInvocationID>\n"
        f"\t<usnOriginatingChange>{200000 + version}</usnOriginatingChange>\n"
        f"\t<usnLocalChange>{200000 + version}</usnLocalChange>\n"
        f"\t<pszLastOriginatingDsaDN>{escape(settings)}</pszLastOriginatingDsaDN>\n"
        f"</{kind}>\n\0"
    )


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"
