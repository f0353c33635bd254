"""How a command fails: PowerShell's own sentences, with the line they came of."""

from dataclasses import dataclass


@dataclass
class Refused(Exception):  # noqa: N818 - a word of its own, as everywhere in muster
    """A command that cannot be run. ``error_id`` is PowerShell's; ``line`` is where in the text, 0 while unknown."""

    said: str
    error_id: str = ""
    line: int = 0

    def __str__(self) -> str:
        """The line, where it is known, and what PowerShell says."""
        return f"line {self.line}: {self.said}" if self.line else self.said


def syntax(said: str, line: int) -> Refused:
    """The text is no PowerShell that the lab reads."""
    return Refused(said, "ParserError", line)


def no_command(name: str) -> Refused:
    """There is no such cmdlet."""
    return Refused(
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program.",
        "CommandNotFoundException",
    )


def no_parameter(name: str, cmdlet: str) -> Refused:
    """The cmdlet has no such parameter."""
    return Refused(
        f"A parameter cannot be found that matches parameter name '{name}'.", f"NamedParameterNotFound,{cmdlet}"
    )


def no_position(value: object, cmdlet: str) -> Refused:
    """A value stands where no parameter is left to take it."""
    return Refused(
        f"A positional parameter cannot be found that accepts argument '{value}'.",
        f"PositionalParameterNotFound,{cmdlet}",
    )


def missing(names: str, cmdlet: str) -> Refused:
    """A mandatory parameter was not given."""
    return Refused(
        f"Cannot process command because of one or more missing mandatory parameters: {names}.",
        f"MissingMandatoryParameter,{cmdlet}",
    )


def wrong_type(parameter: str, value: object, kind: str, cmdlet: str, why: str = "") -> Refused:
    """The value cannot be what the parameter takes."""
    return Refused(
        f"Cannot process argument transformation on parameter '{parameter}'. Cannot convert value \"{value}\" to "
        f'type "{kind}".{f" {why}" if why else ""}',
        f"ParameterArgumentTransformationError,{cmdlet}",
    )


def not_in_set(parameter: str, value: object, allowed: tuple[str, ...], cmdlet: str) -> Refused:
    """The value is none of an enumeration's."""
    return Refused(
        f"Cannot bind parameter '{parameter}'. Cannot convert value \"{value}\". Specify one of the following "
        f'enumerator names and try again: "{", ".join(allowed)}".',
        f"CannotConvertArgumentNoMessage,{cmdlet}",
    )


def not_found(identity: object, controller: str, cmdlet: str) -> Refused:
    """There is no such object."""
    return Refused(
        f"The operation couldn't be performed because object '{identity}' couldn't be found on '{controller}'.",
        f"ManagementObjectNotFoundException,{cmdlet}",
    )
