"""Arguments bound to a cmdlet's parameters: names, positions, types, what is mandatory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from muster.lab.changes.commands import Argument, Bare, Command, Literal
from muster.lab.changes.parameters import SWITCH, Parameters
from muster.lab.changes.refusing import Refused, missing, no_position
from muster.lab.changes.values import convert

_MULTIPLIERS = {"kb": 1024, "mb": 1024**2, "gb": 1024**3, "tb": 1024**4}
Evaluate = Callable[[Literal], Any]
"""Turns what was written into plain values."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A command that its cmdlet takes: values by parameter, each of its type."""

    parameters: Parameters
    values: Mapping[str, Any]

    @property
    def cmdlet(self) -> str:
        """Its name, in its own spelling."""
        return self.parameters.cmdlet

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter's value."""
        return self.values.get(name, default)

    @property
    def what_if(self) -> bool:
        """Whether nothing shall change."""
        return bool(self.values.get("WhatIf"))

    def given(self, *without: str) -> dict[str, Any]:
        """Everything that says what shall be, without what says where and how."""
        aside = {
            "Identity",
            "WhatIf",
            "Confirm",
            "DomainController",
            "Force",
            "ErrorAction",
            "WarningAction",
            *without,
        }
        aside |= {"Verbose", "Debug"}
        return {name: value for name, value in self.values.items() if name not in aside}


def bind(command: Command, parameters: Parameters, evaluate: Evaluate, *, piped: bool) -> Bound:
    """Bind a command's arguments; raises ``Refused``. ``piped`` says that its first positional one may come so."""
    values: dict[str, Any] = {}
    positions = list(parameters.position)
    waiting: str | None = None
    for argument in command.arguments:
        if argument.name is not None:
            if waiting is not None:
                raise _no_argument(waiting, parameters)
            waiting = _named(argument, parameters, values, evaluate)
            continue
        value = argument.value
        if waiting is None:
            positions = [name for name in positions if name not in values]
            if not positions:
                raise no_position(_shown(value), parameters.cmdlet)
            waiting = positions.pop(0)
        values[waiting] = _converted(waiting, value, parameters, evaluate)
        waiting = None
    if waiting is not None:
        raise _no_argument(waiting, parameters)
    lacking = sorted(parameters.required - set(values) - ({"Identity", *parameters.position[:1]} if piped else set()))
    if lacking:
        raise missing(" ".join(lacking), parameters.cmdlet)
    return Bound(parameters, values)


def _named(argument: Argument, parameters: Parameters, values: dict[str, Any], evaluate: Evaluate) -> str | None:
    """Take a named parameter; gives its name where its value is yet to come."""
    name = parameters.named(argument.name or "")
    if name in values:
        raise Refused(
            f"Cannot bind parameter because parameter '{name}' is specified more than once.",
            f"ParameterAlreadyBound,{parameters.cmdlet}",
        )
    if parameters.type_of(name) == SWITCH:
        shown = True if argument.value is None else evaluate(argument.value)
        values[name] = convert(parameters.cmdlet, name, "Boolean", shown, ())
        return None
    if argument.value is not None:
        values[name] = _converted(name, argument.value, parameters, evaluate)
        return None
    return name


def _converted(name: str, value: Literal | None, parameters: Parameters, evaluate: Evaluate) -> Any:
    kind = parameters.type_of(name)
    plain = number(value, kind) if isinstance(value, Bare) else evaluate(value) if value is not None else None
    return convert(parameters.cmdlet, name, kind, plain, parameters.values.get(name, ()))


def number(word: Bare, kind: str = "Object") -> Any:
    """A bare word: a number where it looks like one and the parameter takes one."""
    text = word.text
    if kind in {"String", "String[]"}:
        return text
    if text.lstrip("-").isdigit():
        return int(text)
    head, unit = text[:-2], text[-2:].casefold()
    if unit in _MULTIPLIERS and head.isdigit():
        return int(head) * _MULTIPLIERS[unit]
    return text


def _no_argument(name: str, parameters: Parameters) -> Refused:
    return Refused(f"Missing an argument for parameter '{name}'.", f"MissingArgument,{parameters.cmdlet}")


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else str(getattr(value, "text", value))
