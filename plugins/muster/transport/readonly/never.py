"""What looks harmless and must never be sent, each with the reason. The read-only list would refuse it anyway."""

import re
from dataclasses import dataclass

from muster.model import Argument, Command


@dataclass(frozen=True, slots=True)
class Never:
    """Patterns over cmdlet, parameter and value, all without regard to case; an empty one matches anything."""

    cmdlet: str
    reason: str
    parameter: str = ""
    value: str = ""


NEVER: tuple[Never, ...] = (
    Never(
        "Get-(CimInstance|WmiObject)",
        "Win32_Product checks and reconfigures every MSI package of a live server",
        "Cl(ass(Name?)?)?.*",
        ".*Win32_Product.*",
    ),
    Never("Get-(CimInstance|WmiObject)", "free WQL can ask for any class, Win32_Product included", "Q.*"),
    Never("Invoke-(CimMethod|WmiMethod)", "methods change things"),
    Never("Test-Mailflow", "it sends mail"),
    Never("Test-ExchangeSearch", "it writes a message into a mailbox"),
    Never("Test-.*Connectivity", "it logs in as the extest user, whose mailbox and password it needs and may reset"),
    Never("Test-AssistantHealth", "-ResolveProblems restarts services", "R.*"),
    Never(
        "Get-ClientAccess(Service|Server|Array)",
        "it returns a password; -IncludeAlternateServiceAccountCredentialStatus is the safe one",
        "IncludeAlternateServiceAccountCredentialP.*",
    ),
    Never("Get-Content", "files hold secrets, and a path cannot be judged well enough"),
    Never("Invoke-(WebRequest|RestMethod)", "it lets a server call any address"),
    Never("Invoke-(Expression|Command)|ForEach-Object|Where-Object|.*-(PSSession|Job)", "it runs script text"),
    Never(".*", "it writes into a variable of the session", "(Out|Error|Warning|Information|Pipeline)Var.*|[oewip]v"),
    Never(
        ".*", "that leaves the server with nobody's rights (double hop)", "ComputerName|CN|CimSession|Cluster|Session"
    ),
    Never(".*", "it would carry a password", "Cred.*|Pass.*"),
)


def reason_never(step: Command) -> str:
    """Why this command must never be sent; ``""`` where nothing here speaks against it."""
    for never in NEVER:
        if not _matches(never.cmdlet, step.name):
            continue
        if not never.parameter:
            return never.reason
        for name, value in step.parameters:
            if _matches(never.parameter, name) and (not never.value or _any_matches(never.value, value)):
                return never.reason
    return ""


def _any_matches(pattern: str, value: Argument) -> bool:
    return any(_matches(pattern, str(text)) for text in (value if isinstance(value, tuple) else (value,)))


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, re.IGNORECASE) is not None
