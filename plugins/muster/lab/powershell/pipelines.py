"""What a session runs: cmdlets with parameters, never script text; and what comes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from muster.lab.rows import Output


@dataclass(frozen=True, slots=True)
class ErrorSaid:
    """What an error record says. ``category`` is a name of PowerShell's ``ErrorCategory``."""

    message: str
    exception: str = "System.Management.Automation.RuntimeException"
    error_id: str = ""
    category: str = "NotSpecified"
    target: str | None = None
    activity: str = ""


class Terminated(Exception):  # noqa: N818 - a value that travels to the client, not an error of the lab
    """The pipeline ends with an error instead of a state of completion."""

    def __init__(self, said: ErrorSaid) -> None:
        super().__init__(said.message)
        self.said = said


@dataclass(frozen=True, slots=True)
class Invocation:
    """One command as it came: its name (a module in front kept apart) and its parameters in order."""

    name: str
    parameters: tuple[tuple[str | None, Any], ...] = ()
    script: bool = False
    module: str = ""

    def value(self, name: str, default: Any = None) -> Any:
        """A parameter's value, whatever the case of its name."""
        wanted = name.casefold()
        return next((value for key, value in self.parameters if key and key.casefold() == wanted), default)

    def has(self, name: str) -> bool:
        """Whether a switch is on."""
        return bool(self.value(name, default=False))


@dataclass(frozen=True, slots=True)
class Produced:
    """What a command gave: output in order, error records and warnings beside it."""

    outputs: Sequence[Output] = ()
    errors: Sequence[ErrorSaid] = ()
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Cmdlet:
    """A command that a session offers: its parameters in their own spelling, and what it does with its input."""

    name: str
    parameters: frozenset[str]
    run: Callable[[Invocation, Sequence[Output]], Produced] = field(compare=False)
    positional: tuple[str, ...] = ("Identity",)


_COMMON = frozenset(
    {"ErrorAction", "WarningAction", "InformationAction", "Verbose", "Debug", "OutBuffer", "ErrorVariable"}
)


def run_pipeline(
    invocations: Sequence[Invocation], offered: Mapping[str, Cmdlet], *, scripts_allowed: bool = False
) -> Produced:
    """Run a pipeline with the offered cmdlets (keys in lower case); raises ``Terminated``."""
    outputs: Sequence[Output] = ()
    errors: list[ErrorSaid] = []
    warnings: list[str] = []
    bound = [_bound(invocation, offered, scripts_allowed=scripts_allowed) for invocation in invocations]
    for cmdlet, invocation in bound:
        produced = cmdlet.run(invocation, outputs)
        outputs = produced.outputs
        warnings += produced.warnings
        if produced.errors:
            action = str(invocation.value("ErrorAction", "Continue")).casefold()
            if action in {"stop", "1"}:
                raise Terminated(produced.errors[0])
            if action not in {"silentlycontinue", "ignore", "0", "4"}:
                errors += produced.errors
    return Produced(outputs, errors, warnings)


def _bound(
    invocation: Invocation, offered: Mapping[str, Cmdlet], *, scripts_allowed: bool
) -> tuple[Cmdlet, Invocation]:
    if invocation.script and not scripts_allowed:
        raise Terminated(
            ErrorSaid(
                "The syntax is not supported by this runspace. This can occur if the runspace is in no-language "
                "mode.",
                "System.Management.Automation.PSNotSupportedException",
                "ScriptsNotAllowed",
                "InvalidOperation",
            )
        )
    cmdlet = None if invocation.script else offered.get(_key(invocation))
    if cmdlet is None:
        raise Terminated(
            ErrorSaid(
                f"The term '{invocation.name}' is not recognized as the name of a cmdlet, function, script file, or "
                "operable program. Check the spelling of the name, or if a path was included, verify that the path "
                "is correct and try again.",
                "System.Management.Automation.CommandNotFoundException",
                "CommandNotFoundException",
                "ObjectNotFound",
                invocation.name,
            )
        )
    return cmdlet, Invocation(cmdlet.name, tuple(_parameters(cmdlet, invocation)), module=invocation.module)


def _key(invocation: Invocation) -> str:
    return f"{invocation.module}\\{invocation.name}".lstrip("\\").casefold()


def _parameters(cmdlet: Cmdlet, invocation: Invocation) -> list[tuple[str, Any]]:
    """Parameters under their own spelling; raises for one that the cmdlet lacks."""
    known = {name.casefold(): name for name in cmdlet.parameters | _COMMON}
    positions = list(cmdlet.positional)
    read: list[tuple[str, Any]] = []
    for name, value in invocation.parameters:
        key = name.rstrip(":") if name else (positions.pop(0) if positions else "")
        found = known.get(key.casefold())
        if found is None:
            raise Terminated(
                ErrorSaid(
                    f"A parameter cannot be found that matches parameter name '{key}'.",
                    "System.Management.Automation.ParameterBindingException",
                    f"NamedParameterNotFound,{cmdlet.name}",
                    "InvalidArgument",
                    activity=cmdlet.name,
                )
            )
        read.append((found, value))
    return read
