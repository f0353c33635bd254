"""What beside the build decides whether a CVE is open on a server: settings, files and the directory.

Each condition of the catalogue's CVEs has a reader here, by its name there.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import ClassVar, TypeVar
from urllib.parse import urlsplit

import pytest
from packaging.version import Version

from muster.catalogue import Cve, Release
from muster.facts.directory import SystemObjects
from muster.facts.directory_levels import DomainDenies, StorageGroupClass
from muster.facts.hardening import (
    DotNetLibraries,
    ExtendedProtectionSuppressed,
    FipFsConfiguration,
    TokenCacheModule,
)
from muster.facts.organization import OrganizationConfig, SettingOverride, SettingOverrides
from muster.facts.web.extended_protection import AT_LEAST, weaker_than_expected
from muster.facts.web.virtual_directories import (
    ActiveSyncDirectories,
    EcpDirectories,
    EwsDirectories,
    MapiDirectories,
    OabDirectories,
    OutlookAnywheres,
    OwaDirectories,
)
from muster.facts.windows import DotNetFramework, OperatingSystem
from muster.model import Facts, FactUnavailable, Problem, Server, certain, same_server
from muster.reading.needs import Needs
from muster.reading.records import Records
from muster.reading.several import Several

_F = TypeVar("_F")

_SMB_WINDOWS = frozenset({18362, 18363})  # Windows Server 1903 and 1909, which only Exchange 2019 runs on
_LIBRARIES_SINCE = datetime(2020, 6, 5, tzinfo=UTC)
_DOTNET_48 = frozenset({528040, 528049, 528209, 528372, 528449})
_LIBRARY_BUILD, _LIBRARY_BUILD_48 = 3630, 4190
_WITHOUT_THE_MODULE = 26100  # Windows Server 2025 never had the fault
_DOMAIN_PREPARED = 13243


class VulnerabilityConditions(Several):
    """The facts that decide beside the build; one that could not be had says so when a condition reads it.

    Of an Edge Transport server only Windows and its own setting overrides count.
    """

    needs: ClassVar[Needs] = {
        "overrides": SettingOverrides,
        "organization": OrganizationConfig,
        "OWA": OwaDirectories,
        "ECP": EcpDirectories,
        "EWS": EwsDirectories,
        "MAPI": MapiDirectories,
        "OAB": OabDirectories,
        "ActiveSync": ActiveSyncDirectories,
        "Outlook Anywhere": OutlookAnywheres,
        "suppressed": ExtendedProtectionSuppressed,
        "libraries": DotNetLibraries,
        "framework": DotNetFramework,
        "windows": OperatingSystem,
        "token cache": TokenCacheModule,
        "scan engines": FipFsConfiguration,
        "storage group": StorageGroupClass,
        "domain denials": DomainDenies,
        "system objects": SystemObjects,
    }

    def open(self, cve: Cve, release: Release, server: Server) -> str:
        """Why a CVE is open whatever the build is; ``""`` where its condition is harmless.

        Raises ``FactUnavailable`` where what it needs could not be had.
        """
        why_not = f"nothing here reads the condition '{cve.condition}'"
        return certain(_READERS.get(cve.condition), server.name, cve.name, why_not)(self, cve, release, server)

    def have(self, name: str, kind: type[_F]) -> _F:
        """One of the facts, as what it is."""
        found = self[name]
        if not isinstance(found, kind):
            raise TypeError(f"'{name}' is a {type(found).__name__}, not a {kind.__name__}")
        return found


_Reader = Callable[[VulnerabilityConditions, Cve, Release, Server], str]


def _counts(row: SettingOverride, release: Release, server: Server) -> bool:
    """Whether an override is for this server and build."""
    here = not row.server or any(same_server(name, server) for name in row.server)
    above = row.min_version is None or release.build >= row.min_version
    return here and above and (row.max_version is None or release.build <= row.max_version)


def _set_by(
    conditions: VulnerabilityConditions, component: str, section: str, release: Release, server: Server
) -> tuple[tuple[str, str], ...]:
    """Overrides of one section that count here: name, and each parameter as ``name=value`` in small letters."""
    wanted = (component.casefold(), section.casefold())
    return tuple(
        (row.name, parameter.replace(" ", "").casefold())
        for row in conditions.have("overrides", SettingOverrides)
        if (row.component_name.casefold(), row.section_name.casefold()) == wanted and _counts(row, release, server)
        for parameter in row.parameters
    )


def _override(conditions: VulnerabilityConditions, cve: Cve, release: Release, server: Server) -> str:
    for one in cve.overrides:
        off = f"{one.parameter}={one.value}".casefold()
        for name, parameter in _set_by(conditions, one.component, one.section, release, server):
            if parameter == off:
                return f"the setting override '{name}' switches the fix off ({one.parameter}={one.value})"
    return ""


def _signing(conditions: VulnerabilityConditions, _cve: Cve, release: Release, server: Server) -> str:
    """Signing of serialized data is on by itself from Nov23SU on; below it the build decides already."""
    found = _set_by(conditions, "Data", "EnableSerializationDataSigning", release, server)
    values = {parameter for _, parameter in found}
    if not found or values == {"enabled=true"}:
        return ""
    if values == {"enabled=false"}:
        return f"the setting override '{found[0][0]}' switches the signing of serialized data off"
    said = f"setting overrides of EnableSerializationDataSigning say {', '.join(sorted(values)) or 'nothing'}"
    raise FactUnavailable(server.name, "signing of serialized data", Problem("not readable", said))


def _extended_protection(conditions: VulnerabilityConditions, _cve: Cve, _release: Release, server: Server) -> str:
    if conditions.have("suppressed", ExtendedProtectionSuppressed).suppressed:
        return "SuppressExtendedProtection is set in the LSA's key, so that Windows does without it"
    for kind in AT_LEAST:
        rows = conditions.have(kind, Records)
        front = [row for row in rows if row.front_end]
        certain(front or None, server.name, kind, f"no {kind} directory of a front end was shown")
        for row in front:
            weaker = weaker_than_expected(row, kind)
            if weaker:
                return f"{kind}: {weaker}"
    return ""


def _windows_smb(conditions: VulnerabilityConditions, _cve: Cve, _release: Release, server: Server) -> str:
    build = conditions.have("windows", OperatingSystem).build_number
    why_not = f"which update of Windows {build} is installed is not asked (it was closed by KB4551762)"
    return certain("" if build not in _SMB_WINDOWS else None, server.name, "CVE-2020-0796", why_not)


def _dotnet_libraries(conditions: VulnerabilityConditions, _cve: Cve, _release: Release, _server: Server) -> str:
    exactly_48 = conditions.have("framework", DotNetFramework).release in _DOTNET_48
    least = _LIBRARY_BUILD_48 if exactly_48 else _LIBRARY_BUILD
    for file in conditions.have("libraries", DotNetLibraries):
        if file.file_build < least or file.last_modified < _LIBRARIES_SINCE:
            return f"{file.identity} is {file.version} of {file.last_modified:%Y-%m-%d}, from before July 2020"
    return ""


def _download_domains(conditions: VulnerabilityConditions, _cve: Cve, _release: Release, _server: Server) -> str:
    if not conditions.have("organization", OrganizationConfig).enable_download_domains:
        return "EnableDownloadDomains is False in the organisation"
    for row in conditions.have("OWA", OwaDirectories).in_front:
        hosts = {urlsplit(url).hostname or "" for url in (row.internal_url, row.external_url) if url}
        for name in (row.internal_download_host_name, row.external_download_host_name):
            if not name:
                return "OWA has no download host name for inside or outside"
            if name.casefold() in {host.casefold() for host in hosts}:
                return f"OWA's download host name {name} is that of its URL"
    return ""


def _storage_group_class(conditions: VulnerabilityConditions, _cve: Cve, _release: Release, _server: Server) -> str:
    if conditions.have("storage group", StorageGroupClass).may_be_in_computers:
        return "the schema lets a computer hold objects of ms-Exch-Storage-Group"
    return ""


def _domain_denies(conditions: VulnerabilityConditions, _cve: Cve, _release: Release, server: Server) -> str:
    containers = conditions.have("system objects", SystemObjects).certain(server.fqdn.partition(".")[2])
    versions = [one.object_version for one in containers if not one.is_conflict]
    lowest = min(versions, default=0)
    if lowest < _DOMAIN_PREPARED:
        return f"its domain's objectVersion is {lowest} where at least {_DOMAIN_PREPARED} was expected"
    missing = conditions.have("domain denials", DomainDenies).missing
    if missing:
        lacking = "; ".join(map(str, missing))
        return f"the domain does not refuse: {lacking} (rightly so with Active Directory split permissions only)"
    return ""


def _token_cache_module(conditions: VulnerabilityConditions, cve: Cve, _release: Release, server: Server) -> str:
    windows = conditions.have("windows", OperatingSystem).build_number
    if windows >= _WITHOUT_THE_MODULE:
        return ""
    module = conditions.have("token cache", TokenCacheModule)
    if not module.loaded:
        return ""
    why_not = f"no fixed cachtokn.dll is known for Windows {windows}"
    fixed: Version = certain(cve.fixed_files.get(str(windows)), server.name, cve.name, why_not)
    if module.version < fixed:
        return f"TokenCacheModule is loaded and cachtokn.dll is {module.version} where at least {fixed} was expected"
    return ""


def _fip_fs(conditions: VulnerabilityConditions, _cve: Cve, _release: Release, _server: Server) -> str:
    found = conditions.have("scan engines", FipFsConfiguration)
    return f"{found.name} holds '|NO' ({found.override})" if found.overridden else ""


_READERS: Mapping[str, _Reader] = {
    "override": _override,
    "signing": _signing,
    "extended-protection": _extended_protection,
    "windows-smb": _windows_smb,
    "dotnet-libraries": _dotnet_libraries,
    "download-domains": _download_domains,
    "storage-group-class": _storage_group_class,
    "domain-denies": _domain_denies,
    "token-cache-module": _token_cache_module,
    "fip-fs": _fip_fs,
}
CONDITIONS = frozenset(_READERS)
"""The conditions that can be read."""


@pytest.fixture
def vulnerability_conditions(server: Server, facts: Facts) -> VulnerabilityConditions:
    """What beside the build decides whether a CVE is open on one server."""
    return VulnerabilityConditions.gathered(facts, server)
