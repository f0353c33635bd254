"""Select-Object, as real sessions have it and as a restricted (JEA) endpoint has it."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from muster.lab.powershell.pipelines import Cmdlet, ErrorSaid, Invocation, Produced, Terminated
from muster.lab.rows import Bare, Output, Projected, Row
from muster.lab.shapes import Kind, Property, Shape, load_types

MODULE = "microsoft.powershell.utility"
_PROXY_NAMES = (
    "ModuleName",
    "Namespace",
    "OutputType",
    "Count",
    "HelpUri",
    "Name",
    "CommandType",
    "ResolvedCommandName",
    "DefaultParameterSet",
    "CmdletBinding",
    "Parameters",
)
"""What the proxy of a RestrictedRemoteServer session lets through; source: PowerShell's InitialSessionState."""


def select_object() -> Cmdlet:
    """The real one: -Property and -ExpandProperty."""
    return Cmdlet("Select-Object", frozenset({"Property", "ExpandProperty"}), _select, positional=("Property",))


def proxy_select_object() -> Cmdlet:
    """The proxy: eleven property names, nothing to expand."""
    return Cmdlet("Select-Object", frozenset({"Property", "InputObject"}), _proxy, positional=("Property",))


def names_of(value: Any) -> tuple[str, ...]:
    """A parameter's names, whether one or several came."""
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


def _select(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
    expanded = invocation.value("ExpandProperty")
    wanted = names_of(invocation.value("Property"))
    if expanded is not None:
        return _expand(str(expanded), upstream, wanted)
    outputs = [Projected(item, _matching(item, wanted)) for item in upstream if isinstance(item, Row)]
    return Produced(outputs)


def _matching(row: Row, wanted: Sequence[str]) -> tuple[str, ...]:
    """The chosen names in the order asked for; a wildcard stands for every property that fits, in output order."""
    chosen: list[str] = []
    for pattern in wanted:
        if "*" in pattern:
            fits = [name for name in row.shape.properties if fnmatchcase(name.casefold(), pattern.casefold())]
            chosen += [name for name in fits if name not in chosen]
        elif pattern not in chosen:
            chosen.append(pattern)
    return tuple(chosen)


def _expand(name: str, upstream: Sequence[Output], noted: Sequence[str]) -> Produced:
    outputs: list[Output] = []
    errors: list[ErrorSaid] = []
    for item in upstream:
        found = item.row if isinstance(item, Projected) else item
        prop = found.shape.property_named(name) if isinstance(found, Row) else None
        if prop is None or not isinstance(found, Row):
            errors.append(
                ErrorSaid(
                    f'Property "{name}" cannot be found.',
                    "System.ArgumentException",
                    "ExpandPropertyNotFound,Microsoft.PowerShell.Commands.SelectObjectCommand",
                    "InvalidArgument",
                    activity="Select-Object",
                )
            )
            continue
        value = found.get(prop.name)
        if prop.kind.many and isinstance(value, list):
            outputs += [Bare(Kind(prop.kind.form, prop.kind.name), one) for one in value]
        elif isinstance(value, dict) and noted:
            outputs.append(_opened(prop.kind, value, {one: found.get(one) for one in noted}))
        elif value is not None:
            outputs.append(Bare(prop.kind, value))
    return Produced(outputs, errors)


def _opened(kind: Kind, value: Mapping[str, Any], noted: Mapping[str, Any]) -> Row:
    """An object out of a property, with what -Property notes on it beside."""
    values = {**value, **noted}
    text = Kind("text")
    properties = {name: Property(name, text) for name in values}
    return Row(Shape(kind.name, (*load_types()[kind.name].names, "System.Object"), properties), values)


def _proxy(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
    allowed = {name.casefold() for name in _PROXY_NAMES}
    for name in names_of(invocation.value("Property")):
        if name.casefold() not in allowed:
            raise Terminated(
                ErrorSaid(
                    f"Cannot validate argument on parameter 'Property'. The argument \"{name}\" does not belong to "
                    f'the set "{",".join(_PROXY_NAMES)}" specified by the ValidateSet attribute. Supply an argument '
                    "that is in the set and then try the command again.",
                    "System.Management.Automation.ParameterBindingValidationException",
                    "ParameterArgumentValidationError,Select-Object",
                    "InvalidData",
                    activity="Select-Object",
                )
            )
    return _select(invocation, upstream)
