"""What is installed on a server: packages with their copies in the installer cache, features, services that run."""

from typing import ClassVar

import pytest

from muster.facts.builds import INSTALL_PATH
from muster.model import Facts, FactUnavailable, Problem, Server, Shape, WindowsCmdlet, command, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Flag, Text, Word

PRODUCTS = r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData\S-1-5-18\Products\*\InstallProperties"
INSTALLER_CACHE = r"C:\Windows\Installer"


class Package(Record):
    """A package that Windows Installer put on the computer, and the copy that it keeps of it."""

    display_name: Text
    display_version: Text
    local_package: Text

    @property
    def identity(self) -> str:
        """Its name."""
        return self.shown("display_name")


class Packages(Records[Package]):
    """Every package of the computer, from the registry: ``Win32_Product`` would repair each of them."""

    record = Package
    needs: ClassVar[Needs] = {
        "packages": need(
            WindowsCmdlet(
                "Get-ItemProperty",
                command("Select-Object", Property=("DisplayName", "DisplayVersion", "LocalPackage")),
                Path=PRODUCTS,
            ),
            WindowsCmdlet("Get-ItemProperty", Path=PRODUCTS),
        )
    }
    shape = Shape(identity=("DisplayName", "LocalPackage"))

    def like(self, *parts: str) -> tuple[Package, ...]:
        """Those whose name contains one of these; a name that did not come makes it unknown."""
        return tuple(one for one in self if any(part in one.display_name.casefold() for part in parts))


class CachedFile(Record):
    """A file of the installer cache."""

    name: Word


class InstallerCache(Records[CachedFile]):
    r"""The packages in ``C:\Windows\Installer``."""

    record = CachedFile
    needs: ClassVar[Needs] = {
        "files": need(
            WindowsCmdlet(
                "Get-ChildItem",
                command("Select-Object", Property=("Name",)),
                LiteralPath=INSTALLER_CACHE,
                Filter="*.msi",
            ),
            WindowsCmdlet("Get-ChildItem", LiteralPath=INSTALLER_CACHE, Filter="*.msi"),
        )
    }
    shape = Shape(identity=("Name",))

    def names(self) -> frozenset[str]:
        """The files' names, small letters."""
        return frozenset(one.name.casefold() for one in self)


FEATURES = [
    "NET-Framework-45-ASPNET",
    "NET-Framework-45-Core",
    "NET-WCF-HTTP-Activation45",
    "NET-WCF-Pipe-Activation45",
    "NET-WCF-TCP-Activation45",
    "NET-WCF-TCP-PortSharing45",
    "RPC-over-HTTP-proxy",
    "RSAT-ADDS",
    "RSAT-Clustering",
    "RSAT-Clustering-CmdInterface",
    "RSAT-Clustering-PowerShell",
    "Server-Media-Foundation",
    "WAS-Process-Model",
    "Web-Asp-Net45",
    "Web-Basic-Auth",
    "Web-Client-Auth",
    "Web-Digest-Auth",
    "Web-Dir-Browsing",
    "Web-Dyn-Compression",
    "Web-Http-Errors",
    "Web-Http-Logging",
    "Web-Http-Redirect",
    "Web-Http-Tracing",
    "Web-ISAPI-Ext",
    "Web-ISAPI-Filter",
    "Web-Metabase",
    "Web-Mgmt-Service",
    "Web-Net-Ext45",
    "Web-Request-Monitor",
    "Web-Server",
    "Web-Stat-Compression",
    "Web-Static-Content",
    "Web-WMI",
    "Web-Windows-Auth",
]
"""What Microsoft's prerequisites ask for on Mailbox servers, with or without a desktop (Exchange 2019 and SE; the
list for 2016 holds these too, apart from a desktop's)."""
EDGE_FEATURES = ["ADLDS"]


class Feature(Record):
    """A feature or role service of Windows Server."""

    name: Word
    installed: Flag


class WindowsFeatures(Records[Feature]):
    """The features that Exchange needs, by name: those are the same in every language."""

    record = Feature
    needs: ClassVar[Needs] = {
        "features": need(
            WindowsCmdlet(
                "Get-WindowsFeature",
                command("Select-Object", Property=("Name", "Installed")),
                Name=(*FEATURES, *EDGE_FEATURES),
            ),
            WindowsCmdlet("Get-WindowsFeature", Name=(*FEATURES, *EDGE_FEATURES)),
        )
    }
    shape = Shape(identity=("Name",))

    def named(self, name: str) -> Feature:
        """One of them; raises for one that was not shown."""
        for feature in self:
            if feature.name.casefold() == name.casefold():
                return feature
        self.must_be_whole()
        problem = Problem("empty", f"Windows showed no feature {name}", "this release may not have it")
        raise FactUnavailable(self._whose, "WindowsFeatures", problem)


class InstallFolder(Record):
    """Where Exchange is installed, ending in a backslash."""

    msi_install_path: Word

    needs: ClassVar[Needs] = {"setup": need(INSTALL_PATH)}
    shape: ClassVar[Shape] = Shape()


class RunningService(Record):
    """A service that runs."""

    name: Word
    display_name: Text
    start_mode: Text

    @property
    def identity(self) -> str:
        """Both names."""
        return f"{self.shown('display_name')} ({self.shown('name')})"


class RunningServices(Records[RunningService]):
    """Every service that runs, those of others included."""

    record = RunningService
    needs: ClassVar[Needs] = {
        "services": need(
            WindowsCmdlet(
                "Get-CimInstance",
                ClassName="Win32_Service",
                Filter="State='Running'",
                Property=("Name", "DisplayName", "StartMode"),
            )
        )
    }
    shape = Shape(momentary="how it is just now; what it follows from is compared by itself", identity=("Name",))


@pytest.fixture
def packages(server: Server, facts: Facts) -> Packages:
    """The packages that Windows Installer put on one server."""
    return facts.get(Packages, server)


@pytest.fixture
def installer_cache(server: Server, facts: Facts) -> InstallerCache:
    """The installer cache of one server."""
    return facts.get(InstallerCache, server)


@pytest.fixture
def windows_features(server: Server, facts: Facts) -> WindowsFeatures:
    """The Windows features of one server that Exchange needs."""
    return facts.get(WindowsFeatures, server)


@pytest.fixture
def install_folder(server: Server, facts: Facts) -> InstallFolder:
    """Where Exchange is installed on one server."""
    return facts.get(InstallFolder, server)


@pytest.fixture
def running_services(server: Server, facts: Facts) -> RunningServices:
    """The services that run on one server."""
    return facts.get(RunningServices, server)
