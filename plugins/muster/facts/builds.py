"""The installed build of an Exchange server, from ExSetup.exe: the only place that shows the security update.

No cmdlet of the Exchange endpoint gives it; ``AdminDisplayVersion`` stays at the CU's own build by design.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import pytest
from packaging.version import Version

from muster.catalogue import read_build
from muster.model import (
    After,
    Answer,
    Fact,
    Facts,
    FactUnavailable,
    Object,
    PerServer,
    Problem,
    Server,
    Shape,
    Subject,
    WindowsCmdlet,
    command,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import only_answer
from muster.reading.values import read_number, read_text

INSTALL_PATH = WindowsCmdlet(
    "Get-ItemProperty", Path=r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\Setup", Name="MsiInstallPath"
)
"""Where Exchange is installed, ending in a backslash."""

_PARTS = ("FileMajorPart", "FileMinorPart", "FileBuildPart", "FilePrivatePart")


@dataclass(frozen=True, slots=True)
class Build:
    """The file version of ExSetup.exe, such as 15.2.1748.37."""

    version: Version

    needs: ClassVar[Needs] = {
        "ExSetup": need(
            WindowsCmdlet(
                "Get-CimInstance",
                ClassName="CIM_DataFile",
                Filter=r"Name='{after}bin\\ExSetup.exe'",
                Property=("Name", "Version"),
                after=After(INSTALL_PATH, "MsiInstallPath", escape="wql"),
            ),
            WindowsCmdlet(
                "Get-Command", command("Select-Object", ExpandProperty="FileVersionInfo"), Name="ExSetup.exe"
            ),
        )
    }
    shape: ClassVar[Shape] = Shape()

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read the numbers, never FileVersion's zero-padded text where the numbers came."""
        found = only_answer(answers).objects[0]
        try:
            return cls(read_build(_dotted(found)))
        except ValueError as error:
            raise FactUnavailable(subject.name, "Build", Problem("not readable", str(error))) from None
        except KeyError as error:
            raise FactUnavailable(subject.name, "Build", Problem("not sent", f"{error} was not sent")) from None


def _dotted(found: Object) -> str:
    if "Version" in found.properties:
        return read_text(found.properties["Version"])
    return ".".join(str(read_number(found.properties[part])) for part in _PARTS)


@pytest.fixture
def build(server: Server, facts: Facts) -> Build:
    """The installed build of one Exchange server, security update included."""
    return facts.get(Build, server)


@pytest.fixture
def builds(members: tuple[Subject, ...], facts: Facts) -> PerServer[Build]:
    """The installed builds of the members of a DAG, site, public name or organisation."""
    return facts.per_server(Build, members)
