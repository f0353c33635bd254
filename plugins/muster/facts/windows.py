"""Windows under an Exchange server: release, .NET Framework, volumes."""

from typing import Annotated, ClassVar

import pytest
from pydantic import BeforeValidator

from muster.model import Facts, PerServer, Server, Shape, Subject, Value, WindowsCmdlet, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Number, Text, read_text


def _read_dotted(value: Value) -> str:
    text = read_text(value)
    if not all(part.isdigit() for part in text.split(".")):
        raise ValueError(f"'{text}' where a version such as '10.0.20348' was expected")
    return text


class OperatingSystem(Record):
    """Win32_OperatingSystem. ``caption`` is for reading; ``version`` (10.0.20348) and ``build_number`` tell."""

    caption: Text
    version: Annotated[str, BeforeValidator(_read_dotted)]
    build_number: Number

    @property
    def release(self) -> tuple[int, ...]:
        """The version as numbers, to compare."""
        return tuple(int(part) for part in self.version.split("."))

    needs: ClassVar[Needs] = {
        "windows": need(
            WindowsCmdlet(
                "Get-CimInstance",
                ClassName="Win32_OperatingSystem",
                Property=("Caption", "Version", "BuildNumber", "LastBootUpTime"),
            )
        )
    }
    shape: ClassVar[Shape] = Shape(
        volatile={
            "LastBootUpTime": "every restart",
            "LocalDateTime": "the clock",
            "FreePhysicalMemory": "load",
            "FreeVirtualMemory": "load",
            "FreeSpaceInPagingFiles": "load",
            "NumberOfProcesses": "load",
            "NumberOfUsers": "load",
        }
    )


class DotNetFramework(Record):
    """The ``Release`` number of .NET Framework 4.x in the registry: 528040 and above is 4.8."""

    release: Number

    needs: ClassVar[Needs] = {
        "framework": need(
            WindowsCmdlet(
                "Get-ItemProperty", Path=r"HKLM:\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full", Name="Release"
            )
        )
    }
    shape: ClassVar[Shape] = Shape()


class Volume(Record):
    """One local volume, mount points included. Sizes in bytes."""

    name: Text
    label: Text
    capacity: Number
    free_space: Number


class Volumes(Records[Volume]):
    """The fixed volumes of a server (``DriveType`` 3), by mount point rather than by drive letter."""

    record = Volume
    needs: ClassVar[Needs] = {
        "volumes": need(
            WindowsCmdlet(
                "Get-CimInstance",
                ClassName="Win32_Volume",
                Filter="DriveType=3",
                Property=("Name", "Label", "Capacity", "FreeSpace"),
            )
        )
    }
    shape = Shape(identity=("Name",), volatile={"FreeSpace": "moves with every write"})

    def of(self, path: str) -> Volume | None:
        """The volume that holds a path: of the mount points that it begins with, the longest."""
        holding = [one for one in self if path.casefold().startswith(one.name.casefold())]
        return max(holding, key=lambda one: len(one.name), default=None)


@pytest.fixture
def operating_system(server: Server, facts: Facts) -> OperatingSystem:
    """The Windows release of one server."""
    return facts.get(OperatingSystem, server)


@pytest.fixture
def operating_systems(members: tuple[Subject, ...], facts: Facts) -> PerServer[OperatingSystem]:
    """The Windows releases of the members of a DAG, site or organisation."""
    return facts.per_server(OperatingSystem, members)


@pytest.fixture
def dotnet_framework(server: Server, facts: Facts) -> DotNetFramework:
    """The .NET Framework of one server."""
    return facts.get(DotNetFramework, server)


@pytest.fixture
def volumes(server: Server, facts: Facts) -> Volumes:
    """The fixed volumes of one server, with size and free space."""
    return facts.get(Volumes, server)
