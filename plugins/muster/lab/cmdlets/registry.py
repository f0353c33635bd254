"""Get-ItemProperty and Get-ItemPropertyValue on a server's registry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from muster.lab.cmdlets.paths import fits, is_pattern
from muster.lab.cmdlets.selection import names_of
from muster.lab.powershell.pipelines import ErrorSaid, Invocation, Produced
from muster.lab.rows import Bare, Output, Row, RowValue
from muster.lab.shapes import Kind, Property, load_shapes
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

_REGISTRY = "Microsoft.PowerShell.Core\\Registry::HKEY_LOCAL_MACHINE\\"
Run = Callable[[Invocation, Sequence[Output]], Produced]


def _key(world: World, server: ServerPlan, path: str, cmdlet: str) -> tuple[str, Mapping[str, RowValue]] | ErrorSaid:
    wanted = path.replace("Registry::HKEY_LOCAL_MACHINE\\", "HKLM:\\").rstrip("\\").casefold()
    for key, values in world.registry[server.name].items():
        if key.casefold() == wanted:
            return key, values
    return ErrorSaid(
        f"Cannot find path '{path}' because it does not exist.",
        "System.Management.Automation.ItemNotFoundException",
        f"PathNotFound,Microsoft.PowerShell.Commands.{cmdlet.replace('-', '')}Command",
        "ObjectNotFound",
        path,
        cmdlet,
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


def get_item_property(world: World, server: ServerPlan) -> Run:
    """An object for each key, with its named values, and what PowerShell notes about where they are."""

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        outputs: list[Output] = []
        errors: list[ErrorSaid] = []
        for path in names_of(invocation.value("Path") or invocation.value("LiteralPath")):
            if is_pattern(path) and invocation.has("Path"):
                keys = [key for key in world.registry[server.name] if fits(key, path)]
                outputs += [_item(key, world.registry[server.name][key]) for key in keys]
                continue
            found = _key(world, server, path, invocation.name)
            if isinstance(found, ErrorSaid):
                errors.append(found)
                continue
            key, values = found
            wanted = names_of(invocation.value("Name"))
            missing = [name for name in wanted if name.casefold() not in {known.casefold() for known in values}]
            if missing:
                errors.append(_no_value(missing[0], key, invocation.name))
                continue
            chosen = {one.casefold() for one in wanted}
            outputs.append(
                _item(key, {name: values[name] for name in values if not wanted or name.casefold() in chosen})
            )
        return Produced(outputs, errors)

    return run


def _item(key: str, values: Mapping[str, RowValue]) -> Row:
    base = load_shapes()["Get-ItemProperty"]
    kinds = {name: Property(name, _kind_of(value)) for name, value in values.items()}
    path = home_of(key)
    parent, _, child = path.rpartition("\\")
    shape = replace(base, properties={**kinds, **base.properties})
    return Row(shape, {**values, "PSPath": path, "PSParentPath": parent, "PSChildName": child})


def get_item_property_value(world: World, server: ServerPlan) -> Run:
    """The named values on their own."""

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        path = str(invocation.value("Path") or invocation.value("LiteralPath"))
        found = _key(world, server, path, invocation.name)
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
