"""Whether what Exchange stands on is supported: Windows, .NET Framework, domain controllers, functional levels."""

from datetime import date

import pytest
from packaging.version import Version

from muster import (
    Domain,
    DomainController,
    Environment,
    Forest,
    Organization,
    PerServer,
    Server,
    Severity,
    about,
    because,
    certain,
    control,
    not_applicable,
)
from muster.catalogue import Catalogue, Release
from muster.facts.builds import Build
from muster.facts.directory import RootDse
from muster.facts.directory_levels import ControllerComputer
from muster.facts.servers import ExchangeServers
from muster.facts.windows import DotNetFramework, OperatingSystem
from muster.policy import AllowedReleases, Policy

MATRIX = "https://learn.microsoft.com/exchange/plan-and-deploy/supportability-matrix"
REQUIREMENTS = "https://learn.microsoft.com/exchange/plan-and-deploy/system-requirements"


def _windows(build: int, whose: str, catalogue: Catalogue) -> str:
    name = catalogue.windows_release(build)
    return certain(name, whose, "Windows release", f"the catalogue knows no Windows Server with the build {build}")


def _installed(exchange_servers: ExchangeServers, catalogue: Catalogue) -> tuple[Release, ...]:
    """The CUs that use the directory, each once, oldest first."""
    found = {catalogue.identify(build, "the organisation") for build in exchange_servers.cumulative_updates()}
    return tuple(sorted(found))


def _judge_allowed(windows: str, decided: AllowedReleases, today: date) -> None:
    """A release of Windows against what the organisation allows, where that still counts."""
    allowed = ", ".join(sorted(decided.names or ()))
    if decided.names and not decided.counts_on(today):
        because(f"the policy's {allowed} ended on {decided.until}: only Microsoft's matrix counts")
        return
    assert not decided.names or windows in decided.names, (
        f"runs Windows Server {windows} where the policy allows {allowed}"
    )


def _dotnet(framework: DotNetFramework, server: Server, catalogue: Catalogue) -> str:
    why_not = f"Release is {framework.release}, below that of .NET Framework 4.5"
    return certain(catalogue.dotnet_version(framework.release), server.name, ".NET Framework", why_not)


def _fits_dotnet(
    installed: str, release: tuple[str, str], windows: str, server: Server, catalogue: Catalogue, wanted: str
) -> str:
    """What is wrong with an installed .NET Framework; ``""`` where nothing is."""
    matrix = certain(
        catalogue.dotnet_for(*release, windows),
        server.name,
        ".NET Framework",
        f"the catalogue has no .NET Framework for {' '.join(release)} on Windows Server {windows}",
    )
    weak = f" (unverified: {matrix.reason})" if matrix.unverified else ""
    whose = f"for {' '.join(release)} on Windows Server {windows}{weak}"
    if installed not in matrix.supported:
        return f".NET Framework {installed} is installed where {' or '.join(matrix.supported)} was expected {whose}"
    least = matrix.recommended.split()[0] if wanted == "recommended" else wanted
    if least != "supported" and Version(installed) < Version(least):
        return f".NET Framework {installed} is installed where the policy wants at least {least} {whose}"
    return ""


@pytest.mark.pre_upgrade
@control(
    "windows.supported-release",
    title="Exchange runs on a release of Windows Server that Microsoft supports for it",
    severity=Severity.MEDIUM,
    references=(MATRIX, REQUIREMENTS),
    remediation="Install Exchange on a supported Windows and move the mailboxes; Windows is not upgraded in place.",
)
def check_supported_windows(
    server: Server,
    build: Build,
    operating_system: OperatingSystem,
    catalogue: Catalogue,
    policy: Policy,
    today: date,
) -> None:
    """Setup refuses a Windows that it does not know; one that was upgraded under Exchange nobody has tested."""
    installed = catalogue.identify(build.version, server.name)
    windows = _windows(operating_system.build_number, server.name, catalogue)
    supported = certain(
        catalogue.windows_for(installed.product, installed.cu),
        server.name,
        "Windows release",
        f"the catalogue does not say which Windows Server {installed.cumulative_update} runs on",
    )
    assert windows in supported.names, (
        f"runs Windows Server {windows} where {supported} was expected for {installed.cumulative_update}"
    )
    _judge_allowed(windows, policy.windows_server, today)


@pytest.mark.pre_upgrade
@control(
    "windows.dotnet-supported",
    title="The .NET Framework is one that the installed Exchange supports",
    severity=Severity.MEDIUM,
    references=(MATRIX, REQUIREMENTS),
    remediation="Install a supported .NET Framework in maintenance mode and restart; keep newer ones out by policy "
    "until the CU supports them.",
)
def check_dotnet(
    server: Server,
    build: Build,
    operating_system: OperatingSystem,
    dotnet_framework: DotNetFramework,
    catalogue: Catalogue,
    policy: Policy,
) -> None:
    """Exchange is .NET: a version that its CU does not know breaks it in ways that look like Exchange's own."""
    release = catalogue.identify(build.version, server.name)
    installed = _dotnet(dotnet_framework, server, catalogue)
    windows = _windows(operating_system.build_number, server.name, catalogue)
    wrong = _fits_dotnet(installed, (release.product, release.cu), windows, server, catalogue, policy.dotnet)
    assert not wrong, wrong


@pytest.mark.pre_upgrade
@control(
    "organization.coexistence",
    title="The releases that are installed may stand side by side",
    severity=Severity.MEDIUM,
    references=(REQUIREMENTS, MATRIX),
    remediation="Bring the older servers to the CU that is named, or take them out; muster plan shows the way.",
)
def check_coexistence(
    organization: Organization,
    exchange_servers: ExchangeServers,
    catalogue: Catalogue,
    policy: Policy,
    today: date,
) -> None:
    """Microsoft supports old beside new only from certain CUs on, and the organisation may have decided otherwise."""
    installed = _installed(exchange_servers, catalogue)
    newest = installed[-1]
    decided = policy.coexistence
    if decided.allowed is not None and not decided.counts_on(today):
        because(f"the policy's coexistence ended on {decided.until}: only Microsoft's rules count")
    for release in installed:
        with about(release.cumulative_update):
            if release.product != newest.product:
                rule = certain(
                    catalogue.coexistence((newest.product, newest.cu), release.product),
                    organization.name,
                    "coexistence",
                    f"no source says whether {newest.cumulative_update} may stand beside {release.product}",
                )
                wanted = f"{release.product} {rule.minimum_text}" if rule.allowed else f"no {release.product}"
                assert rule.accepts(release.cu), (
                    f"stands beside {newest.cumulative_update} where {wanted} was expected"
                )
            assert not decided.counts_on(today) or release.product in (decided.allowed or ()), (
                f"is installed where the policy allows {', '.join(sorted(decided.allowed or ()))}"
            )


@pytest.mark.pre_upgrade
@control(
    "upgrade.preparing-machine",
    title="The machine that prepares the schema has what the new release needs",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/exchange/plan-and-deploy/prepare-ad-and-domains", REQUIREMENTS),
    remediation="Install the .NET Framework there first, or name another server under upgrade: prepared_on:.",
)
def check_preparing_machine(
    server: Server,
    environment: Environment,
    operating_system: OperatingSystem,
    dotnet_framework: DotNetFramework,
    catalogue: Catalogue,
) -> None:
    """Setup /PrepareSchema stops on a machine without the new release's .NET Framework: seen first on the night."""
    if environment.upgrade.prepared_on != server.name:
        not_applicable("the inventory does not say that the schema is prepared here (upgrade: prepared_on:)")
    if environment.upgrade.to is None:
        not_applicable("the inventory does not say what is going to be installed (upgrade: to:)")
    product, _, cu = environment.upgrade.to.rpartition(" ")
    installed = _dotnet(dotnet_framework, server, catalogue)
    windows = _windows(operating_system.build_number, server.name, catalogue)
    wrong = _fits_dotnet(installed, (product, cu), windows, server, catalogue, "supported")
    assert not wrong, wrong


def _target(server: Server, build: Build, environment: Environment, catalogue: Catalogue) -> tuple[str, str]:
    """The product and CU that Setup will bring onto this very server; not applicable where it brings none."""
    if environment.upgrade.to is None:
        not_applicable("the inventory does not say what is going to be installed (upgrade: to:)")
    product, _, cu = environment.upgrade.to.rpartition(" ")
    installed = catalogue.identify(build.version, server.name)
    if (installed.product, installed.cu) == (product, cu):
        not_applicable(f"{environment.upgrade.to} is installed already")
    way = certain(
        catalogue.upgrade_path((installed.product, installed.cu), (product, cu)),
        server.name,
        "upgrade path",
        f"no source says how {installed.cumulative_update} becomes {environment.upgrade.to}",
    )
    if way.method != "in-place":
        not_applicable(f"{environment.upgrade.to} is not installed over {installed.cumulative_update}")
    return product, cu


@pytest.mark.pre_upgrade
@pytest.mark.only_at_gates
@control(
    "setup.dotnet-for-target",
    title="The .NET Framework is one that the release to be installed supports",
    severity=Severity.HIGH,
    references=(MATRIX, REQUIREMENTS),
    remediation="Install it in maintenance mode and restart, before Setup; where the installed CU does not support "
    "it yet, go by the CU between that supports both.",
)
def check_dotnet_for_target(
    server: Server,
    build: Build,
    environment: Environment,
    operating_system: OperatingSystem,
    dotnet_framework: DotNetFramework,
    catalogue: Catalogue,
) -> None:
    """Setup stops at a .NET Framework that is too old, after the server has been taken out of service."""
    target = _target(server, build, environment, catalogue)
    installed = _dotnet(dotnet_framework, server, catalogue)
    windows = _windows(operating_system.build_number, server.name, catalogue)
    wrong = _fits_dotnet(installed, target, windows, server, catalogue, "supported")
    assert not wrong, wrong


@pytest.mark.pre_upgrade
@pytest.mark.only_at_gates
@control(
    "setup.windows-for-target",
    title="Windows is a release that the release to be installed supports",
    severity=Severity.HIGH,
    references=(MATRIX, REQUIREMENTS),
    remediation="Install a new server on a supported Windows and move the mailboxes: Windows is not upgraded.",
)
def check_windows_for_target(
    server: Server,
    build: Build,
    environment: Environment,
    operating_system: OperatingSystem,
    catalogue: Catalogue,
) -> None:
    """Setup refuses a Windows that the new release does not know."""
    target = _target(server, build, environment, catalogue)
    windows = _windows(operating_system.build_number, server.name, catalogue)
    supported = certain(
        catalogue.windows_for(*target),
        server.name,
        "Windows release",
        f"the catalogue does not say which Windows Server {' '.join(target)} runs on",
    )
    assert windows in supported.names, (
        f"runs Windows Server {windows} where {supported} was expected for {' '.join(target)}"
    )


@pytest.mark.pre_upgrade
@control(
    "directory.controller-windows",
    title="The controller runs a release of Windows Server that the installed Exchange supports",
    severity=Severity.MEDIUM,
    references=(MATRIX,),
    remediation="Replace the controller; until then keep Exchange's site away from it.",
)
def check_controller_windows(
    domain_controller: DomainController,
    controller_computer: ControllerComputer,
    exchange_servers: ExchangeServers,
    catalogue: Catalogue,
    policy: Policy,
    today: date,
) -> None:
    """Exchange talks to controllers all the time; releases older or newer than its CU knows are not tested."""
    windows = _windows(controller_computer.windows_build, domain_controller.name, catalogue)
    for release in _installed(exchange_servers, catalogue):
        supported = certain(
            catalogue.controllers_for(release.product, release.cu),
            domain_controller.name,
            "Windows release",
            f"the catalogue does not say which domain controllers {release.cumulative_update} works with",
        )
        with about(release.cumulative_update):
            assert windows in supported.names, (
                f"the controller runs Windows Server {windows} where {supported} was expected"
            )
    _judge_allowed(windows, policy.domain_controllers, today)


def _level(number: int, whose: str, catalogue: Catalogue) -> str:
    why_not = f"the catalogue knows no functional level {number}"
    return certain(catalogue.functional_level(number), whose, "functional level", why_not)


def _judge_level(
    level: str, least: str | None, exchange_servers: ExchangeServers, whose: str, catalogue: Catalogue
) -> None:
    """A functional level against what every installed CU supports, and against the organisation's own minimum."""
    for release in _installed(exchange_servers, catalogue):
        supported = certain(
            catalogue.forest_levels_for(release.product, release.cu),
            whose,
            "functional level",
            f"the catalogue does not say which functional levels {release.cumulative_update} works in",
        )
        with about(release.cumulative_update):
            assert level in supported.names, f"the level is {level} where {supported} was expected"
    order = catalogue.functional_levels
    assert least is None or order.index(level) >= order.index(least), (
        f"the level is {level} where the policy wants at least {least}"
    )


def _judge_levels(
    numbers: set[int], least: str | None, exchange_servers: ExchangeServers, whose: str, catalogue: Catalogue
) -> None:
    """The levels that the controllers say: where they differ, each is judged."""
    certain(numbers or None, whose, "functional level", "no domain controller of it is known")
    for level in sorted({_level(number, whose, catalogue) for number in numbers}):
        _judge_level(level, least, exchange_servers, whose, catalogue)


@pytest.mark.pre_upgrade
@control(
    "directory.forest-functional-level",
    title="The forest functional level is one that the installed Exchange supports",
    severity=Severity.MEDIUM,
    references=(MATRIX,),
    remediation="Set-ADForestMode, once no older domain controller is left; it can rarely be lowered again.",
)
def check_forest_functional_level(
    forest: Forest,
    root_dses: PerServer[RootDse],
    exchange_servers: ExchangeServers,
    catalogue: Catalogue,
    policy: Policy,
) -> None:
    """Setup refuses to prepare a forest below the level that it needs.

    Controllers that do not agree have not replicated the change: each is judged.
    """
    numbers = {found.forest_functionality for found in root_dses.values()}
    _judge_levels(numbers, policy.functional_levels.forest, exchange_servers, forest.name, catalogue)


@pytest.mark.pre_upgrade
@control(
    "directory.domain-functional-level",
    title="The domain functional level is one that the installed Exchange supports",
    severity=Severity.MEDIUM,
    references=(MATRIX,),
    remediation="Set-ADDomainMode, once no older domain controller is left in the domain.",
)
def check_domain_functional_level(
    domain: Domain,
    root_dses: PerServer[RootDse],
    exchange_servers: ExchangeServers,
    catalogue: Catalogue,
    policy: Policy,
) -> None:
    """A domain is never below its forest, so what Exchange needs of the forest holds for each domain.

    Controllers that do not agree have not replicated the change: each is judged.
    """
    numbers = {found.domain_functionality for found in root_dses.values()}
    _judge_levels(numbers, policy.functional_levels.domain, exchange_servers, domain.name, catalogue)
