"""IIS's own settings, and the execution policy."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from muster.lab.changes.binding import Bound
from muster.lab.changes.refusing import Refused
from muster.lab.changes.session import Session, Step
from muster.lab.rows import Row, RowValue
from muster.lab.shapes import load_shapes

_MACHINE = "MACHINE/WEBROOT/APPHOST"
_WHERE = frozenset({"Filter", "PSPath", "Location", "ItemXPath"})


def _place(bound: Bound) -> tuple[str, str]:
    r"""PSPath and location as IIS notes them: ``IIS:\Sites\X`` is ``MACHINE/WEBROOT/APPHOST/X``."""
    path = str((bound.get("PSPath") or [_MACHINE])[0])
    path = re.sub(r"^IIS:[\\/]Sites", _MACHINE, path, flags=re.IGNORECASE)
    return path.replace("\\", "/").rstrip("/"), str((bound.get("Location") or [""])[0])


def _elements(session: Session, bound: Bound) -> list[Row]:
    """The elements that the filter means there: by its path, with or without conditions on attributes."""
    wanted = str(bound.get("Filter")[0])
    wanted = wanted if wanted.startswith("/") else f"/{wanted}"
    path, location = _place(bound)
    bare = re.sub(r"\[[^\]]*\]", "", wanted)
    conditions = dict(re.findall(r"@(\w[\w-]*)='([^']*)'", wanted))
    return [
        row
        for row in session.world.windows[session.own.name]
        if row.shape.name == "WebConfiguration"
        and row.text("Filter").casefold() == bare.casefold()
        and _same(row, path, location)
        and (row.text("ItemXPath") == wanted or all(_condition(row, *one) for one in conditions.items()))
    ]


def _condition(row: Row, name: str, value: str) -> bool:
    return row.get(name) == value if row.get(name) is not None else f"@{name}='{value}'" in row.text("ItemXPath")


def _same(row: Row, path: str, location: str) -> bool:
    """A setting's place, however it is split between path and location."""
    return f"{row.text('PSPath')}/{row.text('Location')}".casefold().strip("/") == (
        f"{path}/{location}".casefold().strip("/")
    )


def _property(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    del piped
    name = str(bound.get("Name"))
    if name == "." and bound.cmdlet.startswith("Add"):
        return [_new_element(session, bound)]
    found = _elements(session, bound)
    if not found and bound.cmdlet.startswith("Set") and (made := _section(session, bound)):
        return [_first_value(session, bound, made)]
    if not found:
        raise Refused(f"Target configuration object '{bound.get('Filter')[0]}' is not found.", bound.cmdlet)
    if bound.cmdlet.startswith("Remove"):
        return [_removed(session, found)]
    steps = []
    for row in found:
        if name not in row.shape.properties or name in _WHERE:
            raise Refused(f"The property '{name}' does not exist on '{row.text('Filter')}'.", bound.cmdlet)
        value = _typed(row, name, bound.get("Value"), bound)

        def do(row: Row = row, value: RowValue = value) -> None:
            row.set({name: value})

        steps.append(Step(f"{row.text('PSPath')}/{row.text('Location')} {row.text('Filter')}", do))
    return steps


_SECTIONS: Mapping[str, Mapping[str, RowValue]] = {
    "/httpRedirect": {
        "enabled": False,
        "destination": "",
        "exactDestination": False,
        "childOnly": False,
        "httpResponseStatus": "Found",
    },
    "/ipSecurity": {"allowUnlisted": True},
    "/access": {"sslFlags": "None"},
    "/hsts": {
        "enabled": False,
        "max-age": 0,
        "includeSubDomains": False,
        "preload": False,
        "redirectHttpToHttps": False,
    },
    "/logFile": {},
    "/periodicRestart": {},
}
"""Sections, which IIS has everywhere, said or not, with what its schema says where nobody does; elements of a
collection are there or not. Source: IIS's configuration reference."""
_PARTS: Mapping[str, Mapping[str, RowValue]] = {"/match": {"url": ""}, "/action": {"type": "None", "url": ""}}
"""What every rewrite rule has, said or not."""


def _section(session: Session, bound: Bound) -> Row | None:
    """A section that nobody has said anything of at that place."""
    wanted = str(bound.get("Filter")[0])
    wanted = wanted if wanted.startswith("/") else f"/{wanted}"
    bare = re.sub(r"\[[^\]]*\]", "", wanted)
    path, location = _place(bound)
    part = next((name for name in _PARTS if bare.endswith(f"/rule{name}")), None)
    if part is not None:
        rule = wanted.rpartition("/")[0]
        if not any(
            one.shape.name == "WebConfiguration" and one.text("ItemXPath") == rule and _same(one, path, location)
            for one in session.world.windows[session.own.name]
        ):
            return None
        said = _PARTS[part]
    else:
        section = next((name for name in _SECTIONS if bare.endswith(name)), None)
        if section is None:
            return None
        said = _SECTIONS[section]
    row = Row(load_shapes()["WebConfiguration"], server=session.own.name)
    row.set({**said, "Filter": bare, "ItemXPath": wanted, "PSPath": path, "Location": location})
    return row


def _first_value(session: Session, bound: Bound, row: Row) -> Step:
    name = str(bound.get("Name"))
    if name not in row.shape.properties or name in _WHERE:
        raise Refused(f"The property '{name}' does not exist on '{row.text('Filter')}'.", bound.cmdlet)
    row.set({name: _typed(row, name, bound.get("Value"), bound)})
    place = f"{row.text('PSPath')}/{row.text('Location')}"
    return Step(f"{place} {row.text('Filter')}", lambda: session.world.windows[session.own.name].append(row))


def _typed(row: Row, name: str, value: Any, bound: Bound) -> RowValue:
    form = row.shape.properties[name].kind.form
    if form == "bool":
        if isinstance(value, bool):
            return value
        if str(value).casefold() in {"true", "false"}:
            return str(value).casefold() == "true"
    elif form in {"int", "long"}:
        if str(value).isdigit():
            return int(value)
    else:
        return "" if value is None else str(value)
    raise Refused(f"Cannot convert value \"{value}\" for the property '{name}'.", bound.cmdlet)


def _new_element(session: Session, bound: Bound) -> Step:
    """``-Name '.' -Value @{…}``: another element of a collection."""
    given = bound.get("Value")
    if not isinstance(given, Mapping):
        raise Refused("A new element is a hashtable of its attributes.", bound.cmdlet)
    path, location = _place(bound)
    filter_of = str(bound.get("Filter")[0]).rstrip("/")
    filter_of = f"{filter_of if filter_of.startswith('/') else f'/{filter_of}'}/{_child(filter_of)}"
    row = Row(load_shapes()["WebConfiguration"], server=session.own.name)
    for name, value in given.items():
        if name not in row.shape.properties or name in _WHERE:
            raise Refused(f"The property '{name}' does not exist on '{filter_of}'.", bound.cmdlet)
        row.set({name: _typed(row, name, value, bound)})
    keys = [name for name in ("name", "ipAddress", "subnetMask") if name in given]
    told = " and ".join(f"@{name}='{given[name]}'" for name in keys)
    xpath = f"{filter_of}[{told}]" if told else filter_of
    row.set({"Filter": filter_of, "PSPath": path, "Location": location, "ItemXPath": xpath})
    return Step(f"{path}/{location} {xpath}", lambda: session.world.windows[session.own.name].append(row))


def _child(collection: str) -> str:
    return "rule" if collection.casefold().endswith("rules") else "add"


def _removed(session: Session, found: Sequence[Row]) -> Step:
    def do() -> None:
        kept = [row for row in session.world.windows[session.own.name] if not any(row is one for one in found)]
        session.world.windows[session.own.name] = kept

    return Step(", ".join(row.text("ItemXPath") for row in found), do)


def _execution_policy(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
    del piped
    scope = str(bound.get("Scope") or "LocalMachine")
    if scope in {"MachinePolicy", "UserPolicy"}:
        raise Refused(
            f"Cannot set execution policy. Execution policies at the {scope} scope must be set through Group Policy.",
            f"CantSetGroupPolicy,{bound.cmdlet}",
        )
    rows = [
        row
        for row in session.world.windows[session.own.name]
        if row.shape.name == "Get-ExecutionPolicy" and row.get("Scope") == scope
    ]
    policy = str(bound.get("ExecutionPolicy"))

    def do() -> None:
        for row in rows:
            row.set({"ExecutionPolicy": policy})

    return [Step(f"{session.own.name} {scope}", do)]


CHANGES = {
    **dict.fromkeys(
        ("Set-WebConfigurationProperty", "Add-WebConfigurationProperty", "Remove-WebConfigurationProperty"), _property
    ),
    "Set-ExecutionPolicy": _execution_policy,
}
