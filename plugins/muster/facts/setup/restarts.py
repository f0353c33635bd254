"""Whether Windows waits for a restart, and what an earlier Setup left."""

from typing import ClassVar

import pytest
from pydantic import Field

from muster.model import Facts, Server, Shape, WindowsCmdlet, command, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Number, Text, Texts

SESSION_MANAGER = r"HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager"
RESTART_KEYS = (
    SESSION_MANAGER,
    # a key that may not be there is asked for with a wildcard: no row instead of an error
    r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPendin[g]",
    r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequire[d]",
    r"HKLM:\SOFTWARE\Microsoft\Update[s]",
)


class RegistryKey(Record):
    """A key with the names of its values."""

    ps_child_name: Text
    value_names: Texts = Field(alias="Property")

    @property
    def identity(self) -> str:
        """Its own name."""
        return self.shown("ps_child_name")

    def holds(self, *names: str) -> tuple[str, ...]:
        """Which of these values it has."""
        own = {name.casefold() for name in self.value_names}
        return tuple(name for name in names if name.casefold() in own)


class RestartKeys(Records[RegistryKey]):
    """The keys in which Windows notes that it waits for a restart; Session Manager's is always there.

    Places: CSS-Exchange, SetupAssist (RebootPending). What Configuration Manager notes is not asked.
    """

    record = RegistryKey
    needs: ClassVar[Needs] = {
        "keys": need(
            WindowsCmdlet(
                "Get-Item", command("Select-Object", Property=("PSChildName", "Property")), Path=RESTART_KEYS
            ),
            WindowsCmdlet("Get-Item", Path=RESTART_KEYS),
        )
    }
    shape = Shape(
        momentary="whether a restart is waited for just now",
        identity=("PSChildName",),
        unordered=frozenset({"Property"}),
    )

    def reasons(self) -> tuple[str, ...]:
        """Why Windows waits, each in a few words."""
        found: list[str] = []
        for key in self:
            match key.ps_child_name.casefold():
                case "rebootpending":
                    found.append("Component Based Servicing (RebootPending)")
                case "rebootrequired":
                    found.append("Windows Update (RebootRequired)")
                case "session manager":
                    found += key.holds("PendingFileRenameOperations", "PendingFileRenameOperations2")
                case "updates":
                    found += key.holds("UpdateExeVolatile")
        return tuple(found)


class RoleKeys(Records[RegistryKey]):
    r"""The keys under ``ExchangeServer\v15``: a Setup that broke off leaves Watermark and Action in a role's."""

    record = RegistryKey
    needs: ClassVar[Needs] = {
        "keys": need(
            WindowsCmdlet(
                "Get-ChildItem",
                command("Select-Object", Property=("PSChildName", "Property")),
                LiteralPath=r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15",
            ),
            WindowsCmdlet("Get-ChildItem", LiteralPath=r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15"),
        )
    }
    shape = Shape(identity=("PSChildName",), unordered=frozenset({"Property"}))


SETUP_LOG = r"C:\ExchangeSetupLogs\ExchangeSetup.log"
SUCCEEDED = "The Exchange Server setup operation completed successfully"
FAILED = "The Exchange Server setup operation didn't complete"
STARTED = "Starting Microsoft Exchange Server"


class LogLine(Record):
    """One line that was found, with its number."""

    line_number: Number
    line: Text


class SetupLog(Records[LogLine]):
    """Where ExchangeSetup.log says that a Setup began, succeeded or failed.

    Source of the lines: CSS-Exchange, SetupLogReviewer, and logs that were posted. A localised Setup may write
    others.
    """

    record = LogLine
    needs: ClassVar[Needs] = {
        "lines": need(
            WindowsCmdlet(
                "Select-String", LiteralPath=SETUP_LOG, Pattern=(STARTED, SUCCEEDED, FAILED), SimpleMatch=True
            )
        )
    }
    shape = Shape(momentary="what Setup did last", identity=("LineNumber",))

    def last(self) -> LogLine:
        """The last of them."""
        self.must_be_whole()
        return max(self, key=lambda one: one.line_number)


@pytest.fixture
def restart_keys(server: Server, facts: Facts) -> RestartKeys:
    """Why Windows of one server waits for a restart, if it does."""
    return facts.get(RestartKeys, server)


@pytest.fixture
def role_keys(server: Server, facts: Facts) -> RoleKeys:
    """What Setup notes per role in one server's registry."""
    return facts.get(RoleKeys, server)


@pytest.fixture
def setup_log(server: Server, facts: Facts) -> SetupLog:
    """How the Setups of one server ended, by its ExchangeSetup.log."""
    return facts.get(SetupLog, server)
