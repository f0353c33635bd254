"""The virtual directories of a server or of the organisation, kind by kind.

Asked with ``-ADPropertiesOnly``: without it every IIS of the organisation is walked in turn.
"""

from typing import ClassVar, TypeVar

import pytest

from muster.facts.web.virtual_directory_kinds import (
    ActiveSyncDirectory,
    AutodiscoverDirectory,
    EcpDirectory,
    EwsDirectory,
    MapiDirectory,
    OabDirectory,
    OutlookAnywhereDirectory,
    OwaDirectory,
    PowerShellDirectory,
    VirtualDirectory,
)
from muster.model import (
    ExchangeCmdlet,
    Facts,
    FactUnavailable,
    Need,
    Organization,
    Problem,
    Server,
    Shape,
    in_organization,
    need,
    same_server,
)
from muster.reading.needs import Needs
from muster.reading.records import Records
from muster.reading.several import Several
from muster.reading.volatile import FROM_DIRECTORY


def _asked(cmdlet: str) -> Need:
    """With the back end where the cmdlet can show it, without where it refuses the switch."""
    return need(
        ExchangeCmdlet(cmdlet, ADPropertiesOnly=True, ShowMailboxVirtualDirectories=True),
        ExchangeCmdlet(cmdlet, ADPropertiesOnly=True),
        split_by=("Server", "Identity"),
    )


_SHAPE = Shape(
    identity=("Identity",),
    unordered=frozenset(
        {
            "InternalAuthenticationMethods",
            "ExternalAuthenticationMethods",
            "IISAuthenticationMethods",
            "ExtendedProtectionFlags",
            "ExtendedProtectionSPNList",
        }
    ),
    volatile=FROM_DIRECTORY,
)


D = TypeVar("D", bound=VirtualDirectory)


def _in_front(directories: Records[D], kind: str) -> tuple[D, ...]:
    found = tuple(row for row in directories if row.front_end)
    if not found:
        directories.must_be_whole()
        problem = Problem("empty", f"no {kind} directory of a front end was shown")
        raise FactUnavailable(f"{kind} directories", "front end", problem)
    return found


class OwaDirectories(Records[OwaDirectory]):
    """Outlook on the web, front end and back end."""

    record = OwaDirectory
    needs: ClassVar[Needs] = {"OWA": _asked("Get-OwaVirtualDirectory")}
    shape = _SHAPE
    concerns = staticmethod(in_organization)

    @property
    def in_front(self) -> tuple[OwaDirectory, ...]:
        """Those that clients connect to; raises ``FactUnavailable`` where none was shown."""
        return _in_front(self, "OWA")


class EcpDirectories(Records[EcpDirectory]):
    """The Exchange admin center, front end and back end."""

    record = EcpDirectory
    needs: ClassVar[Needs] = {"ECP": _asked("Get-EcpVirtualDirectory")}
    shape = _SHAPE
    concerns = staticmethod(in_organization)

    @property
    def in_front(self) -> tuple[EcpDirectory, ...]:
        """Those that clients connect to; raises ``FactUnavailable`` where none was shown."""
        return _in_front(self, "ECP")


class EwsDirectories(Records[EwsDirectory]):
    """Exchange Web Services, front end and back end."""

    record = EwsDirectory
    needs: ClassVar[Needs] = {"EWS": _asked("Get-WebServicesVirtualDirectory")}
    shape = _SHAPE
    concerns = staticmethod(in_organization)


class MapiDirectories(Records[MapiDirectory]):
    """MAPI over HTTP; the cmdlet shows the front end only."""

    record = MapiDirectory
    needs: ClassVar[Needs] = {
        "MAPI": need(
            ExchangeCmdlet("Get-MapiVirtualDirectory", ADPropertiesOnly=True), split_by=("Server", "Identity")
        )
    }
    shape = _SHAPE
    concerns = staticmethod(in_organization)


class OabDirectories(Records[OabDirectory]):
    """The offline address book, front end and back end."""

    record = OabDirectory
    needs: ClassVar[Needs] = {"OAB": _asked("Get-OabVirtualDirectory")}
    shape = _SHAPE
    concerns = staticmethod(in_organization)


class ActiveSyncDirectories(Records[ActiveSyncDirectory]):
    """Exchange ActiveSync, front end and back end."""

    record = ActiveSyncDirectory
    needs: ClassVar[Needs] = {"ActiveSync": _asked("Get-ActiveSyncVirtualDirectory")}
    shape = _SHAPE
    concerns = staticmethod(in_organization)


class AutodiscoverDirectories(Records[AutodiscoverDirectory]):
    """Autodiscover, front end and back end."""

    record = AutodiscoverDirectory
    needs: ClassVar[Needs] = {"Autodiscover": _asked("Get-AutodiscoverVirtualDirectory")}
    shape = _SHAPE


class PowerShellDirectories(Records[PowerShellDirectory]):
    """Remote PowerShell, front end and back end."""

    record = PowerShellDirectory
    needs: ClassVar[Needs] = {"PowerShell": _asked("Get-PowerShellVirtualDirectory")}
    shape = _SHAPE


class OutlookAnywheres(Records[OutlookAnywhereDirectory]):
    """Outlook Anywhere, front end and back end."""

    record = OutlookAnywhereDirectory
    needs: ClassVar[Needs] = {"Outlook Anywhere": _asked("Get-OutlookAnywhere")}
    shape = _SHAPE
    concerns = staticmethod(in_organization)


class VirtualDirectories(Several):
    """Every kind of virtual directory under its name; a kind that could not be had says so when it is read."""

    needs: ClassVar[Needs] = {
        "OWA": OwaDirectories,
        "ECP": EcpDirectories,
        "EWS": EwsDirectories,
        "MAPI": MapiDirectories,
        "OAB": OabDirectories,
        "ActiveSync": ActiveSyncDirectories,
        "Autodiscover": AutodiscoverDirectories,
        "PowerShell": PowerShellDirectories,
        "Outlook Anywhere": OutlookAnywheres,
    }

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of the kinds, in a fixed order."""
        return tuple(self.needs)

    def of(self, kind: str, server: Server | None = None) -> tuple[VirtualDirectory, ...]:
        """The front-end directories of one kind, all or one server's; raises where none could be had."""
        rows = self[kind]
        if not isinstance(rows, Records):
            raise TypeError(f"{kind} is no list of virtual directories")
        found = tuple(row for row in rows if row.front_end and (server is None or same_server(row.server, server)))
        if not found:
            problem = Problem("empty", f"no {kind} directory of a front end was shown")
            raise FactUnavailable(server.name if server else "the subject", kind, problem)
        return found

    def strangers(self, kind: str, members: tuple[Server, ...]) -> tuple[str, ...]:
        """The servers that one kind's rows, back-end ones too, name and that are none of these members."""
        rows = self[kind]
        if not isinstance(rows, Records):
            raise TypeError(f"{kind} is no list of virtual directories")
        named = dict.fromkeys(row.server for row in rows)
        return tuple(name for name in named if not any(same_server(name, member) for member in members))

    def extended_protection_in_use(self, server: Server | None = None) -> bool:
        """Whether any front-end directory asks for it; raises where none does and a kind could not be had."""
        unknown: FactUnavailable | None = None
        for kind in self.kinds:
            try:
                rows = self.of(kind, server)
                if any(row.protected for row in rows):
                    return True
            except FactUnavailable as missing:
                unknown = unknown or missing
        if unknown is not None:
            raise FactUnavailable(unknown.subject, unknown.wanted, unknown.problem)
        return False


@pytest.fixture
def virtual_directories(server: Server, facts: Facts) -> VirtualDirectories:
    """Virtual directories of one server by kind, from the directory; unknown kinds say so when they are read."""
    return VirtualDirectories.gathered(facts, server)


@pytest.fixture
def organization_virtual_directories(organization: Organization, facts: Facts) -> VirtualDirectories:
    """Virtual directories of every server by kind: what a server's own are compared with."""
    return VirtualDirectories.gathered(facts, organization)


@pytest.fixture
def owa_directories(server: Server, facts: Facts) -> OwaDirectories:
    """Outlook on the web of one server."""
    return facts.get(OwaDirectories, server)


@pytest.fixture
def ecp_directories(server: Server, facts: Facts) -> EcpDirectories:
    """The Exchange admin center of one server."""
    return facts.get(EcpDirectories, server)


@pytest.fixture
def ews_directories(server: Server, facts: Facts) -> EwsDirectories:
    """Exchange Web Services of one server."""
    return facts.get(EwsDirectories, server)


@pytest.fixture
def mapi_directories(server: Server, facts: Facts) -> MapiDirectories:
    """MAPI over HTTP of one server."""
    return facts.get(MapiDirectories, server)


@pytest.fixture
def outlook_anywheres(server: Server, facts: Facts) -> OutlookAnywheres:
    """Outlook Anywhere of one server."""
    return facts.get(OutlookAnywheres, server)
