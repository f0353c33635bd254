"""Windows under Exchange."""

from kit.facts import SRV1, item, read
from muster.facts.windows import DotNetFramework, OperatingSystem, Volumes
from muster.model import WindowsCmdlet
from muster.resolve import bound, needs_of


def test_releases_compare_as_numbers_also_from_a_whole_object() -> None:
    whole = WindowsCmdlet("Get-CimInstance", ClassName="Win32_OperatingSystem", server="SRV1")
    old = item(
        "CimInstance", None, Caption="Microsoft Windows Server 2016", Version="10.0.14393", BuildNumber="14393"
    )
    new = item(
        "CimInstance", None, Caption="Microsoft Windows Server 2022", Version="10.0.20348", BuildNumber="20348"
    )
    found = [read(OperatingSystem, SRV1, (whole, (one,))).release for one in (old, new)]
    assert found == [(10, 0, 14393), (10, 0, 20348)]


def test_framework_and_volumes() -> None:
    framework = bound(next(needs_of(DotNetFramework)).alternatives[0], SRV1)
    assert read(DotNetFramework, SRV1, (framework, (item("PSCustomObject", None, Release=528040),))).release == 528040
    asked = bound(next(needs_of(Volumes)).alternatives[0], SRV1)
    volume = item("CimInstance", None, Name="C:\\Mounts\\DB01\\", Label=None, Capacity="1099511627776", FreeSpace=7)
    (found,) = read(Volumes, SRV1, (asked, (volume,)))
    assert (found.name, found.label, found.capacity, found.free_space) == ("C:\\Mounts\\DB01\\", "", 2**40, 7)
