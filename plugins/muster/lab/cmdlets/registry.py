"""Get-ItemProperty and Get-ItemPropertyValue on a server's registry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from muster.lab.cmdlets.selection import names_of
from muster.lab.powershell.pipelines import ErrorSaid, Invocation, Produced
from muster.lab.rows import Bare, Output, Row, RowValue
from muster.lab.shapes import Kind, Property, load_shapes
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

_REGISTRY = "Microsoft.PowerShell.Core\\Registry::HKEY_LOCAL_MACHINE\\"
Run = Callable[[Invocation, Sequence[Output]], Produced]


def _key(world: World, server: ServerPlan, invocation: Invocation) -> tuple[str, Mapping[str, RowValue]] | ErrorSaid:
    path = str(invocation.value("Path") or invocation.value("LiteralPath"))
    wanted = path.replace("Registry::HKEY_LOCAL_MACHINE\\", "HKLM:\\").rstrip("\\").casefold()
    for key, values in world.registry[server.name].items():
        if key.casefold() == wanted:
            return key, values
    return ErrorSaid(
        f"Cannot find path '{path}' because it does not exist.",
        "System.Management.Automation.ItemNotFoundException",
        f"PathNotFound,Microsoft.PowerShell.Commands.{invocation.name.replace('-', '')}Command",
        "ObjectNotFound",
        path,
        invocation.name,
    )


def _no_value(name: str, key: str, cmdlet: str) -> ErrorSaid:
    return ErrorSaid(
        f"Property {name} does not exist at path {key.replace('HKLM:', 'HKEY_LOCAL_MACHINE')}.",
        "System.Management.Automation.PSArgumentException",
        f"PSArgumentException,Microsoft.PowerShell.Commands.{cmdlet.replace('-', '')}Command",
        "InvalidArgument",
        name,
        cmdlet,
    )


def home_of(key: str) -> str:
    """A key's path as PowerShell's provider notes it."""
    if key.startswith("Registry::"):
        return f"Microsoft.PowerShell.Core\\{key}"
    return _REGISTRY + key.removeprefix("HKLM:\\")


def _several(world: World, server: ServerPlan, pattern: str) -> list[tuple[str, Mapping[str, RowValue]]]:
    """The keys that a path with one ``*`` means: it stands for one name."""
    before, _, after = pattern.casefold().partition("*")
    return [
        (key, values)
        for key, values in world.registry[server.name].items()
        if key.casefold().startswith(before)
        and key.casefold().endswith(after)
        and "\\" not in key[len(before) : len(key) - len(after)]
    ]


def get_item_property(world: World, server: ServerPlan) -> Run:
    """An object with the named values of a key, and what PowerShell notes about where they are."""

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        if "*" in str(invocation.value("Path")):
            keys = _several(world, server, str(invocation.value("Path")))
            return Produced([_row_of(key, values) for key, values in keys])
        found = _key(world, server, invocation)
        if isinstance(found, ErrorSaid):
            return Produced(errors=[found])
        key, values = found
        wanted = names_of(invocation.value("Name"))
        missing = [name for name in wanted if name.casefold() not in {known.casefold() for known in values}]
        if missing:
            return Produced(errors=[_no_value(missing[0], key, invocation.name)])
        chosen = {
            name: value
            for name, value in values.items()
            if not wanted or name.casefold() in {one.casefold() for one in wanted}
        }
        return Produced([_row_of(key, chosen)])

    return run


def _row_of(key: str, chosen: Mapping[str, RowValue]) -> Row:
    base = load_shapes()["Get-ItemProperty"]
    kinds = {name: Property(name, _kind_of(value)) for name, value in chosen.items()}
    shape = replace(base, properties={**kinds, **base.properties})
    path = home_of(key)
    parent, _, child = path.rpartition("\\")
    return Row(shape, {**chosen, "PSPath": path, "PSParentPath": parent, "PSChildName": child})


def get_item_property_value(world: World, server: ServerPlan) -> Run:
    """The named values on their own."""

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        found = _key(world, server, invocation)
        if isinstance(found, ErrorSaid):
            return Produced(errors=[found])
        key, values = found
        folded = {name.casefold(): value for name, value in values.items()}
        outputs: list[Output] = []
        for name in names_of(invocation.value("Name")):
            if name.casefold() not in folded:
                return Produced(outputs, [_no_value(name, key, invocation.name)])
            value = folded[name.casefold()]
            outputs.append(Bare(_kind_of(value), value))
        return Produced(outputs)

    return run


def _kind_of(value: Any) -> Kind:
    return Kind("int") if isinstance(value, int) else Kind("text")
