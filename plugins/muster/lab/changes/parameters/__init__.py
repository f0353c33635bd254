"""Which parameters each cmdlet takes, as data: one YAML file per area, one entry per cmdlet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from muster.lab.changes.refusing import Refused, no_parameter
from muster.lab.yaml_files import read_yaml

_COMMON = {
    **dict.fromkeys(("Verbose", "Debug", "WhatIf", "Confirm"), "switch"),
    **dict.fromkeys(("ErrorAction", "WarningAction", "InformationAction", "ErrorVariable", "OutVariable"), "String"),
}
SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Parameters:
    """A cmdlet's parameters: .NET types by name, the positional ones in order, mandatory ones, enumerations' values.

    ``sets`` names the cmdlet whose rows it changes property by property, where it is one of those.
    """

    cmdlet: str
    types: Mapping[str, str]
    position: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sets: str = ""

    def named(self, written: str) -> str:
        """The parameter that a name means, whatever its case; the beginning of one is enough. Raises ``Refused``."""
        known = {**_COMMON, **self.types}
        folded = written.casefold()
        exact = [name for name in known if name.casefold() == folded]
        found = exact or [name for name in known if name.casefold().startswith(folded)]
        if not found:
            raise no_parameter(written, self.cmdlet)
        if len(found) > 1:
            raise Refused(
                f"Parameter cannot be processed because the parameter name '{written}' is ambiguous. Possible "
                f"matches include: {', '.join(f'-{name}' for name in sorted(found))}.",
                f"AmbiguousParameter,{self.cmdlet}",
            )
        return found[0]

    def type_of(self, name: str) -> str:
        """A parameter's .NET type, ``switch`` for a switch."""
        return self.types.get(name) or _COMMON[name]


@cache
def load_parameters() -> Mapping[str, Parameters]:
    """Every cmdlet's parameters, by its name in lower case."""
    return {
        cmdlet.casefold(): Parameters(
            cmdlet,
            {**entry["parameters"], **({"DomainController": "Fqdn"} if file.stem != "windows" else {})},
            tuple(entry.get("position", ())),
            frozenset(entry.get("required", ())),
            {name: tuple(map(str, values)) for name, values in entry.get("values", {}).items()},
            entry.get("sets", ""),
        )
        for file in sorted(Path(__file__).parent.glob("*.yaml"))
        for cmdlet, entry in read_yaml(file).items()
    }
