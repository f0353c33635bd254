"""Windows services of an Exchange server, and Exchange's own opinion of them."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

import pytest
from pydantic import BeforeValidator

from muster.model import Answer, ExchangeCmdlet, Fact, Facts, Object, Server, Shape, Subject, WindowsCmdlet, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records, only_answer
from muster.reading.values import Flag, Text, Texts, Word, read_text

STOPS_BY_ITSELF = frozenset({"msexchangenotificationsbroker"})
"""Starts with Windows and stops after half a minute when it has nothing to do (2016 only): stopped is normal.
Names of services are compared without regard to case.
Source: MicrosoftDocs/OfficeDocs-Exchange, release notes and services overview; a real 2016 CU22 shows it stopped."""

_EVERYWHERE = frozenset(
    {
        "MSExchangeDiagnostics",
        "MSExchangeHM",
        "MSExchangeHMRecovery",
        "MSExchangeServiceHost",
        "MSExchangeTransport",
        "MSExchangeTransportLogSearch",
    }
)
NEEDED: Mapping[str, frozenset[str]] = {
    "Mailbox": _EVERYWHERE
    | {
        "FMS",
        "HostControllerService",
        "IISADMIN",
        "MSExchangeADTopology",
        "MSExchangeCompliance",
        "MSExchangeDagMgmt",
        "MSExchangeDelivery",
        "MSExchangeFastSearch",
        "MSExchangeFrontEndTransport",
        "MSExchangeIS",
        "MSExchangeMailboxAssistants",
        "MSExchangeMailboxReplication",
        "MSExchangeRPC",
        "MSExchangeRepl",
        "MSExchangeSubmission",
        "MSExchangeThrottling",
        "W3SVC",
    },
    "Edge": _EVERYWHERE | {"ADAM_MSExchange", "MSExchangeEdgeCredential"},
}
"""Per role, the services that Setup installs as Automatic on 2016, 2019 and SE alike and that no supported set-up
does without. Source: MicrosoftDocs/OfficeDocs-Exchange, "Overview of Exchange services on Exchange servers" (2021),
and CSS-Exchange HealthChecker's lists of critical and common services."""

_FILTER = " OR ".join(
    [
        "Name LIKE 'MSExchange%'",
        "Name LIKE 'MSCompliance%'",
        *(
            f"Name='{name}'"
            for name in (
                "ADAM_MSExchange",
                "ClusSvc",
                "FMS",
                "HostControllerService",
                "IISADMIN",
                "SearchExchangeTracing",
                "W3SVC",
                "WinRM",
            )
        ),
    ]
)


StartMode = Annotated[Literal["Boot", "System", "Auto", "Manual", "Disabled"], BeforeValidator(read_text)]
"""All that Win32_Service has; closed, because what is not Auto may be stopped."""


class WindowsService(Record):
    """One service. ``state`` is ``Running``, ``Stopped`` …; ``start_mode`` is ``Auto``, ``Manual`` or ``Disabled``.

    ``start_name`` is the account, which Get-Service does not tell.
    """

    name: Word
    state: Word
    start_mode: StartMode
    start_name: Text

    @classmethod
    def of(cls, item: Object, subject: str) -> Self:
        """Read a Win32_Service, or a ServiceController under Win32_Service's words."""
        sent = item.properties
        if "StartType" in sent or "ServiceName" in sent:
            words: dict[str, Object | str] = {}
            for ours, theirs in (("Name", "ServiceName"), ("State", "Status"), ("StartMode", "StartType")):
                if theirs in sent:
                    text = read_text(sent[theirs])
                    words[ours] = "Auto" if text == "Automatic" else text
            item = Object("Win32_Service", str(words.get("Name", "")), words)
        else:
            item = Object("Win32_Service", read_text(sent.get("Name")), sent)
        return super().of(item, subject)


class WindowsServices(Records[WindowsService]):
    """Exchange's services and those it stands on; Get-Service, where nothing else is allowed, shows all."""

    record = WindowsService
    needs: ClassVar[Needs] = {
        "services": need(
            WindowsCmdlet(
                "Get-CimInstance",
                ClassName="Win32_Service",
                Filter=_FILTER,
                Property=("Name", "State", "StartMode", "StartName"),
            ),
            # for captures only, which hold what somebody else asked: the read-only list refuses it live
            WindowsCmdlet("Get-Service"),
        )
    }
    shape = Shape(identity=("Name",))

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Keep what the name filter keeps, also where the question could not carry it."""
        answer = only_answer(answers)
        rows = (WindowsService.of(item, subject.name) for item in answer.objects)
        return cls(tuple(row for row in rows if not row.has("name") or _is_ours(row.name))).told_by(answer, subject)

    def named(self, name: str) -> WindowsService | None:
        """The service of that name; ``None`` where it is not installed. Raises where it may only not have come."""
        found = next((row for row in self.rows if row.has("name") and row.name.casefold() == name.casefold()), None)
        if found is None:
            self.must_be_whole()
            for row in self.rows:
                _ = row.name  # raises for a service whose name did not come: it may be this one
        return found


_OTHERS = frozenset(part.partition("='")[2].strip("'").casefold() for part in _FILTER.split(" OR ") if "='" in part)


def _is_ours(name: str) -> bool:
    folded = name.casefold()
    return folded.startswith(("msexchange", "mscompliance")) or folded in _OTHERS


class ServiceHealth(Record):
    """Test-ServiceHealth for one role. ``role`` is printed in the server's own language: for reading only."""

    role: Text
    required_services_running: Flag
    services_not_running: Texts
    services_running: Texts

    @property
    def identity(self) -> str:
        """The role as printed."""
        return self.role


class ServiceHealths(Records[ServiceHealth]):
    """Exchange's own opinion of the services that each role requires, asked through any Exchange endpoint."""

    record = ServiceHealth
    needs: ClassVar[Needs] = {
        "health": need(ExchangeCmdlet("Test-ServiceHealth", Server="{name}", about="{name}")),
    }
    shape = Shape(
        momentary="how it is just now; what it follows from is compared by itself",
        identity=("Role",),
        unordered=frozenset({"ServicesRunning", "ServicesNotRunning"}),
        volatile={"RunspaceId": "a new one in every session"},
    )


@pytest.fixture
def windows_services(server: Server, facts: Facts) -> WindowsServices:
    """Exchange's Windows services of one server, with state and start mode."""
    return facts.get(WindowsServices, server)


@pytest.fixture
def service_health(server: Server, facts: Facts) -> ServiceHealths:
    """Exchange's own opinion of the services that one server's roles require."""
    return facts.get(ServiceHealths, server)
