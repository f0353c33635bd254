"""Whether Setup finds what it needs on a server, and nothing that gets in its way."""

import pytest

from muster import Environment, Server, Severity, about, certain, control, not_applicable
from muster.catalogue import Catalogue, read_build
from muster.facts.builds import Build
from muster.facts.setup.media import SetupFile, SetupSignature, SetupStreams
from muster.facts.setup.programs import (
    EDGE_FEATURES,
    FEATURES,
    INSTALLER_CACHE,
    InstallerCache,
    InstallFolder,
    Packages,
    RunningServices,
    WindowsFeatures,
)
from muster.facts.windows import Volumes
from muster.policy import Policy, pattern_of, product_of

pytestmark = [pytest.mark.pre_upgrade, pytest.mark.only_at_gates]

PREREQUISITES = "https://learn.microsoft.com/exchange/plan-and-deploy/prerequisites"
REQUIREMENTS = "https://learn.microsoft.com/exchange/plan-and-deploy/system-requirements"
UPDATES = "https://learn.microsoft.com/exchange/plan-and-deploy/install-cumulative-updates"
CACHE = "https://microsoft.github.io/CSS-Exchange/Setup/FixInstallerCache/"
GIGABYTE = 2**30
# of which packages Setup needs the cached copy; names as CSS-Exchange's SetupAssist looks for them
CACHED = ("exchange", "microsoft lync server", "microsoft server speech", "microsoft unified communications")
NEEDED = (
    # part of a package's name, what it is, whether an Edge Transport server needs it too
    ("visual c++ 2012 x64 minimum", "Visual C++ 2012 Redistributable (x64)", True),
    ("visual c++ 2013 x64 minimum", "Visual C++ 2013 Redistributable (x64)", False),
    ("iis url rewrite module 2", "IIS URL Rewrite Module 2", False),
    ("unified communications managed api 4.0", "Unified Communications Managed API 4.0", False),
)


@control(
    "setup.free-disk",
    title="Setup has room on the volumes of Windows and of Exchange",
    severity=Severity.HIGH,
    references=(REQUIREMENTS,),
    remediation="Make room (logs of IIS and Exchange, %TEMP%, old ExchangeSetupLogs), or extend the volume.",
)
def check_free_disk(server: Server, volumes: Volumes, install_folder: InstallFolder, policy: Policy) -> None:
    """Setup unpacks into %TEMP%, copies next to the old files and does not roll back when the disk is full."""
    wanted = policy.upgrade.free_disk
    for path, least, what in (
        (r"C:\Windows", wanted.system, "Windows"),
        (install_folder.msi_install_path, wanted.install, "Exchange"),
    ):
        with about(f"the volume of {what}"):
            volume = certain(volumes.of(path), server.name, "Volumes", f"no volume was shown that holds {path}")
            free = volume.free_space // GIGABYTE
            assert free >= least, f"{volume.name} has {free} GB free where the policy wants {least} GB"


@control(
    "setup.installer-cache",
    title="The installer cache holds the packages of Exchange",
    severity=Severity.HIGH,
    references=(CACHE, "https://microsoft.github.io/CSS-Exchange/Setup/SetupAssist/"),
    remediation="Run FixInstallerCache.ps1 with the media of the installed CU, or copy the package from a server "
    "with the same build.",
)
def check_installer_cache(server: Server, packages: Packages, installer_cache: InstallerCache) -> None:
    """An update takes the old version off by the cached package; without it Setup stops after it began (1612)."""
    there = installer_cache.names()
    for package in packages.like(*CACHED):
        with about(package):
            folder, _, name = package.local_package.rpartition("\\")
            if name.casefold() not in there:
                installer_cache.must_be_whole()
            cached = folder.casefold() == INSTALLER_CACHE.casefold() and name.casefold() in there
            assert cached, f"its package {package.local_package or '(none)'} is not in the installer cache"


@control(
    "setup.prerequisites",
    title="The programs that Exchange needs are installed",
    severity=Severity.HIGH,
    references=(PREREQUISITES,),
    remediation="Install it before Setup; Setup's own check stops at it, with components already offline.",
)
def check_prerequisites(server: Server, packages: Packages) -> None:
    """Setup checks for them after the server was taken out of service: too late to look for downloads."""
    for part, what, on_edge in NEEDED:
        if "Edge" in server.roles and not on_edge:
            continue
        with about(what):
            found = packages.like(part)
            if not found:
                packages.must_be_whole()
            assert found, "is not installed"


@control(
    "setup.windows-features",
    title="The Windows features that Exchange needs are installed",
    severity=Severity.HIGH,
    references=(PREREQUISITES,),
    remediation="Install-WindowsFeature <name>, or run Setup with /InstallWindowsComponents; mind the restart.",
)
def check_windows_features(server: Server, windows_features: WindowsFeatures) -> None:
    """A new CU may need one that the old did not; a role that was tidied away stops Setup's check."""
    for name in EDGE_FEATURES if "Edge" in server.roles else FEATURES:
        with about(name):
            feature = windows_features.named(name)
            assert feature.installed, "is not installed"


@control(
    "setup.no-language-packs",
    title="No language pack of Unified Messaging is installed",
    severity=Severity.HIGH,
    references=(UPDATES,),
    remediation="Setup.exe /RemoveUmLanguagePack:<culture>; install those of the new CU afterwards.",
    roles={"Mailbox"},
)
def check_no_language_packs(server: Server, build: Build, packages: Packages, catalogue: Catalogue) -> None:
    """A CU of Exchange 2016 does not go over language packs of the one before (from experience, unverified)."""
    installed = catalogue.identify(build.version, server.name)
    if installed.product != "Exchange Server 2016":
        not_applicable(f"{installed.product} has no Unified Messaging")
    found = [
        package.display_name
        for package in packages.like("um language pack", "unified messaging language pack")
        if "exchange" in package.display_name.casefold()
    ]
    if not found:
        packages.must_be_whole()
    assert not found, f"installed: {', '.join(found)}"


@control(
    "setup.third-party-services",
    title="Third-party services that get in Setup's way are stopped",
    severity=Severity.MEDIUM,
    references=(UPDATES, "https://microsoft.github.io/CSS-Exchange/Setup/SetupAssist/"),
    remediation="Stop the service and disable it for the upgrade (a policy or an agent may start it again), "
    "note its start type and set it again afterwards.",
)
def check_third_party_services(server: Server, running_services: RunningServices, policy: Policy) -> None:
    """Antivirus, monitoring and backup hold files of Exchange: Setup cannot replace them and breaks off.

    Which services these are is the policy's (upgrade: stop_services:); most names on muster's own are unverified.
    """
    for service in running_services:
        with about(service):
            pattern = pattern_of(policy.upgrade.stop_services, service.name, service.display_name)
            whose = product_of(pattern or "")
            assert pattern is None, (
                f"runs{f', of {whose}' if whose else ''} (start mode {service.shown('start_mode')}), where the "
                f"policy wants '{pattern}' stopped"
            )


@control(
    "setup.media-not-blocked",
    title="The media are not marked as coming from the internet",
    severity=Severity.HIGH,
    references=("https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/unblock-file",),
    remediation="Unblock the ISO or the archive before it is unpacked, and copy the media anew (Unblock-File).",
)
def check_media_not_blocked(server: Server, environment: Environment, setup_streams: SetupStreams) -> None:
    """Files with Zone.Identifier are not loaded from: Setup fails halfway with libraries that it refuses to load."""
    names = {one.stream for one in setup_streams}
    if "Zone.Identifier" not in names:
        setup_streams.must_be_whole()
    assert "Zone.Identifier" not in names, f"{environment.upgrade.media}\\Setup.exe has a Zone.Identifier"


@control(
    "setup.media-signed",
    title="Setup.exe is as Microsoft signed it",
    severity=Severity.HIGH,
    references=(
        "https://learn.microsoft.com/powershell/module/microsoft.powershell.security/get-authenticodesignature",
    ),
    remediation="Download the media again and copy them anew; compare the ISO's SHA-256 with Microsoft's page.",
)
def check_media_signed(server: Server, environment: Environment, setup_signature: SetupSignature) -> None:
    """A copy that broke off, or that somebody changed, is found before it takes the old version off."""
    status = setup_signature.status
    assert status == "Valid", f"{environment.upgrade.media}\\Setup.exe has a signature that is {status}, not Valid"


@control(
    "setup.media-right-release",
    title="The media are of the release that is going to be installed",
    severity=Severity.HIGH,
    references=("https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates",),
    remediation="Copy the media of the release that upgrade: to: names, or correct the inventory.",
)
def check_media_right_release(
    server: Server, environment: Environment, setup_file: SetupFile, catalogue: Catalogue
) -> None:
    """The wrong ISO is mounted more often than one thinks, and a CU cannot be uninstalled."""
    if environment.upgrade.to is None:
        not_applicable("the inventory does not say what is going to be installed (upgrade: to:)")
    found = catalogue.identify(read_build(setup_file.version), f"Setup.exe on {server.name}")
    assert found.cumulative_update == environment.upgrade.to, (
        f"{environment.upgrade.media}\\Setup.exe is of {found.cumulative_update} ({setup_file.version}) where "
        f"{environment.upgrade.to} was declared"
    )
