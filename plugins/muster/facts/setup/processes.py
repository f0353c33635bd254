"""Programs on a server that stop Setup: shells, consoles, viewers of Exchange's logs, installers at work."""

from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from muster.model import Facts, Server, Shape, WindowsCmdlet, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Moment, Number, Text

REMOTE_SHELL = "wsmprovhost.exe"
"""The host of one PowerShell session over WinRM: muster's own questions to Windows run in one."""
SHELLS = (REMOTE_SHELL, "powershell.exe", "powershell_ise.exe", "pwsh.exe", "mmc.exe")
"""Shells and consoles, which may hold Exchange's files: Setup's rule ProcessNeedsToBeClosedOnUpgrade."""
VIEWERS = ("notepad.exe", "notepad++.exe", "cmtrace.exe", "baretail.exe", "logexpert.exe", "tail.exe", "code.exe")
"""What people leave open on a log or a configuration file; names from experience (unverified)."""
INSTALLERS = ("msiexec.exe", "setup.exe", "exsetup.exe", "exsetupui.exe", "wusa.exe", "tiworker.exe")
"""Somebody installs: Windows Installer, Exchange's Setup itself, Windows Update."""


class Process(Record):
    """One process: nobody can be asked by a reading cmdlet whose it is, so it is told by name, session and start."""

    name: Text
    process_id: Number
    session_id: Number
    creation_date: Moment

    @property
    def identity(self) -> str:
        """As it reads in a report."""
        return f"{self.shown('name')} ({self.shown('process_id')})"

    @property
    def kind(self) -> str:
        """Its name in small letters."""
        return self.name.casefold()

    def told(self) -> str:
        """Where and since when it runs: session 0 is services, scheduled tasks and remote sessions."""
        return f"in session {self.shown('session_id')} since {self.shown('creation_date', '%Y-%m-%d %H:%M')} UTC"


class Processes(Records[Process]):
    """The shells, viewers and installers that run on a server; the host of muster's own session is among them.

    No reading cmdlet tells a process's owner (``GetOwner`` is a method), and command lines may hold passwords.
    """

    record = Process
    needs: ClassVar[Needs] = {
        "processes": need(
            WindowsCmdlet(
                "Get-CimInstance",
                ClassName="Win32_Process",
                Filter=" OR ".join(f"Name='{name}'" for name in (*SHELLS, *VIEWERS, *INSTALLERS)),
                Property=("Name", "ProcessId", "SessionId", "CreationDate"),
            )
        )
    }
    shape = Shape(
        momentary="who works there just now",
        identity=("Name", "ProcessId"),
        volatile=dict.fromkeys(("ProcessId", "SessionId", "CreationDate"), "another with every start"),
    )

    def named(self, *names: str) -> tuple[Process, ...]:
        """Those with one of these names."""
        return tuple(one for one in self if one.kind in names)

    def latest_start(self) -> datetime:
        """When the youngest of them started, by the server's own clock."""
        return max(one.creation_date for one in self)


LONG = timedelta(hours=1)
"""A remote shell that is so much older than the youngest is no session of the run that sees both."""


@pytest.fixture
def processes(server: Server, facts: Facts) -> Processes:
    """Shells, consoles, viewers of logs and installers that run on one server, muster's own session included."""
    return facts.get(Processes, server)
