"""ExSetup.exe's version, through CIM or through the file's own version information."""

import pytest

from kit.facts import SRV1, item, read, resolved
from muster.catalogue import read_build
from muster.facts.builds import INSTALL_PATH, Build
from muster.model import FactUnavailable, Object, Question, WindowsCmdlet, command
from muster.resolve import bound

PATH = (bound(INSTALL_PATH, SRV1), (item("PSCustomObject", MsiInstallPath="D:\\Exchange\\V15\\"),))
DATA_FILE = WindowsCmdlet(
    "Get-CimInstance",
    ClassName="CIM_DataFile",
    Filter="Name='D:\\\\Exchange\\\\V15\\\\bin\\\\ExSetup.exe'",
    Property=("Name", "Version"),
    server="SRV1",
)
VERSION_INFO = WindowsCmdlet(
    "Get-Command",
    command("Select-Object", ExpandProperty="FileVersionInfo"),
    Name="ExSetup.exe",
    server="SRV1",
)
INFO = item(
    "System.Diagnostics.FileVersionInfo",
    FileVersion="15.02.1748.037",
    FileMajorPart=15,
    FileMinorPart=2,
    FileBuildPart=1748,
    FilePrivatePart=37,
)


@pytest.mark.parametrize(
    "asked",
    [
        (PATH, (DATA_FILE, (item("CIM_DataFile", Version="15.2.1748.37"),))),
        (PATH, (DATA_FILE, (item("CIM_DataFile", Version="15.02.1748.037"),))),
        ((VERSION_INFO, (INFO,)),),
    ],
)
def test_every_way_of_asking_gives_the_same_build(asked: tuple[tuple[Question, tuple[Object, ...]], ...]) -> None:
    assert read(Build, SRV1, *asked) == Build(read_build("15.2.1748.37"))


def test_the_install_path_is_escaped_for_wql() -> None:
    found = resolved(Build, SRV1, PATH, (DATA_FILE, (item("CIM_DataFile", Version="15.2.1748.37"),)))
    assert found.questions == (DATA_FILE.key,)


@pytest.mark.parametrize(
    ("answered", "kind"),
    [
        (item("CIM_DataFile", Version="unknown"), "not readable"),
        (item("CIM_DataFile", Version=None), "not readable"),
        (item("CIM_DataFile", Name="D:\\Exchange\\V15\\bin\\ExSetup.exe"), "not sent"),
    ],
)
def test_a_version_that_cannot_be_read_is_unknown(answered: Object, kind: str) -> None:
    with pytest.raises(FactUnavailable) as missing:
        read(Build, SRV1, PATH, (DATA_FILE, (answered,)))
    assert missing.value.problem.kind == kind
