"""What ``capture.yaml`` may say: the index of a folder of answers that somebody brought from a site."""

from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from muster.model import Argument
from muster.yaml_models import Entry, WrongValue


def _argument(value: object) -> Argument:
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise WrongValue("this is no cmdlet argument.", "Write true for a switch, a text, a number or a list of texts.")


def _inside(path: str) -> str:
    parts = PurePosixPath(path.replace("\\", "/"))
    if parts.is_absolute() or PureWindowsPath(path).drive or ".." in parts.parts or not path.strip():
        raise WrongValue(f"'{path[:60]}' is not inside the capture's folder.", "Write it relative to capture.yaml.")
    return str(parts)


def _moment(text: str) -> str:
    try:
        if datetime.fromisoformat(text).tzinfo is not None:
            return text
    except ValueError:
        pass
    raise WrongValue(f"'{text[:60]}' is no time with its zone.", "Write it as 2025-09-15T10:00:00Z.")


class CapturedCommand(Entry):
    """One command of a pipeline."""

    cmdlet: str
    """The cmdlet's full name; ``search`` for a directory search."""
    parameters: dict[str, Annotated[object, AfterValidator(_argument)]] = Field(default_factory=dict)
    """Name and value of each parameter; a switch is ``true``."""


class CapturedAnswer(Entry):
    """One answer: who was asked what, and the file that holds what came."""

    subject: str
    """A server's name, ``organization``, ``forest``, a domain or a domain controller."""
    endpoint: Literal["exchange", "windows", "ldap"]
    """Where it was asked."""
    pipeline: Annotated[list[CapturedCommand], Field(min_length=1)]
    """The commands, in order."""
    format: Literal["clixml", "json", "text"] = "clixml"
    """``clixml`` (Export-Clixml), ``json`` (ConvertTo-Json) or ``text`` (a file's own content)."""
    file: Annotated[str, AfterValidator(_inside)]
    """The file, relative to capture.yaml."""


class CaptureFile(Entry):
    """The whole of ``capture.yaml``."""

    format: Annotated[int, Field(ge=1, le=1)]
    """1."""
    name: str
    """What the capture is called."""
    product: str | None = None
    """What runs there, for people."""
    source: str | None = None
    """Who made it and how, for people."""
    serialization_level: Literal["partial", "full"]
    """``full`` from the Exchange Management Shell, ``partial`` from a plain session."""
    taken: Annotated[str, AfterValidator(_moment)] | None = None
    """When, with its zone; without it, what needs a time is undetermined unless --at says it."""
    servers: list[str]
    """The names of the Exchange servers that it is about."""
    answers: list[CapturedAnswer]
    """What was asked and what came."""

    @property
    def moment(self) -> datetime | None:
        """``taken`` in UTC."""
        return None if self.taken is None else datetime.fromisoformat(self.taken).astimezone(UTC)
